"""Measurements: from a replicate's runs to the number that a row of the evidence asks for. A file a topic."""

import math
from collections.abc import Callable, Iterable
from importlib import import_module

from vbp_agents.evidence.lived import EvidenceRuns
from vbp_agents.evidence.rows import EvidenceRow

RowMeasure = Callable[..., float | None]


def find(name: str) -> RowMeasure:
    """The function that `file.function` names."""
    file, function = name.split(".")
    measure: RowMeasure = getattr(import_module(f"{__name__}.{file}"), function)
    return measure


def row_numbers(rows: Iterable[EvidenceRow], lived: EvidenceRuns) -> dict[str, float | None]:
    """Each row's number by id, and in percent of our base by `percent_key`; None where the runs have none."""
    numbers = {}
    for row in rows:
        numbers[row.id] = measured_row(row, lived)
        if row.in_percent:
            numbers[percent_key(row.id)] = _measured(row.in_percent, row, lived)
    return numbers


def percent_key(id: str) -> str:
    """Under which name a row's number in percent stands."""
    return f"{id} in percent"


def measured_row(row: EvidenceRow, lived: EvidenceRuns) -> float | None:
    """One row's number; None where it is not defined, never NaN."""
    return _measured(row.measure, row, lived) if row.measure else None


def _measured(measure: str, row: EvidenceRow, lived: EvidenceRuns) -> float | None:
    value = find(measure)(lived, **row.given)
    return value if value is not None and math.isfinite(value) else None

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
    found: RowMeasure = getattr(import_module(f"{__name__}.{file}"), function)
    return found


def row_numbers(rows: Iterable[EvidenceRow], lived: EvidenceRuns) -> dict[str, float | None]:
    """Each row's number by id, None where the runs have none."""
    return {row.id: measured_row(row, lived) for row in rows}


def measured_row(row: EvidenceRow, lived: EvidenceRuns) -> float | None:
    """One row's number; None where it is not defined, never NaN."""
    value = find(row.measure)(lived, **row.given) if row.measure else None
    return value if value is not None and math.isfinite(value) else None

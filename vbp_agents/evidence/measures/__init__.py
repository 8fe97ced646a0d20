"""Measurements: from a replicate's runs to the number that a row of the evidence asks for. A file a topic."""

import math
from collections.abc import Callable, Iterable
from importlib import import_module

from vbp_agents.evidence.lived import Lived
from vbp_agents.evidence.rows import Row

Measure = Callable[..., float | None]


def find(name: str) -> Measure:
    """The function that `file.function` names."""
    file, function = name.split(".")
    found: Measure = getattr(import_module(f"{__name__}.{file}"), function)
    return found


def measured(rows: Iterable[Row], lived: Lived) -> dict[str, float | None]:
    """Each row's number by id, None where the runs have none."""
    return {row.id: measured_row(row, lived) for row in rows}


def measured_row(row: Row, lived: Lived) -> float | None:
    """One row's number; None where it is not defined, never NaN."""
    value = find(row.measure)(lived, **row.given) if row.measure else None
    return value if value is not None and math.isfinite(value) else None

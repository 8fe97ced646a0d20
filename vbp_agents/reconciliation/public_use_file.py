"""A public use file of the Medicare Shared Savings Program: one row per ACO and performance year, units made alike.

Published layouts differ by year: rates come as fractions (0.0714), percent numbers (49.04) or with a sign (6.46%), the
track as flags (Track1, Current_BASIC_A) or as one code (A to E, EN), and cells may be blank, "." or "*". What each
column is called stands in `layout`, what a cell says in `numerals`, which year it is of in `performance_year`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.reconciliation.aco_rows import AcoRow, Unsettled, read_aco_rows
from vbp_agents.reconciliation.layout import NEEDED, OPTIONAL, read_sections
from vbp_agents.reconciliation.numerals import NoNumber, read_number
from vbp_agents.reconciliation.performance_year import WHOLE_RATE_SINCE, Dated
from vbp_agents.reconciliation.precision import Rounded, rounded, rounded_rates
from vbp_agents.reconciliation.text_table import ReconcileError
from vbp_agents.rules.minimum_savings_rate import CHOICES, SCHEDULE
from vbp_agents.rules.program_rules import ONE_SIDED, terms

__all__ = ["Flags", "PublicUseFile", "ReconcileError", "read_public_use_file"]

RATES = ("minimum", "sharing", "loss", "quality")
LEAST_BY_SIZE = SCHEDULE[-1][1]
"""No one-sided ACO has a lower minimum savings rate."""
REPORTED_ONLY = (2012, 2013)
"""Performance years in which quality was whether it was reported."""
EXACT = 1e-9

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PublicUseFile:
    """The ACOs of a file that can be settled. Columns by meaning (`layout.NEEDED`, `OPTIONAL`), shape (n,).

    Rates are fractions, quality 0 to 1, "published" is what the ACO earned or, negative, owed. ``tracks``: the codes of
    `program_rules.TRACKS`. ``lines``: where each ACO stands in the file. ``unsettled``: rows that are left out.
    """

    path: Path
    lines: list[int]
    acos: list[str]
    tracks: list[str]
    dated: list[Dated]
    numbers: Mapping[str, Rounded]
    unsettled: list[Unsettled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: Sequence[AcoRow] = ()

    @property
    def years(self) -> list[int]:
        """The performance year of each ACO."""
        return [dated.year for dated in self.dated]

    def has(self, name: str) -> bool:
        """Does the file have that optional column?"""
        return name in self.numbers

    def flagged(self, name: str) -> Flags:
        """Where a flag is set (or an amount is not zero), shape (n,); nowhere if the file has no such column."""
        flags: Flags = self.amount(name) != 0
        return flags

    def known(self, name: str) -> Flags:
        """Where a column has a value; nowhere if the file has no such column."""
        blank = np.full(len(self.acos), np.nan)
        return ~np.isnan(self.numbers[name].values if self.has(name) else blank)

    def amount(self, name: str) -> FloatArray:
        """A column's numbers, 0 where blank or where the file has no such column."""
        filled: FloatArray = np.nan_to_num(self.numbers[name].values) if self.has(name) else np.zeros(len(self.acos))
        return filled

    def column(self, *names: str) -> FloatArray:
        """Any column by its published name, or the first of several that a row fills; NaN where it holds no number.

        Percent numbers stay as they are written, 49.04; a percent sign divides by 100.
        """
        return np.array([_number(row.cell(names), row) for row in self.rows], float)

    def text(self, *names: str) -> list[str]:
        """Any column's cells by its published name, or the first of several that a row fills; "" without one."""
        return [row.cell(names) for row in self.rows]


def read_public_use_file(path: str | Path, year: int | None = None) -> PublicUseFile:
    """Read a file as published, or as Excel or another program saved it. Raises ReconcileError.

    ``year``: the performance year of rows that have none of their own; where it is not given, the file tells.
    """
    path = Path(path)
    read = read_aco_rows(path, read_sections(path), year)
    rows = read.rows
    tracks, dated = [row.track for row in rows], [row.dated for row in rows]
    names = [*NEEDED, "published", *OPTIONAL]
    present = [name for name in names if name != "aco" and any(name in row.numbers for row in rows)]
    numbers = {name: _column(name, rows) for name in present if name not in RATES}
    numbers |= {name: _rates(name, rows) for name in present if name in RATES}
    lines, acos = [row.line for row in rows], [row.aco for row in rows]
    return PublicUseFile(path, lines, acos, tracks, dated, numbers, read.unsettled, read.notes, rows)


def _number(cell: str, row: AcoRow) -> float:
    try:
        numeral = read_number(cell, row.mark)
    except NoNumber:
        return float("nan")
    if numeral is None:
        return float("nan")
    return float(numeral.value / 100 if numeral.percent else numeral.value)


def _column(name: str, rows: Sequence[AcoRow]) -> Rounded:
    """Dollars, people or flags."""
    values = np.array([row.value(name) for row in rows], float)
    return rounded(values, [row.decimals(name) for row in rows])


def _rates(name: str, rows: Sequence[AcoRow]) -> Rounded:
    values = np.array([row.value(name) for row in rows], float)
    exact = np.array([_is_exact(name, value, row) for value, row in zip(values, rows, strict=True)], bool)
    rounded = rounded_rates(values, [row.decimals(name) for row in rows], [row.dated.year for row in rows], exact)
    if name != "minimum":
        return rounded
    by_size = np.array([row.track in ONE_SIDED for row in rows]) & (values >= LEAST_BY_SIZE)
    return Rounded(values, np.where(by_size, np.maximum(rounded.low, LEAST_BY_SIZE), rounded.low), rounded.high)


_fixed = cache(terms)


def _is_exact(name: str, value: float, row: AcoRow) -> bool:
    """Is it one of the numbers that the law fixes, so that no digits of it are hidden?"""
    fixed = _fixed(row.track, row.dated.year)
    if name == "minimum":
        return row.track not in ONE_SIDED and _one_of(value, CHOICES)
    if name == "sharing":
        whole = row.dated.year in REPORTED_ONLY or row.dated.year >= WHOLE_RATE_SINCE or np.isnan(row.value("quality"))
        return bool(whole) and _one_of(value, [fixed["sharing_rate"], 0.0])
    if name == "loss":
        return _one_of(value, [fixed["loss_rate_low"], fixed["loss_rate_high"]])
    return False


def _one_of(value: float, fixed: Iterable[object]) -> bool:
    return any(isinstance(rate, int | float) and abs(value - rate) < EXACT for rate in fixed)

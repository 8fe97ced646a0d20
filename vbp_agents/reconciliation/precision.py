"""What rounding hides in a column: how far each number may be from the one that CMS settled by.

Decided by cell and year. A cell has at least the digits that most cells of its year have, as spreadsheets drop zeros
at the end (0.0250 becomes 0.025); one longer cell says nothing of the others. Numbers that the law fixes are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray

COARSEST = 0.005
"""A rate in a short cell, such as 0.5, still has two digits: CMS publishes at least whole percents."""
_MOST = 0.5
"""The share of a year's cells whose digits count for all."""


@dataclass(frozen=True)
class Rounded:
    """Published numbers, shape (n,), NaN where blank; the true ones lie from ``low`` to ``high``."""

    values: FloatArray
    low: FloatArray
    high: FloatArray

    def shifted(self, side: float) -> FloatArray:
        """The numbers at one end (``side`` -1 or 1) of what rounding hides, or themselves (0)."""
        return self.values if side == 0 else self.low if side < 0 else self.high

    def of(self, rows: NDArray[np.intp]) -> "Rounded":
        """The same for some of the rows."""
        return Rounded(self.values[rows], self.low[rows], self.high[rows])


def rounded(values: FloatArray, decimals: Sequence[int], exact: NDArray[np.bool_] | bool = False) -> Rounded:
    """Dollars or people, each to the last digit of its cell."""
    half = np.where(exact, 0.0, 0.5 * 10.0 ** -np.array(decimals, float))
    return Rounded(values, values - half, values + half)


def rounded_rates(
    values: FloatArray, decimals: Sequence[int], years: Sequence[int], exact: NDArray[np.bool_]
) -> Rounded:
    """Rates as fractions with ``decimals`` digits, each to the digits that its cell or its year has.

    Where ``exact``, the number is the law's, and its cell says nothing of its year's digits.
    """
    digits, of_year = np.array(decimals), np.array(years)
    for year in np.unique(of_year):
        rows = of_year == year
        telling = digits[rows & ~exact & (values != 0) & ~np.isnan(values)]
        if len(telling):
            usual = int(np.sort(telling)[::-1][int(np.ceil(_MOST * len(telling))) - 1])
            digits = np.where(rows, np.maximum(digits, usual), digits)
    half = np.where(exact, 0.0, np.minimum(0.5 * 10.0 ** -digits.astype(float), COARSEST))
    return Rounded(values, np.maximum(values - half, np.minimum(values, 0.0)), values + half)

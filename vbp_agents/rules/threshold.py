"""Thresholds to be met or exceeded, decided exactly: 3,400,000 are 3.4% of 100,000,000, also in floating point.

The nearest float to 0.034 x 100,000,000 is above 3,400,000. Where floats are too near a threshold to tell, the same
numbers are compared as decimals; everywhere else the comparison of floats is right and stands.
"""

from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray

NEAR = 1e-4
"""Dollars (a hundredth of a cent) around a threshold within which floats are not asked."""
_DIGITS = 4
"""Decimals of dollars that are no noise of floats."""
RATE_DIGITS = 12
"""Decimals of rates that are no noise of floats; the schedule by size has seven for whole people."""
SCORE_DIGITS = 9


def reaches(amount: FloatArray, share: FloatArray | float, base: FloatArray) -> NDArray[np.bool_]:
    """Where an ``amount`` of dollars is at least a ``share`` of ``base`` dollars; shapes broadcast."""
    threshold = share * base
    reached: NDArray[np.bool_] = np.asarray(amount >= threshold)
    near = np.abs(amount - threshold) <= NEAR
    if not np.count_nonzero(near):  # nearly always, and asked with every settlement
        return reached
    near &= threshold != 0
    amounts, shares, bases = (np.where(near, values, 0.0)[near].tolist() for values in (amount, share, base))
    reached[near] = [
        _decimal(dollars, _DIGITS) >= _decimal(rate, RATE_DIGITS) * _decimal(whole, _DIGITS)
        for dollars, rate, whole in zip(amounts, shares, bases, strict=True)
    ]
    return reached


def _decimal(value: float, digits: int) -> Decimal:
    return Decimal(f"{value:.{digits}f}")


def scores(points: FloatArray, standard: float) -> NDArray[np.bool_]:
    """Where ``points`` are at least a ``standard``; a billionth of a point is noise of their sum."""
    reached: NDArray[np.bool_] = points >= _lowest(standard)
    return reached


@cache
def _lowest(standard: float) -> float:
    """The least points that round to a ``standard`` or more. Rounding keeps the order, so all above it do too."""
    below, reaching = standard - 1.0, standard + 1.0
    while below < (middle := (below + reaching) / 2) < reaching:
        below, reaching = (below, middle) if round(middle, SCORE_DIGITS) >= standard else (middle, reaching)
    return reaching

"""Means over replicates with 95% intervals, and differences paired by replicate: same patients, same luck."""

import math
from collections.abc import Sequence
from functools import cache
from statistics import mean, stdev, variance
from typing import NamedTuple

LEVEL = 0.95
_FEWEST = 3
"""Replicates from which on variances are compared."""
_ROUNDING = 1e-18
"""Share of a variance below which another one is the rounding of sums."""


class Interval(NamedTuple):
    """A mean over ``n`` replicates and its bounds; None where there is none, or no way to tell."""

    n: int
    mean: float | None
    low: float | None
    high: float | None


def interval(values: Sequence[float | None]) -> Interval:
    """Mean and mean +- t s / sqrt(n) of the numbers among ``values``; one number has no bounds, NaN is no number."""
    numbers = [value for value in values if value is not None and math.isfinite(value)]
    n = len(numbers)
    if n < 2:
        return Interval(n, numbers[0] if numbers else None, None, None)
    middle, reach = mean(numbers), t_quantile(n - 1) * stdev(numbers) / math.sqrt(n)
    return Interval(n, middle, middle - reach, middle + reach)


def paired(values: Sequence[float | None], baseline: Sequence[float | None]) -> list[float | None]:
    """Replicate by replicate, how far ``values`` are from ``baseline``; None where either has none."""
    pairs = zip(values, baseline, strict=True)
    return [None if value is None or base is None else value - base for value, base in pairs]


def variance_ratio(values: Sequence[float | None], baseline: Sequence[float | None]) -> float | None:
    """How many times as many replicates the same interval of the difference takes without pairing: above 1, it saves.

    The variances of both, over that of the differences, of the replicates that have both numbers. None with fewer than
    three of these, and where differences do not vary.
    """
    both = zip(values, baseline, strict=True)
    pairs = [(value, base) for value, base in both if value is not None and base is not None]
    if len(pairs) < _FEWEST:
        return None
    apart = variance([value for value, _ in pairs]) + variance([base for _, base in pairs])
    together = variance([value - base for value, base in pairs])
    return apart / together if together > _ROUNDING * apart else None


@cache
def t_quantile(freedom: int, level: float = LEVEL) -> float:
    """The t with so much of Student's distribution between -t and t, by bisection on atan(t / sqrt(freedom))."""
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _held(middle, freedom) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _held(angle: float, freedom: int) -> float:
    """The chance that Student's |T| is under sqrt(freedom) tan(angle) (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    series = term if freedom > 1 else 0.0
    for j in range(2 + odd, freedom - 1, 2):
        term *= (j - 1) / j * math.cos(angle) ** 2
        series += term
    held = math.sin(angle) * series
    return 2 / math.pi * (angle + held) if odd else held

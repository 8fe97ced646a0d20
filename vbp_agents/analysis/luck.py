"""What luck could do: Student's intervals over replicates, and the words for a difference that has one.

Replicates are independent draws of people and luck, the same for all scenarios and points (common random numbers), so
each is one number of whatever is estimated, and the interval is Student's over replicates (Law, Simulation Modeling and
Analysis, 5th ed., 2015, section 9.4). Where several are judged together, the level is divided among them (Bonferroni),
so that of all of them one is called clear of luck by luck alone in at most 5 of 100 sweeps.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.intervals import LEVEL, t_quantile
from vbp_agents.presentation.written import many

LEAST = 3
"""Replicates below which nothing is said about luck."""
UNTOLD = "cannot be told apart from luck"
DEPENDENT = 5
"""By what the level of `agreeing` is divided: luck alone is then called an effect in at most 5 of 100 sweeps."""
ROUNDING = 1e-9
"""Of the largest number: what is smaller comes of arithmetic."""


@dataclass(frozen=True)
class Spread:
    """Of each row: ``n`` replicates, their mean, and the bounds of its interval (NaN where there is none).

    ``clear``: whether zero is outside the interval, widened for all the rows that are judged together. All (rows,).
    """

    n: NDArray[np.int64]
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    clear: NDArray[np.bool_]

    @property
    def few(self) -> bool:
        """Whether no row has replicates enough to say anything of luck."""
        return bool((self.n < LEAST).all())

    def text(self, row: int) -> str:
        """What is said of a row: higher, lower, no difference, or that luck could do it."""
        if self.n[row] < LEAST:
            return few(int(self.n[row]))
        if self.low[row] == self.high[row] == 0:
            return "the same"
        return ("higher" if self.mean[row] > 0 else "lower") if self.clear[row] else UNTOLD


def student(values: ArrayLike, claims: int | None = None, besides: ArrayLike = 0.0) -> Spread:
    """Means over replicates with 95% intervals, ``values`` of shape (rows, replicates), NaN where there is none.

    ``claims``: how many rows are judged together, all of them where nothing is said. ``besides``: (rows,) the reach of
    an interval for what is uncertain besides luck; the two are added as independent.
    """
    table = np.atleast_2d(np.asarray(values, float))
    there = np.isfinite(table)
    n = there.sum(axis=1)
    filled = np.where(there, table, 0.0)
    first = np.where(n > 0, np.take_along_axis(filled, there.argmax(axis=1)[:, None], 1)[:, 0], np.nan)
    from_first = np.where(there, filled - first[:, None], 0.0)
    count = np.maximum(n, 1)
    shift = from_first.sum(axis=1) / count
    squares = (np.where(there, from_first - shift[:, None], 0.0) ** 2).sum(axis=1)
    error = np.sqrt(squares / np.maximum(n - 1, 1) / count)
    mean = first + shift
    more = np.broadcast_to(np.asarray(besides, float), mean.shape)
    families = max(1, len(table) if claims is None else claims)
    reach, wide = (_reach(n, error, more, level) for level in (LEVEL, 1 - (1 - LEVEL) / families))
    clear = np.asarray((n >= LEAST) & (np.abs(mean) > wide), bool)
    return Spread(n, mean, mean - reach, mean + reach, clear)


def _reach(n: NDArray[np.int64], error: FloatArray, besides: FloatArray, level: float) -> FloatArray:
    """Half of each interval; NaN for fewer than `LEAST` replicates."""
    t = np.asarray([t_quantile(int(k) - 1, level) if k >= LEAST else math.nan for k in n])
    share = t / np.asarray([t_quantile(int(k) - 1) if k >= LEAST else math.nan for k in n])
    return np.asarray(np.sqrt((t * error) ** 2 + (share * besides) ** 2))


def draws_of_luck(replicates: int) -> str:
    """How many there are, in words."""
    return "one draw of luck" if replicates == 1 else f"{replicates} draws of luck" if replicates else "no number"


def few(replicates: int) -> str:
    """What stands in place of a judgment where replicates are too few."""
    return f"{draws_of_luck(replicates)}; three are needed to tell" if replicates else draws_of_luck(0)


def warning(replicates: int) -> str:
    """A sentence for numbers of too few replicates to tell from luck; "" where there are enough."""
    return f"That is {few(replicates)}." if replicates < LEAST else ""


def settled(estimates: FloatArray, scale: float) -> FloatArray:
    """Estimates without what is left of arithmetic where they are zero; ``scale``: of the numbers behind them."""
    return np.where(np.abs(estimates) <= ROUNDING * scale, 0.0, estimates)


def shared(count: int, what: str = "difference") -> str:
    """What a footnote says of the widened intervals."""
    if count < 2:
        return "Filled: clear of luck. Hollow: luck could do that, or nothing differs."
    words = f"widened for all {many(count, what)} here (Bonferroni)"
    return f"Filled: clear of luck, with intervals {words}. Hollow: luck could do that, or nothing differs."


def agreeing(values: FloatArray) -> NDArray[np.bool_]:
    """Which rows differ from zero in the same way in all replicates, wherever that is: (rows,), yes or no.

    ``values``: (rows, cases, replicates): a factor may raise some cases and lower others, so that neither their mean
    nor the mean of their size says whether it matters. A replicate's product with the mean of the others, averaged over
    cases, is positive on average where there is something and zero where there is luck alone. These products depend on
    each other, for which the level is divided by `DEPENDENT` besides the rows.
    """
    replicates = values.shape[2]
    if replicates < LEAST:
        return np.zeros(len(values), bool)
    others = (values.sum(axis=2, keepdims=True) - values) / (replicates - 1)
    spread = student((values * others).mean(axis=1), claims=DEPENDENT * len(values))
    return np.asarray(spread.clear & (spread.mean > 0))

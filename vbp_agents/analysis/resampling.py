"""The bootstrap, seeded: what an estimate could have been with other cases."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.intervals import LEVEL

_RESAMPLES = 1_000
_SEED = 1


def draws(cases: int) -> NDArray[np.int64]:
    """Which cases each resample has, (resamples, cases): the same numbers each time."""
    return np.random.default_rng(_SEED).integers(0, cases, (_RESAMPLES, cases))


def resampled(values: FloatArray, estimate: Callable[[FloatArray], FloatArray]) -> tuple[FloatArray, FloatArray]:
    """The 95% percentile bounds of an estimate of each row, over the last axis of ``values``, (rows, cases).

    ``estimate`` takes (rows, resamples, cases) and gives (rows, resamples). Source: Efron B, Tibshirani RJ. An
    Introduction to the Bootstrap. Chapman & Hall 1993, chapter 13.
    """
    drawn = estimate(values[:, draws(values.shape[1])])
    return percentiles(drawn)


def percentiles(drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The bounds that hold the middle 95% of the last axis; NaN among them is passed over."""
    tail = 50 * (1 - LEVEL)
    low, high = np.nanpercentile(drawn, [tail, 100 - tail], axis=-1)
    return np.asarray(low), np.asarray(high)

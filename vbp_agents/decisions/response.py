"""The smooth form of levers that are shares: what an effort's optimum would be, without corners."""

import numpy as np
from numpy.typing import ArrayLike

from vbp_agents.arithmetic import exp, log
from vbp_agents.book import FloatArray


def smooth_step(base: ArrayLike, step: ArrayLike, sharpness: float) -> FloatArray:
    """How far a share in (0, 1) that is at ``base`` goes when its optimum moves by ``step``; exactly 0 at step 0.

    The optimum of effort with marginal worth MR and cost k0 k + k1 k^2 / 2 is (MR - k0) / k1: more worth moves it by
    worth / k1. Near 0 and 1 the share follows less and less, so that no lever is pinned and each comes back;
    ``sharpness``: how soon it does.
    """
    start = np.clip(np.asarray(base, float), 1e-3, 1 - 1e-3)
    before = _inverse(start, sharpness)
    return np.asarray(softly_bounded(before + np.asarray(step, float), sharpness) - softly_bounded(before, sharpness))


def softly_bounded(t: ArrayLike, sharpness: float) -> FloatArray:
    """``t`` where it is well inside (0, 1), levelling off towards both ends."""
    low = np.logaddexp(0.0, sharpness * np.asarray(t, float))
    high = np.logaddexp(0.0, sharpness * (np.asarray(t, float) - 1.0))
    return np.asarray((low - high) / sharpness)


def _inverse(x: FloatArray, sharpness: float) -> FloatArray:
    rise = exp(sharpness * x)
    return np.asarray(log((rise - 1.0) / (1.0 - rise * exp(-sharpness))) / sharpness)

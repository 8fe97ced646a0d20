"""Division that payers can live with: a contract without people or spending has no rate, not an infinite one."""

import numpy as np

from vbp_agents.book import FloatArray


def ratio(numerator: FloatArray, denominator: FloatArray, otherwise: float = 0.0) -> FloatArray:
    """numerator / denominator, ``otherwise`` where the denominator is zero. Shapes broadcast; never NaN or infinite."""
    top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
    if np.count_nonzero(bottom) == bottom.size:  # nearly always, and several times as fast
        return np.asarray(top / bottom)
    top, bottom = np.broadcast_arrays(top, bottom)
    quotient: FloatArray = np.divide(top, bottom, out=np.full(top.shape, otherwise), where=bottom != 0)
    return quotient


def mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The weighted mean over contracts, shape (1,); 0 without weights."""
    return ratio((values * weights).sum(keepdims=True), weights.sum(keepdims=True))

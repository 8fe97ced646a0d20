"""Least squares in an order that no processor changes, for many replicates at once, each with the points it has."""

from dataclasses import dataclass

import numpy as np

from vbp_agents.analysis.luck import ROUNDING
from vbp_agents.arithmetic import FloatArray, weighted_sum
from vbp_agents.metrics.intervals import t_quantile

_ALIKE = 1e-7
"""Of a column's length: what is left of one that the columns before it say already."""


@dataclass(frozen=True)
class Fit:
    """A constant and coefficients, shape (columns + 1, replicates), NaN where a replicate has too few points.

    ``reach``: half the 95% interval of each, (columns + 1,), for what the fit leaves over at the mean of replicates:
    NaN where it has no points to spare. ``explained``: the share of what differs between points that it explains.
    """

    found: FloatArray
    reach: FloatArray
    explained: float


def least_squares(columns: FloatArray, values: FloatArray) -> Fit | None:
    """The fit of ``values``, (points, replicates), to ``columns``, (points, columns); None where columns are alike."""
    known = np.isfinite(values).any(axis=1)
    rows = np.column_stack([np.ones(len(columns)), columns])
    whole = decomposed(rows[known])
    if whole is None:
        return None
    by_replicate = np.full((rows.shape[1], values.shape[1]), np.nan)
    patterns = np.isfinite(values)
    for pattern in np.unique(patterns, axis=1).T:
        same = (patterns == pattern[:, None]).all(axis=0)
        parts = decomposed(rows[pattern])
        if parts is not None:
            by_replicate[:, same] = _coefficients(*parts, values[pattern][:, same])
    middle = mean_of_replicates(values)[known]
    coefficients = _coefficients(*whole, middle[:, None])[:, 0]
    left = middle - weighted_sum(rows[known], coefficients)
    spare = int(known.sum()) - rows.shape[1]
    around = middle - middle.mean()
    total = float(weighted_sum(around, around))
    scale = float(np.abs(middle).max())
    explained = 1 - float(weighted_sum(left, left)) / total if total > (1e-12 * scale) ** 2 else float("nan")
    return Fit(by_replicate, _reach(whole[1], left, spare), explained)


def mean_of_replicates(values: FloatArray) -> FloatArray:
    """The mean of each point over the replicates that it has; NaN where it has none."""
    there = np.isfinite(values)
    count = there.sum(axis=1)
    sums = np.where(there, values, 0.0).sum(axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)


def decomposed(columns: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Orthonormal rows Q, (k, n), and a triangle R, (k, k), with columns = Q' R; None where columns are alike.

    Gram's and Schmidt's way, each column twice.
    """
    n, k = columns.shape
    if n < k:
        return None
    q, r = np.zeros((k, n)), np.zeros((k, k))
    for number in range(k):
        column = columns[:, number].copy()
        length = float(np.sqrt(weighted_sum(column, column)))
        for _ in range(2):
            along = weighted_sum(q[:number], column)
            column -= weighted_sum(q[:number].T, along)
            r[:number, number] += along
        r[number, number] = float(np.sqrt(weighted_sum(column, column)))
        if r[number, number] <= _ALIKE * length or length == 0:
            return None
        q[number] = column / r[number, number]
    return q, r


def _coefficients(q: FloatArray, r: FloatArray, values: FloatArray) -> FloatArray:
    """Coefficients of each column of values, (k, columns). What is left of arithmetic alone is zero."""
    first = values[:1]
    around = values - first
    right = np.stack([weighted_sum(q, column) for column in around.T], axis=1)
    coefficients = np.zeros_like(right)
    for row in reversed(range(len(r))):
        known = weighted_sum(coefficients[row + 1 :].T, r[row, row + 1 :]) if row + 1 < len(r) else 0.0
        coefficients[row] = (right[row] - known) / r[row, row]
    scale = np.abs(values).max(axis=0)
    coefficients = np.where(np.abs(coefficients) <= ROUNDING * scale, 0.0, coefficients)
    coefficients[0] += first[0]
    return coefficients


def _reach(r: FloatArray, left: FloatArray, spare: int) -> FloatArray:
    """Half of each 95% interval for what is left over (Draper and Smith, Applied Regression Analysis, 1998, ch. 5)."""
    k = len(r)
    if spare < 1:
        return np.full(k, np.nan)
    inverse = np.zeros((k, k))
    for column in range(k):
        for row in reversed(range(column + 1)):
            known = weighted_sum(r[row, row + 1 : column + 1], inverse[row + 1 : column + 1, column])
            inverse[row, column] = ((1.0 if row == column else 0.0) - float(known)) / r[row, row]
    variance = float(weighted_sum(left, left)) / spare
    return np.asarray(t_quantile(spare) * np.sqrt(variance * (inverse**2).sum(axis=1)))

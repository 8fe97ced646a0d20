"""Arithmetic whose last digit does not depend on the processor.

BLAS and LAPACK choose their order of operations by processor, and NumPy chooses its exponentials and logarithms by
vector unit: each differs in the last digit from one machine to another, and a threshold passed or not is another life
for a patient. So what decides, pays or records calls these instead. They are for the few numbers of practices and
contracts: patients are lived in compiled loops, which have no such choice.
"""

import math
from collections.abc import Callable
from itertools import repeat

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def weighted_sum(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """The sum of values x weights over the last axis, shape (...,) for values of shape (..., n).

    Always in the same order, whatever else the array holds and however it lies in memory. ``weights`` broadcast.
    """
    return np.asarray(np.multiply(values, weights, order="C").sum(axis=-1))


def exp(x: ArrayLike) -> FloatArray:
    """The exponential of each value, shape of ``x``. Raises OverflowError above 709."""
    return _each(math.exp, x)


def log(x: ArrayLike) -> FloatArray:
    """The natural logarithm of each value, shape of ``x``. Raises ValueError for what is not positive."""
    return _each(math.log, x)


def tanh(x: ArrayLike) -> FloatArray:
    """The hyperbolic tangent of each value, shape of ``x``."""
    return _each(math.tanh, x)


def power(x: ArrayLike, exponent: float) -> FloatArray:
    """Each value to one power, shape of ``x``. Raises ValueError for a broken power of what is negative."""
    return _each(math.pow, x, exponent)


def correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Pearson's correlation of two equally long series that are not constant."""
    first, second = (np.asarray(values, float) - np.mean(np.asarray(values, float)) for values in (x, y))
    both = math.sqrt(float(weighted_sum(first, first)) * float(weighted_sum(second, second)))
    return float(weighted_sum(first, second)) / both


def solve(matrices: FloatArray, right: FloatArray) -> FloatArray:
    """x of A x = b for many small symmetric positive definite A, shapes (n, k, k) and (n, k) to (n, k).

    Gauss's elimination in the order of the rows: such matrices need no exchange of rows.
    """
    a, x, k = matrices.copy(), right.copy(), right.shape[1]
    for row in range(k):
        for below in range(row + 1, k):
            factor = a[:, below, row] / a[:, row, row]
            a[:, below] -= factor[:, None] * a[:, row]
            x[:, below] -= factor * x[:, row]
    for row in reversed(range(k)):
        for known in range(row + 1, k):
            x[:, row] -= a[:, row, known] * x[:, known]
        x[:, row] /= a[:, row, row]
    return x


def orthonormal(columns: FloatArray) -> FloatArray:
    """Columns made orthonormal one after the other, each to those before it, shape (n, k) with k <= n.

    Gram's and Schmidt's way, twice: once leaves a rest where columns are nearly alike.
    """
    orthogonal = columns.T.copy()
    for number, column in enumerate(orthogonal):
        for _ in range(2):
            for earlier in orthogonal[:number]:
                column -= weighted_sum(column, earlier) * earlier
        column /= np.sqrt(weighted_sum(column, column))
    return orthogonal.T


def _each(function: Callable[..., float], x: ArrayLike, *more: float) -> FloatArray:
    """A function of the standard library at each value, stored as wide as these were."""
    values = np.asarray(x)
    results = map(function, values.ravel().tolist(), *map(repeat, more))
    kept = values.dtype if values.dtype.kind == "f" else np.float64
    return np.fromiter(results, kept, values.size).reshape(values.shape)

"""SALib's indices, seeded, of points that a design has drawn: the only place of its analyses."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vbp_agents.analysis.packages import MissingPackage
from vbp_agents.arithmetic import FloatArray
from vbp_agents.sweeps.designs import MORRIS_LEVELS, problem_of

_RESAMPLES = 1_000
_SEED = 1
_DIGITS = 10
"""What counts of an index: SALib's products may differ in the last digits from one processor to another."""


def sobol_indices(names: Sequence[str], values: FloatArray) -> dict[str, FloatArray]:
    """First-order (``S1``) and total (``ST``) indices with half their 95% intervals (``S1_conf``, ``ST_conf``).

    ``values``: what the points of a Sobol' design came to, in its order, not all the same; each array (names,).
    """
    try:
        from SALib.analyze import sobol
    except ImportError:
        raise MissingPackage("SALib") from None
    with _quiet():
        indices = sobol.analyze(
            problem_of(names), values, calc_second_order=False, num_resamples=_RESAMPLES, seed=_SEED
        )
    return _rounded(indices, ("S1", "S1_conf", "ST", "ST_conf"))


def morris_indices(names: Sequence[str], points: FloatArray, values: FloatArray) -> dict[str, FloatArray]:
    """Of elementary effects the mean (``mu``), of their size (``mu_star``) with half its 95% interval, and ``sigma``.

    ``points``: (points, names), shares of the ranges; ``values``: what they came to; each array (names,).
    """
    try:
        from SALib.analyze import morris
    except ImportError:
        raise MissingPackage("SALib") from None
    with _quiet():
        indices = morris.analyze(
            problem_of(names), points, values, num_levels=MORRIS_LEVELS, num_resamples=_RESAMPLES, seed=_SEED
        )
    return _rounded(indices, ("mu", "mu_star", "mu_star_conf", "sigma"))


def _rounded(indices: Mapping[str, Any], names: Sequence[str]) -> dict[str, FloatArray]:
    return {
        name: np.asarray([float(f"{value:.{_DIGITS}g}") for value in np.asarray(indices[name], float)])
        for name in names
    }


def _quiet() -> "warnings.catch_warnings[None]":
    """SALib warns of what it replaces; what is said to users is said by who calls it."""
    return warnings.catch_warnings(action="ignore")

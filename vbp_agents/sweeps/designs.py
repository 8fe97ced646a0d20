"""Designs: points of the unit cube by kind, the same for the same seed. The only place of SciPy and SALib.

Shares are drawn here and rounded to the digits that count where they become values, so that no processor's last digit
is in a point.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from vbp_agents.errors import WrongInput
from vbp_agents.sweeps.document import Design
from vbp_agents.sweeps.varied import Varied

MORRIS_LEVELS = 4
"""Of a Morris design: each path is at 0, 1/3, 2/3 and 1 of its range (Morris, Technometrics 1991;33:161)."""
_MISSING = "a {kind} design needs SciPy and SALib; install them with `pip install 'vbp-agents[sweep]'`"


def design_points(design: Design, varied: Sequence[Varied]) -> Iterator[dict[str, Any]]:
    """The values of every point by path, in the design's order. Raises WrongInput where a package is missing."""
    if design.kind == "grid":
        rows: Iterator[tuple[Any, ...]] = itertools.product(*(each.values for each in varied))
    elif design.kind == "list":
        rows = iter(zip(*(each.values for each in varied), strict=True))
    else:
        drawn = unit_points(design, len(varied))
        rows = (tuple(each.at(float(u)) for each, u in zip(varied, row, strict=True)) for row in drawn)
    for row in rows:
        yield dict(zip((each.written for each in varied), row, strict=True))


def unit_points(design: Design, dimensions: int) -> Any:
    """The points of a design that draws them, shape (points, ``dimensions``), each from 0 to 1."""
    try:
        return _drawn(design, dimensions)
    except ImportError:
        raise WrongInput(_MISSING.format(kind=design.kind)) from None


def _drawn(design: Design, dimensions: int) -> Any:
    if design.kind == "latin_hypercube":
        assert design.points
        from scipy.stats import qmc

        return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(design.seed)).random(design.points)
    problem = problem_of([f"x{number}" for number in range(dimensions)])
    if design.kind == "sobol":
        assert design.points
        from SALib.sample import sobol

        return sobol.sample(problem, design.points, calc_second_order=False, seed=design.seed % 2**32)
    from SALib.sample import morris

    assert design.trajectories
    return morris.sample(problem, design.trajectories, num_levels=MORRIS_LEVELS, seed=design.seed % 2**32)


def problem_of(names: Sequence[str]) -> dict[str, Any]:
    """What SALib calls a problem: the names of what is varied, each from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}

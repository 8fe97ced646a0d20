"""Which points of a design an analysis may use, and how they lie."""

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.measured import SweepNumbers
from vbp_agents.arithmetic import FloatArray


def kind_of(measured: SweepNumbers) -> str:
    """The kind of the design."""
    return measured.study.document.design.kind


def independent_rows(measured: SweepNumbers) -> NDArray[np.int64] | str:
    """Points that lie by themselves, for fits, or why there are none.

    Of a Sobol' design the first and the last of each group: the others repeat these but for one factor (Saltelli,
    Comput Phys Commun 2002;145:280).
    """
    kind = kind_of(measured)
    if kind == "morris":
        return "A Morris design moves one factor at a time along its trajectories; `morris` reads it."
    if kind == "sobol":
        group = len(measured.factors) + 2
        turn = (measured.points - 1) % group
        return np.flatnonzero((turn == 0) | (turn == group - 1))
    return np.arange(len(measured.points))


def is_whole_grid(measured: SweepNumbers, values: FloatArray) -> bool:
    """Whether every value was met with every other in all replicates: effects are of the grid then, of no sample."""
    if kind_of(measured) != "grid" or not np.isfinite(values).all():
        return False
    count = 1
    for factor in measured.factors:
        count *= len(factor.values)
    return count == len(values)

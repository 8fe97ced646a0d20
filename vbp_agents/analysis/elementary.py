"""Elementary effects: what an outcome changes by where a Morris design moves one factor alone."""

from dataclasses import dataclass

import numpy as np

from vbp_agents.analysis.measured import SweepNumbers
from vbp_agents.analysis.rows import kind_of
from vbp_agents.arithmetic import FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.presentation.written import spoken
from vbp_agents.sweeps.designs import unit_points

LEAST_TRAJECTORIES = 2


@dataclass(frozen=True)
class ElementaryEffects:
    """Of each factor on each trajectory in each replicate: the change of the outcome over that of the share.

    ``effects``: (factors, trajectories, replicates), trajectories with all their points alone. ``unit``, ``values``:
    the points of these, (points, factors) as shares of the ranges, and what they came to, (points, replicates).
    ``left_out``: trajectories of which a point has no number.
    """

    names: list[str]
    effects: FloatArray
    unit: FloatArray
    values: FloatArray
    left_out: int

    def of_replicates(self) -> FloatArray:
        """The mean over trajectories, (factors, replicates)."""
        return np.asarray(self.effects.mean(axis=1))

    def mean_of_replicates(self) -> FloatArray:
        """The mean over replicates, (factors, trajectories)."""
        return np.asarray(self.effects.mean(axis=2))


def elementary_effects(measured: SweepNumbers, values: FloatArray) -> ElementaryEffects | str:
    """The elementary effects on ``values``, (points, replicates), or what the sweep would need to have."""
    if kind_of(measured) != "morris":
        return f"Elementary effects need a Morris design; this one is a {spoken(kind_of(measured))}."
    names = [factor.written for factor in measured.factors]
    steps = len(names) + 1
    try:
        drawn = np.asarray(unit_points(measured.study.document.design, len(names)), float)
    except WrongInput as missing:
        return str(missing)
    whole = np.full((len(drawn), values.shape[1]), np.nan)
    whole[measured.points - 1] = values
    replicates = np.isfinite(whole).any(axis=0)
    if not replicates.any():
        return "No run has a number."
    by_trajectory = whole[:, replicates].reshape(-1, steps, int(replicates.sum()))
    kept = np.isfinite(by_trajectory).all(axis=(1, 2))
    if kept.sum() < LEAST_TRAJECTORIES:
        count = "1 trajectory has" if kept.sum() == 1 else f"{int(kept.sum())} trajectories have"
        return f"{count} a number at every point, of {len(by_trajectory)}; {LEAST_TRAJECTORIES} or more are needed."
    unit = drawn.reshape(-1, steps, len(names))[kept]
    numbers = by_trajectory[kept]
    moved = np.diff(unit, axis=1)
    which = np.abs(moved).argmax(axis=2)
    size = np.take_along_axis(moved, which[:, :, None], 2)
    changes = np.diff(numbers, axis=1) / size
    effects = np.zeros((len(names), len(numbers), numbers.shape[2]))
    for trajectory, order in enumerate(which):
        effects[order, trajectory] = changes[trajectory]
    return ElementaryEffects(
        names,
        effects,
        unit.reshape(-1, len(names)),
        numbers.reshape(-1, numbers.shape[2]),
        int((~kept).sum()),
    )

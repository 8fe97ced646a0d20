"""Health and money of each scenario, as cost-effectiveness analyses need them."""

from dataclasses import dataclass

import numpy as np

from vbp_agents.analysis.measured import SweepNumbers
from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.cost_effectiveness import COST, HEALTH

NEEDS = f"Health for money needs the outcomes {COST} and {HEALTH} in the study."


@dataclass(frozen=True)
class ValueByScenario:
    """By scenario, the baseline last: dollars and QALYs a person and year minus the baseline's, (points, replicates).

    Both are NaN where either has no number, or where any scenario has none: all are then told by the same runs.
    """

    names: list[str]
    cost: FloatArray
    qalys: FloatArray

    def by_replicate(self) -> tuple[FloatArray, FloatArray]:
        """The means over points, (scenarios, replicates), of replicates that have all their points."""
        known = np.isfinite(self.cost[0]).any(axis=1)
        return self.cost[:, known].mean(axis=1), self.qalys[:, known].mean(axis=1)

    def by_point(self) -> tuple[FloatArray, FloatArray]:
        """The means over replicates, (scenarios, points), of points that have any."""
        known = np.isfinite(self.cost[0]).any(axis=1)
        return np.nanmean(self.cost[:, known], axis=2), np.nanmean(self.qalys[:, known], axis=2)


def value(measured: SweepNumbers) -> ValueByScenario | str:
    """What is there, or what the sweep would need to have."""
    if not measured.others:
        return "Nothing is compared: the study has the baseline alone."
    if COST not in measured.study.outcomes or HEALTH not in measured.study.outcomes:
        return NEEDS
    names = [*measured.others, measured.baseline]
    cost, health = (
        np.stack([measured.level(outcome, name) - measured.level(outcome, measured.baseline) for name in names])
        for outcome in (COST, HEALTH)
    )
    both = np.isfinite(cost) & np.isfinite(health)
    missing = ", ".join(name for name, there in zip(names, both, strict=True) if not there.any())
    if missing:
        return f"No run has both cost and QALYs for {missing}."
    known = both.all(axis=0)
    if not known.any():
        return "No point has both cost and QALYs for all scenarios in the same replicate."
    return ValueByScenario(names, np.where(known, cost, np.nan), np.where(known, health, np.nan) / 1_000)

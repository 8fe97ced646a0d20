"""When there are enough replicates: half the interval of a paired difference is narrow enough at every point."""

from vbp_agents.metrics.intervals import interval, paired
from vbp_agents.study.tasks import replicate_seed
from vbp_agents.sweeps.document import Stopping
from vbp_agents.sweeps.plan import Plan
from vbp_agents.sweeps.store import Store


def holds(plan: Plan, store: Store, count: int) -> bool:
    """Whether the study's rule holds with the first ``count`` replicates.

    Points at which fewer than two replicates have the difference say nothing for or against it.
    """
    rule = plan.study.document.replicates
    assert isinstance(rule, Stopping)
    widths = half_widths(plan, store, rule.until.outcome, rule.until.scenario, count)
    return bool(widths) and max(widths) <= rule.until.half_width


def half_widths(plan: Plan, store: Store, outcome: str, scenario: str, count: int) -> list[float]:
    """Half the 95% interval of a scenario's paired difference from the baseline, at each point that has one."""
    found = store.kept([outcome])
    contents = {(spot.point, spot.scenario): spot.content for spot in plan.spots}
    seeds = [replicate_seed(plan.study.document.seed, number) for number in range(1, count + 1)]

    def values(point: int, name: str) -> list[float | None]:
        runs = [plan.id(contents[point, name], seed) for seed in seeds]
        return [found[run].values.get(outcome) if run in found else None for run in runs]

    widths = []
    for point in range(1, len(plan.points) + 1):
        difference = interval(paired(values(point, scenario), values(point, plan.study.baseline)))
        if difference.low is not None and difference.high is not None:
            widths.append((difference.high - difference.low) / 2)
    return widths

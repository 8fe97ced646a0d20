"""When there are enough replicates: half the interval of a paired difference is narrow enough at every point."""

from collections.abc import Iterator

from vbp_agents.metrics.intervals import interval, paired
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
    differences = [interval(paired(*both)) for both in beside_baseline(plan, store, outcome, scenario, count)]
    return [(d.high - d.low) / 2 for d in differences if d.low is not None and d.high is not None]


Numbers = list[float | None]
"""By replicate."""


def beside_baseline(
    plan: Plan, store: Store, outcome: str, scenario: str, count: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """At each point, what a scenario and the baseline came to in the first ``count`` replicates."""
    kept = store.kept([outcome])
    contents = {(spot.point, spot.scenario): spot.content for spot in plan.spots}

    def values(point: int, name: str) -> Numbers:
        runs = [plan.id(contents[point, name], plan.seed(point, number)) for number in range(1, count + 1)]
        return [kept[run].values.get(outcome) if run in kept else None for run in runs]

    for point in range(1, len(plan.points) + 1):
        yield values(point, scenario), values(point, plan.study.baseline)

"""Health against money, scenario by scenario: a cost per QALY only where both differences are clear."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from vbp_agents.metrics.intervals import Interval, interval, paired

COST, HEALTH = "cost_per_capita", "qalys_per_1000"
WORTHS = (50_000, 100_000, 150_000)
"""Dollars a QALY: Neumann, Cohen and Weinstein, N Engl J Med 2014;371:796."""


class CostEffectiveness(NamedTuple):
    """A scenario against the baseline.

    ``cost`` dollars per person-year and ``qalys`` per person a year: differences with their 95% intervals.
    ``icer``: dollars per QALY, gained where both rise and lost where both fall; None unless both differences are clear
    of zero and of one sign. ``verdict`` says which. ``acceptable``: by what a QALY is worth, the share of replicates
    in which the scenario brings more net benefit (Fenwick, Claxton and Sculpher, Health Econ 2001;10:779): luck, not
    ignorance; None for fewer than two replicates. ``pairs``: how many replicates these are.
    """

    cost: Interval
    qalys: Interval
    icer: float | None
    verdict: str
    acceptable: Mapping[int, float | None]
    pairs: int


def cost_effectiveness(
    runs: Sequence[Mapping[str, float | None]], baseline: Sequence[Mapping[str, float | None]]
) -> CostEffectiveness:
    """What replicates measured under a scenario against what they measured under the baseline, pair by pair."""
    cost, thousand = (
        paired([run.get(name) for run in runs], [run.get(name) for run in baseline]) for name in (COST, HEALTH)
    )
    qalys = [None if value is None else value / 1_000 for value in thousand]
    money, health = interval(cost), interval(qalys)
    verdict = _verdict(money, health)
    ratio = money.mean / health.mean if money.mean and health.mean and verdict.startswith("per QALY") else None
    both = [(c, q) for c, q in zip(cost, qalys, strict=True) if c is not None and q is not None]
    acceptable = {worth: _accepted(both, worth) for worth in WORTHS}
    return CostEffectiveness(money, health, ratio, verdict, acceptable, len(both))


def _sign(interval: Interval) -> int | None:
    """1 or -1 for a difference that is clear of zero, 0 for one that is not, None where that cannot be told."""
    if interval.low is None or interval.high is None:
        return None
    return 1 if interval.low > 0 else -1 if interval.high < 0 else 0


def _verdict(money: Interval, benefit: Interval) -> str:
    cost, health = _sign(money), _sign(benefit)
    if cost is None or health is None:
        return "no interval"
    if cost == 0 or health == 0:
        named = {"cost": money, "health": benefit}
        same = [name for name, interval in named.items() if interval.low == interval.high == 0]
        unclear = [name for name, interval in named.items() if _sign(interval) == 0 and name not in same]
        names_by_state = {"the same": same, "unclear": unclear}
        return ", ".join(f"{' and '.join(names)} {how}" for how, names in names_by_state.items() if names)
    if cost == health:
        return "per QALY gained" if cost > 0 else "per QALY lost"
    return "more health for less" if health > 0 else "less health for more"


def _accepted(pairs: Sequence[tuple[float, float]], worth: int) -> float | None:
    """The share of pairs (cost, QALYs) in which health at this worth outweighs money; half where they are even."""
    benefits = [worth * qalys - cost for cost, qalys in pairs]
    return sum(0.5 + 0.5 * ((b > 0) - (b < 0)) for b in benefits) / len(benefits) if len(benefits) > 1 else None

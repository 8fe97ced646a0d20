"""Incremental analysis: which of many options are worth having, and what each further QALY costs along these.

Options are ranked by what they cost. One that another beats in both is dominated; one that a mix of two others beats
has extended dominance; what remains is the frontier, where each costs more per QALY than the one before it. Sources:
Drummond MF et al. Methods for the Economic Evaluation of Health Care Programmes. 4th ed. Oxford 2015, chapter 4;
Neumann PJ et al. Cost-Effectiveness in Health and Medicine. 2nd ed. Oxford 2017, chapter 12.
"""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import NamedTuple

from vbp_agents.metrics.cost_effectiveness import COST, HEALTH
from vbp_agents.metrics.intervals import paired

ON_FRONTIER, DOMINATED, EXTENDED = "on the frontier", "dominated", "extended dominance"


class Ranked(NamedTuple):
    """An option among others. ``cost`` dollars and ``qalys``, of one and the same number of people.

    ``status``: on the frontier, dominated, or extended dominance. On the frontier, but for its first option: ``after``
    is the option before it, ``icer`` the dollars per QALY from that one to this. Elsewhere ``after`` is who dominates
    (of several the one with most health), of extended dominance the two whose mix does, and ``icer`` is None.
    """

    name: str
    cost: float
    qalys: float
    status: str
    after: str
    icer: float | None


def frontier(options: Mapping[str, tuple[float, float]]) -> list[Ranked]:
    """Every option, (cost, QALYs) by name, ranked from the cheapest; of equal ones the first stays on the frontier."""
    order = list(options)
    ranked = sorted(options.items(), key=lambda item: (item[1][0], -item[1][1], order.index(item[0])))
    undominated: list[str] = []
    ranks: dict[str, Ranked] = {}
    for name, (cost, qalys) in ranked:
        better = [other for other in undominated if options[other][1] >= qalys]
        if better:
            ranks[name] = Ranked(name, cost, qalys, DOMINATED, better[-1], None)
        else:
            undominated.append(name)
    kept = list[str]()
    for name in undominated:
        kept.append(name)
        while len(kept) > 2 and _ratio(options, kept[-3], kept[-2]) > _ratio(options, kept[-2], kept[-1]):
            beaten = kept.pop(-2)
            ranks[beaten] = Ranked(beaten, *options[beaten], EXTENDED, "", None)
    for before, name in zip([None, *kept], kept, strict=False):
        ratio = None if before is None else _ratio(options, before, name)
        ranks[name] = Ranked(name, *options[name], ON_FRONTIER, before or "", ratio)
    return [_with_mix(ranks[name], options, kept) for name, _ in ranked]


def same_status(ranked: Sequence[Ranked], draws: Sequence[Mapping[str, tuple[float, float]]]) -> dict[str, float]:
    """By name the share of draws of luck, one or more, that alone give an option the status that it has here."""
    alone = [{each.name: each.status for each in frontier(draw)} for draw in draws]
    return {each.name: mean(status[each.name] == each.status for status in alone) for each in ranked}


def _ratio(options: Mapping[str, tuple[float, float]], first: str, second: str) -> float:
    """Dollars per QALY from one option to another that has more."""
    return (options[second][0] - options[first][0]) / (options[second][1] - options[first][1])


def _with_mix(ranked: Ranked, options: Mapping[str, tuple[float, float]], kept: Sequence[str]) -> Ranked:
    """An option of extended dominance with the two of the frontier that it lies between."""
    if ranked.status != EXTENDED:
        return ranked
    below = [name for name in kept if options[name][1] <= ranked.qalys]
    above = [name for name in kept if options[name][1] > ranked.qalys]
    return ranked._replace(after=f"{below[-1]} with {above[0]}")


class Placed(NamedTuple):
    """The options of a comparison ranked by means over replicates, and by name in which share of them each has the
    same status where a replicate is asked alone: where that is low, the order is luck's."""

    ranked: list[Ranked]
    in_draws: dict[str, float]
    pairs: int


def placed(values: Mapping[str, Sequence[Mapping[str, float | None]]], baseline: str) -> Placed:
    """Every scenario, the baseline included, by what replicates measured: dollars and QALYs a person and year.

    Differences from the baseline, of replicates in which all scenarios have both numbers; without any, no option.
    """
    draws = [
        {name: option for name, runs in values.items() if (option := _option(runs[draw], values[baseline][draw]))}
        for draw in range(len(values[baseline]))
    ]
    whole = [draw for draw in draws if len(draw) == len(values)]
    if not whole:
        return Placed([], {}, 0)
    means = {name: (mean(draw[name][0] for draw in whole), mean(draw[name][1] for draw in whole)) for name in values}
    ranked = frontier(means)
    return Placed(ranked, same_status(ranked, whole), len(whole))


def _option(run: Mapping[str, float | None], baseline: Mapping[str, float | None]) -> tuple[float, float] | None:
    """How far one run is from the baseline's in cost and QALYs; None where a number is missing."""
    (cost,), (health,) = (paired([run.get(name)], [baseline.get(name)]) for name in (COST, HEALTH))
    return None if cost is None or health is None else (cost, health / 1_000)

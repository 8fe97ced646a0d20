"""Which scenarios are worth having, and what each further QALY costs along these: incremental analysis."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, warning
from vbp_agents.analysis.measured import SweepNumbers, numbers_of
from vbp_agents.analysis.sheet import SMALL, Ink, draw_legend, label_axis, panels
from vbp_agents.analysis.value import ValueByScenario, value
from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.frontier import DOMINATED, EXTENDED, ON_FRONTIER, Ranked, frontier, same_status
from vbp_agents.presentation.written import listed, many, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "cost_effectiveness_frontier"


def cost_effectiveness_frontier(sweep: Sweep) -> Analysis:
    """Incremental analysis of all scenarios: who is dominated, and the dollars per further QALY along the frontier.

    By means over points and replicates, minus the baseline's, of runs that have both numbers for all scenarios.
    ``in_draws``: in which share of replicates a scenario has the same status, that replicate alone being asked: where
    that is low, the order is luck's. An ICER is of two means, without an interval.

    Frame: a row a scenario, the cheapest first: ``cost`` ($ a person and year), ``qalys`` (a person and year),
    ``status``, ``after`` and ``icer`` ($ a QALY) as `metrics.frontier.Ranked` has them. Sources: Drummond MF et al.
    Methods for the Economic Evaluation of Health Care Programmes. 4th ed. Oxford 2015; Neumann PJ et al.
    Cost-Effectiveness in Health and Medicine. 2nd ed. Oxford 2017. Needs the outcomes cost_per_capita and
    qalys_per_1000.
    """
    measured = numbers_of(sweep)
    title = "Health for money: which scenarios are worth having"
    by_scenario = value(measured)
    if isinstance(by_scenario, str):
        return unanswered(KIND, title, by_scenario)
    order = _order(by_scenario)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, order)

    return Analysis(KIND, title, _sentence(measured, order), _frame(order), draw)


@dataclass(frozen=True)
class Order:
    """The scenarios ranked, and by name the share of replicates in which each has the same status."""

    ranked: list[Ranked]
    in_draws: dict[str, float]
    replicates: int


def _order(by_scenario: ValueByScenario) -> Order:
    cost, qalys = by_scenario.by_replicate()
    whole = np.isfinite(cost).all(axis=0)
    if not whole.any():
        points_cost, points_qalys = by_scenario.by_point()
        means = points_cost.mean(axis=1), points_qalys.mean(axis=1)
    else:
        means = cost[:, whole].mean(axis=1), qalys[:, whole].mean(axis=1)
    names = by_scenario.names
    ranked = frontier(_named(names, *means))
    draws = [_named(names, cost[:, draw], qalys[:, draw]) for draw in np.flatnonzero(whole)]
    same = same_status(ranked, draws) if draws else dict.fromkeys(names, float("nan"))
    return Order(ranked, same, len(draws))


def _named(names: list[str], cost: FloatArray, qalys: FloatArray) -> dict[str, tuple[float, float]]:
    return {name: (float(c), float(q)) for name, c, q in zip(names, cost, qalys, strict=True)}


def _frame(order: Order) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "scenario": [each.name for each in order.ranked],
            "cost": [each.cost for each in order.ranked],
            "qalys": [each.qalys for each in order.ranked],
            "unit": "$ and QALYs a person and year, minus the baseline's",
            "status": [each.status for each in order.ranked],
            "after": [each.after for each in order.ranked],
            "icer": [float("nan") if each.icer is None else each.icer for each in order.ranked],
            "icer_unit": "$ a QALY",
            "in_draws": [float(order.in_draws[each.name]) for each in order.ranked],
        }
    )
    frame.attrs["replicates"] = order.replicates
    return frame


def _sentence(measured: SweepNumbers, order: Order) -> str:
    on = [each for each in order.ranked if each.status == ON_FRONTIER]
    off = [each for each in order.ranked if each.status != ON_FRONTIER]
    steps = [f"then {spoken(each.name)} at ${each.icer:,.0f} a further QALY" for each in on if each.icer is not None]
    head = f"By means, {spoken(on[0].name)} costs least{''.join(f'; {step}' for step in steps)}."
    if off:
        head += f" {' '.join(_beaten(off))}"
    if order.replicates < LEAST:
        return f"{head} {warning(order.replicates)}"
    least = min(order.in_draws.values())
    if least == 1:
        return f"{head} All {many(order.replicates, 'draw')} of luck say the same."
    shaky = [spoken(name) for name, share in order.in_draws.items() if share < 0.95]
    return f"{head} Luck could change that of {listed(shaky)}." if shaky else head


def _beaten(off: list[Ranked]) -> Iterator[str]:
    """Who is dominated, and how."""
    alone = [spoken(each.name) for each in off if each.status == DOMINATED]
    mixed = [spoken(each.name) for each in off if each.status == EXTENDED]
    if alone:
        yield f"Dominated, as another has as much health for no more money: {listed(alone)}."
    if mixed:
        yield f"Dominated by a mix of two others (extended dominance): {listed(mixed)}."


def _picture(ink: Ink, title: str, measured: SweepNumbers, order: Order) -> "Figure":
    note = (
        "Filled: on the frontier, with dollars per further QALY from one to the next. Hollow: dominated, alone or by a "
        "mix of two. Means; where luck decides, the sentence and the table say so."
    )
    figure, (axes,) = panels(ink, title, 4.6, notes=[note, warning(order.replicates)])
    on = [each for each in order.ranked if each.status == ON_FRONTIER]
    axes.plot([1_000 * each.qalys for each in on], [each.cost for each in on], color=ink.gray, linewidth=1.2, zorder=1)
    for each in order.ranked:
        color = measured.color(ink, each.name)
        face = color if each.status == ON_FRONTIER else "none"
        axes.scatter(
            [1_000 * each.qalys], [each.cost], s=60, facecolors=face, edgecolors=color, linewidths=1.8, zorder=2
        )
    for before, each in pairwise(on):
        middle = 500 * (before.qalys + each.qalys), (before.cost + each.cost) / 2
        axes.annotate(
            f"${each.icer:,.0f} a QALY", middle, (6, -9), textcoords="offset points", fontsize=SMALL,
            color=ink.letters, parse_math=False,
        )  # fmt: skip
    draw_legend(axes, ink, {spoken(each.name): measured.color(ink, each.name) for each in order.ranked})
    base = spoken(measured.baseline)
    label_axis(axes, ink, f"QALYs per 1,000 people a year, minus {base}", f"$ a person and year, minus {base}")
    axes.margins(0.12)
    return figure

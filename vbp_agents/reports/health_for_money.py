"""Health for money of a comparison: for other programs, and the frontier as a table for people."""

from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.written import DASH, folded
from vbp_agents.reports.comparison import NAME_WIDTH, RunsByScenario

if TYPE_CHECKING:
    from rich.table import Table

    from vbp_agents.metrics.frontier import Ranked
    from vbp_agents.metrics.intervals import Interval

_CAPTION = (
    "by means over the replicates; dominated: another has as much health for no more money; extended dominance: a mix "
    "of two others has; $ a further QALY: against the one before it on the frontier; the same in: replicates that, "
    "asked alone, put the scenario there, so where these are few the order is luck's"
)


def cost_effectiveness_document(values: RunsByScenario, baseline: str) -> dict[str, Any]:
    """By scenario, the baseline included: against the baseline, and its place among all (`metrics.frontier`).

    ``cost`` (dollars) and ``qalys``, a person and year: ``difference`` with its bounds. ``cost_per_qaly``: dollars,
    None unless both differences are clear; ``verdict``: which. ``acceptable``: by what a QALY is worth, the share of
    replicates in which the scenario is the better buy. ``frontier``: ``status``, ``after``, ``cost_per_further_qaly``,
    and ``in_draws``, the share of replicates in which the scenario has the same status; None where numbers are missing.
    """
    from vbp_agents.metrics.cost_effectiveness import cost_effectiveness
    from vbp_agents.metrics.frontier import placed

    places = placed(values, baseline)
    ranked = {each.name: each for each in places.ranked}
    by_scenario: dict[str, Any] = {}
    for name, runs in values.items():
        each, place = cost_effectiveness(runs, values[baseline]), ranked.get(name)
        against = None
        if name != baseline:
            against = {
                "cost": _difference(each.cost),
                "qalys": _difference(each.qalys),
                "cost_per_qaly": each.icer,
                "verdict": each.verdict,
                "acceptable": {str(worth): share for worth, share in each.acceptable.items()},
            }
        frontier = None
        if place:
            frontier = {
                "status": place.status,
                "after": place.after or None,
                "cost_per_further_qaly": place.icer,
                "in_draws": places.in_draws[name],
            }
        by_scenario[name] = {"against_baseline": against, "frontier": frontier}
    return by_scenario


def _difference(interval: "Interval") -> dict[str, float | None]:
    return {"difference": interval.mean, "low": interval.low, "high": interval.high}


def frontier_tables(values: RunsByScenario, baseline: str) -> "list[Table]":
    """Which scenarios are worth having, the cheapest first; none of fewer than three, or where numbers are missing."""
    from rich import box
    from rich.table import Table

    from vbp_agents.metrics.frontier import placed

    places = placed(values, baseline)
    if len(places.ranked) < 3:
        return []
    table = Table(
        title="Which are worth having",
        caption=_CAPTION,
        caption_justify="left",
        box=box.SIMPLE,
        padding=(0, 0, 0, 1),
        show_edge=False,
    )
    table.add_column("scenario", min_width=NAME_WIDTH, overflow="fold")
    table.add_column("place", overflow="fold")
    table.add_column("$ a further QALY", justify="right")
    table.add_column("the same in", justify="right")
    for each in places.ranked:
        count = f"{round(places.in_draws[each.name] * places.pairs)} of {places.pairs}"
        table.add_row(
            folded(each.name, NAME_WIDTH), _place(each), DASH if each.icer is None else f"${each.icer:,.0f}", count
        )
    return [table]


def _place(each: "Ranked") -> str:
    """Where a scenario is, and whom it is told against."""
    from vbp_agents.metrics.frontier import DOMINATED, EXTENDED

    by = {DOMINATED: f" by {each.after}", EXTENDED: f": {each.after}"}
    return f"{each.status}{by.get(each.status, '')}"

"""Shared savings without losses: where do incentives bite, and where does luck pay?

    python experiments/14_incentives_and_luck.py [--quick --out DIR] [--workers N]

A grid of the sharing rate, the minimum savings rate and the size of ACOs, each point with providers who respond
and with providers who go on as they did. What the first save is what incentives do; what the second are paid is luck.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from experiment import AS_IT_WAS, BEHAVIOR, RESPONDS, Experiment, amount, judged, part_of
from pandas import DataFrame

from vbp_agents import Sweep
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.luck import UNTOLD, Spread, few
from vbp_agents.analysis.measured import numbers_of
from vbp_agents.analysis.sheet import Ink, label_axis, panels
from vbp_agents.presentation.written import many

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SCENARIO = "shared_savings_one_sided"
RATE, MINIMUM, AREA = "contracts.0.terms.sharing_rate", "contracts.0.terms.chosen_minimum", "region.people_per_area"
ACOS = 3
"""Of an area: they share its people, but for those who see nobody and count for none."""
SAVED, PAID = "cost_per_capita", "payer_outlay_per_capita"
ASKED = ((SAVED, RESPONDS), (PAID, RESPONDS), (PAID, AS_IT_WAS))
TITLE = "Where incentives bite, and where luck pays: shared savings without losses"
RESTS_ON = (
    "Differences from fee for service in the same world, replicate by replicate, with Student's 95% intervals; said is "
    "only what is clear of luck once the intervals are widened for all differences that there are. The contracts are "
    "one-sided ones of all of Medicare's people, with the ACOs' own past as benchmarks; how strongly providers respond "
    "is an assumption of the behavior `profit_and_benefit`."
)


def answer(sweep: Sweep) -> Analysis:
    """At every point: what care costs and payers pay, with providers who respond and with practice as it was."""
    measured = numbers_of(sweep)
    values = measured.values
    points = values[values[BEHAVIOR] == RESPONDS][[RATE, MINIMUM, AREA]]
    terms = list(points.itertuples(index=False, name=None))
    rows = [(outcome, behavior, *point) for outcome, behavior in ASKED for point in terms]
    effects = {outcome: measured.effect(outcome, SCENARIO) for outcome in (SAVED, PAID)}
    keys = list(values[[BEHAVIOR, RATE, MINIMUM, AREA]].itertuples(index=False, name=None))
    spread = judged([effects[outcome][keys.index(tuple(point))] for outcome, *point in rows])
    frame = DataFrame(rows, columns=["outcome", "behavior", "sharing_rate", "minimum_savings_rate", "people_per_area"])
    frame["unit"] = [measured.outcome(outcome).unit for outcome in frame.outcome]
    frame["replicates"] = spread.n.astype(int)
    frame["difference"], frame["low"], frame["high"] = spread.mean, spread.low, spread.high
    frame["verdict"] = [spread.text(row) for row in range(len(rows))]

    def draw(ink: Ink) -> "Figure":
        return picture(ink, frame, spread)

    return Analysis("incentives_and_luck", TITLE, sentence(frame, measured.replicates), frame, draw)


def sentence(frame: DataFrame, replicates: int) -> str:
    """Where care costs less and where something is paid for nothing, and the points that have most of it."""
    if (frame.verdict == few(replicates)).all():
        return f"Nothing is said of luck: {few(replicates)}."
    parts = (
        ("Incentives bite", "care costs less than under fees", SAVED, RESPONDS, "lower"),
        ("Luck pays", "payers pay more though practice is as it was", PAID, AS_IT_WAS, "higher"),
        ("Payers gain", "they pay less in all, with what they share", PAID, RESPONDS, "lower"),
        ("Payers lose", "they pay more in all, with what they share", PAID, RESPONDS, "higher"),
    )
    return "\n".join(f"- {_told(frame, *each)}" for each in parts)


def _told(frame: DataFrame, head: str, what: str, outcome: str, behavior: str, way: str) -> str:
    """At how many points something is so, clear of luck, and where most of all."""
    rows = frame[(frame.outcome == outcome) & (frame.behavior == behavior)]
    clear = rows[rows.verdict == way]
    unclear = int((rows.verdict == UNTOLD).sum())
    rest = f" At {many(unclear, 'point')} the difference {UNTOLD}." if unclear else ""
    if not len(clear):
        return f"{head} ({what}) at none of {many(len(rows), 'point')}.{rest}"
    ordered = sorted(clear.to_dict("records"), key=lambda row: abs(row["difference"]))
    least, most = ordered[0], ordered[-1]
    ends = f"most {_where(most)}"
    if len(clear) > 1:
        ends += f", least {_where(least)}"
    return f"{head} ({what}) at {len(clear)} of {many(len(rows), 'point')}: {ends}; $ a person and year.{rest}"


def _where(row: Mapping[Any, Any]) -> str:
    """A point in words, with its difference."""
    terms = f"at a sharing rate of {row['sharing_rate']:.0%}, a minimum of {row['minimum_savings_rate']:.0%}"
    return f"{terms} and {_acos(row['people_per_area'])} ({amount(row)})"


def _acos(people: float) -> str:
    """An area's ACOs in words, by the people of the area."""
    return f"{ACOS} ACOs for {people:,.0f} people"


def picture(ink: Ink, frame: DataFrame, spread: Spread) -> "Figure":
    """A row an outcome, a column a size of ACOs; the sharing rate to the right, a line a minimum savings rate."""
    sizes = sorted(frame.people_per_area.unique())
    minima = sorted(frame.minimum_savings_rate.unique())
    notes = [
        "Bars: 95% intervals over draws of people and luck. Filled: clear of luck, with intervals widened for all "
        "differences that there are. Hollow: luck could do that."
    ]
    heads = ("Care: cost, providers respond", "Payers: outlay, providers respond", "Luck: outlay, practice as it was")
    figure, all_axes = panels(ink, TITLE, 8.6, rows=3, columns=len(sizes), notes=notes, sharex=True, sharey="row")
    for place, (head, (outcome, behavior)) in enumerate(zip(heads, ASKED, strict=True)):
        for column, size in enumerate(sizes):
            axes = all_axes[place * len(sizes) + column]
            axes.axhline(0, color=ink.gray, linewidth=1)
            for order, minimum in enumerate(minima):
                rows = frame[
                    (frame.outcome == outcome)
                    & (frame.behavior == behavior)
                    & (frame.people_per_area == size)
                    & (frame.minimum_savings_rate == minimum)
                ].sort_values("sharing_rate")
                shift = 1.2 * (order - (len(minima) - 1) / 2)
                line(
                    axes, ink, 100 * rows.sharing_rate.to_numpy() + shift, part_of(spread, rows.index.to_numpy()), order
                )
            axes.set_title(f"{head}; {_acos(size)}", fontsize=9.5, color=ink.letters, loc="left")
            last = place == len(ASKED) - 1
            label_axis(axes, ink, "sharing rate, %" if last else "", "$ a person and year" if not column else "")
    handles, _ = all_axes[0].get_legend_handles_labels()
    words = [f"minimum savings rate {minimum:.0%}" for minimum in minima]
    all_axes[0].legend(handles, words, fontsize=8.5, frameon=False, labelcolor=ink.letters)
    return figure


def line(axes: "Axes", ink: Ink, at: "np.ndarray", spread: Spread, order: int) -> None:
    """Marks with intervals along a line."""
    color = ink.scenario(order + 1)
    axes.plot(at, spread.mean, color=color, linewidth=1.4, label=str(order))
    axes.vlines(at, spread.low, spread.high, color=color, linewidth=2.2)
    for x, y, clear in zip(at, spread.mean, spread.clear, strict=True):
        filled = color if clear else ink.over
        axes.plot([x], [y], marker="o", color=color, markerfacecolor=filled, markersize=6.5, markeredgewidth=1.6)


QUICK = {
    "levers": {RATE: [0.25, 0.75], MINIMUM: [0.0, 0.04], AREA: [1_000]},
    "patients": 1_000,
    "years": 1,
    "replicates": 3,
}
EXPERIMENT = Experiment(__file__, QUICK, answer, RESTS_ON)
if __name__ == "__main__":
    EXPERIMENT.main()

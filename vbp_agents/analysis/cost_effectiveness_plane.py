"""More or less health for more or less money: the cost-effectiveness plane, with luck and ignorance apart."""

from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, few, student, warning
from vbp_agents.analysis.measured import SweepNumbers, numbers_of
from vbp_agents.analysis.sheet import SMALL, Ink, draw_legend, label_axis, panels
from vbp_agents.analysis.value import ValueByScenario, value
from vbp_agents.metrics.cost_effectiveness import WORTHS
from vbp_agents.presentation.written import listed, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "cost_effectiveness_plane"
WORTH = WORTHS[1]
"""Dollars a QALY of the line in the plane."""
_QUADRANTS = {
    (1, 1): "more health for more",
    (1, -1): "more health for less",
    (-1, 1): "less health for more",
    (-1, -1): "less health for less",
}
"""By the signs of the differences in health and in money."""


def cost_effectiveness_plane(sweep: Sweep) -> Analysis:
    """Each scenario's cost and QALYs minus the baseline's: small dots points of the design, the cross its luck.

    A dot is a point's mean over replicates, so that their cloud is what is unknown; the mark is the mean over points
    with Student's 95% intervals over replicates, so that its cross is luck. A scenario has a verdict only where both
    intervals, widened for all scenarios and both axes, are clear of zero.

    Frame: a row a scenario (``point`` 0) and a row a scenario and point. Source: Black WC. The CE plane. Med Decis
    Making 1990;10:212-214. Needs the outcomes cost_per_capita and qalys_per_1000.
    """
    measured = numbers_of(sweep)
    title = f"Health and money, minus {spoken(measured.baseline)}"
    by_scenario = value(measured)
    if isinstance(by_scenario, str):
        return unanswered(KIND, title, by_scenario)
    frame = _frame(by_scenario)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, frame)

    return Analysis(KIND, title, _sentence(measured, frame), frame, draw)


def _frame(by_scenario: ValueByScenario) -> "DataFrame":
    from pandas import DataFrame, concat

    others = len(by_scenario.names) - 1
    cost, qalys = (values[:others] for values in by_scenario.by_replicate())
    money, health = student(cost, claims=2 * others), student(qalys, claims=2 * others)
    point_cost, point_qalys = (values[:others] for values in by_scenario.by_point())
    known = np.isfinite(money.mean)
    verdicts = []
    for row in range(others):
        if money.n[row] < LEAST:
            verdicts.append(few(int(money.n[row])))
        elif money.clear[row] and health.clear[row]:
            verdicts.append(_QUADRANTS[int(np.sign(health.mean[row])), int(np.sign(money.mean[row]))])
        else:
            verdicts.append("unclear")
    means = DataFrame(
        {
            "scenario": by_scenario.names[:others],
            "point": 0,
            "cost": np.where(known, money.mean, point_cost.mean(axis=1)),
            "cost_low": money.low,
            "cost_high": money.high,
            "qalys": np.where(known, health.mean, point_qalys.mean(axis=1)),
            "qalys_low": health.low,
            "qalys_high": health.high,
            "verdict": verdicts,
        }
    )
    count = point_cost.shape[1]
    points = DataFrame(
        {
            "scenario": np.repeat(by_scenario.names[:others], count),
            "point": np.tile(np.arange(1, count + 1), others),
            "cost": point_cost.ravel(),
            "qalys": point_qalys.ravel(),
        }
    )
    frame = concat([means, points], ignore_index=True)
    frame["unit"] = "$ and QALYs a person and year"
    frame.attrs["replicates"] = int(money.n.max())
    return frame


def _sentence(measured: SweepNumbers, frame: "DataFrame") -> str:
    means = frame[frame["point"] == 0]
    groups: dict[str, list[str]] = {}
    for name, verdict in zip(means["scenario"], means["verdict"], strict=True):
        groups.setdefault(verdict, []).append(spoken(name))
    unclear = groups.pop("unclear", [])
    parts = [f"{verdict}: {listed(names)}" for verdict, names in groups.items()]
    if unclear:
        parts.append(f"cost, health or both cannot be told apart from luck: {listed(unclear)}")
    return f"Against {spoken(measured.baseline)}, on average over all points: {'; '.join(parts)}."


def _picture(ink: Ink, title: str, measured: SweepNumbers, frame: "DataFrame") -> "Figure":
    note = (
        f"Dots: points of the design, so what is unknown. Crosses: 95% intervals of the mean, so luck. Dotted line: "
        f"${WORTH:,} a QALY; below it a scenario is the better buy at that worth."
    )
    figure, (axes,) = panels(ink, title, 4.8, notes=[note, warning(frame.attrs["replicates"])])
    axes.axhline(0, color=ink.gray, linewidth=1)
    axes.axvline(0, color=ink.gray, linewidth=1)
    means, points = frame[frame["point"] == 0], frame[frame["point"] > 0]
    for name in measured.others:
        rows, color = points[points["scenario"] == name], measured.color(ink, name)
        axes.scatter(1_000 * rows["qalys"], rows["cost"], s=12, color=color, alpha=0.35, linewidths=0, zorder=2)
    numbers = means[["cost", "cost_low", "cost_high", "qalys", "qalys_low", "qalys_high"]].to_numpy(float)
    for name, (y, y_low, y_high, *per_person) in zip(means["scenario"], numbers, strict=True):
        color, (x, x_low, x_high) = measured.color(ink, name), (1_000 * share for share in per_person)
        axes.plot([x_low, x_high], [y, y], color=color, linewidth=2, zorder=3)
        axes.plot([x, x], [y_low, y_high], color=color, linewidth=2, zorder=3)
        axes.scatter([x], [y], s=56, color=color, edgecolors=ink.letters, linewidths=0.8, zorder=4)
    _room(axes)
    _worth(axes, ink)
    _quadrants(axes, ink)
    draw_legend(axes, ink, {spoken(name): measured.color(ink, name) for name in measured.others})
    label_axis(axes, ink, "QALYs per 1,000 people a year: more health →", "$ a person and year: costs more →")
    return figure


def _room(axes: "Axes") -> None:
    """Zero within the panel, and room on all its sides for the words."""
    beside, above = 0.34, 0.18
    for limits, limit, room in (
        (axes.get_xlim(), axes.set_xlim, beside),
        (axes.get_ylim(), axes.set_ylim, above),
    ):
        low, high = min(limits[0], 0.0), max(limits[1], 0.0)
        reach = (high - low) or 1.0
        limit(low - room * reach, high + room * reach)


def _worth(axes: "Axes", ink: Ink) -> None:
    """The line of what a QALY is worth, as far as the panel goes."""
    limits = axes.get_xlim(), axes.get_ylim()
    ends = np.asarray(limits[0])
    axes.plot(ends, ends * WORTH / 1_000, color=ink.gray, linewidth=1.2, linestyle=":")
    axes.set_xlim(limits[0])
    axes.set_ylim(limits[1])


def _quadrants(axes: "Axes", ink: Ink) -> None:
    for (health, money), text in _QUADRANTS.items():
        x, side = (0.99, "right") if health > 0 else (0.01, "left")
        y, end = (0.98, "top") if money > 0 else (0.02, "bottom")
        axes.text(x, y, text, transform=axes.transAxes, fontsize=SMALL, color=ink.gray, ha=side, va=end)

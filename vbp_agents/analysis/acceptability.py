"""Who is the best buy at which worth of a QALY, and how often: acceptability curves, of luck and of ignorance."""

from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, few
from vbp_agents.analysis.measured import SweepNumbers, numbers_of
from vbp_agents.analysis.sheet import WORDS, Ink, draw_legend, label_axis, panels
from vbp_agents.analysis.value import ValueByScenario, value
from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.cost_effectiveness import WORTHS
from vbp_agents.presentation.written import many, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "acceptability_curve"
MOST_WORTH, STEP = 200_000, 5_000
"""Dollars a QALY that the curves go to, and between their places."""
LUCK, IGNORANCE = "draws of luck", "points"


def acceptability_curve(sweep: Sweep) -> Analysis:
    """In which share each scenario has the highest net benefit, by what a QALY is worth: of draws of luck, of points.

    Net benefit is QALYs at their worth minus cost, minus the baseline's (which has 0). Over replicates, each the mean
    over points: what luck leaves open. Over points, each the mean over replicates: what ignorance leaves open, if all
    points are as likely. Equal benefits share. The baseline is among the scenarios.

    Frame: a row a scenario, worth and kind: ``worth`` ($ a QALY), ``of`` (draws of luck, or points), ``share``. Source:
    Fenwick E, Claxton K, Sculpher M. Health Econ 2001;10:779-787. Needs the outcomes cost_per_capita and
    qalys_per_1000.
    """
    measured = numbers_of(sweep)
    title = "The best buy, by what a QALY is worth"
    by_scenario = value(measured)
    if isinstance(by_scenario, str):
        return unanswered(KIND, title, by_scenario)
    frame = _frame(by_scenario)
    by_replicate = np.isfinite(by_scenario.by_replicate()[0]).all(axis=0)
    draws, points = int(by_replicate.sum()), by_scenario.by_point()[0].shape[1]

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, by_scenario.names, frame, {LUCK: draws, IGNORANCE: points})

    return Analysis(KIND, title, _sentence(frame, draws, points), frame, draw)


def best_shares(cost: FloatArray, qalys: FloatArray, worth: float) -> FloatArray:
    """In which share of cases, (scenarios, cases), each scenario has the highest net benefit; equal ones share."""
    benefit = worth * qalys - cost
    best = benefit == benefit.max(axis=0)
    return np.asarray((best / best.sum(axis=0)).mean(axis=1))


def _frame(by_scenario: ValueByScenario) -> "DataFrame":
    from pandas import DataFrame

    rows = []
    cost, qalys = by_scenario.by_replicate()
    whole = np.isfinite(cost).all(axis=0)
    for kind, (money, health) in ((LUCK, (cost[:, whole], qalys[:, whole])), (IGNORANCE, by_scenario.by_point())):
        if not money.shape[1]:
            continue
        for worth in range(0, MOST_WORTH + 1, STEP):
            shares = best_shares(money, health, worth)
            rows += [(name, kind, worth, float(share)) for name, share in zip(by_scenario.names, shares, strict=True)]
    frame = DataFrame(rows, columns=["scenario", "of", "worth", "share"])
    frame["worth_unit"] = "$ a QALY"
    return frame


def _sentence(frame: "DataFrame", draws: int, points: int) -> str:
    parts = []
    for worth in WORTHS[:2]:
        winners = []
        for kind, count in ((LUCK, draws), (IGNORANCE, points)):
            rows = frame[(frame["of"] == kind) & (frame["worth"] == worth)]
            if len(rows) and count > 1:
                best = int(rows["share"].to_numpy().argmax())
                name, share = str(rows["scenario"].iloc[best]), float(rows["share"].iloc[best])
                winners.append(f"{spoken(name)} in {100 * share:.0f}% of {kind}")
        if winners:
            parts.append(f"at ${worth:,} a QALY, {' and '.join(winners)}")
    if not parts:
        return "One point and one draw of luck have no shares; more of either are needed."
    luck = f" With {few(draws)}, its shares say little." if draws < LEAST else ""
    return f"The best buy is most often, {'; '.join(parts)}.{luck}"


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, names: list[str], frame: "DataFrame", counts: dict[str, int]
) -> "Figure":
    note = "Left: what luck leaves open. Right: what ignorance leaves open, if all points are as likely."
    figure, both = panels(ink, title, 3.6, columns=2, notes=[note], sharey=True)
    for axes, (kind, count) in zip(both, counts.items(), strict=True):
        rows = frame[frame["of"] == kind]
        for name in names:
            line = rows[rows["scenario"] == name]
            axes.plot(line["worth"] / 1_000, line["share"], color=measured.color(ink, name), linewidth=2)
        axes.set_ylim(-0.03, 1.03)
        axes.set_xlim(0, MOST_WORTH / 1_000)
        axes.yaxis.set_major_formatter("{x:.0%}")
        heading = f"{many(count, 'draw')} of luck" if kind == LUCK else many(count, "point")
        axes.set_title(f"of {heading}", fontsize=WORDS, color=ink.letters, loc="left")
        if not len(rows):
            axes.text(0.5, 0.5, "none has all its points", transform=axes.transAxes, color=ink.gray, ha="center")
        label_axis(axes, ink, "thousand $ that a QALY is worth")
    label_axis(both[0], ink, y="share with the highest net benefit")
    draw_legend(both[1], ink, {spoken(name): measured.color(ink, name) for name in names})
    return figure

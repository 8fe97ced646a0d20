"""Which options none beats in two outcomes at once: the Pareto front."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.options import Option, options
from vbp_agents.analysis.sheet import SMALL, Ink, draw_legend, label_axis, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.cost_effectiveness import COST, HEALTH
from vbp_agents.presentation.written import listed, many, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "pareto_front"
NAMED = 8
"""Options of the front that have room for their names."""


def pareto_front(sweep: Sweep, *, outcomes: Sequence[str] | None = None) -> Analysis:
    """Which options no other beats in two outcomes at once, by means, and how often luck would say the same.

    An option is a scenario with its levers' values; its outcomes are averaged over all that is uncertain, as
    differences from the baseline at the same points where there is another scenario. ``outcomes``: two of the study's
    that are better higher or lower; where not said, cost and QALYs if the study has both, else its first two such.
    ``in_draws``: the share of replicates in which an option is on the front of that replicate alone.

    Frame: a row an option. Source: Coello Coello CA, Lamont GB, Van Veldhuizen DA. Evolutionary Algorithms for Solving
    Multi-Objective Problems. 2nd ed. Springer 2007, chapter 1. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen = _two(measured, outcomes)
    if isinstance(chosen, str):
        return unanswered(KIND, "Which options none beats in two outcomes", chosen)
    first, other = chosen
    file_stem = stem(KIND, first.name, other.name)
    title = f"{first.title} against {other.title[0].lower()}{other.title[1:]}: which options none beats in both"
    front = _front(measured, first, other)
    if isinstance(front, str):
        return unanswered(file_stem, title, front)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, (first, other), front)

    return Analysis(file_stem, title, _sentence(first, other, front), _frame(front, first, other), draw)


@dataclass(frozen=True)
class Front:
    """The options with means of both outcomes, (options, 2), which are on the front, and in which share of draws."""

    options: list[Option]
    means: FloatArray
    on: NDArray[np.bool_]
    in_draws: FloatArray
    replicates: int


def unbeaten(points: FloatArray) -> NDArray[np.bool_]:
    """Which of points, (points, outcomes), less being better, no other equals in all and beats in one."""
    return np.asarray(
        [not ((points <= point).all(axis=1) & (points < point).any(axis=1)).any() for point in points], bool
    )


def _two(measured: SweepNumbers, names: Sequence[str] | None) -> tuple[ShownOutcome, ShownOutcome] | str:
    known = measured.study.outcomes
    if names is None and COST in known and HEALTH in known:
        names = (COST, HEALTH)
    judged = [outcome for outcome in measured.outcomes(names) if outcome.better is not None]
    if names is not None and len(judged) != 2:
        return "A front needs two different outcomes that are better higher or lower."
    if len(judged) < 2:
        return "A front needs two outcomes that are better higher or lower; the study has fewer."
    return judged[0], judged[1]


def _front(measured: SweepNumbers, first: ShownOutcome, other: ShownOutcome) -> Front | str:
    listed_options = options(measured)
    by_replicate = np.full((len(listed_options), 2, measured.replicates), np.nan)
    for place, option in enumerate(listed_options):
        for which, outcome in enumerate((first, other)):
            values = measured.level(outcome.name, option.scenario)
            if measured.others:
                values = values - measured.level(outcome.name, measured.baseline)
            by_replicate[place, which] = option.by_replicate(values)
    there = np.isfinite(by_replicate).any(axis=2).all(axis=1)
    if not there.any():
        return "No option has a number for both outcomes."
    kept = [option for option, known in zip(listed_options, there, strict=True) if known]
    numbers = by_replicate[there]
    means = np.nanmean(numbers, axis=2)
    signs = np.asarray([1.0 if outcome.better == "lower" else -1.0 for outcome in (first, other)])
    whole = [numbers[:, :, draw] for draw in range(numbers.shape[2]) if np.isfinite(numbers[:, :, draw]).all()]
    shares = np.mean([unbeaten(draw * signs) for draw in whole], axis=0) if whole else np.full(len(kept), np.nan)
    return Front(kept, means, unbeaten(means * signs), np.asarray(shares, float), len(whole))


def _frame(front: Front, first: ShownOutcome, other: ShownOutcome) -> "DataFrame":
    from pandas import DataFrame

    return DataFrame(
        {
            "scenario": [option.scenario for option in front.options],
            "levers": [option.levers for option in front.options],
            first.name: front.means[:, 0],
            f"{first.name}_unit": first.unit,
            other.name: front.means[:, 1],
            f"{other.name}_unit": other.unit,
            "on_front": front.on,
            "in_draws": front.in_draws,
        }
    )


def _sentence(first: ShownOutcome, other: ShownOutcome, front: Front) -> str:
    on_front = [row for row in range(len(front.options)) if front.on[row]]
    names = listed(front.options[row].label for row in on_front[:4]) + (
        f" and {len(on_front) - 4} more" if len(on_front) > 4 else ""
    )
    alone = len(on_front) == 1
    which = f"{len(on_front)} of {many(len(front.options), 'option')} {'is' if alone else 'are'}"
    head = f"By means, {which} beaten by none in both: {names}."
    if front.replicates < LEAST:
        return f"{head} {warning(front.replicates)}"
    if len(front.options) == 1:
        return head
    least = float(front.in_draws[on_front].min())
    often = f"in {100 * least:.0f}% of draws of luck"
    surely = "in every draw of luck" if least == 1 else often if alone else f"each {often} or more"
    return f"{head} {'It is' if alone else 'They are'} on the front {surely}."


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, outcomes: tuple[ShownOutcome, ShownOutcome], front: Front
) -> "Figure":
    note = "Filled: on the front. Hollow: another option is better in one and no worse in the other. All by means."
    figure, (axes,) = panels(ink, title, 4.6, notes=[note, warning(front.replicates)])
    order = sorted((row for row in range(len(front.options)) if front.on[row]), key=lambda row: tuple(front.means[row]))
    axes.plot(front.means[order, 0], front.means[order, 1], color=ink.gray, linewidth=1, zorder=1)
    names = dict.fromkeys(option.scenario for option in front.options)
    for name in names:
        color = measured.color(ink, name)
        for on in (False, True):
            rows = [r for r, option in enumerate(front.options) if option.scenario == name and front.on[r] == on]
            face = color if on else "none"
            axes.scatter(
                front.means[rows, 0], front.means[rows, 1], s=46, facecolors=face, edgecolors=color, linewidths=1.5,
                zorder=2 + on,
            )  # fmt: skip
    if len(order) <= NAMED:
        for row in order:
            if front.options[row].levers:
                axes.annotate(
                    front.options[row].levers, tuple(front.means[row]), (7, 5), textcoords="offset points",
                    fontsize=SMALL, color=ink.letters, parse_math=False,
                )  # fmt: skip
    draw_legend(axes, ink, {spoken(name): measured.color(ink, name) for name in names})
    minus = f", minus {spoken(measured.baseline)}" if measured.others else ""
    texts = [f"{outcome.axis}{minus}\n({outcome.better} is better)" for outcome in outcomes]
    label_axis(axes, ink, *texts)
    axes.margins(0.1)
    return figure

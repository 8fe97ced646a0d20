"""Where in the space of what is varied a scenario does what is asked about: scenario discovery."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.boxes import Box, boxes, luck_of_boxes
from vbp_agents.analysis.factors import factor_labels, plain_number
from vbp_agents.analysis.luck import UNTOLD, few, student, warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.packages import MissingPackage
from vbp_agents.analysis.regression import mean_of_replicates
from vbp_agents.analysis.rows import independent_rows
from vbp_agents.analysis.sheet import SMALL, Ink, beside, folded_words, height_of, name_rows, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import listed, many
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.varied import Varied

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "scenario_discovery"
LEAST_POINTS, LEAST_CASES = 40, 10
"""Points, and of these points that are and points that are not of interest."""
CHANCE = 0.05
MOST_BOXES = 3


def scenario_discovery(
    sweep: Sweep,
    *,
    outcome: str | None = None,
    scenario: str | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Analysis:
    """In which ranges of the factors a scenario is better than the baseline, or above or below a number, as boxes.

    Of interest are points whose paired difference from the baseline (of the baseline: what it is), the mean over
    replicates, is above ``above`` or below ``below``; where neither is said, points where it is on the better side of
    zero, and its 95% interval over replicates clear of it. Boxes are leaves of a classification tree (CART), of three
    conditions at most. ``coverage``: the share of the points of interest that a box holds; ``density``: the share of
    its points that are of interest. ``attrs["chance"]``: how often a box as good is found where who is of interest is
    shuffled (99 times, seeded); above 5% no box is told.

    Frame: a row a box and condition: ``factor``, ``from``, ``to`` (infinite where there is no bound). Sources: Bryant
    BP, Lempert RJ. Technol Forecast Soc Change 2010;77:34-49 (coverage, density); Lempert RJ, Bryant BP, Bankes SC.
    RAND WR-557, 2008 (CART). Needs scikit-learn, 40 points, and 10 of either sort. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    file_stem = stem(KIND, chosen.name, name)
    title = f"{measured.what(chosen, name)}: where it is {_asked(chosen, above, below)}"
    discovered: Discovered | str
    try:
        discovered = _discovered(measured, measured.effect(chosen.name, name), chosen, above, below)
    except MissingPackage as missing:
        discovered = str(missing)
    if isinstance(discovered, str):
        return unanswered(file_stem, title, discovered, outcome=chosen.name, scenario=name)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, name, discovered)

    return Analysis(file_stem, title, _sentence(measured, discovered), _frame(discovered), draw, chosen.name, name)


@dataclass(frozen=True)
class Discovered:
    """The points, (points, factors), which are of interest, the boxes, and how often chance finds as good a one.

    ``replicates``: the most that any point has.
    """

    factors: list[Varied]
    points: FloatArray
    interesting: NDArray[np.bool_]
    boxes: list[Box]
    chance: float
    replicates: int

    @property
    def trusted(self) -> bool:
        """Whether the boxes are better than those that chance finds."""
        return bool(self.boxes) and self.chance <= CHANCE


def _asked(outcome: ShownOutcome, above: float | None, below: float | None) -> str:
    if above is None and below is None:
        return {"lower": "clearly lower", "higher": "clearly higher", None: "clearly above zero"}[outcome.better]
    ends = (("above", above), ("below", below))
    return listed(f"{word} {plain_number(value)}" for word, value in ends if value is not None)


def _discovered(
    measured: SweepNumbers, values: FloatArray, outcome: ShownOutcome, above: float | None, below: float | None
) -> Discovered | str:
    rows = independent_rows(measured)
    places = np.arange(len(values)) if isinstance(rows, str) else rows
    middle = mean_of_replicates(values[places])
    known = np.isfinite(middle)
    places, middle = places[known], middle[known]
    table = measured.values.iloc[places]
    factors = [each for each in measured.factors if each.numeric and table[each.written].nunique() > 1]
    if not factors or len(places) < LEAST_POINTS:
        return (
            f"{many(len(places), 'point')} with numbers are too few to find boxes in: {LEAST_POINTS} are needed, and a "
            "factor that is a number and varies."
        )
    spread = student(values[places], claims=1)
    replicates = int(spread.n.max())
    if above is None and below is None:
        if spread.few:
            return f"{few(replicates)} at which points it differs; or ask for points above or below a number."
        better = spread.mean < 0 if outcome.better == "lower" else spread.mean > 0
        interesting = spread.clear & better
    else:
        interesting = np.ones(len(places), bool)
        interesting &= middle > above if above is not None else True
        interesting &= middle < below if below is not None else True
    count = int(interesting.sum())
    if min(count, len(places) - count) < LEAST_CASES:
        return (
            f"{count} of {len(places)} points are {_asked(outcome, above, below)}: boxes need {LEAST_CASES} points or "
            "more that are and that are not."
        )
    points = np.stack([table[each.written].to_numpy(float) for each in factors], axis=1)
    all_boxes = boxes(points, np.asarray(interesting, bool))
    chance = luck_of_boxes(points, np.asarray(interesting, bool), all_boxes[0].quality) if all_boxes else 1.0
    return Discovered(factors, points, np.asarray(interesting, bool), all_boxes[:MOST_BOXES], chance, replicates)


def _frame(discovered: Discovered) -> "DataFrame":
    from pandas import DataFrame

    rows = [
        (number, discovered.factors[place].written, *map(float, box.bounds[place]), *_facts(box))
        for number, box in enumerate(discovered.boxes, 1)
        for place in range(len(discovered.factors))
        if np.isfinite(box.bounds[place]).any()
    ]
    columns = ["box", "factor", "from", "to", "points", "of_interest", "coverage", "density"]
    frame = DataFrame(rows, columns=columns)
    frame.attrs |= {
        "points": len(discovered.points),
        "of_interest": int(discovered.interesting.sum()),
        "chance": discovered.chance,
    }
    return frame


def _facts(box: Box) -> tuple[int, int, float, float]:
    return box.inside, box.held, box.coverage, box.density


def _sentence(measured: SweepNumbers, discovered: Discovered) -> str:
    count, total = int(discovered.interesting.sum()), len(discovered.points)
    head = f"{count} of {total} points are so. {warning(discovered.replicates)}".rstrip()
    if not discovered.trusted:
        return f"{head} Where they lie {UNTOLD}: boxes as good are found in shuffled points too."
    labels = factor_labels(measured.factors)
    described = []
    for box in discovered.boxes:
        both = zip(discovered.factors, box.bounds, strict=True)
        bounded = [(factor, bounds) for factor, bounds in both if np.isfinite(bounds).any()]
        conditions = listed(_condition(labels[factor.written], bounds) for factor, bounds in bounded)
        described.append(
            f"where {conditions}: that holds {100 * box.coverage:.0f}% of these (coverage), and "
            f"{100 * box.density:.0f}% of its points are so (density)"
        )
    return f"{head} They lie {'; also '.join(described)}."


def _condition(label: str, bounds: FloatArray) -> str:
    """A box's bounds of a factor in words."""
    low, high = map(float, bounds)
    if np.isfinite(low) and np.isfinite(high):
        return f"{label} is from {plain_number(low)} to {plain_number(high)}"
    return f"{label} is above {plain_number(low)}" if np.isfinite(low) else f"{label} is below {plain_number(high)}"


def _picture(ink: Ink, title: str, measured: SweepNumbers, scenario: str, discovered: Discovered) -> "Figure":
    labels = factor_labels(measured.factors)
    shown = discovered.boxes if discovered.trusted else []
    rows: list[tuple[Box | None, int]] = [
        (box, place)
        for box in shown
        for place in range(len(discovered.factors))
        if np.isfinite(box.bounds[place]).any()
    ]
    rows = rows or [(None, place) for place in range(len(discovered.factors))]
    names = [folded_words(labels[discovered.factors[place].written], 28) for _, place in rows]
    figure, (axes,) = panels(
        ink, title, 1.5 * height_of(names, 0.4), notes=[_note(discovered), warning(discovered.replicates)]
    )
    name_rows(axes, ink, names)
    color = measured.color(ink, scenario)
    for row, (box, place) in enumerate(rows):
        _rail(axes, ink, row, discovered, place, box, color)
        if box is not None and (row == 0 or rows[row - 1][0] is not box):
            beside(axes, ink, row, f"coverage {100 * box.coverage:.0f}%\ndensity {100 * box.density:.0f}%")
            if row:
                axes.axhline(row - 0.5, color=ink.gray, linewidth=0.8, linestyle=":")
    axes.set_xlim(-0.13, 1.13)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    return figure


def _note(discovered: Discovered) -> str:
    marks = "Dots above the line: points of interest; below: the others."
    if not discovered.trusted:
        return f"{marks} No box holds them better than in shuffled points."
    return f"{marks} Bar: the box, a row for each of its conditions, all of which hold in it; dotted lines part boxes."


def _rail(axes: "Axes", ink: Ink, row: int, discovered: Discovered, place: int, box: Box | None, color: str) -> None:
    """A factor's range with the points, those of interest above it, and a box's part of it."""
    values = discovered.points[:, place]
    scale = math.log if discovered.factors[place].log else float
    low, high = scale(float(values.min())), scale(float(values.max()))
    shares = np.asarray([(scale(float(value)) - low) / (high - low) for value in values])
    axes.plot([0, 1], [row, row], color=ink.lines, linewidth=1)
    for positions, up, shade in (
        (shares[discovered.interesting], -0.2, color),
        (shares[~discovered.interesting], 0.2, ink.gray),
    ):
        axes.scatter(positions, np.full(len(positions), row + up), s=9, color=shade, linewidths=0, alpha=0.8)
    ends_of_range = ((-0.01, float(values.min()), "right"), (1.01, float(values.max()), "left"))
    for share, value, side in ends_of_range:
        axes.text(share, row, plain_number(value), color=ink.gray, ha=side, fontsize=SMALL, va="center_baseline")
    if box is None:
        return
    ends = []
    for bound in map(float, box.bounds[place]):
        inside = float(np.clip(bound, values.min(), values.max()))
        ends.append((scale(inside) - low) / (high - low))
        if np.isfinite(bound):
            axes.text(ends[-1], row - 0.28, plain_number(bound), fontsize=SMALL, color=ink.letters, ha="center")
    axes.plot(ends, [row, row], color=color, linewidth=5, alpha=0.8, solid_capstyle="butt")

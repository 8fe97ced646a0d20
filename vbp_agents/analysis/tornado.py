"""From where to where an outcome goes as each factor alone goes from its low to its high end: the tornado."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.elementary import elementary_effects
from vbp_agents.analysis.factors import FactorColumn, factor_columns
from vbp_agents.analysis.luck import ROUNDING, Spread, shared, student
from vbp_agents.analysis.main_effects import Effects, fitted, largest_first, said_of
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.regression import mean_of_replicates
from vbp_agents.analysis.rows import independent_rows, is_whole_grid, kind_of
from vbp_agents.analysis.sheet import (
    SMALL,
    Ink,
    beside,
    folded_words,
    height_of,
    label_axis,
    name_rows,
    panels,
    words_alone,
)
from vbp_agents.arithmetic import FloatArray
from vbp_agents.metrics.intervals import t_quantile
from vbp_agents.presentation.written import minus, number, with_reach
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "tornado"
_PALE = 0.45
"""How much of its color the bar of the low end keeps."""


def tornado(sweep: Sweep, *, outcome: str | None = None, scenario: str | None = None) -> Analysis:
    """What an outcome is at the low and at the high end of each factor, the widest bar first, as a tornado.

    Of the paired difference from the baseline; of the baseline, what it is. In a whole grid the means at the lowest and
    the highest value; else from straight lines: least squares, in a Morris design the mean elementary effect. All other
    factors are averaged over. The bar's ends are labeled with the factor's values; the number is the effect from one
    end to the other, with its 95% interval (`main_effects` says of what).

    Frame: a row a bar: ``factor``, ``low_end``, ``high_end``, the outcome ``at_low`` and ``at_high``, ``effect`` with
    its bounds. Source: Eschenbach TG. Spiderplots versus tornado diagrams for sensitivity analysis. Interfaces
    1992;22(6):40-46. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    file_stem, title = stem(KIND, chosen.name, name), f"{measured.what(chosen, name)}: what moves it most"
    bars = _bars(measured, chosen, name)
    if isinstance(bars, str):
        return unanswered(file_stem, title, bars, outcome=chosen.name, scenario=name)
    sentence = said_of(measured, chosen, name, bars.terms, bars.spread)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, name, bars)

    draws = words_alone(title, sentence) if bars.spread.few else draw
    return Analysis(file_stem, title, sentence, _frame(bars, chosen), draws, chosen.name, name)


@dataclass(frozen=True)
class Bars:
    """The terms with the outcome at their ends, (terms,), the overall mean, and the spread of what lies between."""

    terms: list[FactorColumn]
    low: FloatArray
    high: FloatArray
    middle: float
    spread: Spread


def _bars(measured: SweepNumbers, outcome: ShownOutcome, scenario: str) -> Bars | str:
    """The bars, or what the sweep would need to have for them."""
    if kind_of(measured) == "morris":
        return _along_trajectories(measured, outcome, scenario)
    rows = independent_rows(measured)
    if isinstance(rows, str):
        return rows
    values = measured.effect(outcome.name, scenario)[rows]
    if is_whole_grid(measured, values):
        terms = factor_columns(measured, rows)
        if not terms:
            return "Nothing differs between the points: every factor has one value."
        return _at_ends(terms, values)
    effects = fitted(measured, outcome, scenario, products=False)
    return effects if isinstance(effects, str) else _on_lines(effects, mean_of_replicates(values))


def _at_ends(terms: list[FactorColumn], values: FloatArray) -> Bars:
    """The means at the ends of a whole grid."""
    lows = np.stack([values[term.column == term.column.min()].mean(axis=0) for term in terms])
    highs = np.stack([values[term.column == term.column.max()].mean(axis=0) for term in terms])
    between = highs - lows
    between = np.where(np.abs(between) <= ROUNDING * np.abs(values).max(), 0.0, between)
    return Bars(terms, lows.mean(axis=1), highs.mean(axis=1), float(values.mean()), student(between))


def _on_lines(effects: Effects, points: FloatArray) -> Bars:
    """The ends of the lines through the middle of all points."""
    known = np.isfinite(points)
    middle, slopes = float(points[known].mean()), effects.spread.mean
    around = np.asarray([float(term.column[known].mean()) for term in effects.terms])
    return Bars(
        list(effects.terms), middle + slopes * (-0.5 - around), middle + slopes * (0.5 - around), middle, effects.spread
    )


def _along_trajectories(measured: SweepNumbers, outcome: ShownOutcome, scenario: str) -> Bars | str:
    """The mean elementary effect of each factor, around the mean of all points."""
    terms = list({term.factor.written: term for term in factor_columns(measured)}.values())
    values = measured.effect(outcome.name, scenario)
    effects = elementary_effects(measured, values)
    if isinstance(effects, str):
        return effects
    by_trajectory = effects.mean_of_replicates()
    count = by_trajectory.shape[1]
    besides = t_quantile(count - 1) * by_trajectory.std(axis=1, ddof=1) / np.sqrt(count)
    places = [effects.names.index(term.factor.written) for term in terms]
    spread = student(effects.of_replicates()[places], besides=besides[places])
    points = mean_of_replicates(values)
    middle = float(points[np.isfinite(points)].mean())
    return Bars(terms, middle - spread.mean / 2, middle + spread.mean / 2, middle, spread)


def _frame(bars: Bars, outcome: ShownOutcome) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "factor": [term.factor.written for term in bars.terms],
            "low_end": [term.low for term in bars.terms],
            "high_end": [term.high for term in bars.terms],
            "unit": outcome.unit,
            "at_low": bars.low,
            "at_high": bars.high,
            "effect": bars.spread.mean,
            "low": bars.spread.low,
            "high": bars.spread.high,
            "verdict": [bars.spread.text(row) for row in range(len(bars.terms))],
        }
    )
    frame.attrs["unit"] = outcome.unit
    return frame


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, scenario: str, bars: Bars
) -> "Figure":
    rows = largest_first(bars.spread, range(len(bars.terms)))
    labels = [folded_words(bars.terms[row].label, 30) for row in rows]
    middle = minus(number(bars.middle))
    halves = f"Pale: at the low end; full: at the high end; the line: the mean of all points, {middle}."
    figure, (axes,) = panels(ink, title, height_of(labels), notes=[halves, shared(len(rows), "effect")])
    name_rows(axes, ink, labels)
    color = measured.color(ink, scenario)
    for place, row in enumerate(rows):
        _bar(axes, ink, place, bars, row, color)
    axes.axvline(bars.middle, color=ink.gray, linewidth=1)
    axes.margins(x=0.16)
    axes.ticklabel_format(axis="x", useOffset=False)
    label_axis(axes, ink, measured.what(outcome, scenario) + f" ({outcome.unit})")
    return figure


def _bar(axes: "Axes", ink: Ink, place: int, bars: Bars, row: int, color: str) -> None:
    """Two halves, each from the middle to an end, with the factor's values at the ends."""
    ends = ((float(bars.low[row]), bars.terms[row].low, _PALE), (float(bars.high[row]), bars.terms[row].high, 1.0))
    for end, _, opacity in ends:
        fill = color if bars.spread.clear[row] else "none"
        (bar,) = axes.barh([place], [end - bars.middle], 0.56, [bars.middle])
        bar.set(facecolor=fill, edgecolor=color, alpha=opacity, linewidth=1.2)
    for (end, text, _), (other, _, _) in zip(ends, reversed(ends), strict=True):
        left = end < other or (end == other and text == bars.terms[row].low)
        axes.annotate(
            minus(text),
            (end, place),
            (-4 if left else 4, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center_baseline",
            fontsize=SMALL,
            color=ink.gray,
            parse_math=False,
        )
    half = float(bars.spread.high[row] - bars.spread.low[row]) / 2
    beside(axes, ink, place, with_reach(float(bars.spread.mean[row]), half))

"""What each factor changes, and which change each other's effect: main effects and two-factor interactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.factors import FactorColumn, factor_columns
from vbp_agents.analysis.luck import Spread, few, shared, student
from vbp_agents.analysis.marks import mark_interval
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.regression import Fit, least_squares
from vbp_agents.analysis.rows import independent_rows, is_whole_grid
from vbp_agents.analysis.sheet import Ink, folded_words, height_of, label_axis, name_rows, panels, words_alone
from vbp_agents.presentation.written import listed, many, with_reach
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "main_effects"
_MOST_SHOWN = 8
"""Interactions in the picture: the largest; the frame has all."""
_MOST_COLUMNS = 400
_SPARE = 3
"""Points beyond what a fit needs, of a design that draws its points."""


def main_effects(sweep: Sweep, *, outcome: str | None = None, scenario: str | None = None) -> Analysis:
    """What an outcome changes by as each factor goes from its low to its high end, the others being at their middle.

    Of the paired difference from the baseline; of the baseline, what it is. Least squares on the factors and, where
    the points are enough, their products two by two; an interaction is what the one's effect changes by as the other
    goes from low to high. A factor that is no number has a row for each value but the first. 95% intervals: Student's
    over replicates, and in designs that draw their points also for what the fit leaves over.

    Frame: a row an effect: ``factor``, ``with`` ("" of a main effect), ``low`` and ``high`` ends, ``effect`` with its
    bounds. ``attrs["explained"]``: R², the share of what differs between points that all these explain. Source: Box
    GEP, Hunter JS, Hunter WG. Statistics for Experimenters. 2nd ed. Wiley 2005, chapter 5. Raises WrongInput for
    unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    effects = fitted(measured, chosen, name, products=True)
    file_stem, title = stem(KIND, chosen.name, name), f"{measured.what(chosen, name)}: what each factor changes"
    if isinstance(effects, str):
        return unanswered(file_stem, title, effects, outcome=chosen.name, scenario=name)
    frame = _frame(effects, chosen)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, name, effects)

    sentence = _sentence(measured, chosen, name, effects)
    draws = words_alone(title, sentence) if effects.spread.few else draw
    return Analysis(file_stem, title, sentence, frame, draws, chosen.name, name)


@dataclass(frozen=True)
class Effects:
    """The terms, pairs of them that have a product, and the spread of each coefficient, terms first."""

    terms: Sequence[FactorColumn]
    pairs: Sequence[tuple[int, int]]
    spread: Spread
    fit: Fit
    wanting: str

    def label(self, row: int) -> str:
        """What a row is called."""
        if row < len(self.terms):
            return f"{self.terms[row].label}, {self.terms[row].ends}"
        first, other = self.pairs[row - len(self.terms)]
        return f"{self.terms[first].label} × {self.terms[other].label}"


def fitted(measured: SweepNumbers, outcome: ShownOutcome, scenario: str, *, products: bool) -> Effects | str:
    """The effects of all factors, or what the sweep would need to have for them."""
    rows = independent_rows(measured)
    if isinstance(rows, str):
        return rows
    values = measured.effect(outcome.name, scenario)[rows]
    terms = factor_columns(measured, rows)
    known = int(np.isfinite(values).any(axis=1).sum())
    whole = is_whole_grid(measured, values)
    spare = 0 if whole else _SPARE
    if not terms:
        return "Nothing differs between the points: every factor has one value."
    if known < len(terms) + 1 + spare:
        return (
            f"{many(known, 'point')} with numbers are too few: the effects of {many(len(terms), 'factor')} need "
            f"{len(terms) + 1 + spare} or more."
        )
    columns = np.column_stack([term.column for term in terms])
    pairs = _pairs(terms) if products else []
    wanting = ""
    if pairs and (known < 1 + len(terms) + len(pairs) + spare or len(terms) + len(pairs) > _MOST_COLUMNS):
        wanting = f"Interactions of all pairs would need {1 + len(terms) + len(pairs) + spare} points or more."
        pairs = []
    more = [columns[:, first] * columns[:, other] for first, other in pairs]
    fit = least_squares(np.column_stack([columns, *more]) if more else columns, values)
    if fit is None and more:
        wanting, pairs = "Interactions cannot be told from each other at these points.", []
        fit = least_squares(columns, values)
    if fit is None:
        return "Factors change together at these points, so that their effects cannot be told from each other."
    besides = 0.0 if whole else fit.reach[1:]
    return Effects(terms, pairs, student(fit.found[1:], besides=besides), fit, wanting)


def _pairs(terms: Sequence[FactorColumn]) -> list[tuple[int, int]]:
    """Every two terms of different factors."""
    return [
        (first, other)
        for first, other in combinations(range(len(terms)), 2)
        if terms[first].factor.written != terms[other].factor.written
    ]


def _frame(effects: Effects, outcome: ShownOutcome) -> "DataFrame":
    from pandas import DataFrame

    partners = [("", "", "")] * len(effects.terms)
    firsts = list(range(len(effects.terms)))
    for first, other in effects.pairs:
        firsts.append(first)
        partners.append((effects.terms[other].factor.written, effects.terms[other].low, effects.terms[other].high))
    spread = effects.spread
    frame = DataFrame(
        {
            "factor": [effects.terms[row].factor.written for row in firsts],
            "low_end": [effects.terms[row].low for row in firsts],
            "high_end": [effects.terms[row].high for row in firsts],
            "with": [partner[0] for partner in partners],
            "unit": outcome.unit,
            "effect": spread.mean,
            "low": spread.low,
            "high": spread.high,
            "verdict": [spread.text(row) for row in range(len(firsts))],
        }
    )
    frame.attrs |= {"unit": outcome.unit, "explained": effects.fit.explained}
    return frame


def said_of(
    measured: SweepNumbers, outcome: ShownOutcome, scenario: str, terms: Sequence[FactorColumn], spread: Spread
) -> str:
    """Which factors' effects are clear of luck, the largest first, and how many are not; a row of the spread a term."""
    what, rows = measured.what(outcome, scenario), range(len(terms))
    if spread.few:
        return f"{what}: {few(int(spread.n.max()))}."
    if not np.any(spread.mean[: len(terms)] != 0):
        return f"{what}: no factor changes anything."
    clear = [row for row in largest_first(spread, rows) if spread.clear[row]]
    if not clear:
        return f"{what}: of {many(len(rows), 'effect')} none can be told apart from luck."
    half = (spread.high - spread.low) / 2
    said = [
        f"{with_reach(float(spread.mean[row]), float(half[row]))} as {terms[row].label} goes from {terms[row].ends}"
        for row in clear[:3]
    ]
    others = len(rows) - len(clear)
    rest = f" {many(others, 'other effect')} cannot be told apart from luck." if others else ""
    smaller = len(clear) - 3
    more = f"; {many(smaller, 'other effect')} {'is' if smaller == 1 else 'are'} smaller" if smaller > 0 else ""
    return f"{what} ({outcome.unit}) changes by {'; by '.join(said)}{more}.{rest}"


def largest_first(spread: Spread, rows: Sequence[int]) -> list[int]:
    """Rows by the size of their mean."""
    size = np.nan_to_num(np.abs(spread.mean), nan=-1.0)
    return sorted(rows, key=lambda row: (-float(size[row]), row))


def _sentence(measured: SweepNumbers, outcome: ShownOutcome, scenario: str, effects: Effects) -> str:
    first = said_of(measured, outcome, scenario, effects.terms, effects.spread)
    crossing = [row for row in range(len(effects.terms), len(effects.spread.mean)) if effects.spread.clear[row]]
    parts = [first]
    if crossing:
        parts.append(f"The effect depends on the other factor with {listed(map(effects.label, crossing[:3]))}.")
    if np.isfinite(effects.fit.explained):
        kind = "Straight lines and their products" if effects.pairs else "Straight lines"
        parts.append(f"{kind} explain {100 * effects.fit.explained:.0f}% of what differs between points.")
    return " ".join([*parts, effects.wanting]).strip()


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, scenario: str, effects: Effects
) -> "Figure":
    count = len(effects.terms)
    rows = largest_first(effects.spread, range(count))
    rows += largest_first(effects.spread, range(count, len(effects.spread.mean)))[:_MOST_SHOWN]
    labels = [folded_words(effects.label(row), 44) for row in rows]
    figure, (axes,) = panels(
        ink, title, height_of(labels), notes=[_note(effects), shared(len(effects.spread.mean), "effect")]
    )
    name_rows(axes, ink, labels)
    axes.axvline(0, color=ink.gray, linewidth=1)
    color = measured.color(ink, scenario)
    for place, row in enumerate(rows):
        mark_interval(axes, ink, place, effects.spread, color, row)
    if effects.pairs:
        axes.axhline(count - 0.5, color=ink.gray, linewidth=0.8, linestyle=":")
    label_axis(axes, ink, f"change from the low to the high end, {outcome.unit}")
    return figure


def _note(effects: Effects) -> str:
    if not effects.pairs:
        return effects.wanting
    shown = min(_MOST_SHOWN, len(effects.pairs))
    which = (
        f"the {shown} largest of {len(effects.pairs)} interactions" if shown < len(effects.pairs) else "interactions"
    )
    return f"Below the dotted line: {which}, what one factor's effect changes by as the other goes from low to high."

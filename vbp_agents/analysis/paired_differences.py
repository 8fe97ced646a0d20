"""How far each scenario is from the baseline, over the whole design: paired differences and what pairing saved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, UNTOLD, Spread, few, shared, student
from vbp_agents.analysis.marks import mark_interval
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.sheet import Ink, folded_words, height_of, label_axis, name_rows, panels, words_alone
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import listed, many, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "paired_differences"


def paired_differences(sweep: Sweep, *, outcome: str | None = None, scenarios: Sequence[str] | None = None) -> Analysis:
    """How far each scenario is from the baseline in an outcome, on average over the points of the design.

    Replicate by replicate, with the same people and the same luck (common random numbers), each point with its own
    baseline; Student's 95% intervals over replicates. ``pairing``: the variance of a difference between means of
    independent runs over that of the paired difference, the median over points: how many times as many runs the same
    interval would take without pairing. ``lowest``, ``highest``: of the points' mean differences.

    Frame: a row a scenario. Source: Law AM. Simulation Modeling and Analysis. 5th ed. McGraw-Hill 2015, sections
    10.2.1 (paired-t intervals) and 11.2 (common random numbers). Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen = measured.outcome(outcome)
    names = [name for name in measured.scenarios(scenarios) if name != measured.baseline]
    name, title = stem(KIND, chosen.name), f"{chosen.title}: what differs from {spoken(measured.baseline)}"
    if not names:
        needs = f"Nothing is compared: the study has the baseline {spoken(measured.baseline)} alone."
        return unanswered(name, title, needs, outcome=chosen.name)
    cells = {each: measured.effect(chosen.name, each) for each in names}
    spread = student([_by_replicate(values) for values in cells.values()])
    if not spread.n.any():
        needs = f"No run has a number for {spoken(chosen.name)} both here and under {spoken(measured.baseline)}."
        return unanswered(name, title, needs, outcome=chosen.name)
    pairing = [_pairing(measured, chosen.name, each) for each in names]
    frame = _frame(names, chosen, spread, pairing, [_points(values) for values in cells.values()])
    sentence = _sentence(measured, chosen, names, spread, pairing)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, names, spread)

    draws = words_alone(title, sentence) if spread.few else draw
    return Analysis(name, title, sentence, frame, draws, outcome=chosen.name)


def _by_replicate(values: FloatArray) -> FloatArray:
    """The mean over points of each replicate that has a number at every point that has any, else NaN."""
    known = np.isfinite(values).any(axis=1)
    return values[known].mean(axis=0) if known.any() else np.full(values.shape[1], np.nan)


def _points(values: FloatArray) -> FloatArray:
    """The mean difference of each point that has a number."""
    known = values[np.isfinite(values).any(axis=1)]
    return np.nanmean(known, axis=1) if len(known) else known[:, 0]


def _pairing(measured: SweepNumbers, outcome: str, scenario: str) -> float:
    """Unpaired over paired variance, the median over points; infinite where nothing varies but by pair; else NaN."""
    levels, base = measured.level(outcome, scenario), measured.level(outcome, measured.baseline)
    both = np.isfinite(levels) & np.isfinite(base)
    ratios = []
    for level, other, there in zip(levels, base, both, strict=True):
        if there.sum() >= LEAST:
            apart = level[there].var(ddof=1) + other[there].var(ddof=1)
            together = (level[there] - other[there]).var(ddof=1)
            if apart > 0:
                ratios.append(apart / together if together > 0 else np.inf)
    return float(np.median(ratios)) if ratios else float("nan")


def _frame(
    names: Sequence[str], outcome: ShownOutcome, spread: Spread, pairing: Sequence[float], points: Sequence[FloatArray]
) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "scenario": list(names),
            "outcome": outcome.name,
            "unit": outcome.unit,
            "replicates": spread.n,
            "points": [len(values) for values in points],
            "difference": spread.mean,
            "low": spread.low,
            "high": spread.high,
            "verdict": [spread.text(row) for row in range(len(names))],
            "lowest": [values.min() if len(values) else np.nan for values in points],
            "highest": [values.max() if len(values) else np.nan for values in points],
            "pairing": pairing,
        }
    )
    frame.attrs["unit"] = outcome.unit
    return frame


def _sentence(
    measured: SweepNumbers, outcome: ShownOutcome, names: Sequence[str], spread: Spread, pairing: Sequence[float]
) -> str:
    """What is clear of luck, what is not, and what pairing saved."""
    where = many(len(measured.points), "point")
    if spread.few:
        return f"{outcome.title}, over {where}: {few(int(spread.n.max()))}."
    words = {
        way: [spoken(name) for row, name in enumerate(names) if spread.text(row) == way]
        for way in ("higher", "lower", UNTOLD, "the same")
    }
    base = spoken(measured.baseline)
    parts = [f"{way} under {listed(words[way])} than under {base}" for way in ("higher", "lower") if words[way]]
    if words[UNTOLD]:
        parts.append(f"under {listed(words[UNTOLD])} the difference {UNTOLD}")
    if words["the same"]:
        parts.append(f"under {listed(words['the same'])} it is exactly the same")
    finite = [ratio for ratio in pairing if np.isfinite(ratio)]
    middle = float(np.median(finite)) if finite else 0.0
    apart = "Without the same people and luck for all, the same intervals would take"
    saved = f" {apart} {middle:,.1f} times as many runs." if middle >= 1 else ""
    return f"{outcome.title}, on average over {where}: {'; '.join(parts)}.{saved}"


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, names: Sequence[str], spread: Spread
) -> "Figure":
    labels = [folded_words(spoken(name), 26) for name in names]
    figure, (axes,) = panels(ink, title, height_of(labels), notes=[shared(len(names))])
    name_rows(axes, ink, labels)
    axes.axvline(0, color=ink.gray, linewidth=1)
    for row, name in enumerate(names):
        color = measured.color(ink, name)
        mark_interval(axes, ink, row, spread, color)
    label_axis(axes, ink, f"{outcome.unit}, minus {spoken(measured.baseline)} in the same replicate")
    return figure

"""What choosing a scenario could cost against the best choice at each point: regret."""

from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.sheet import Ink, beside, folded_words, height_of, label_axis, name_rows, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import listed, many, short, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "regret"


def regret(sweep: Sweep, *, outcome: str | None = None) -> Analysis:
    """How far each scenario, the baseline included, is from the best one at each point: at worst and on average.

    Of means over replicates, the same runs for all scenarios. ``most`` is the largest regret over points: the smallest
    such is the minimax choice (Savage); ``mean``: the mean, if all points are as likely. ``minimax_in_draws`` and
    ``mean_in_draws``: the share of replicates, each asked alone, in which the scenario has the smallest: where that is
    low, the choice is luck's.

    Frame: a row a scenario. Source: Savage LJ. The theory of statistical decision. J Am Stat Assoc 1951;46:55-67. Needs
    an outcome that is better higher or lower. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen = measured.outcome(outcome)
    file_stem, title = stem(KIND, chosen.name), f"{chosen.title}: what a choice could cost against the best one"
    frame = _frame(measured, chosen)
    if isinstance(frame, str):
        return unanswered(file_stem, title, frame, outcome=chosen.name)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, frame)

    return Analysis(file_stem, title, _sentence(chosen, frame), frame, draw, outcome=chosen.name)


def regrets(values: FloatArray, better: str) -> FloatArray:
    """How far each is from the best of its point, (scenarios, points), never negative."""
    return np.asarray(values - values.min(axis=0) if better == "lower" else values.max(axis=0) - values)


def _frame(measured: SweepNumbers, outcome: ShownOutcome) -> "DataFrame | str":
    from pandas import DataFrame

    if not measured.others:
        return "Nothing is compared: the study has the baseline alone."
    if outcome.better is None:
        return f"{outcome.title} is neither better higher nor lower; regret needs an outcome that is."
    names = [*measured.others, measured.baseline]
    values = np.stack([measured.level(outcome.name, name) for name in names])
    values = np.where(np.isfinite(values).all(axis=0), values, np.nan)
    known = np.isfinite(values[0]).any(axis=1)
    if not known.any():
        return "No point has a number for all scenarios in the same replicate."
    values = values[:, known]
    middle = regrets(np.nanmean(values, axis=2), outcome.better)
    whole = np.isfinite(values).all(axis=(0, 1))
    draws = [regrets(values[:, :, draw], outcome.better) for draw in np.flatnonzero(whole)]
    frame = DataFrame(
        {
            "scenario": names,
            "outcome": outcome.name,
            "unit": outcome.unit,
            "most": middle.max(axis=1),
            "mean": middle.mean(axis=1),
            "minimax_in_draws": _shares([draw.max(axis=1) for draw in draws], len(names)),
            "mean_in_draws": _shares([draw.mean(axis=1) for draw in draws], len(names)),
        }
    )
    frame.attrs |= {"unit": outcome.unit, "points": int(known.sum()), "replicates": len(draws)}
    return frame


def _shares(draws: list[FloatArray], names: int) -> FloatArray:
    """In which share of draws each scenario has the smallest number; equal ones share."""
    if not draws:
        return np.full(names, np.nan)
    best = [values == values.min() for values in draws]
    return np.asarray(np.mean([each / each.sum() for each in best], axis=0))


def _sentence(outcome: ShownOutcome, frame: "DataFrame") -> str:
    parts = []
    for column, share, what in (
        ("most", "minimax_in_draws", "the smallest regret at worst"),
        ("mean", "mean_in_draws", "on average"),
    ):
        values = frame[column].to_numpy(float)
        best = np.flatnonzero(values == values.min())
        names = listed(spoken(str(frame["scenario"].iloc[row])) for row in best)
        often = float(frame[share].to_numpy(float)[best].sum())
        draws = f", the choice of {100 * often:.0f}% of draws of luck" if np.isfinite(often) else ""
        parts.append(f"{what}: {names} ({short(float(values.min()), None)[0]} {outcome.unit}{draws})")
    where = many(frame.attrs["points"], "point")
    return f"{outcome.title}, over {where}: {'; '.join(parts)}. {warning(frame.attrs['replicates'])}".rstrip()


def _picture(ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, frame: "DataFrame") -> "Figure":
    rows = frame.sort_values(["most", "mean"], kind="stable").to_dict("records")
    labels = [folded_words(spoken(row["scenario"]), 26) for row in rows]
    notes = ["Bar: at worst, over all points. Tick: on average. By means over replicates; 0: always the best."]
    notes.append(warning(frame.attrs["replicates"]))
    figure, (axes,) = panels(ink, title, height_of(labels), notes=notes)
    name_rows(axes, ink, labels)
    for place, row in enumerate(rows):
        color = measured.color(ink, row["scenario"])
        axes.barh([place], [row["most"]], 0.5, color=color, alpha=0.75)
        axes.plot([row["mean"], row["mean"]], [place - 0.32, place + 0.32], color=ink.letters, linewidth=2)
        beside(axes, ink, place, f"{short(row['most'], None)[0]} at worst, {short(row['mean'], None)[0]} on average")
    axes.set_xlim(left=0)
    label_axis(axes, ink, f"worse than the best choice at the point by, {outcome.unit}")
    return figure

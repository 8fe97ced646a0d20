"""Does the answer survive ignorance? In which share of points a difference has one sign, and can be told from luck."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.luck import LEAST, few, student
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.sheet import Ink, beside, folded_words, height_of, label_axis, name_rows, panels
from vbp_agents.presentation.written import many, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "robustness"
BY_LUCK = 5
"""Points of 100 whose 95% interval is clear of zero where nothing differs but by luck."""
_PALE = 0.4


def robustness(sweep: Sweep, *, outcome: str | None = None, scenarios: Sequence[str] | None = None) -> Analysis:
    """In which share of points each scenario is clearly lower or higher than the baseline, and where luck decides.

    A point is clear where the 95% interval (Student's, over replicates) of its own paired difference is clear of zero.
    ``same_sign``: the share of the clear points that have the sign which most of them have. Where nothing differs,
    about 5 of 100 points are clear by luck, and with the same luck at all points perhaps none or many: a sign is called
    robust only where the mean over all points is clear as well.

    Frame: a row a scenario, counts of points and their shares. Source: Lempert RJ, Popper SW, Bankes SC. Shaping the
    Next One Hundred Years. RAND 2003; Rosenhead J, Elton M, Gupta SK. Oper Res Q 1972;23:413-431. Raises WrongInput for
    unknown names.
    """
    measured = numbers_of(sweep)
    chosen = measured.outcome(outcome)
    names = [name for name in measured.scenarios(scenarios) if name != measured.baseline]
    file_stem, title = stem(KIND, chosen.name), f"{chosen.title}: does the answer survive what is unknown?"
    if not names:
        return unanswered(
            file_stem, title, "Nothing is compared: the study has the baseline alone.", outcome=chosen.name
        )
    frame = _frame(measured, chosen, names)
    if not frame["points"].any():
        return unanswered(file_stem, title, "No point has a number for both scenarios.", outcome=chosen.name)
    if not frame["judged"].any():
        return unanswered(file_stem, title, f"{few(frame.attrs['replicates'])} at any point.", outcome=chosen.name)
    sentence = f"{chosen.title}, against {spoken(measured.baseline)}: {_said(frame)}"

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, frame)

    return Analysis(file_stem, title, sentence, frame, draw, outcome=chosen.name)


def _frame(measured: SweepNumbers, outcome: ShownOutcome, names: Sequence[str]) -> "DataFrame":
    from pandas import DataFrame

    rows, most = [], 0
    for name in names:
        values = measured.effect(outcome.name, name)
        values = values[np.isfinite(values).any(axis=1)]
        spread = student(values, claims=1) if len(values) else student(np.full((1, 1), np.nan))
        most = max(most, int(spread.n.max()))
        judged = int((spread.n >= LEAST).sum())
        lower, higher = int((spread.clear & (spread.mean < 0)).sum()), int((spread.clear & (spread.mean > 0)).sum())
        same = int(((spread.low == 0) & (spread.high == 0)).sum())
        overall = student(values.mean(axis=0)[None], claims=len(names)) if len(values) else spread
        clear = lower + higher
        rows.append(
            (name, outcome.name, outcome.unit, len(values), judged, lower, higher, judged - clear - same, same,
             max(lower, higher) / clear if clear else float("nan"), overall.text(0))
        )  # fmt: skip
    columns = ["scenario", "outcome", "unit", "points", "judged", "lower", "higher", "untold", "same", "same_sign"]
    frame = DataFrame(rows, columns=[*columns, "overall"])
    frame.attrs["replicates"] = most
    return frame


def _said(frame: "DataFrame") -> str:
    parts = []
    for row in frame.to_dict("records"):
        name, judged = spoken(row["scenario"]), row["judged"]
        if not judged:
            parts.append(f"{name} has too few replicates")
            continue
        if row["same"] == judged:
            parts.append(f"{name} is exactly the same at all points")
            continue
        ways = f"clearly lower at {row['lower']} and clearly higher at {row['higher']}"
        said = f"{name} is {ways} of {many(judged, 'point')}"
        if row["overall"] not in ("lower", "higher"):
            said += " (no robust sign: over all points it cannot be told apart from luck)"
        parts.append(said)
    return f"{'; '.join(parts)}. Luck alone makes about {BY_LUCK} of 100 points clear."


def _picture(ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, frame: "DataFrame") -> "Figure":
    names = [str(name) for name in frame["scenario"]]
    labels = [folded_words(spoken(name), 26) for name in names]
    notes = [
        "Full, to the left: clearly lower; full, to the right: clearly higher; pale, in the middle: cannot be told "
        f"apart from luck, or the same. Luck alone makes about {BY_LUCK} of 100 points clear."
    ]
    figure, (axes,) = panels(ink, title, height_of(labels, 0.85), notes=notes)
    name_rows(axes, ink, labels)
    for place, row in enumerate(frame.to_dict("records")):
        color, judged = measured.color(ink, row["scenario"]), row["judged"]
        if not judged:
            beside(axes, ink, place, "too few replicates")
            continue
        rest = (row["untold"] + row["same"]) / judged
        lower, higher = row["lower"] / judged, row["higher"] / judged
        axes.barh([place], [rest], 0.5, [-rest / 2], color=color, alpha=_PALE)
        axes.barh([place], [lower], 0.5, [-rest / 2 - lower], color=color)
        axes.barh([place], [higher], 0.5, [rest / 2], color=color)
        beside(axes, ink, place, f"{row['lower']} lower, {row['higher']} higher of {judged}")
    axes.axvline(0, color=ink.gray, linewidth=1)
    axes.set_xlim(-1.02, 1.02)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    lower, higher = (f"{way} (better)" if way == outcome.better else way for way in ("lower", "higher"))
    label_axis(axes, ink, f"← {lower}        share of points        {higher} →")
    return figure

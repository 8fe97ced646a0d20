"""What do seven ways to pay do to the same people, and how much of it is care rather than money?

    python experiments/13_seven_regimes.py [--quick --out DIR] [--workers N]

Every regime is lived twice on the same people with the same luck: by providers who respond to what it pays for, and by
providers who go on as they did under fee for service, so that it moves money alone.
"""

from typing import TYPE_CHECKING

import numpy as np
from experiment import AS_IT_WAS, BEHAVIOR, RESPONDS, Experiment, amount, judged, part_of
from pandas import DataFrame

from vbp_agents import Sweep
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.luck import UNTOLD, Spread, few
from vbp_agents.analysis.marks import mark_interval
from vbp_agents.analysis.measured import SweepNumbers, numbers_of
from vbp_agents.analysis.sheet import Ink, folded_words, label_axis, name_rows, panels
from vbp_agents.presentation.written import listed, spoken

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("cost_per_capita", "payer_outlay_per_capita", "qalys_per_1000", "experience")
TITLE = "Seven ways to pay, the same people, the same luck"
RESTS_ON = (
    "Differences from fee for service, replicate by replicate, with Student's 95% intervals; said is only what is "
    "clear of luck once the intervals are widened for all differences that there are. How strongly providers respond "
    "is an assumption of the behavior `profit_and_benefit`; which signs survive that: "
    "[12_what_survives_ignorance](12_what_survives_ignorance.md)."
)


def answer(sweep: Sweep) -> Analysis:
    """Every regime's difference from fees in every outcome: of providers who respond, and of practice as it was."""
    measured = numbers_of(sweep)
    behaviors = measured.values[BEHAVIOR].tolist()
    rows = [(o, s, b) for o in sweep.study.outcomes for s in measured.others for b in (RESPONDS, AS_IT_WAS)]
    spread = judged([measured.effect(o, s)[behaviors.index(b)] for o, s, b in rows])
    frame = DataFrame(rows, columns=["outcome", "scenario", "behavior"])
    frame["unit"] = [measured.outcome(o).unit for o, _, _ in rows]
    frame["replicates"] = spread.n.astype(int)
    frame["difference"], frame["low"], frame["high"] = spread.mean, spread.low, spread.high
    frame["verdict"] = [spread.text(row) for row in range(len(rows))]

    def draw(ink: Ink) -> "Figure":
        return picture(ink, measured, frame, spread)

    return Analysis("seven_regimes", TITLE, sentence(measured, frame), frame, draw)


def sentence(measured: SweepNumbers, frame: DataFrame) -> str:
    """What is clear of luck, outcome by outcome, and what money alone does."""
    if (frame.verdict == few(measured.replicates)).all():
        return f"Nothing is said of luck: {few(measured.replicates)}."
    said = [told(measured, frame, outcome) for outcome in measured.study.outcomes]
    alone = frame[(frame.behavior == AS_IT_WAS) & (frame.verdict != "the same")]
    moved = [measured.outcome(name).title.lower() for name in dict.fromkeys(alone.outcome)]
    money = f"Where practice stays as it was, regimes move nothing but {listed(moved)}."
    none = "Where practice stays as it was, no regime moves anything."
    return "\n".join([*(f"- {text}" for text in said), "", money if moved else none])


def told(measured: SweepNumbers, frame: DataFrame, name: str) -> str:
    """One outcome in words."""
    outcome = measured.outcome(name)
    of_outcome = frame[(frame.outcome == name) & (frame.behavior == RESPONDS)]
    parts = []
    for way in ("lower", "higher"):
        rows = of_outcome[of_outcome.verdict == way]
        if len(rows):
            amounts = [f"{spoken(row['scenario'])} ({amount(row)})" for row in rows.to_dict("records")]
            parts.append(f"{way} under {listed(amounts)}")
    unclear = [spoken(name) for name in of_outcome[of_outcome.verdict == UNTOLD].scenario]
    if unclear:
        parts.append(f"under {listed(unclear)} it {UNTOLD}")
    return f"{outcome.title}, {outcome.unit}: {'; '.join(parts) or 'the same under all'}."


def picture(ink: Ink, measured: SweepNumbers, frame: DataFrame, spread: Spread) -> "Figure":
    """A panel an outcome, a row a regime: a mark where providers respond, a gray tick where practice is as it was."""
    labels = [folded_words(spoken(name), 20) for name in measured.others]
    notes = [
        "Filled: clear of luck, with intervals widened for all differences that there are. Hollow: luck could do that. "
        "Gray tick: practice as it was under fee for service, so that money alone moves."
    ]
    figure, all_axes = panels(ink, TITLE, 6.4, rows=2, columns=2, notes=notes)
    for axes, name in zip(all_axes, SHOWN, strict=True):
        outcome = measured.outcome(name)
        responds, alone = (
            part_of(spread, np.flatnonzero((frame.outcome == name) & (frame.behavior == b)))
            for b in (RESPONDS, AS_IT_WAS)
        )
        name_rows(axes, ink, labels)
        axes.axvline(0, color=ink.gray, linewidth=1)
        for row, scenario in enumerate(measured.others):
            axes.plot([alone.mean[row]] * 2, [row - 0.28, row + 0.28], color=ink.gray, linewidth=2.2)
            mark_interval(axes, ink, row, responds, measured.color(ink, scenario))
        axes.set_title(outcome.title, fontsize=10, color=ink.letters, loc="left")
        label_axis(axes, ink, f"{outcome.unit}, minus fee for service")
    return figure


EXPERIMENT = Experiment(__file__, {"patients": 400, "years": 1, "replicates": 3}, answer, RESTS_ON)
if __name__ == "__main__":
    EXPERIMENT.main()

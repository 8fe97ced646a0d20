"""One picture of a comparison: how far each scenario is from the baseline, with 95% intervals, metric by metric."""

import io
import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.written import difference, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANELS = (
    "experience",
    "qalys_per_1000",
    "mortality",
    "avoidable_admissions_per_1000",
    "cost_per_capita",
    "payer_outlay_per_capita",
    "provider_margin",
    "savings_earned_share",
)
"""The Triple Aim above, what it costs and who pays below."""
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by color-blind readers (Okabe and Ito 2008); rows are also named."""
COLUMNS = 4
LETTERS = 145
"""Of a line of the title."""
GRAY = "#666666"
Values = Mapping[str, Mapping[str, Any]]


def comparison_picture(
    found: Mapping[str, Any], notes: Sequence[str] = (), without_contract: Collection[str] = ()
) -> bytes:
    """A PNG of the comparison's JSON: the same bytes for the same numbers, whatever the user's matplotlib settings.

    A panel is a metric, a row a scenario: its difference from the baseline and the 95% interval. A metric that the
    baseline does not have (savings without a savings contract) shows the scenarios' own means.
    ``notes`` stand below the title; scenarios ``without_contract`` in force are marked as such.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        others = [name for name in found["scenarios"] if name != found["baseline"]]
        what = "difference" if others else "mean"
        others = others or [found["baseline"]]
        rows = -(-len(PANELS) // COLUMNS)
        title = [line for text in (_title(found), *notes) for line in textwrap.wrap(text, LETTERS)]
        figure = Figure(figsize=(13, rows * (1.9 + 0.32 * len(others)) + 0.6 + 0.2 * len(title)), dpi=150)
        figure.set_layout_engine(ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.08))
        grid = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False)
        for axes, name in zip(grid.flat, PANELS, strict=False):
            _panel(axes, name, found["metrics"][name], others, what)
            axes.set_yticks(range(len(others)), [_row(other, without_contract) for other in others], fontsize=9)
        figure.suptitle("\n".join(title), fontsize=12, x=0.01, ha="left")
        stream = io.BytesIO()
        figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _panel(axes: "Axes", name: str, metric: Mapping[str, Any], scenarios: Sequence[str], wanted: str) -> None:
    """One metric, the scenarios from top to bottom: what is wanted, or means where no difference is there."""
    values: Values = metric["values"]
    what = wanted if any(values[scenario][wanted] is not None for scenario in scenarios) else "mean"
    for row, scenario in enumerate(scenarios):
        _mark(axes, row, values[scenario], what, COLORS[row % len(COLORS)])
    _frame(axes, len(scenarios))
    if what == "difference":
        axes.axvline(0, color=GRAY, linewidth=0.8, zorder=0)
        _scale(axes, [values[scenario] for scenario in scenarios])
    axes.set_title(name.replace("_", " "), fontsize=10, loc="left", fontweight="bold")
    axes.set_xlabel(_label(metric, what != wanted), fontsize=8, color=GRAY)


def _mark(axes: "Axes", row: int, value: Mapping[str, Any], what: str, color: str) -> None:
    """A point and its interval; a dash where there is no number."""
    low, high = ("difference_low", "difference_high") if what == "difference" else ("low", "high")
    if value[what] is None:
        _write(axes, "none", row)
        return
    if value[low] is not None:
        axes.plot([value[low], value[high]], [row, row], color=color, linewidth=2.2, solid_capstyle="butt")
    axes.plot([value[what]], [row], marker="o", markersize=6, color=color)
    if value[what]:
        text = " ".join(difference(value)) if what == "difference" else number(value[what])
        _write(axes, text, row - 0.34)


def _write(axes: "Axes", text: str, height: float) -> None:
    """Small words in the middle of a panel, not crossed by its lines."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    across = axes.get_yaxis_transform()
    axes.text(0.5, height, text, transform=across, ha="center", va="center", fontsize=8, color=GRAY, bbox=box)


def _row(scenario: str, without_contract: Collection[str]) -> str:
    """A scenario's name as its row is called."""
    return scenario.replace("_", " ") + ("\n(no contract)" if scenario in without_contract else "")


def _frame(axes: "Axes", rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="x", labelsize=8, color=GRAY)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=5)
    axes.grid(axis="x", color="#E5E5E5", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _scale(axes: "Axes", values: Sequence[Mapping[str, Any]]) -> None:
    """Zero in the middle of every panel, and a word where nothing differs."""
    bounds = [value[key] for value in values for key in ("difference", "difference_low", "difference_high")]
    reach = max((abs(bound) for bound in bounds if bound is not None), default=0.0)
    axes.set_xlim(*((-1.15 * reach, 1.15 * reach) if reach else (-1.0, 1.0)))
    if not reach:
        axes.set_xticks([0], ["0"])
        _write(axes, "no difference", -0.34)


def _label(metric: Mapping[str, Any], instead: bool) -> str:
    """What the horizontal axis is: unit, and which way is good; ``instead``: a mean instead of a difference."""
    level = "mean, which the baseline does not have\n" if instead else ""
    better = f"\n{metric['better']} is better" if metric["better"] else ""
    return f"{level}{metric['unit']}{better}"


def _title(found: Mapping[str, Any]) -> str:
    replicates, alone = found["replicates"], len(found["scenarios"]) == 1
    paired = "" if alone else "paired "
    what = (
        f"with 95% intervals: {replicates:,} {paired}replicates" if replicates > 1 else "without intervals: 1 replicate"
    )
    years = f"{found['years']:,} year{'s' if found['years'] > 1 else ''}"
    baseline = found["baseline"].replace("_", " ")
    subject = f"{baseline}, compared with nothing" if alone else f"Difference from {baseline}"
    return f"{subject}, {what} of {found['patients']:,} patients over {years}"

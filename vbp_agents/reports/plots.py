"""The picture of a comparison: how far each scenario is from the baseline in what matters first, with 95% intervals."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.drawing import drawing, picture_bytes, write_beside
from vbp_agents.presentation.page import GRAY, LEFT, WIDTH, Page
from vbp_agents.presentation.written import many, short, spoken, with_reach
from vbp_agents.reports.headline import ShownRow, headline_rows
from vbp_agents.reports.reading import CLEAR, verdicts, without_contract

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANELS = (
    "cost_per_capita",
    "qalys_per_1000",
    "experience",
    "refused_per_100",
    "payer_outlay_per_capita",
    "provider_margin",
)
"""What care costs and does, then who is refused, who pays and what providers keep."""
_COLUMNS = 3
PICTURE_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart by color-blind readers (Okabe and Ito 2008); rows are also named."""
INK = "#222222"
_LIGHT = "#E5E5E5"
_WORDS = 9.5
"""Points of the letters above, beside and below a panel."""
LETTERS = 24
"""Of a line of a scenario's name."""
ROW, LINE, FRAME, GAP = 0.37, 0.17, 1.22, 0.1
"""Inches: a scenario, each line more of a name, what is above and below a panel, between panels."""
PART = 0.07
"""Of a panel's width that is left free at its ends."""


def comparison_picture(document: Mapping[str, Any], notes: Sequence[str] = ()) -> bytes:
    """A PNG of the comparison's JSON: the same bytes for the same numbers, whatever the user's matplotlib settings."""
    return picture_bytes(comparison_figure(document, notes))


def comparison_figure(document: Mapping[str, Any], notes: Sequence[str] = ()) -> "Figure":
    """A figure of a comparison's document (`reports.comparison.document`): a panel a metric, a row a scenario.

    A mark is a scenario's difference from the baseline, a bar its 95% interval; filled where the reading
    (`reports.reading`) says that it is clear of luck. A scenario alone has means. ``notes`` stand below the panels.
    """
    rows = {row["metric"]: row for row in headline_rows(document)}
    shown = [rows[name] for name in _PANELS if name in rows]
    names = [name for name in document["scenarios"] if name != document["baseline"]] or [document["baseline"]]
    labels = _labels(document, names)
    with drawing():
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        from vbp_agents.reports.shown_figure import ShownFigure

        page = Page(_heading(document), [_what_is_shown(document)], [_small_print(document), *notes])
        lines = -(-len(shown) // _COLUMNS)
        panels = lines * (FRAME + sum(ROW + LINE * label.count("\n") for label in labels))
        height = page.below + panels + page.above
        figure = ShownFigure(figsize=(WIDTH, height), dpi=150)
        room = (LEFT / WIDTH, page.below / height, 1 - LEFT / WIDTH, panels / height)
        figure.set_layout_engine(ConstrainedLayoutEngine(h_pad=GAP, w_pad=GAP, rect=room))
        grid = figure.subplots(lines, _COLUMNS, sharey=True, squeeze=False)
        said = verdicts(document)
        for axes, row in zip(grid.flat, shown, strict=False):
            clear = [name for name in names if said.get(name, {}).get(row["metric"]) in CLEAR]
            _panel(axes, row, names, clear, document["baseline"])
            axes.set_yticks(range(len(names)), labels, fontsize=11, color=INK)
        for axes in grid.flat[len(shown) :]:
            axes.set_visible(False)
        page.write(figure)
        _settle(figure)
    return figure


def _settle(figure: "Figure") -> None:
    """Lay out once, to whole parts: at each writing panels would creep by less than can be seen, and bytes differ."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        x, y, width, height = axes.get_position().bounds
        axes.set_position((round(x, 5), round(y, 5), round(width, 5), round(height, 5)))


def _panel(axes: "Axes", row: ShownRow, names: Sequence[str], clear: Sequence[str], baseline: str) -> None:
    """One metric, the scenarios from top to bottom."""
    alone = list(names) == [baseline]
    prefix = "" if alone else "difference"
    marks = [_numbers(row, name, prefix) for name in names]
    for place, (name, (middle, low, high)) in enumerate(zip(names, marks, strict=True)):
        color = PICTURE_COLORS[place % len(PICTURE_COLORS)]
        if middle is None:
            _write(axes, place, "no number")
            continue
        half = None
        if low is not None and high is not None:
            half = (high - low) / 2
            axes.plot([low, high], [place, place], color=color, linewidth=2.6, solid_capstyle="butt")
        filled = color if name in clear or alone else "white"
        axes.plot([middle], [place], marker="o", markersize=8, color=color, markerfacecolor=filled, markeredgewidth=2)
        _write(axes, place, with_reach(middle, half, signs=not alone))
    _frame(axes, len(names))
    _scale(axes, [value for mark in marks for value in mark if value is not None], alone)
    mean = row["values"][baseline]["mean"]
    level = "" if alone or mean is None else f"; {spoken(baseline)}: {short(mean, None)[0]}"
    axes.set_title(row["title"], fontsize=13, loc="left", fontweight="bold", pad=24, color=INK)
    axes.annotate(
        f"{row['unit']}{level}",
        (0, 1),
        (0, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=_WORDS,
        color=GRAY,
        parse_math=False,
    )
    if row["better"]:
        axes.set_xlabel(
            "higher is better →" if row["better"] == "higher" else "← lower is better", fontsize=_WORDS, color=GRAY
        )


def _numbers(row: ShownRow, name: str, prefix: str) -> tuple[float | None, float | None, float | None]:
    """A difference, or a mean, and the bounds of its interval."""
    values = row["values"][name]
    if prefix:
        return values[prefix], values[f"{prefix}_low"], values[f"{prefix}_high"]
    return values["mean"], values["low"], values["high"]


def _write(axes: "Axes", place: float, text: str) -> None:
    write_beside(axes, place, text, size=_WORDS, color=INK, gap=4)


def _frame(axes: "Axes", rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="x", labelsize=9, color=GRAY, labelcolor=GRAY)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=5)
    axes.grid(axis="x", color=_LIGHT, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_LIGHT)


def _scale(axes: "Axes", numbers: Sequence[float], alone: bool) -> None:
    """Room for all, zero within it (a scenario alone has none); where nothing differs, zero alone."""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 0.0)
    if not alone:
        low, high = min(low, 0.0), max(high, 0.0)
        axes.axvline(0, color=GRAY, linewidth=1.0, zorder=0)
    reach = high - low
    axes.set_xlim(low - PART * reach, high + PART * reach) if reach else axes.set_xlim(low - 1, high + 1)
    axes.xaxis.set_major_formatter("{x:,g}")
    if not reach:
        axes.set_xticks([low])


def _labels(document: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """What the rows are called."""
    without = without_contract(document)
    words = (f"{spoken(name)}{' (no contract in force)' if name in without else ''}" for name in names)
    return ["\n".join(textwrap.wrap(text, LETTERS)) for text in words]


def _heading(document: Mapping[str, Any]) -> str:
    baseline = spoken(document["baseline"])
    if len(document["scenarios"]) == 1:
        return f"{baseline[0].upper()}{baseline[1:]}, compared with nothing"
    return f"What differs from {baseline}: same patients, same luck, other rules of payment"


def _what_is_shown(document: Mapping[str, Any]) -> str:
    replicates, alone = document["replicates"], len(document["scenarios"]) == 1
    size = f"{document['patients']:,} patients over {many(document['years'], 'year')}"
    what = "means" if alone else "mean differences"
    if replicates == 1:
        return f"{size}: one draw of luck (1 replicate), so without intervals. No difference here is clear of luck."
    return f"{size}, {replicates:,} {'' if alone else 'paired '}replicates. Marks: {what}; bars: their 95% intervals."


def _small_print(document: Mapping[str, Any]) -> str:
    if len(document["scenarios"]) == 1 or document["replicates"] == 1:
        return f"Seed {document['seed']}."
    count = sum(map(len, verdicts(document).values()))
    return (
        f"Filled marks: clear of luck, with intervals widened for all {count} differences of the headline "
        f"(Bonferroni). Hollow marks: luck could do that, or nothing differs. Seed {document['seed']}."
    )

"""The picture of a contract: what it pays, and what one more of anything is worth, along spending and quality."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.drawing import drawing, picture_bytes
from vbp_agents.presentation.page import GRAY, WIDTH, Page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
"""Told apart by color-blind readers (Okabe and Ito 2008); lines also differ in style and are named where they end."""
_PANELS = 7.9
"""Inches that the panels are high, whatever is said above them."""
Lines = Mapping[str, Sequence[float]]


def contract_picture(part: Mapping[str, Any], words: Sequence[str]) -> bytes:
    """A PNG of the JSON of `vbp contract`: the same bytes for the same numbers, whatever matplotlib's settings."""
    with drawing():
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        page = Page(part["title"], words, [_footnote(part)])
        height = page.below + _PANELS + page.above
        figure = Figure(figsize=(WIDTH, height), dpi=150)
        room = (0, page.below / height, 1, _PANELS / height)
        figure.set_layout_engine(ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12, rect=room))
        above, below = figure.subplots(2, 2, squeeze=False)
        spending, quality = part["spending"], part["quality"]
        percent = [100 * more for more in spending["spending"]]
        per = f"dollars per {part['per']}"
        _payment(above[0], percent, spending, "What it pays, by spending", per)
        _payment(above[1], quality["quality"], quality, f"What it pays, by quality, with {_saved(part)} saved", per)
        _dollars(below[0], percent, spending, part["in_episodes"])
        _points(below[1], percent, spending, per)
        for axes in (above[0], *below):
            axes.set_xlabel("spending against the benchmark, %", fontsize=9, color=GRAY)
            axes.axvline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
        above[1].set_xlabel("measured quality, points of 100", fontsize=9, color=GRAY)
        page.write(figure)
    return picture_bytes(figure)


def _payment(axes: "Axes", x: Sequence[float], lines: Lines, title: str, unit: str) -> None:
    axes.plot(x, lines["fees"], color=GRAY, linestyle="--", linewidth=1.6, label="fees alone")
    axes.plot(x, lines["certain"], color=ORANGE, linestyle=":", linewidth=1.8, label="if the year ends exactly there")
    axes.plot(x, lines["payment"], color=BLUE, linewidth=2.6, label="to be expected, luck included")
    _frame(axes, x, title, unit)
    values = [value for name in ("fees", "certain", "payment") for value in lines[name]]
    _room(axes, values, least=400.0)
    axes.legend(fontsize=8.5, frameon=False, loc="best")


def _dollars(axes: "Axes", x: Sequence[float], lines: Lines, in_episodes: bool) -> None:
    axes.axhline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
    axes.plot(x, lines["own_dollar"], color=BLUE, linewidth=2.4, label="billed by the holder itself")
    axes.plot(x, lines["others_dollar"], color=ORANGE, linestyle="--", linewidth=2.4, label="billed by others")
    where = "in an episode" if in_episodes else "of care"
    _frame(axes, x, f"What one more dollar {where} is worth to the holder", "dollars")
    _room(axes, [*lines["own_dollar"], *lines["others_dollar"], -1.0, 1.0], least=0.0)
    axes.legend(fontsize=8.5, frameon=False, loc="best")


def _points(axes: "Axes", x: Sequence[float], lines: Lines, unit: str) -> None:
    axes.axhline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
    coded = "0.01 more coded risk of every member"
    axes.plot(x, lines["coded_point"], color=GREEN, linewidth=2.4, label=coded)
    quality = "1 more point of measured quality"
    axes.plot(x, lines["quality_point"], color=ORANGE, linestyle="--", linewidth=2.4, label=quality)
    _frame(axes, x, "What one more point is worth to the holder", unit)
    _room(axes, [*lines["coded_point"], *lines["quality_point"], 0.0], least=10.0)
    axes.legend(fontsize=8.5, frameon=False, loc="best")


def _frame(axes: "Axes", x: Sequence[float], title: str, unit: str) -> None:
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold")
    axes.set_ylabel(unit, fontsize=9, color=GRAY)
    axes.set_xlim(min(x), max(x))
    axes.tick_params(labelsize=8.5, color=GRAY)
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.grid(color="#ECECEC", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _room(axes: "Axes", values: Sequence[float], least: float) -> None:
    """Limits with a margin; what hardly changes is not blown up to look as if it did."""
    low, high = min(values), max(values)
    missing = max(0.0, least - (high - low)) / 2
    margin = 0.06 * max(high - low, least)
    axes.set_ylim(low - missing - margin, high + missing + margin)


def _saved(part: Mapping[str, Any]) -> str:
    return f"{part['example']['saved']:.1%}"


def _footnote(part: Mapping[str, Any]) -> str:
    return (
        f"Example, no simulation: {part['told']}, quality at national medians, "
        f"performance year {part['performance_year']}. Benchmark: three base years that cost the same."
    )

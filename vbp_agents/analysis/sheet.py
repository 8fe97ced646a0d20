"""The sheet that every picture of an analysis is drawn on: inks of a light and of a dark page, and how rows stand."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from vbp_agents.presentation.drawing import Format, drawing, picture_bytes, write_beside
from vbp_agents.reports.plots import PICTURE_COLORS

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

Shared: TypeAlias = bool | Literal["none", "all", "row", "col"]
"""Which panels have one axis."""
_WIDTH = 9.0
"""Inches: letters of 10 points are read at the width of a page."""
ROW, LINE = 0.34, 0.16
"""Inches of a row, and of each line more of its name."""
BLACK = "#000000"
TITLE, WORDS, SMALL = 12.5, 9.5, 8.5
"""Points of letters."""


@dataclass(frozen=True)
class Ink:
    """Colors of a page: of letters, of what is less important, of lines, of the page itself ("none": see through).

    ``over``: what fills marks that are hollow, so that lines do not show through.
    """

    letters: str
    gray: str
    lines: str
    page: str
    over: str

    def scenario(self, place: int) -> str:
        """The color of a scenario by its place among those that differ from the baseline; black is seen as letters."""
        color = PICTURE_COLORS[place % len(PICTURE_COLORS)]
        return self.letters if color == BLACK else color


LIGHT = Ink("#222222", "#666666", "#E5E5E5", "#FFFFFF", "#FFFFFF")
DARK = Ink("#F2F2F2", "#B5B5B5", "#4A4A4A", "none", "#1E1E1E")


def rendered_picture(draw: Callable[[Ink], "Figure"], ink: Ink, kind: Format) -> bytes:
    """A picture's bytes."""
    with drawing():
        figure = draw(ink)
    return picture_bytes(figure, kind)


def panels(
    ink: Ink,
    title: str,
    height: float,
    rows: int = 1,
    columns: int = 1,
    notes: Sequence[str] = (),
    sharex: Shared = False,
    sharey: Shared = False,
) -> "tuple[Figure, list[Axes]]":
    """A figure with a title and so many panels, ``height`` inches together, laid out so that nothing is cut off.

    ``notes`` stand below the panels. ``sharex`` and ``sharey``: which panels have one axis.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    lines = textwrap.wrap(title, 78)
    small = [line for note in notes for line in textwrap.wrap(note, 142)]
    above, below = 0.24 * len(lines) + 0.14, 0.15 * len(small) + 0.08
    whole = above + height + below
    room = (0.012, below / whole, 0.976, height / whole)
    figure = Figure(figsize=(_WIDTH, whole), dpi=150, facecolor=ink.page, layout=ConstrainedLayoutEngine(rect=room))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey)
    for text, y, size, weight, color, side in (
        (lines, 1 - 0.08 / whole, TITLE, "bold", ink.letters, "top"),
        (small, 0.05 / whole, SMALL, "normal", ink.gray, "bottom"),
    ):
        words = "\n".join(text)
        figure.text(
            0.015, y, words, fontsize=size, fontweight=weight, color=color, va=side, parse_math=False, in_layout=False
        )
    all_axes = list(grid.flat)
    for axes in all_axes:
        _plain(axes, ink)
    return figure, all_axes


def _plain(axes: "Axes", ink: Ink) -> None:
    """A panel without a box, with faint lines at its ticks."""
    axes.set_facecolor("none")
    axes.tick_params(color=ink.lines, labelcolor=ink.gray, labelsize=SMALL)
    axes.grid(color=ink.lines, linewidth=0.6)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(ink.lines)


def name_rows(axes: "Axes", ink: Ink, labels: Sequence[str]) -> None:
    """Rows from top to bottom with their names."""
    axes.set_yticks(range(len(labels)), labels, fontsize=WORDS, color=ink.letters)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def label_axis(axes: "Axes", ink: Ink, x: str = "", y: str = "") -> None:
    """What the axes are, with units."""
    for text, write, letters in ((x, axes.set_xlabel, 90), (y, axes.set_ylabel, 44)):
        if text:
            lines = "\n".join(folded_words(line, letters) for line in text.split("\n"))
            write(lines, fontsize=WORDS, color=ink.gray, parse_math=False)


def beside(axes: "Axes", ink: Ink, row: float, text: str) -> None:
    """A number at the right of its row."""
    write_beside(axes, row, text, size=SMALL, color=ink.letters, gap=5)


def height_of(labels: Sequence[str], frame: float = 0.75) -> float:
    """Inches that rows with such names take, with what is above and below them."""
    return frame + sum(ROW + LINE * label.count("\n") for label in labels)


def folded_words(text: str, letters: int) -> str:
    """A text over several lines; what has no spaces is broken where it must be."""
    return "\n".join(textwrap.wrap(text, letters)) or text


def words_alone(title: str, text: str) -> Callable[[Ink], "Figure"]:
    """In place of an empty picture: the words that say why there is none."""

    def draw(ink: Ink) -> "Figure":
        lines = textwrap.wrap(text, 100)
        figure, (axes,) = panels(ink, title, 0.3 + 0.2 * len(lines))
        axes.set_axis_off()
        axes.text(
            0, 1, "\n".join(lines), fontsize=WORDS, color=ink.letters, va="top", parse_math=False,
            transform=axes.transAxes,
        )  # fmt: skip
        return figure

    return draw


def color_scale(ink: Ink, values: "NDArray[np.float64]", *, around_zero: bool) -> "ScalarMappable":
    """Colors of numbers: blue below zero, orange above it, or from pale to blue where zero means nothing."""
    import numpy as np
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if around_zero:
        reach = max(abs(low), abs(high)) or 1.0
        shades = LinearSegmentedColormap.from_list("apart", [PICTURE_COLORS[0], "#F4F4F4", PICTURE_COLORS[1]])
        return ScalarMappable(Normalize(-reach, reach), shades)
    shades = LinearSegmentedColormap.from_list("level", ["#F4F4F4", PICTURE_COLORS[0]])
    return ScalarMappable(Normalize(low, high if high > low else low + 1), shades)


def draw_legend(axes: "Axes", ink: Ink, colors: Mapping[str, str]) -> None:
    """Whose the colors are, at the right of the panel."""
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], color=color, marker="o", markersize=7, linestyle="none", label=folded_words(name, 24))
        for name, color in colors.items()
    ]
    box = axes.legend(handles=marks, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=SMALL)
    for text in box.get_texts():
        text.set_parse_math(False)
        text.set_color(ink.letters)

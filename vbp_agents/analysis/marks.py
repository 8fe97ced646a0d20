"""Marks with intervals, and the numbers beside them."""

import math
from typing import TYPE_CHECKING

from vbp_agents.analysis.luck import LEAST, Spread, draws_of_luck
from vbp_agents.analysis.sheet import Ink, beside
from vbp_agents.presentation.written import with_reach

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def mark_interval(axes: "Axes", ink: Ink, place: int, spread: Spread, color: str, row: int | None = None) -> None:
    """A mark, filled where it is clear of luck, the bar of its interval, and both as a number at the right.

    Of too few replicates for an interval there are words alone. ``place``: the row of the panel; ``row``: of the
    spread, the same where not said.
    """
    row = place if row is None else row
    middle, low, high = (float(values[row]) for values in (spread.mean, spread.low, spread.high))
    if spread.n[row] < LEAST:
        beside(axes, ink, place, draws_of_luck(int(spread.n[row])))
        return
    if math.isfinite(low):
        axes.plot([low, high], [place, place], color=color, linewidth=2.6, solid_capstyle="butt")
    filled = color if spread.clear[row] else ink.over
    axes.plot([middle], [place], marker="o", markersize=7.5, color=color, markerfacecolor=filled, markeredgewidth=1.8)
    beside(axes, ink, place, with_reach(middle, (high - low) / 2))

"""The charts beside the map: each metric over time in both worlds, or how far they are apart."""

from collections.abc import Sequence
from typing import Any

import solara

from vbp_agents.app.charts import SCENARIO_COLORS, SCENARIO_DASHES, Axis, Series, line
from vbp_agents.app.html import tag
from vbp_agents.app.watching.bands import Band, Curves, curves, difference_sentence
from vbp_agents.app.watching.run import Watched
from vbp_agents.metrics.headline import HeadlineRow

SPAN, SPAN_APART = 0.04, 0.001
"""Of a chart's level: what is shown at least, of both worlds and of their difference, so that nothing is blown up."""
_FIRST = 3
"""Months before the first that is drawn: with fewer in it a mean is mostly luck."""


@solara.component
def Graphs(
    watched: Watched,
    there: tuple[int, int],
    rows: Sequence[HeadlineRow],
    names: Sequence[str],
    place: int,
    month: int,
    apart: bool,
) -> Any:
    """``there``: months and replicates that are finished; ``names``: of both worlds.

    ``place``: of the other one in the question; ``apart``: draw differences; ``month``: which is on the map.
    """
    drawn_curves = solara.use_memo(
        lambda: [curves(watched, row) for row in rows], [watched.id, *there, apart, len(rows)]
    )
    drawn = [
        tag("div", _chart(curve, names, place, watched.asked.months, month, apart), class_="card")
        for curve in drawn_curves
    ]
    return tag("div", *drawn, class_="graphs")


def _chart(curve: Curves, names: Sequence[str], place: int, months: int, month: int, apart: bool) -> Any:
    if apart:
        series = [_series(f"{names[1]} less {names[0]}", place, curve.difference)]
    else:
        series = [
            _series(name, number, band) for name, number, band in zip(names, (0, place), curve.worlds, strict=True)
        ]
    length = max(len(plotted.mid or ()) for plotted in series)
    level = max((abs(value) for value in curve.worlds[0].mid if value == value), default=0.0)
    least = (SPAN_APART if apart else SPAN) * level or SPAN
    dollars = "dollars" if curve.row.unit.startswith("$") else "number"
    return line(
        curve.row.title,
        curve.row.unit + (", difference" if apart else ", last twelve months"),
        [*range(_FIRST, _FIRST + length)],
        [_filled(plotted, length) for plotted in series],
        Axis("month", "month", domain=(0, months)),
        Axis("", dollars, zero=apart, least=least),
        difference_sentence(curve, names),
        mark=month if month else None,
        height=128,
    )


def _series(name: str, place: int, band: Band) -> Series:
    cut = slice(_FIRST - 1, None)
    return Series(name, SCENARIO_COLORS[place], band.mid[cut], band.low[cut], band.high[cut], SCENARIO_DASHES[place])


def _filled(series: Series, length: int) -> Series:
    """As long as the longest: a world that is still lived ends earlier."""

    def whole(values: Sequence[float] | None) -> list[float]:
        return [*(values or ()), *[float("nan")] * (length - len(values or ()))]

    return Series(
        series.name, series.color, whole(series.mid), whole(series.low), whole(series.high), series.dash, series.width
    )

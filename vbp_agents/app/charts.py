"""Charts of lines with bands, as the page's own component takes them: a declaration, and numbers packed as float32."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vbp_agents.app.vue import LineChart

SCENARIO_COLORS = ("var(--s0)", "var(--s1)", "var(--s2)", "var(--s3)")
"""By place in the question, the baseline first: the same wherever the scenario is drawn (`assets/custom.css`)."""
SCENARIO_DASHES = ("6 4", None, "2 3", "10 3 2 3")
"""So that color is not all that tells scenarios apart."""


@dataclass(frozen=True)
class Axis:
    """What one axis shows.

    ``format``: number, dollars, percent or month. ``domain``: its ends, None: those of the data.

    ``zero``: zero is shown, ``least``: the least span, so that what hardly changes is not blown up; ``signed``: + too.
    """

    title: str
    format: str = "number"
    domain: tuple[float, float] | None = None
    zero: bool = False
    least: float = 0.0
    signed: bool = False


@dataclass(frozen=True)
class Series:
    """A line and its band, dollars or what the axis says, shape of x each; None where there is none."""

    name: str
    color: str
    mid: Sequence[float] | None
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None
    dash: str | None = None
    width: float = 2.2


def line(
    title: str,
    unit: str,
    x: Sequence[float],
    series: Sequence[Series],
    x_axis: Axis,
    y_axis: Axis,
    summary: str,
    mark: float | None = None,
    height: int = 240,
) -> Any:
    """A chart; ``summary`` says in a sentence what it shows, ``mark`` is a place on x to be marked."""
    spec = {
        "title": title,
        "unit": unit,
        "x": asdict(x_axis),
        "y": asdict(y_axis),
        "series": [{"name": s.name, "color": s.color, "dash": s.dash, "width": s.width} for s in series],
        "summary": summary,
        "mark": mark,
        "height": height,
    }
    return LineChart(spec=spec, numbers=packed_series(x, series))


def packed_series(x: Sequence[float], series: Sequence[Series]) -> bytes:
    """x, then middle, low and high of each series, as little-endian float32; NaN where a series has none."""
    nothing = [float("nan")] * len(x)
    columns = [x, *(column or nothing for s in series for column in (s.mid, s.low, s.high))]
    return np.array(columns, dtype="<f4").tobytes()

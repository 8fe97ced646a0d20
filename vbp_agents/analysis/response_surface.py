"""An outcome over two factors: a grid's means as a map, or a fitted quadratic where points are drawn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.factors import extent, factor_labels, factor_named, plain_number, shares
from vbp_agents.analysis.luck import LEAST, student, warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.regression import least_squares, mean_of_replicates
from vbp_agents.analysis.rows import independent_rows, kind_of
from vbp_agents.analysis.sheet import SMALL, Ink, color_scale, label_axis, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import many, minus, short
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.varied import Varied, between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "response_surface"
_TERMS = 6
_SPARE = 3
"""Terms of a quadratic in two factors, and points beyond these."""
_STEPS = 41
"""Places of a fitted surface along each factor."""
MOST_WRITTEN = 64
"""Cells of a map that have room for their numbers."""


def response_surface(
    sweep: Sweep,
    *,
    outcome: str | None = None,
    scenario: str | None = None,
    x: str | None = None,
    y: str | None = None,
) -> Analysis:
    """An outcome over two factors, the others averaged over: where it is high and where low.

    Of the paired difference from the baseline, the mean over replicates; of the baseline, what it is. ``x``, ``y``:
    paths, or their names in words; the first two numbers that vary where not said, levers first. A grid has the mean of
    each pair of values; a cell in brackets cannot be told apart from zero (Student's 95% interval over replicates, for
    all cells together). Other designs have a quadratic by least squares; ``attrs["explained"]`` is its R².

    Frame: a row a cell, or a place of the fitted surface. Source: Box GEP, Wilson KB. J R Stat Soc B 1951;13:1-45.
    Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    own, what = stem(KIND, chosen.name, name), measured.what(chosen, name)
    axes = _axes(measured, x, y)
    if isinstance(axes, str):
        return unanswered(own, f"{what}: over two factors", axes, outcome=chosen.name, scenario=name)
    labels = factor_labels(measured.factors)
    one, other = (labels[factor.written] for factor in axes)
    title = f"{what}: over {one} and {other}"
    found = _surface(measured, measured.effect(chosen.name, name), axes)
    if isinstance(found, str):
        return unanswered(own, title, found, outcome=chosen.name, scenario=name)
    sentence = f"{what} ({chosen.unit}), over {one} and {other}: {_said(found, (one, other))}"

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, chosen, (one, other), found, apart=name != measured.baseline)

    return Analysis(own, title, sentence, _frame(found, chosen), draw, chosen.name, name)


@dataclass(frozen=True)
class Surface:
    """The outcome, (y values, x values), at values of the two factors; ``clear``: of a grid, which are not luck's.

    ``explained``: of a fitted one, NaN of a grid. ``points``: where it was measured, (points, 2), as x and y.
    """

    x: Varied
    y: Varied
    xs: FloatArray
    ys: FloatArray
    values: FloatArray
    clear: NDArray[np.bool_] | None
    explained: float
    points: FloatArray
    replicates: int


def _axes(measured: SweepNumbers, x: str | None, y: str | None) -> tuple[Varied, Varied] | str:
    """The two factors. Raises WrongInput for unknown names."""
    asked = [factor_named(measured, name) if name else None for name in (x, y)]
    varying = [f for f in measured.factors if f.numeric and measured.values[f.written].nunique() > 1]
    free = [factor for factor in varying if factor not in asked]
    chosen = [factor if factor else free.pop(0) if free else None for factor in asked]
    one, other = chosen
    if one is None or other is None or one == other or one not in varying or other not in varying:
        return "A surface needs two different factors that are numbers and vary."
    return one, other


def _surface(measured: SweepNumbers, values: FloatArray, axes: tuple[Varied, Varied]) -> Surface | str:
    rows = independent_rows(measured)
    places = np.arange(len(values)) if isinstance(rows, str) else rows
    table, numbers = measured.values.iloc[places], values[places]
    known = np.isfinite(numbers).any(axis=1)
    if not known.any():
        return "No point has a number."
    points = np.stack([table[factor.written].to_numpy(float) for factor in axes], axis=1)[known]
    numbers = numbers[known]
    make = _map if kind_of(measured) == "grid" else _quadratic
    return make(axes, points, numbers)


def _map(axes: tuple[Varied, Varied], points: FloatArray, numbers: FloatArray) -> Surface | str:
    """The mean of each pair of values."""
    xs, ys = np.unique(points[:, 0]), np.unique(points[:, 1])
    means = np.full((len(ys) * len(xs), numbers.shape[1]), np.nan)
    for cell in range(len(means)):
        there = (points[:, 1] == ys[cell // len(xs)]) & (points[:, 0] == xs[cell % len(xs)])
        if there.any():
            whole = np.isfinite(numbers[there]).all(axis=0)
            means[cell, whole] = numbers[there][:, whole].mean(axis=0)
    spread = student(means)
    if not spread.n.any():
        return "No replicate has a number at all points of a pair of values."
    shape = (len(ys), len(xs))
    clear = spread.clear.reshape(shape)
    return Surface(*axes, xs, ys, spread.mean.reshape(shape), clear, float("nan"), points, int(spread.n.max()))


def _quadratic(axes: tuple[Varied, Varied], points: FloatArray, numbers: FloatArray) -> Surface | str:
    """The fit of a constant, both factors, their product and their squares, where the ranges are coded 0 to 1."""
    if len(points) < _TERMS + _SPARE:
        return f"{many(len(points), 'point')} with numbers are too few for a quadratic: {_TERMS + _SPARE} are needed."
    one, other = (shares(factor, points[:, place]) for place, factor in enumerate(axes))
    middle = mean_of_replicates(numbers)[:, None]
    fit = least_squares(_columns(one, other), middle)
    if fit is None:
        return "The points do not spread enough for a quadratic: each factor needs three values or more."
    steps = np.linspace(0, 1, _STEPS)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    columns = np.column_stack([np.ones(len(grid)), _columns(grid[:, 0], grid[:, 1])])
    surface = (columns * fit.found[:, 0]).sum(axis=1).reshape(_STEPS, _STEPS)
    xs, ys = (np.asarray([between(*extent(factor), float(u), factor.log) for u in steps]) for factor in axes)
    replicates = int(np.isfinite(numbers).any(axis=0).sum())
    return Surface(*axes, xs, ys, surface, None, fit.explained, points, replicates)


def _columns(one: FloatArray, other: FloatArray) -> FloatArray:
    return np.column_stack([one, other, one * other, one**2, other**2])


def _frame(found: Surface, outcome: ShownOutcome) -> "DataFrame":
    from pandas import DataFrame

    columns = {
        found.x.written: np.tile(found.xs, len(found.ys)),
        found.y.written: np.repeat(found.ys, len(found.xs)),
        "unit": outcome.unit,
        "value": found.values.ravel(),
    }
    frame = DataFrame(columns if found.clear is None else columns | {"clear": found.clear.ravel()})
    frame.attrs |= {"unit": outcome.unit, "explained": found.explained}
    return frame


def _said(found: Surface, labels: tuple[str, str]) -> str:
    low, high = (
        np.unravel_index(place, found.values.shape)
        for place in (np.nanargmin(found.values), np.nanargmax(found.values))
    )
    if found.values[low] == found.values[high]:
        return "the same everywhere."
    told = (
        f"lowest, {_number(float(found.values[low]))}, at {_at(found, low, labels)}; highest, "
        f"{_number(float(found.values[high]))}, at {_at(found, high, labels)}."
    )
    if found.clear is None:
        trust = f" It is a fitted surface that explains {100 * found.explained:.0f}% of what differs between points"
        rest = f"{trust}; what it does not explain are other factors, bends and luck."
        return f"{told}{rest} {warning(found.replicates)}".rstrip()
    if found.replicates < LEAST:
        return f"{told} {warning(found.replicates)}"
    unclear = int((~found.clear & np.isfinite(found.values)).sum())
    whole = int(np.isfinite(found.values).sum())
    return f"{told} {unclear} of {many(whole, 'cell')} cannot be told apart from zero by luck." if unclear else told


def _at(found: Surface, place: tuple[np.intp, ...], labels: tuple[str, str]) -> str:
    row, column = place
    return f"{labels[0]} {plain_number(float(found.xs[column]))} and {labels[1]} {plain_number(float(found.ys[row]))}"


def _number(value: float) -> str:
    return minus(short(value, None)[0])


def _picture(
    ink: Ink, title: str, outcome: ShownOutcome, labels: tuple[str, str], found: Surface, *, apart: bool
) -> "Figure":
    notes = ["Numbers in brackets cannot be told apart from zero."] if apart and found.clear is not None else []
    if found.clear is None:
        notes = [f"Quadratic fit, R² {found.explained:.2f}; dots: the points that were measured."]
    notes.append(warning(found.replicates))
    figure, (axes,) = panels(ink, title, 4.6, notes=notes)
    axes.grid(visible=False)
    scale = color_scale(ink, found.values, around_zero=apart)
    if found.clear is None:
        _contours(axes, ink, found, scale)
    else:
        _cells(axes, ink, found, scale, brackets=apart)
    bar = figure.colorbar(scale, ax=axes, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(color=ink.lines, labelcolor=ink.gray, labelsize=SMALL)
    bar.set_label(outcome.axis, color=ink.gray, fontsize=SMALL)
    label_axis(axes, ink, *labels)
    return figure


def _cells(axes: "Axes", ink: Ink, found: Surface, scale: "ScalarMappable", *, brackets: bool) -> None:
    """A map of cells with their numbers."""
    rows, columns = found.values.shape
    axes.imshow(found.values, origin="lower", aspect="auto", cmap=scale.get_cmap(), clim=scale.get_clim())
    axes.set_xticks(range(columns), [plain_number(value) for value in found.xs])
    axes.set_yticks(range(rows), [plain_number(value) for value in found.ys])
    if rows * columns > MOST_WRITTEN:
        return
    assert found.clear is not None
    for row in range(rows):
        for column in range(columns):
            value = float(found.values[row, column])
            if not np.isfinite(value):
                continue
            text = _number(value)
            text = text if found.clear[row, column] or not brackets else f"({text})"
            shade = scale.to_rgba(np.asarray(value))
            dark = 0.3 * shade[0] + 0.59 * shade[1] + 0.11 * shade[2] < 0.55
            color = "white" if dark else "#222222"
            axes.text(column, row, text, ha="center", va="center", fontsize=SMALL, color=color, parse_math=False)


def _contours(axes: "Axes", ink: Ink, found: Surface, scale: "ScalarMappable") -> None:
    """A fitted surface with the points below it."""
    shades = axes.pcolormesh(
        found.xs, found.ys, found.values, cmap=scale.get_cmap(), clim=scale.get_clim(), shading="gouraud"
    )
    shades.set_rasterized(True)  # as shapes they would be 10 MB of SVG
    if np.ptp(found.values) > 0:
        lines = axes.contour(found.xs, found.ys, found.values, levels=7, colors="#222222", linewidths=0.7)
        axes.clabel(lines, fontsize=SMALL, fmt=lambda value: _number(float(value)))
    axes.scatter(found.points[:, 0], found.points[:, 1], s=9, color="#222222", alpha=0.55, linewidths=0)
    for factor, values, scaled, axis in (
        (found.x, found.xs, axes.set_xscale, axes.xaxis),
        (found.y, found.ys, axes.set_yscale, axes.yaxis),
    ):
        if factor.log:
            scaled("log")
            places = [float(values[place]) for place in np.linspace(0, len(values) - 1, 5).astype(int)]
            axis.set_ticks(places, [f"{place:.2g}" for place in places])
            axis.set_ticks([], minor=True)

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
    file_stem, what = stem(KIND, chosen.name, name), measured.what(chosen, name)
    axes = _axes(measured, x, y)
    if isinstance(axes, str):
        return unanswered(file_stem, f"{what}: over two factors", axes, outcome=chosen.name, scenario=name)
    labels = factor_labels(measured.factors)
    x_label, y_label = (labels[factor.written] for factor in axes)
    title = f"{what}: over {x_label} and {y_label}"
    surface = _surface(measured, measured.effect(chosen.name, name), axes)
    if isinstance(surface, str):
        return unanswered(file_stem, title, surface, outcome=chosen.name, scenario=name)
    sentence = f"{what} ({chosen.unit}), over {x_label} and {y_label}: {_said(surface, (x_label, y_label))}"

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, chosen, (x_label, y_label), surface, apart=name != measured.baseline)

    return Analysis(file_stem, title, sentence, _frame(surface, chosen), draw, chosen.name, name)


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
    along_x, along_y = chosen
    if along_x is None or along_y is None or along_x == along_y or along_x not in varying or along_y not in varying:
        return "A surface needs two different factors that are numbers and vary."
    return along_x, along_y


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
    x_shares, y_shares = (shares(factor, points[:, place]) for place, factor in enumerate(axes))
    middle = mean_of_replicates(numbers)[:, None]
    fit = least_squares(_columns(x_shares, y_shares), middle)
    if fit is None:
        return "The points do not spread enough for a quadratic: each factor needs three values or more."
    steps = np.linspace(0, 1, _STEPS)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    columns = np.column_stack([np.ones(len(grid)), _columns(grid[:, 0], grid[:, 1])])
    surface = (columns * fit.found[:, 0]).sum(axis=1).reshape(_STEPS, _STEPS)
    xs, ys = (np.asarray([between(*extent(factor), float(u), factor.log) for u in steps]) for factor in axes)
    replicates = int(np.isfinite(numbers).any(axis=0).sum())
    return Surface(*axes, xs, ys, surface, None, fit.explained, points, replicates)


def _columns(x_shares: FloatArray, y_shares: FloatArray) -> FloatArray:
    return np.column_stack([x_shares, y_shares, x_shares * y_shares, x_shares**2, y_shares**2])


def _frame(surface: Surface, outcome: ShownOutcome) -> "DataFrame":
    from pandas import DataFrame

    columns = {
        surface.x.written: np.tile(surface.xs, len(surface.ys)),
        surface.y.written: np.repeat(surface.ys, len(surface.xs)),
        "unit": outcome.unit,
        "value": surface.values.ravel(),
    }
    frame = DataFrame(columns if surface.clear is None else columns | {"clear": surface.clear.ravel()})
    frame.attrs |= {"unit": outcome.unit, "explained": surface.explained}
    return frame


def _said(surface: Surface, labels: tuple[str, str]) -> str:
    low, high = (
        np.unravel_index(place, surface.values.shape)
        for place in (np.nanargmin(surface.values), np.nanargmax(surface.values))
    )
    if surface.values[low] == surface.values[high]:
        return "the same everywhere."
    extremes = (
        f"lowest, {_number(float(surface.values[low]))}, at {_at(surface, low, labels)}; highest, "
        f"{_number(float(surface.values[high]))}, at {_at(surface, high, labels)}."
    )
    if surface.clear is None:
        trust = f" It is a fitted surface that explains {100 * surface.explained:.0f}% of what differs between points"
        rest = f"{trust}; what it does not explain are other factors, bends and luck."
        return f"{extremes}{rest} {warning(surface.replicates)}".rstrip()
    if surface.replicates < LEAST:
        return f"{extremes} {warning(surface.replicates)}"
    unclear = int((~surface.clear & np.isfinite(surface.values)).sum())
    whole = int(np.isfinite(surface.values).sum())
    return (
        f"{extremes} {unclear} of {many(whole, 'cell')} cannot be told apart from zero by luck."
        if unclear
        else extremes
    )


def _at(surface: Surface, place: tuple[np.intp, ...], labels: tuple[str, str]) -> str:
    row, column = place
    return (
        f"{labels[0]} {plain_number(float(surface.xs[column]))} and {labels[1]} {plain_number(float(surface.ys[row]))}"
    )


def _number(value: float) -> str:
    return minus(short(value, None)[0])


def _picture(
    ink: Ink, title: str, outcome: ShownOutcome, labels: tuple[str, str], surface: Surface, *, apart: bool
) -> "Figure":
    notes = ["Numbers in brackets cannot be told apart from zero."] if apart and surface.clear is not None else []
    if surface.clear is None:
        notes = [f"Quadratic fit, R² {surface.explained:.2f}; dots: the points that were measured."]
    notes.append(warning(surface.replicates))
    figure, (axes,) = panels(ink, title, 4.6, notes=notes)
    axes.grid(visible=False)
    scale = color_scale(ink, surface.values, around_zero=apart)
    if surface.clear is None:
        _contours(axes, ink, surface, scale)
    else:
        _cells(axes, ink, surface, scale, brackets=apart)
    bar = figure.colorbar(scale, ax=axes, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.tick_params(color=ink.lines, labelcolor=ink.gray, labelsize=SMALL)
    bar.set_label(outcome.axis, color=ink.gray, fontsize=SMALL)
    label_axis(axes, ink, *labels)
    return figure


def _cells(axes: "Axes", ink: Ink, surface: Surface, scale: "ScalarMappable", *, brackets: bool) -> None:
    """A map of cells with their numbers."""
    rows, columns = surface.values.shape
    axes.imshow(surface.values, origin="lower", aspect="auto", cmap=scale.get_cmap(), clim=scale.get_clim())
    axes.set_xticks(range(columns), [plain_number(value) for value in surface.xs])
    axes.set_yticks(range(rows), [plain_number(value) for value in surface.ys])
    if rows * columns > MOST_WRITTEN:
        return
    assert surface.clear is not None
    for row in range(rows):
        for column in range(columns):
            value = float(surface.values[row, column])
            if not np.isfinite(value):
                continue
            text = _number(value)
            text = text if surface.clear[row, column] or not brackets else f"({text})"
            shade = scale.to_rgba(np.asarray(value))
            dark = 0.3 * shade[0] + 0.59 * shade[1] + 0.11 * shade[2] < 0.55
            color = "white" if dark else "#222222"
            axes.text(column, row, text, ha="center", va="center", fontsize=SMALL, color=color, parse_math=False)


def _contours(axes: "Axes", ink: Ink, surface: Surface, scale: "ScalarMappable") -> None:
    """A fitted surface with the points below it."""
    shades = axes.pcolormesh(
        surface.xs, surface.ys, surface.values, cmap=scale.get_cmap(), clim=scale.get_clim(), shading="gouraud"
    )
    shades.set_rasterized(True)  # as shapes they would be 10 MB of SVG
    if np.ptp(surface.values) > 0:
        lines = axes.contour(surface.xs, surface.ys, surface.values, levels=7, colors="#222222", linewidths=0.7)
        axes.clabel(lines, fontsize=SMALL, fmt=lambda value: _number(float(value)))
    axes.scatter(surface.points[:, 0], surface.points[:, 1], s=9, color="#222222", alpha=0.55, linewidths=0)
    for factor, values, scaled, axis in (
        (surface.x, surface.xs, axes.set_xscale, axes.xaxis),
        (surface.y, surface.ys, axes.set_yscale, axes.yaxis),
    ):
        if factor.log:
            scaled("log")
            places = [float(values[place]) for place in np.linspace(0, len(values) - 1, 5).astype(int)]
            axis.set_ticks(places, [f"{place:.2g}" for place in places])
            axis.set_ticks([], minor=True)

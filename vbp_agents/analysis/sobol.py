"""How much of what differs between points each factor is behind: Sobol' indices."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.factors import factor_labels
from vbp_agents.analysis.luck import LEAST, agreeing, few, warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.packages import MissingPackage
from vbp_agents.analysis.rows import kind_of
from vbp_agents.analysis.salib import sobol_indices
from vbp_agents.analysis.sheet import Ink, beside, folded_words, height_of, label_axis, name_rows, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import listed, many, minus, spoken
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "sobol"
LEAST_GROUPS = 8
"""Base points below which no index is estimated."""
_NOTE = (
    "Filled, above: alone (S1). Hollow ring, below: with all that it acts together with (ST). Bars: 95% intervals over "
    "points. Pale: luck could do that, or nothing differs."
)
_PALE = 0.35


def sobol(sweep: Sweep, *, outcome: str | None = None, scenario: str | None = None) -> Analysis:
    """Which share of the variance between points each factor is behind: alone (S1) and with the others (ST), SALib's.

    Of the paired difference from the baseline, the mean over replicates; of the baseline, what it is. Intervals:
    SALib's bootstrap over base points, which are left out whole where one of their points lacks a number. Luck has a
    part in that variance: ``matters`` says which factors change the outcome in the same way in all draws of luck
    (`luck.agreeing`), and ``attrs["luck"]`` which share is luck.

    Frame: a row a factor. Sources: Sobol' IM. Math Comput Simul 2001;55:271-280; Saltelli A et al. Comput Phys Commun
    2010;181:259-270. Needs a Sobol' design. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    file_stem, title = stem(KIND, chosen.name, name), f"{measured.what(chosen, name)}: what is behind the differences"
    shares: Shares | str
    try:
        shares = _shares(measured, measured.effect(chosen.name, name))
    except MissingPackage as missing:
        shares = str(missing)
    if isinstance(shares, str):
        return unanswered(file_stem, title, shares, outcome=chosen.name, scenario=name)
    frame = _frame(measured, shares)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, name, shares)

    return Analysis(file_stem, title, _sentence(measured, chosen, name, shares), frame, draw, chosen.name, name)


@dataclass(frozen=True)
class Shares:
    """By factor, (factors,): S1 and ST with half their intervals, and whether it matters. ``luck``: its share."""

    first: FloatArray
    first_half: FloatArray
    total: FloatArray
    total_half: FloatArray
    matters: NDArray[np.bool_]
    luck: float
    groups: int
    left_out: int
    replicates: int

    @property
    def order(self) -> list[int]:
        """The factors, the largest ST first."""
        return sorted(range(len(self.total)), key=lambda row: (-float(self.total[row]), row))


def _shares(measured: SweepNumbers, values: FloatArray) -> Shares | str:
    """The indices of values, (points, replicates), or what the sweep would need to have for them."""
    if kind_of(measured) != "sobol":
        return f"Sobol' indices need a Sobol' design; this one is a {spoken(kind_of(measured))}."
    names = [factor.written for factor in measured.factors]
    points = measured.study.document.design.points
    assert points
    size = len(names) + 2
    whole = np.full((points * size, values.shape[1]), np.nan)
    whole[measured.points - 1] = values
    there = np.isfinite(whole).any(axis=0)
    if not there.any():
        return "No run has a number."
    grouped = whole[:, there].reshape(points, size, int(there.sum()))
    kept = np.isfinite(grouped).all(axis=(1, 2))
    if kept.sum() < LEAST_GROUPS:
        return (
            f"{int(kept.sum())} of {points} base points have a number at each of their {size} points; "
            f"{LEAST_GROUPS} or more are needed."
        )
    numbers = grouped[kept]
    middle = numbers.mean(axis=2).ravel()
    if np.ptp(middle) <= 1e-12 * np.abs(middle).max():
        return "Nothing to explain: the number is the same at every point."
    indices = sobol_indices(names, middle)
    moved = (numbers[:, 1:-1] - numbers[:, :1]).transpose(1, 0, 2)
    return Shares(
        indices["S1"],
        indices["S1_conf"],
        indices["ST"],
        indices["ST_conf"],
        agreeing(moved),
        _luck(numbers.reshape(-1, numbers.shape[2])),
        int(kept.sum()),
        int((~kept).sum()),
        numbers.shape[2],
    )


def _luck(values: FloatArray) -> float:
    """The share of the variance between points' means that is luck: what is left over by points and by replicates."""
    points, replicates = values.shape
    if replicates < 2:
        return float("nan")
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    noise = float((left**2).sum()) / ((points - 1) * (replicates - 1)) / replicates
    between = float(values.mean(axis=1).var(ddof=1))
    return float(min(1.0, noise / between))


def _frame(measured: SweepNumbers, shares: Shares) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "factor": [factor.written for factor in measured.factors],
            "unit": "share of the variance",
            "S1": shares.first,
            "S1_low": shares.first - shares.first_half,
            "S1_high": shares.first + shares.first_half,
            "ST": shares.total,
            "ST_low": shares.total - shares.total_half,
            "ST_high": shares.total + shares.total_half,
            "matters": shares.matters,
        }
    )
    frame.attrs |= {"base_points": shares.groups, "left_out": shares.left_out, "luck": shares.luck}
    return frame


def _sentence(measured: SweepNumbers, outcome: ShownOutcome, scenario: str, shares: Shares) -> str:
    what, labels = measured.what(outcome, scenario), list(factor_labels(measured.factors).values())
    left = f" Left out for want of a number: {many(shares.left_out, 'base point')}." if shares.left_out else ""
    if shares.replicates < LEAST:
        return f"{what}: {few(shares.replicates)} which factors matter.{left}"
    luck = f" {100 * shares.luck:.0f}% of the variance between points is luck."
    clear = [row for row in shares.order if shares.matters[row]]
    if not clear:
        return f"{what}: of {many(len(labels), 'factor')} none can be told apart from luck.{luck}{left}"
    largest = listed(
        f"{labels[row]} ({100 * shares.first[row]:.0f}% alone, {100 * shares.total[row]:.0f}% with others)"
        for row in clear[:4]
    )
    more = f" and {len(clear) - 4} more" if len(clear) > 4 else ""
    rest = len(labels) - len(clear)
    others = f"; {many(rest, 'other factor')} cannot be told apart from luck" if rest else ""
    return f"{what}: behind what differs between points is {largest}{more}{others}.{luck}{left}"


def _picture(ink: Ink, title: str, measured: SweepNumbers, scenario: str, shares: Shares) -> "Figure":
    names = list(factor_labels(measured.factors).values())
    labels = [folded_words(names[row], 30) for row in shares.order]
    figure, (axes,) = panels(ink, title, height_of(labels), notes=[_NOTE, warning(shares.replicates)])
    name_rows(axes, ink, labels)
    color = measured.color(ink, scenario)
    for place, row in enumerate(shares.order):
        opacity = 1.0 if shares.matters[row] else _PALE
        for values, halves, up, fill in (
            (shares.first, shares.first_half, -0.14, color),
            (shares.total, shares.total_half, 0.14, ink.over),
        ):
            middle, half, y = float(values[row]), float(halves[row]), place + up
            ends = [middle - half, middle + half]
            axes.plot(ends, [y, y], color=color, linewidth=2, alpha=opacity, solid_capstyle="butt")
            axes.plot(
                [middle], [y], marker="o", markersize=6, color=color, markerfacecolor=fill, markeredgewidth=1.6,
                alpha=opacity,
            )  # fmt: skip
        beside(axes, ink, place, minus(f"S1 {shares.first[row]:.2f}   ST {shares.total[row]:.2f}"))
    axes.axvline(0, color=ink.gray, linewidth=1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    label_axis(axes, ink, "share of the variance between points")
    return figure

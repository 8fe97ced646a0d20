"""Which factors matter at all, and which do so alone: Morris's screening."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.elementary import ElementaryEffects, elementary_effects
from vbp_agents.analysis.factors import factor_labels
from vbp_agents.analysis.luck import LEAST, agreeing, few, warning
from vbp_agents.analysis.measured import ShownOutcome, SweepNumbers, numbers_of, stem
from vbp_agents.analysis.resampling import resampled
from vbp_agents.analysis.salib import morris_indices
from vbp_agents.analysis.sheet import Ink, beside, folded_words, height_of, label_axis, name_rows, panels
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import listed, many, with_reach
from vbp_agents.sweeps.reading import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "morris"
_NOTE = (
    "Filled: matters, in the same way in all draws of luck (judged together for all factors). Hollow: luck could do "
    "that, or nothing differs. Bars: 95% intervals over trajectories."
)


def morris(sweep: Sweep, *, outcome: str | None = None, scenario: str | None = None) -> Analysis:
    """Which factors matter, by Morris's elementary effects: mu* and sigma, SALib's, with intervals.

    Of the paired difference from the baseline, the mean over replicates; of the baseline, what it is. An elementary
    effect is the outcome's change over that of one factor's share of its range, so in the outcome's unit for the whole
    range. mu* is the mean of their size; sigma, their standard deviation, is large where a factor acts by bends or with
    others. Intervals: bootstrap over trajectories (mu*: SALib's; sigma: percentiles). mu* of luck alone is not zero:
    ``matters`` says which factors change the outcome in the same way in all draws of luck (`luck.agreeing`).

    Frame: a row a factor. Sources: Morris MD. Technometrics 1991;33:161-174; Campolongo F, Cariboni J, Saltelli A.
    Environ Model Softw 2007;22:1509-1518 (mu*). Needs a Morris design. Raises WrongInput for unknown names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    file_stem, title = stem(KIND, chosen.name, name), f"{measured.what(chosen, name)}: which factors matter"
    effects = elementary_effects(measured, measured.effect(chosen.name, name))
    if isinstance(effects, str):
        return unanswered(file_stem, title, effects, outcome=chosen.name, scenario=name)
    screened = _screened(effects)
    frame = _frame(measured, chosen, effects, screened)

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, chosen, name, screened)

    return Analysis(
        file_stem, title, _sentence(measured, chosen, name, effects, screened), frame, draw, chosen.name, name
    )


@dataclass(frozen=True)
class Screened:
    """By factor: mu*, sigma, each with bounds, mu, and whether it matters; each (factors,)."""

    mu: FloatArray
    star: FloatArray
    star_low: FloatArray
    star_high: FloatArray
    sigma: FloatArray
    sigma_low: FloatArray
    sigma_high: FloatArray
    matters: NDArray[np.bool_]
    replicates: int

    @property
    def order(self) -> list[int]:
        """The factors, the largest mu* first."""
        return sorted(range(len(self.star)), key=lambda row: (-float(self.star[row]), row))


def _screened(effects: ElementaryEffects) -> Screened:
    indices = morris_indices(effects.names, effects.unit, effects.values.mean(axis=1))
    by_trajectory = effects.mean_of_replicates()
    bounds = resampled(by_trajectory, lambda drawn: drawn.std(axis=-1, ddof=1))
    reach = np.nan_to_num(indices["mu_star_conf"])
    return Screened(
        indices["mu"],
        indices["mu_star"],
        np.maximum(indices["mu_star"] - reach, 0.0),
        indices["mu_star"] + reach,
        indices["sigma"],
        *bounds,
        agreeing(effects.effects),
        effects.effects.shape[2],
    )


def _frame(
    measured: SweepNumbers, outcome: ShownOutcome, effects: ElementaryEffects, screened: Screened
) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "factor": effects.names,
            "unit": outcome.unit,
            "mu_star": screened.star,
            "mu_star_low": screened.star_low,
            "mu_star_high": screened.star_high,
            "sigma": screened.sigma,
            "sigma_low": screened.sigma_low,
            "sigma_high": screened.sigma_high,
            "mu": screened.mu,
            "matters": screened.matters,
        }
    )
    frame.attrs |= {"unit": outcome.unit, "trajectories": effects.effects.shape[1], "left_out": effects.left_out}
    return frame


def _sentence(
    measured: SweepNumbers, outcome: ShownOutcome, scenario: str, effects: ElementaryEffects, screened: Screened
) -> str:
    what, labels = measured.what(outcome, scenario), list(factor_labels(measured.factors).values())
    used = f"{effects.effects.shape[1]} trajectories"
    left = f" Left out for want of a number: {effects.left_out} more." if effects.left_out else ""
    if not screened.star.any():
        return f"{what}: no factor changes anything on {used}.{left}"
    if screened.replicates < LEAST:
        return f"{what}, on {used}: {few(screened.replicates)} which factors matter.{left}"
    clear = [row for row in screened.order if screened.matters[row]]
    if not clear:
        return f"{what}, on {used}: of {many(len(labels), 'factor')} none can be told apart from luck.{left}"
    sizes = [with_reach(float(size), None, signs=False) for size in screened.star]
    largest = listed(f"{labels[row]} (mu* {sizes[row]})" for row in clear[:4])
    more = f" and {len(clear) - 4} more" if len(clear) > 4 else ""
    rest = len(labels) - len(clear)
    others = f"; {many(rest, 'other factor')} cannot be told apart from luck" if rest else ""
    return f"{what} ({outcome.unit}), on {used}: what matters is {largest}{more}{others}.{left}"


def _picture(
    ink: Ink, title: str, measured: SweepNumbers, outcome: ShownOutcome, scenario: str, screened: Screened
) -> "Figure":
    names = list(factor_labels(measured.factors).values())
    labels = [folded_words(names[row], 30) for row in screened.order]
    figure, (left, right) = panels(
        ink, title, height_of(labels), columns=2, notes=[_NOTE, warning(screened.replicates)], sharey=True
    )
    name_rows(left, ink, labels)
    color = measured.color(ink, scenario)
    for axes, middle, low, high, what in (
        (left, screened.star, screened.star_low, screened.star_high, "mu*: size of the effect"),
        (right, screened.sigma, screened.sigma_low, screened.sigma_high, "sigma: bends, and acts with others"),
    ):
        for place, row in enumerate(screened.order):
            numbers = float(middle[row]), float(low[row]), float(high[row])
            _mark(axes, ink, place, numbers, color if screened.matters[row] else ink.over, color)
        axes.set_xlim(left=0)
        axes.grid(visible=False, axis="y")
        axes.locator_params(axis="x", nbins=5)
        label_axis(axes, ink, f"{what}\n{outcome.unit}")
    right.spines["left"].set_visible(False)
    right.tick_params(axis="y", length=0)
    return figure


def _mark(axes: "Axes", ink: Ink, place: int, numbers: tuple[float, float, float], fill: str, color: str) -> None:
    middle, low, high = numbers
    axes.plot([low, high], [place, place], color=color, linewidth=2.6, solid_capstyle="butt")
    axes.plot(
        [middle], [place], marker="o", markersize=7.5, color=color, markerfacecolor=fill, markeredgewidth=1.8,
        clip_on=False,
    )  # fmt: skip
    beside(axes, ink, place, with_reach(middle, None, signs=False))

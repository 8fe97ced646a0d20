"""How steadily an outcome goes up or down with each factor: partial rank correlation coefficients."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.base import Analysis, unanswered
from vbp_agents.analysis.factors import factor_labels
from vbp_agents.analysis.luck import LEAST, ROUNDING, few, student, warning
from vbp_agents.analysis.measured import SweepNumbers, numbers_of, stem
from vbp_agents.analysis.regression import mean_of_replicates
from vbp_agents.analysis.resampling import draws, percentiles
from vbp_agents.analysis.rows import independent_rows, kind_of
from vbp_agents.analysis.sheet import Ink, beside, folded_words, height_of, label_axis, name_rows, panels
from vbp_agents.arithmetic import FloatArray, solve, weighted_sum
from vbp_agents.metrics.intervals import LEVEL, t_quantile
from vbp_agents.presentation.written import listed, many, minus, spoken
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.varied import Varied

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

KIND = "prcc"
_SPARE = 4
"""Points beyond two for each factor."""
_NOTE = (
    "Filled: clear of luck and of the choice of points, judged together for all factors (Bonferroni). Hollow: not so. "
    "Bars: 95% intervals over points (bootstrap)."
)


def prcc(sweep: Sweep, *, outcome: str | None = None, scenario: str | None = None) -> Analysis:
    """How steadily an outcome rises (to 1) or falls (to -1) with each factor, what the others do being taken out.

    Of the paired difference from the baseline, the mean over replicates; of the baseline, what it is. Ranks of the
    outcome and of each factor, without what the other factors' ranks explain, are correlated. It says how steady a
    relation is, not how large, and misses what goes up and down again. Intervals: bootstrap over points, percentiles.
    ``clear``: Student's t of the coefficient, and the coefficients of the replicates one by one, are both clear of
    zero at 95% for all factors together (Bonferroni).

    Frame: a row a factor that is a number. Source: Marino S, Hogue IB, Ray CJ, Kirschner DE. J Theor Biol
    2008;254:178-196. Needs points drawn at random: a Latin hypercube or a Sobol' design. Raises WrongInput for unknown
    names.
    """
    measured = numbers_of(sweep)
    chosen, name = measured.outcome(outcome), measured.scenario(scenario)
    file_stem, title = stem(KIND, chosen.name, name), f"{measured.what(chosen, name)}: what it rises and falls with"
    correlations = _found(measured, measured.effect(chosen.name, name))
    if isinstance(correlations, str):
        return unanswered(file_stem, title, correlations, outcome=chosen.name, scenario=name)
    sentence = f"{measured.what(chosen, name)}: {_said(measured, correlations)}"

    def draw(ink: Ink) -> "Figure":
        return _picture(ink, title, measured, name, correlations)

    return Analysis(file_stem, title, sentence, _frame(correlations), draw, chosen.name, name)


@dataclass(frozen=True)
class Correlations:
    """By factor, (factors,): the coefficient with its bounds, and whether it is clear of luck and of the points."""

    factors: list[Varied]
    value: FloatArray
    low: FloatArray
    high: FloatArray
    clear: NDArray[np.bool_]
    points: int
    replicates: int

    @property
    def order(self) -> list[int]:
        """The factors, the largest first."""
        return sorted(range(len(self.value)), key=lambda row: (-abs(float(self.value[row])), row))


def _found(measured: SweepNumbers, values: FloatArray) -> Correlations | str:
    """The coefficients of values, (points, replicates), or what the sweep would need to have for them."""
    if kind_of(measured) not in ("latin_hypercube", "sobol"):
        needs = "Rank correlations need points drawn at random: a Latin hypercube or a Sobol' design"
        return f"{needs}; this one is a {spoken(kind_of(measured))}."
    places = independent_rows(measured)
    assert not isinstance(places, str)
    middle = mean_of_replicates(values[places])
    known = np.isfinite(middle)
    table = measured.values.iloc[places[known]]
    factors = [each for each in measured.factors if each.numeric and table[each.written].nunique() > 1]
    if not factors:
        return "No factor that is a number differs between the points."
    needed = 2 * len(factors) + _SPARE
    if known.sum() < needed:
        few_points = f"{many(int(known.sum()), 'point')} with numbers are too few"
        return f"{few_points} for {many(len(factors), 'factor')}: {needed} are needed."
    if np.ptp(middle[known]) <= 1e-12 * np.abs(middle[known]).max():
        return "Nothing to explain: the number is the same at every point."
    ranked = np.stack([ranks(table[each.written].to_numpy(float)) for each in factors])
    both = np.vstack([ranked, ranks(middle[known])])
    value = partial(both[None])[0]
    if not np.isfinite(value).all():
        return "Factors change together at these points, so that their ranks cannot be told from each other."
    low, high = percentiles(_resampled(both).T)
    spare = int(known.sum()) - 1 - len(factors)
    t = np.abs(value) * np.sqrt(spare / np.maximum(1 - value**2, 1e-300))
    clear = (t > t_quantile(spare, 1 - (1 - LEVEL) / len(factors))) & ((low > 0) | (high < 0))
    by_replicate = _by_replicate(ranked, values[places[known]])
    clear &= student(by_replicate).clear
    return Correlations(factors, value, low, high, np.asarray(clear, bool), int(known.sum()), by_replicate.shape[1])


def ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, the mean of those that equal values share."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], float)


def partial(rows: FloatArray) -> FloatArray:
    """The partial correlations of the last row with each before it, (samples, rows, points) to (samples, rows - 1).

    From the coefficients b of the last on the others, all in standard units: b / sqrt(b^2 + v (1 - R^2)), where v is
    the diagonal of the inverse of the others' correlations. NaN where others say the same.
    """
    around = rows - rows.mean(axis=2, keepdims=True)
    length = np.sqrt((around**2).sum(axis=2, keepdims=True))
    unit = np.divide(around, length, out=np.zeros_like(around), where=length > 0)
    k = rows.shape[1] - 1
    correlations = np.stack([weighted_sum(unit, unit[:, row : row + 1]) for row in range(k)], axis=1)
    among, with_last = correlations[:, :, :k], correlations[:, :, k]
    with np.errstate(all="ignore"):
        inverse = np.stack([solve(among, np.broadcast_to(np.eye(k)[row], (len(rows), k))) for row in range(k)], axis=1)
        slopes = weighted_sum(inverse, with_last[:, None])
        slopes = np.where(np.abs(slopes) <= ROUNDING, 0.0, slopes)
        left = np.clip(1 - weighted_sum(slopes, with_last), 0.0, 1.0)
        spread = np.diagonal(inverse, axis1=1, axis2=2) * left[:, None]
        coefficients = np.divide(slopes, np.sqrt(slopes**2 + spread), out=np.zeros_like(slopes), where=slopes != 0)
    alike = ~(np.diagonal(inverse, axis1=1, axis2=2) < 1 / ROUNDING)
    return np.where(alike | ~np.isfinite(coefficients), np.nan, coefficients)


def _resampled(both: FloatArray) -> FloatArray:
    """The coefficients of resamples of points, (resamples, factors)."""
    chosen = draws(both.shape[1])
    parts = [partial(both[:, part].transpose(1, 0, 2)) for part in np.array_split(chosen, 20)]
    return np.concatenate(parts)


def _by_replicate(ranked: FloatArray, values: FloatArray) -> FloatArray:
    """The coefficients of each replicate alone, (factors, replicates); zero where nothing differs."""
    coefficients = []
    for column in values.T:
        known = np.isfinite(column)
        if known.sum() > len(ranked) + 2:
            if np.ptp(column[known]) == 0:
                coefficients.append(np.zeros(len(ranked)))
            else:
                coefficients.append(partial(np.vstack([ranked[:, known], ranks(column[known])])[None])[0])
    return np.stack(coefficients, axis=1) if coefficients else np.full((len(ranked), 1), np.nan)


def _frame(correlations: Correlations) -> "DataFrame":
    from pandas import DataFrame

    frame = DataFrame(
        {
            "factor": [factor.written for factor in correlations.factors],
            "unit": "rank correlation",
            "prcc": correlations.value,
            "low": correlations.low,
            "high": correlations.high,
            "clear": correlations.clear,
        }
    )
    frame.attrs["points"] = correlations.points
    return frame


def _said(measured: SweepNumbers, correlations: Correlations) -> str:
    labels = factor_labels(measured.factors)
    over = f"over {many(correlations.points, 'point')}"
    if correlations.replicates < LEAST:
        return f"{few(correlations.replicates)} what it rises and falls with."
    clear = [row for row in correlations.order if correlations.clear[row]]
    if not clear:
        return f"{over}, of {many(len(correlations.factors), 'factor')} none can be told apart from luck."
    parts = []
    for way, rows in (
        ("rises", [row for row in clear if correlations.value[row] > 0]),
        ("falls", [row for row in clear if correlations.value[row] < 0]),
    ):
        if rows:
            labeled = (
                f"{labels[correlations.factors[row].written]} ({minus(f'{correlations.value[row]:.2f}')})"
                for row in rows[:4]
            )
            parts.append(f"{way} with {listed(labeled)}")
    rest = len(correlations.factors) - len(clear)
    others = f"; {many(rest, 'other factor')} cannot be told apart from luck" if rest else ""
    return f"{over} it {' and '.join(parts)}{others}."


def _picture(ink: Ink, title: str, measured: SweepNumbers, scenario: str, correlations: Correlations) -> "Figure":
    names = factor_labels(measured.factors)
    labels = [folded_words(names[correlations.factors[row].written], 30) for row in correlations.order]
    figure, (axes,) = panels(ink, title, height_of(labels), notes=[_NOTE, warning(correlations.replicates)])
    name_rows(axes, ink, labels)
    color = measured.color(ink, scenario)
    for place, row in enumerate(correlations.order):
        middle, low, high = (float(values[row]) for values in (correlations.value, correlations.low, correlations.high))
        axes.plot([low, high], [place, place], color=color, linewidth=2.6, solid_capstyle="butt")
        fill = color if correlations.clear[row] else ink.over
        axes.plot([middle], [place], marker="o", markersize=7.5, color=color, markerfacecolor=fill, markeredgewidth=1.8)
        sign = "+" if middle > 0 else ""
        beside(axes, ink, place, minus(f"{sign}{middle:.2f} ({low:.2f} to {high:.2f})"))
    axes.axvline(0, color=ink.gray, linewidth=1)
    reach = math.ceil(10 * max(float(np.abs(correlations.low).max()), float(np.abs(correlations.high).max()))) / 10
    axes.set_xlim(-min(reach, 1.02), min(reach, 1.02))
    label_axis(axes, ink, "partial rank correlation: −1 falls steadily, +1 rises steadily")
    return figure

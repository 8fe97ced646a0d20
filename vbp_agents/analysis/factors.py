"""What a study varies, as analyses need it: short names in words, and columns of numbers for fits."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.measured import SweepNumbers
from vbp_agents.arithmetic import FloatArray
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.presentation.written import number, spoken
from vbp_agents.sweeps.varied import Varied

UNSAID = ("contracts", "terms", "*")
"""Parts of paths that say nothing to a reader."""


@dataclass(frozen=True)
class FactorColumn:
    """A factor as a column of numbers: how far it is from its ``low`` to its ``high`` end, from -0.5 to 0.5.

    Of a factor that is no number there is a term for each value but the first, 0.5 where it has that, -0.5 elsewhere.
    """

    factor: Varied
    label: str
    low: str
    high: str
    column: FloatArray

    @property
    def ends(self) -> str:
        """From where to where, in words."""
        return f"{self.low} to {self.high}"


def factor_labels(factors: Sequence[Varied]) -> dict[str, str]:
    """Each path in few words, no two alike: `contracts.0.terms.sharing_rate` is the sharing rate.

    The scenario's name and the whole path are said where fewer words would be those of another factor too.
    """
    labels: dict[str, str] = {}
    left = list(factors)
    for words in (_short, _with_scenario, _whole):
        counted = Counter(map(words, left))
        labels |= {each.written: words(each) for each in left if counted[words(each)] == 1 or words is _whole}
        left = [each for each in left if each.written not in labels]
    return {each.written: labels[each.written] for each in factors}


def _short(factor: Varied) -> str:
    parts = factor.path.split(".")
    shown = [part for part in parts if part not in UNSAID and not part.isdigit()]
    return spoken(" ".join(shown or parts))


def _with_scenario(factor: Varied) -> str:
    return f"{_short(factor)}{f' ({spoken(factor.name)})' if factor.name else ''}"


def _whole(factor: Varied) -> str:
    return spoken(f"{factor.path.replace('.', ' ')}{f' ({factor.name})' if factor.name else ''}")


def factor_columns(measured: SweepNumbers, rows: NDArray[np.int64] | None = None) -> list[FactorColumn]:
    """The columns of what differs between points; ``rows``: which points are meant, all where not said."""
    labels = factor_labels(measured.factors)
    columns: list[FactorColumn] = []
    for factor in measured.factors:
        values = measured.values[factor.written].to_numpy()
        values = values if rows is None else values[rows]
        if factor.numeric:
            columns += _numeric(factor, labels[factor.written], values.astype(float))
        else:
            columns += _named(factor, labels[factor.written], list(values))
    return columns


def extent(factor: Varied) -> tuple[float, float]:
    """The low and the high end of a number: of its range where it has one, else of its values."""
    if factor.values:
        return float(min(factor.values)), float(max(factor.values))
    assert factor.low is not None
    assert factor.high is not None
    return factor.low, factor.high


def shares(factor: Varied, values: FloatArray) -> FloatArray:
    """How far each value is from the low to the high end, 0 to 1, in the logarithm where it is varied so."""
    low, high = extent(factor)
    if factor.log and low > 0:
        return np.asarray([math.log(value / low) / math.log(high / low) for value in values])
    return np.asarray((values - low) / (high - low)) if high > low else np.zeros(len(values))


def _numeric(factor: Varied, label: str, values: FloatArray) -> list[FactorColumn]:
    if len(np.unique(values)) < 2:
        return []
    low, high = extent(factor)
    return [FactorColumn(factor, label, plain_number(low), plain_number(high), shares(factor, values) - 0.5)]


def _named(factor: Varied, label: str, values: Sequence[Any]) -> list[FactorColumn]:
    known = sorted({str(value) for value in values}, key=lambda text: _order(factor, text))
    first = spoken_value(known[0])
    return [
        FactorColumn(
            factor,
            label if len(known) == 2 else f"{label}: {spoken_value(each)}",
            first,
            spoken_value(each),
            np.asarray([0.5 if str(value) == each else -0.5 for value in values]),
        )
        for each in known[1:]
    ]


def _order(factor: Varied, text: str) -> tuple[int, str]:
    """Where a value stands in the study's list."""
    listed = [str(value) for value in factor.values]
    return (listed.index(text) if text in listed else len(listed), text)


def spoken_value(text: str) -> str:
    """A value that is no number, in words."""
    return {"True": "yes", "False": "no"}.get(text, spoken(text))


def plain_number(value: float) -> str:
    """A value of a factor: as many digits as it was written with, up to four."""
    return f"{value:.4g}" if abs(value) < 10_000 else number(value)


def factor_named(measured: SweepNumbers, name: str) -> Varied:
    """The factor that is asked for, by its path or its name in words. Raises WrongInput."""
    labels = factor_labels(measured.factors)
    for factor in measured.factors:
        if name in (factor.written, labels[factor.written]):
            return factor
    known = [factor.written for factor in measured.factors]
    raise WrongInput(f"the study does not vary {name!r}{did_you_mean(name, known)}; it varies {', '.join(known)}")

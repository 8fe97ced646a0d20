"""Quality targets: how much of the way from a threshold to a benchmark a contract has come, measure by measure.

The default thresholds and benchmarks are the national median and ninth decile of `quality`: hospital value-based
purchasing takes the median and the mean of the top decile (42 CFR 412.160).
"""

from collections.abc import Iterable
from typing import Self

import numpy as np
from pydantic import model_validator

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import Parameters, param
from vbp_agents.rules.quality import MEASURES
from vbp_agents.rules.ratio import ratio

_OUTCOMES = {"outcome_control": 1.0, "outcome_qalys": 12.0, "outcome_harm": 12.0}
"""Outcomes by name, for scenarios that measure them: how many months of a member each is a rate of."""
_NAMES = (*MEASURES, *_OUTCOMES)
ORDER = f"one each of {', '.join(_NAMES)}"
MEDIAN, NINTH_DECILE = 5, 9
MEDIANS = [measure.deciles[MEDIAN] for measure in MEASURES.values()]
NINTH_DECILES = [measure.deciles[NINTH_DECILE] for measure in MEASURES.values()]


class TargetTerms(Parameters):
    """Weights and targets of the measures. A regime that inherits from this has them and ``score(book)``.

    Process quality as rates or points; outcomes as mean control, QALYs and harmful services a member-year.
    """

    weights: list[float] = param(
        [1.0] * len(MEASURES) + [0.0] * len(_OUTCOMES),
        f"weight, {ORDER}",
        0,
        100,
        about="0: not in the program",
        items=_NAMES,
    )
    thresholds: list[float] = param([*MEDIANS, 0.0, 0.0, 1.0], f"rate or points, {ORDER}", 0, 100, items=_NAMES)
    benchmarks: list[float] = param([*NINTH_DECILES, 1.0, 1.0, 0.0], f"rate or points, {ORDER}", 0, 100, items=_NAMES)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        refuse_equal(_NAMES, self.thresholds, self.benchmarks)
        return self

    def score(self, book: Book) -> FloatArray:
        """The weighted mean of the achievement of each measure, 0 to 1, shape (n_contracts,).

        A measure about nobody is left out of a contract's mean; a contract without any scores 0.
        """
        total, measured = np.zeros(len(book)), np.zeros(len(book))
        for name, weight, threshold, benchmark in zip(
            _NAMES, self.weights, self.thresholds, self.benchmarks, strict=True
        ):
            if weight == 0:
                continue  # what is not in the program is not read: a payer need not measure it
            rate, people = measured_rate(book, name)
            counts = weight * (people > 0)
            total += counts * achievement(rate, threshold, benchmark)
            measured += counts
        return ratio(total, measured)


def measured_rate(book: Book, name: str) -> tuple[FloatArray, FloatArray]:
    """A measure's rate and whom it is about, each of shape (n_contracts,)."""
    if name in _OUTCOMES:
        months = book["member_months"]
        return ratio(_OUTCOMES[name] * book[name.replace("outcome", "measured")], months), months
    people = book[MEASURES[name].denominator]
    return ratio(book[MEASURES[name].numerator], people), people


def refuse_equal(names: Iterable[str], thresholds: list[float], benchmarks: list[float]) -> None:
    """Raise ValueError where a threshold equals its benchmark: nothing would say which way is better."""
    for name, threshold, benchmark in zip(names, thresholds, benchmarks, strict=False):
        if threshold == benchmark:
            raise ValueError(f"threshold and benchmark of {name} are both {threshold}; make them differ")


def achievement(rate: FloatArray, threshold: float, benchmark: float) -> FloatArray:
    """0 up to the threshold, 1 from the benchmark on, linear between; a benchmark below means that lower is better."""
    way: FloatArray = np.clip((rate - threshold) / (benchmark - threshold), 0.0, 1.0)
    return way

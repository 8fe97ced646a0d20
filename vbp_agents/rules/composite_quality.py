"""The composite quality score of Comprehensive Care for Joint Replacement, 0 to 20, and its categories.

Up to 10 points for complications and 8 for the patients' survey, by national decile; a tenth of a measure's points for
rising two deciles in a year; 2 for reporting patients' own outcomes. A hospital with too few cases for a measure is
taken to be at its 50th percentile. 42 CFR 510.300 to 510.315, read in its text of 2017 and 2020 but for what is marked
as memory.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import by_year, param
from vbp_agents.rules.benchmark import of_agreement
from vbp_agents.rules.hospital_points import HOSPITAL_SURVEY, ComplicationTerms, is_measured, rates

_POINTS = (0.0, 0.0, 0.0, 5.5, 6.25, 7.0, 7.75, 8.5, 9.25, 10.0)
"""Points for complications by the number of deciles reached, 0 to 9 [510.315(c)(1)]."""
MIDDLE = 5
"""Deciles that a hospital at the 50th percentile has reached."""
RISE = 2
"""Deciles in a year that count as improvement [510.315(d)]."""
_MOST = 20.0
SPREAD = 0.17
"""Standard deviation of hospitals' complication ratios, about 0.5 points of a mean of 2.8 to 3.1% (memory)."""
COMPLICATION_DECILES = tuple(1 - SPREAD * NormalDist().inv_cdf(decile / 10) for decile in range(1, 10))
SURVEY_DECILES = HOSPITAL_SURVEY[1:10]


@dataclass(frozen=True)
class CompositeMeasure:
    """A measure of the composite: its national ``deciles``, worst first, and its points over those of POINTS."""

    deciles: tuple[float, ...]
    weight: float

    def reached(self, rate: FloatArray) -> NDArray[np.intp]:
        """How many of the deciles a rate reaches, 0 to 9; same shape."""
        sign = 1.0 if self.deciles[-1] > self.deciles[0] else -1.0
        deciles_reached: NDArray[np.intp] = np.searchsorted(sign * np.array(self.deciles), sign * rate, side="right")
        return deciles_reached


COMPOSITE_MEASURES = {
    "complications": CompositeMeasure(COMPLICATION_DECILES, 1.0),
    "survey": CompositeMeasure(SURVEY_DECILES, 0.8),
}


class CompositeTerms(ComplicationTerms):
    """What quality does to a bundle's discounts. A regime that inherits has these parameters and ``discounts``."""

    discount: float = param(0.03, "share of the price", 0, 0.5, "42 CFR 510.300(c)(2)", about="of acceptable quality")
    repayment_discounts: list[float] = param(
        [0.03] * 5,
        "share of the price, by year",
        0,
        0.5,
        "42 CFR 510.300(c)(3)",
        about="the same, where losses start",
        items=by_year(5),
    )
    categories: list[float] = param(
        [5.0, 6.9, 15.0],
        "points from which acceptable and good, above which excellent",
        0,
        20,
        "42 CFR 510.305(f)(2)",
        items=("acceptable", "good", "excellent"),
    )
    reductions: list[float] = param(
        [0.01, 0.015],
        "share of the price off the discounts: good, excellent",
        0,
        0.5,
        "42 CFR 510.315(f)",
        items=("good", "excellent"),
    )
    reporting_points: float = param(
        0.0, "points", 0, 2, about="for reporting patients' own outcomes: 2 if they do, 42 CFR 510.315(b)(4)"
    )

    def composite(self, book: Book) -> FloatArray:
        """The composite score, 0 to 20, shape (n_contracts,). Raises ValueError without a market."""
        now = deciles_reached(book, self.complication_prior)
        points = np.full(len(book), self.reporting_points)
        for name, scored in COMPOSITE_MEASURES.items():
            counts = is_measured(book, name) > 0
            points = points + scored.weight * np.array(_POINTS)[np.where(counts, now[name], MIDDLE)]
            if book.earlier:
                before = book.cached_of_earlier(_last_year, name, self.complication_prior)
                rose = (now[name] - before >= RISE) & counts
                points = points + 0.1 * scored.weight * _POINTS[-1] * rose
        capped: FloatArray = np.minimum(points, _MOST)
        return capped

    def acceptable(self, points: FloatArray) -> FloatArray:
        """1 where quality allows a payment, else 0."""
        return (points >= self.categories[0]).astype(float)

    def reduction(self, points: FloatArray) -> FloatArray:
        """What quality takes off both discounts, share of the price."""
        good, excellent = self.reductions
        reduction = np.where(points >= self.categories[1], good, 0.0)
        return np.where(points > self.categories[2], excellent, reduction)

    def discounts(self, points: FloatArray, performance_year: int) -> tuple[FloatArray, FloatArray]:
        """The discounts of the price below which gains and above which losses start, each of shape (n_contracts,)."""
        off = self.reduction(points)
        return self.discount - off, of_agreement(self.repayment_discounts, performance_year - 1) - off


def deciles_reached(book: Book, prior: float) -> dict[str, NDArray[np.intp]]:
    """How many national deciles the hospitals reach on each measure, 0 to 9."""
    achieved = rates(book, prior)
    return {name: scored.reached(achieved[name]) for name, scored in COMPOSITE_MEASURES.items()}


def _last_year(earlier: tuple[Book, ...], measure: str, prior: float) -> FloatArray:
    """How many deciles were reached then; so many that none is above where the measure was about too few."""
    return np.where(is_measured(earlier[0], measure) > 0, deciles_reached(earlier[0], prior)[measure], np.inf)

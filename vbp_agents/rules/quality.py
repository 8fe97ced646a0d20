"""Measured quality, 0 to 100: five measures of the Book, each as points against fixed national percentiles, averaged.

Fixed percentiles, as in 42 CFR 414.1380 (deciles of an earlier period), so that everyone can improve at once. The
tables are deciles over 300 ACOs of community practice (`experiments/02_quality_percentiles.py`). With points of 45, 91
and 100 at percentiles 0, 50 and 100 these ACOs average 81.8 with a standard deviation of 9.9 and a median of 82.4;
the published mean is 81.9, standard deviation 9.5, median 83.1 (CMS MSSP public use file PY2024).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules.ratio import ratio

PERCENTILES = tuple(range(0, 101, 10))
POINTS_AT = ((0, 45.0), (50, 91.0), (100, 100.0))
"""Percentile and points, linear in between."""
POINTS = np.interp(PERCENTILES, *np.array(POINTS_AT).T)
"""The points at each of PERCENTILES."""

CONTROLLED = (0.6686, 0.7017, 0.7291, 0.7449, 0.7593, 0.7711, 0.7839, 0.8002, 0.8139, 0.8308, 0.881)
FOLLOWED_UP = (0.3127, 0.3367, 0.3481, 0.3595, 0.3681, 0.3785, 0.3878, 0.3965, 0.4084, 0.4201, 0.4801)
READMITTED = (0.1698, 0.1582, 0.1553, 0.1518, 0.1498, 0.1477, 0.1449, 0.1416, 0.1385, 0.1353, 0.1266)
PREVENTIVE = (0.9369, 0.9421, 0.9437, 0.9448, 0.9458, 0.9467, 0.9474, 0.9485, 0.9499, 0.9513, 0.9595)
SURVEY = (69.53, 73.55, 74.29, 74.88, 75.4, 75.8, 76.38, 76.83, 77.29, 77.79, 79.75)


@dataclass(frozen=True)
class Measure:
    """One measure of the Book: its rate is ``numerator`` over ``denominator``, both columns.

    ``deciles``: the rate at each of PERCENTILES of the nation, worst first: a falling table means that lower is better.
    """

    numerator: str
    denominator: str
    deciles: tuple[float, ...]

    def points(self, rate: FloatArray) -> FloatArray:
        """The points, 45 to 100, that a rate earns; same shape."""
        points: FloatArray = np.interp(self._sign * rate, self._rising, POINTS)
        return points

    @cached_property
    def _sign(self) -> float:
        return 1.0 if self.deciles[-1] > self.deciles[0] else -1.0

    @cached_property
    def _rising(self) -> FloatArray:
        return self._sign * np.array(self.deciles)


MEASURES = {
    "control": Measure("controlled", "diagnosed", CONTROLLED),
    "follow_up": Measure("followed_up", "live_discharges", FOLLOWED_UP),
    "readmissions": Measure("readmitted", "live_discharges", READMITTED),
    "preventive": Measure("preventive_seen", "preventive_eligible", PREVENTIVE),
    "survey": Measure("survey_points", "surveyed", SURVEY),
}


def score(book: Book) -> FloatArray:
    """Measured quality of a year, 0 to 100, shape (n_contracts,).

    A measure about nobody is left out of a contract's average; a contract without any scores 0.
    """
    return book.cached(_score)


def _score(book: Book) -> FloatArray:
    total, measured = np.zeros(len(book)), np.zeros(len(book))
    for measure in MEASURES.values():
        people = book[measure.denominator]
        counts = people > 0
        total += np.where(counts, measure.points(ratio(book[measure.numerator], people)), 0.0)
        measured += counts
    return ratio(total, measured)


def counted_quality(book: Book, reporting_years: int) -> FloatArray:
    """Quality as the contract counts it: 100 in its first years, in which reporting is enough, then the score."""
    return np.full(len(book), 100.0) if book.performance_year <= reporting_years else score(book)

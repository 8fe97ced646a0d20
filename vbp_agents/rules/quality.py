"""Measured quality, 0 to 100: five measures of the Book, each as points against fixed national percentiles, averaged.

Fixed percentiles, as in 42 CFR 414.1380 (deciles of an earlier period), so that everyone can improve at once. The
tables are deciles over 300 ACOs of community practice (`experiments/02_quality_percentiles.py`). With points of 45, 91
and 100 at percentiles 0, 50 and 100 these ACOs average 81.8 with a standard deviation of 9.9 and a median of 82.4;
the published mean is 81.9, standard deviation 9.5, median 83.1 (CMS MSSP public use file PY2024).
"""

from dataclasses import dataclass

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules.ratio import ratio

PERCENTILES = tuple(range(0, 101, 10))
POINTS_AT = ((0, 45.0), (50, 91.0), (100, 100.0))
"""Percentile and points, linear in between."""
POINTS = np.interp(PERCENTILES, *np.array(POINTS_AT).T)
"""The points at each of PERCENTILES."""

CONTROLLED = (0.6689, 0.7003, 0.7289, 0.7441, 0.7596, 0.7705, 0.7831, 0.7999, 0.8123, 0.8292, 0.8831)
FOLLOWED_UP = (0.3076, 0.3347, 0.3502, 0.3604, 0.3688, 0.3791, 0.3871, 0.395, 0.4062, 0.4219, 0.4756)
READMITTED = (0.1731, 0.158, 0.1548, 0.1522, 0.1498, 0.1473, 0.1442, 0.1415, 0.1387, 0.1344, 0.1195)
PREVENTIVE = (0.937, 0.9423, 0.9439, 0.945, 0.9461, 0.947, 0.9476, 0.9487, 0.95, 0.9515, 0.9599)
SURVEY = (66.07, 70.44, 71.1, 71.62, 72.25, 72.88, 73.32, 73.77, 74.25, 74.77, 76.49)


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
        sign = 1.0 if self.deciles[-1] > self.deciles[0] else -1.0
        points: FloatArray = np.interp(sign * rate, sign * np.array(self.deciles), POINTS)
        return points


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
    total, measured = np.zeros(len(book)), np.zeros(len(book))
    for measure in MEASURES.values():
        people = book[measure.denominator]
        counts = people > 0
        total += np.where(counts, measure.points(ratio(book[measure.numerator], people)), 0.0)
        measured += counts
    return ratio(total, measured)


def counted(book: Book, reporting_years: int) -> FloatArray:
    """Quality as the contract counts it: 100 in its first years, in which reporting is enough, then the score."""
    return np.full(len(book), 100.0) if book.performance_year <= reporting_years else score(book)

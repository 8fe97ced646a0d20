"""Measured quality, 0 to 100: five measures of the Book, each as points against fixed national percentiles, averaged.

Fixed percentiles, as in 42 CFR 414.1380 (deciles of an earlier period), so that everyone can improve at once. The
tables are assumptions. With points of 45, 91 and 100 at percentiles 0, 50 and 100 a country that is spread like the
tables averages 81.75; [Mq] is a mean of 81.9 with a standard deviation of 9.5.
"""

from dataclasses import dataclass

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules.ratio import ratio

PERCENTILES = tuple(range(0, 101, 10))
POINTS_AT = ((0, 45.0), (50, 91.0), (100, 100.0))
"""Percentile and points, linear in between."""

CONTROLLED = (0.30, 0.42, 0.47, 0.51, 0.54, 0.57, 0.60, 0.63, 0.67, 0.72, 0.84)
FOLLOWED_UP = (0.10, 0.20, 0.25, 0.29, 0.32, 0.35, 0.38, 0.41, 0.45, 0.50, 0.62)
READMITTED = (0.230, 0.185, 0.174, 0.166, 0.159, 0.152, 0.145, 0.138, 0.130, 0.120, 0.085)
PREVENTIVE = (0.55, 0.68, 0.73, 0.76, 0.79, 0.82, 0.84, 0.86, 0.89, 0.92, 0.98)
SURVEY = (58.0, 66.0, 69.0, 71.0, 73.0, 75.0, 77.0, 79.0, 81.0, 84.0, 92.0)


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
        percentile = np.interp(sign * rate, sign * np.array(self.deciles), PERCENTILES)
        points: FloatArray = np.interp(percentile, *np.array(POINTS_AT).T)
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

"""The composite quality score of Comprehensive Care for Joint Replacement, 0 to 20, and its categories (42 CFR 510).

Up to 10 points for complications, 8 for the patients' survey, 2 for reporting patients' own outcomes (510.315). A
hospital without a measure is taken to be at the 50th percentile. Points for improvement are left out.
"""

from statistics import NormalDist

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.param import Parameters, param
from vbp_agents.rules.hospital_points import SURVEY, measured, rates

STEPS = (30, 40, 50, 60, 70, 80, 90)
"""National percentiles at which points rise."""
POINTS = (0.0, 5.5, 6.25, 7.0, 7.75, 8.5, 9.25, 10.0)
"""Points for complications below the first step and from each step on; the survey earns 0.8 of them (memory)."""
MOST_SURVEY = 0.8
SPREAD = 0.17
"""Standard deviation of hospitals' complication ratios, about 0.5 points of a mean of 2.8 to 3.1% (memory)."""
COMPLICATION_STEPS = tuple(1 - SPREAD * NormalDist().inv_cdf(step / 100) for step in STEPS)
SURVEY_STEPS = SURVEY[3:10]


class CompositeTerms(Parameters):
    """What quality does to a bundle's discount. A regime that inherits has these parameters and ``earned(book)``."""

    discount: float = param(0.03, "share of the price", 0, 0.5, "42 CFR 510.300(c)", about="of acceptable quality")
    categories: list[float] = param(
        [5.0, 6.9, 15.0], "points from which acceptable and good, above which excellent", 0, 20, "42 CFR 510.315(f)"
    )
    reductions: list[float] = param(
        [0.01, 0.015], "share of the price off the discount: good, excellent", 0, 0.5, "42 CFR 510.315(g) (memory)"
    )
    reporting_points: float = param(0.0, "points", 0, 2, about="for reporting patients' own outcomes; 2 if they do")
    complication_prior: float = param(1000, "episodes", 0, 10000, about="at the market's rate, added to a hospital's")

    def composite(self, book: Book) -> FloatArray:
        """The composite score, 0 to 20, shape (n_contracts,). Raises ValueError without a market."""
        found = rates(book, self.complication_prior)
        complications = step_points(-found["complications"], -np.array(COMPLICATION_STEPS))
        survey = MOST_SURVEY * step_points(found["survey"], np.array(SURVEY_STEPS))
        middle = POINTS[1 + STEPS.index(50)]
        points = np.where(measured(book, "complications") > 0, complications, middle)
        points = points + np.where(measured(book, "survey") > 0, survey, MOST_SURVEY * middle)
        return points + self.reporting_points

    def acceptable(self, points: FloatArray) -> FloatArray:
        """1 where quality allows a payment, else 0."""
        return (points >= self.categories[0]).astype(float)

    def reduction(self, points: FloatArray) -> FloatArray:
        """What quality takes off the discount, share of the price."""
        good, excellent = self.reductions
        found = np.where(points >= self.categories[1], good, 0.0)
        return np.where(points > self.categories[2], excellent, found)


def step_points(value: FloatArray, steps: FloatArray) -> FloatArray:
    """POINTS of the highest step that the value reaches; steps rise."""
    return np.array(POINTS)[np.searchsorted(steps, value, side="right")]

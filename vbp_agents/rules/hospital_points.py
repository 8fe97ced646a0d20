"""Points of hospital value-based purchasing, 42 CFR 412.165(a): for achievement or for improvement, the better one.

The text gives the ranges (1 to 9, 0 to 9, 10 at the benchmark); the formulas between them are 76 FR 26490's (memory).
"""

from typing import Self

import numpy as np
from pydantic import model_validator

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import Parameters, param
from vbp_agents.rules.ratio import ratio
from vbp_agents.rules.standardized import ratio_to_market, summed_columns
from vbp_agents.rules.targets import refuse_equal

JOINT_EPISODES = ("joint_episodes", "fracture_episodes")
DENOMINATORS = {"survey": ("surveyed",), "follow_up": ("live_discharges",), "complications": JOINT_EPISODES}
"""What a hospital is measured on, and the columns that count whom it is measured on."""
MINIMUM = {"survey": 100, "follow_up": 25, "complications": 25}
"""Surveys or cases below which a measure says nothing: 42 CFR 412.165(a)(1) and, for joint replacement, 510.315(e)."""
_UNITS = "points, share, ratio to the market"
HOSPITAL_SURVEY = (72.06, 74.18, 74.75, 75.16, 75.43, 75.71, 75.94, 76.22, 76.54, 76.98, 78.73)
"""Deciles of hospitals' mean answers in a year of community practice [MEASURED]."""
_MEASURED = "hospitals as they are: experiments/04_hospital_targets.py"
"""800 hospital-years: the last 2 of the warm-up, 40 hospitals in a region of 400,000, 10 replicates."""


class ComplicationTerms(Parameters):
    """How hospitals with few episodes are measured on complications."""

    complication_prior: float = param(1000, "episodes", 0, 10000, about="at the market's rate, added to a hospital's")


class HospitalTargets(ComplicationTerms):
    """Weights and targets of a hospital's measures. A regime that inherits has them and ``score(book)``."""

    weights: list[float] = param(
        [1.0] * 3, "weight of survey, follow-up, complications", 0, 100, items=tuple(DENOMINATORS)
    )
    thresholds: list[float] = param(
        [75.71, 0.380, 0.994], _UNITS, 0, 100, _MEASURED, about="their medians", items=tuple(DENOMINATORS)
    )
    benchmarks: list[float] = param(
        [77.49, 0.420, 0.912], _UNITS, 0, 100, _MEASURED, about="means of their best tenth", items=tuple(DENOMINATORS)
    )
    baseline_lag: int = param(2, "years", 1, 3, "fiscal year 2019: 2015 against 2017 (memory)")

    @model_validator(mode="after")
    def _apart(self) -> Self:
        refuse_equal(DENOMINATORS, self.thresholds, self.benchmarks)
        return self

    def score(self, book: Book) -> FloatArray:
        """The total performance score, 0 to 100. Raises ValueError where the Book lacks the baseline year."""
        if len(book.earlier) < self.baseline_lag:
            raise ValueError(f"improvement needs {self.baseline_lag} earlier years; the Book has {len(book.earlier)}")
        baseline = book.earlier[self.baseline_lag - 1]
        now, before = rates(book, self.complication_prior), rates(baseline, self.complication_prior)
        total, counted = np.zeros(len(book)), np.zeros(len(book))
        terms = zip(now, self.weights, self.thresholds, self.benchmarks, strict=True)
        for name, weight, threshold, benchmark in terms:
            improved = improvement_points(now[name], before[name], threshold, benchmark) * is_measured(baseline, name)
            points = np.maximum(achievement_points(now[name], threshold, benchmark), improved)
            counts = weight * is_measured(book, name)
            total, counted = total + counts * points, counted + counts
        return ratio(10 * total, counted)


def rates(book: Book, prior: float) -> dict[str, FloatArray]:
    """The hospitals' measures: points 0 to 100, a share, and a ratio to the market (lower is better)."""
    return {
        "survey": ratio(book["survey_points"], book["surveyed"]),
        "follow_up": ratio(book["followed_up"], book["live_discharges"]),
        "complications": ratio_to_market(book, "joint_complications", JOINT_EPISODES, prior),
    }


def is_measured(book: Book, measure: str) -> FloatArray:
    """1 where the measure is about enough people to count, else 0."""
    return (summed_columns(book, DENOMINATORS[measure]) >= MINIMUM[measure]).astype(float)


def achievement_points(rate: FloatArray, threshold: float, benchmark: float) -> FloatArray:
    """0 short of the threshold, 10 from the benchmark on, between 9 x the way + 0.5, in whole points of at least 1."""
    way = (rate - threshold) / (benchmark - threshold)
    between = rounded_points(9 * np.clip(way, 0, 1) + 0.5)
    return np.where(way >= 1, 10.0, np.where(way >= 0, between, 0.0))


def improvement_points(rate: FloatArray, before: FloatArray, threshold: float, benchmark: float) -> FloatArray:
    """10 x the way from the hospital's own baseline to the benchmark - 0.5, in whole points, 0 to 9.

    Nothing for a hospital whose baseline was at the benchmark already. ``threshold`` tells which way is better.
    """
    better = float(np.sign(benchmark - threshold))
    room = np.maximum(better * (benchmark - before), 0.0)
    points: FloatArray = np.clip(rounded_points(10 * ratio(better * (rate - before), room) - 0.5), 0.0, 9.0)
    return points


def rounded_points(points: FloatArray) -> FloatArray:
    """Points rounded to whole ones, halves upwards; a billionth of a point is luck of the division, not a tie."""
    rounded: FloatArray = np.floor(np.round(points, 9) + 0.5)
    return rounded

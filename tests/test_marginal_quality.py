"""What one more unit of measured quality is worth: Monte Carlo, and jumps at a score."""

import numpy as np
import pytest
from expected_years import NEVER_MIND, NORMAL, SPENDING, book, known

from vbp_agents.book import Book, FloatArray
from vbp_agents.expectations.marginal import marginal
from vbp_agents.regimes.base import Regime
from vbp_agents.regimes.capitation_withhold import CapitationWithhold
from vbp_agents.regimes.condition_bundle import ConditionBundle
from vbp_agents.regimes.global_budget import GlobalBudget
from vbp_agents.regimes.pay_for_performance import PayForPerformance
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.rules.quality import MEASURES

PAIRS = {measure.numerator: measure.denominator for measure in MEASURES.values()}
DRAWS = 200_000


def quality_sd(expected: Book, name: str) -> float:
    """The standard deviation of a measure's numerator: binomial, or 18 points an answer."""
    people = float(expected[PAIRS[name]][0])
    rate = float(expected[name][0]) / people
    return float(np.sqrt(people) * 18.0 if name == "survey_points" else np.sqrt(people * rate * (1 - rate)))


def parts_by_monte_carlo(rule: Regime, expected: Book, spending_sd: float) -> FloatArray:
    """What one standard deviation more of each measure brings on average, dollars, by differences of half of one.

    200,000 draws of independent luck in five numerators and in spending, the same for both ends of a difference.
    """
    luck = np.random.default_rng(3).standard_normal((1 + len(PAIRS), DRAWS))
    drawn = expected.rows(np.zeros(DRAWS, int))
    lucky = {
        name: expected[name][0] * (1 + spending_sd * luck[0])
        for name in expected.columns
        if "_truncated_" in name or "_dollars_" in name
    }
    lucky |= {
        name: expected[name][0] + quality_sd(expected, name) * own for name, own in zip(PAIRS, luck[1:], strict=True)
    }

    def paid(name: str, sds: float) -> float:
        columns = lucky | {name: lucky[name] + sds * quality_sd(expected, name)}
        return float(rule.settle(drawn.with_columns(**columns))["settlement"].mean())

    return np.array([2 * (paid(name, 0.25) - paid(name, -0.25)) for name in PAIRS])


CLIFFS: dict[str, tuple[Regime, float]] = {
    "withhold between two scores": (CapitationWithhold(nothing_at=60, all_at=90), 0.05),
    "withhold all at the expected score": (CapitationWithhold(nothing_at=69, all_at=69.001), 0.25),
    "withhold at three points less": (CapitationWithhold(nothing_at=66, all_at=66.001), 0.25),
    "withhold at six points more": (CapitationWithhold(nothing_at=75, all_at=75.001), 0.25),
    "savings with a quality standard": (SharedSavings(quality_standard=69, chosen_minimum=0.02), 0.15),
    "savings and losses with one": (SharedSavings(quality_standard=72, loss_rate_high=0.75, sharing_rate=0.75), 0.15),
    "budget with quality conditions": (GlobalBudget(), 0.10),
    "pay for performance": (PayForPerformance(), 0.10),
    "a condition's year": (ConditionBundle(), 0.15),
}
"""Tolerances are shares of what the measure that matters most brings: 128 points of luck in six dimensions err so."""


@pytest.mark.parametrize("name", CLIFFS)
def test_quality_against_monte_carlo(name: str) -> None:
    """Expected: a score of 69.7 with an sd of 4.2 points, savings of 3% with one of 2; five unlike measures."""
    rule, tolerance = CLIFFS[name]
    expected = book(np.array([0.03]), 2, followed_up=850.0, readmitted=390.0, survey_points=21_300.0)
    parts = parts_by_monte_carlo(rule, expected, 0.02)
    worth = marginal(rule, expected, known(0.02))
    worths = np.array([worth[measure][0] * quality_sd(expected, measure) for measure in PAIRS])
    np.testing.assert_allclose(worths, parts, atol=tolerance * np.abs(parts).max())


def test_no_spike_where_a_score_passes_a_threshold() -> None:
    """Steps of 0.07% of the follow-up rate, through a score of 80. One point of luck more or less beyond it counts for
    its probability, at most 4%, twice its luck, over a slope of 0.4: no more than a tenth.
    """
    factors = np.linspace(0.93, 1.07, 201)
    usual = book(np.zeros(len(factors)), 2)
    worth = marginal(
        CapitationWithhold(nothing_at=80, all_at=80.001),
        usual.with_columns(followed_up=factors * usual["followed_up"]),
        NEVER_MIND,
    )
    for name in ("followed_up", "readmitted"):
        assert np.abs(np.diff(worth[name])).max() < 0.1 * np.abs(worth[name]).max()


def test_a_jump_of_a_single_measure_is_met_wherever_it_is() -> None:
    """All of 2% of fees at a follow-up rate r: the density of the rate, normal with its binomial sd, at r."""
    rates = np.arange(0.33, 0.431, 0.002)
    sd = (0.38 * 0.62 / 2_500) ** 0.5
    for rate in rates:
        terms = {"weights": [0, 1, 0, 0, 0, 0, 0, 0], "thresholds": [0.75, rate, 0.15, 0.9, 75, 0, 0, 1]}
        rule = PayForPerformance.model_validate(terms | {"benchmarks": [0.8, rate + 1e-6, 0.1, 0.95, 77, 1, 1, 0]})
        worth = marginal(rule, book(np.array([0.0]), followed_up=950.0), NEVER_MIND)["followed_up"][0]
        fees = 0.02 * 0.5 * SPENDING
        density = NORMAL.pdf((rate - 0.38) / sd) / (2_500 * sd)
        assert worth == pytest.approx(fees * density, abs=0.05 * fees * NORMAL.pdf(0) / (2_500 * sd))

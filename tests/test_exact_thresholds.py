"""Thresholds that must be met or exceeded, where floats are too near to tell: held against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.rules.minimum_savings_rate import SCHEDULE, by_size
from vbp_agents.rules.sharing import Dollars, is_low_revenue, multiplier
from vbp_agents.rules.threshold import NEAR, reaches, scores
from vbp_agents.terms.scenario_file import find_scenario

CENTS = st.integers(1, 10**12)
RATES = st.integers(1, 2_600).map(lambda tens_of_thousandths: tens_of_thousandths / 10_000)


def settlement(
    regime: SharedSavings, benchmark: float, expenditure: float, people: float = 7_000, points: float = 100
) -> float:
    dollars = Dollars(np.array([benchmark]), np.array([expenditure]))
    return float(regime.earned(dollars, regime.rates(np.array([people]), np.array([points])))["settlement"][0])


def basic(level: str) -> SharedSavings:
    rule = find_scenario(f"mssp_basic_{level}").contracts[0].rule()
    assert isinstance(rule, SharedSavings)
    return rule


def test_savings_of_exactly_the_minimum_are_shared() -> None:
    """7,000 people: 3.4%, of 100,000,000 3,400,000; 40% x 3,400,000 x 0.98 = 1,332,800; a cent less saved: nothing."""
    assert settlement(basic("a"), 100_000_000, 96_600_000) == pytest.approx(1_332_800)
    assert settlement(basic("a"), 100_000_000, 96_600_000.01) == 0
    assert settlement(basic("a"), 100_000_000, 96_599_999.99) == pytest.approx(1_332_800, abs=0.01)


def test_losses_of_exactly_the_minimum_are_owed() -> None:
    """3.4% of 100,000,000 too much, 30% of it: 1,020,000."""
    by_size_too = basic("e").with_changes(chosen_minimum=None, loss_limit=1.0)
    assert settlement(by_size_too, 100_000_000, 103_400_000) == pytest.approx(-1_020_000)
    assert settlement(by_size_too, 100_000_000, 103_399_999.99) == 0


def test_the_actuaries_example() -> None:
    """$500.00 target, 125,000 member-months, 50%: at $495.50 281,250 without a minimum; with 1% paid from $495 down."""
    free = SharedSavings(sharing_rate=0.5, chosen_minimum=0.0, paid_share=1.0)
    chosen = free.with_changes(chosen_minimum=0.01)
    assert settlement(free, 62_500_000, 61_937_500) == 281_250
    assert settlement(chosen, 62_500_000, 61_937_500) == 0
    assert settlement(chosen, 62_500_000, 61_875_000) == 312_500


@pytest.mark.parametrize(("people", "rate"), [*SCHEDULE, (7_500, 0.033), (12_345, 0.028593), (55_000, 0.021)])
def test_every_size_and_benchmark_decides_its_edge_by_the_cent(people: int, rate: float) -> None:
    """Between knots the schedule is linear: at 12,345 people 3.0% - 0.3% x 2,345 / 5,000 = 2.8593%."""
    regime = basic("a").with_changes(reduced_share=0.0)
    for benchmark in (100_000_000, 50_000_000, 1_234_000_000, 70_000_000):
        exact = Fraction(str(rate)) * benchmark
        least = -(-exact * 100 // 1)  # cents, rounded up
        for cents, paid in ((least, True), (least - 1, False), (least + 1, True)):
            expenditure = float((Fraction(benchmark) * 100 - cents) / 100)
            assert (settlement(regime, benchmark, expenditure, people) > 0) == paid, (benchmark, cents)
    assert by_size(np.array([float(people)]))[0] == pytest.approx(rate)


@settings(max_examples=300, deadline=None)
@given(benchmark=CENTS, rate=RATES, away=st.integers(-3, 3))
def test_dollars_and_cents_near_a_threshold_are_compared_as_fractions(benchmark: int, rate: float, away: int) -> None:
    cents = round(Fraction(str(rate)) * benchmark) + away
    exact = cents >= Fraction(str(rate)) * benchmark
    found = reaches(np.array([cents / 100]), np.array([rate]), np.array([benchmark / 100]))
    assert found.tolist() == [exact]


def test_away_from_a_threshold_the_comparison_is_that_of_floats() -> None:
    """A million pairs of which none is within a hundredth of a cent: the same answers, each of them."""
    luck = np.random.default_rng(1)
    base, share = luck.uniform(1e6, 1e9, 10**6), luck.uniform(0, 0.1, 10**6)
    amount = base * share * luck.uniform(0.9, 1.1, 10**6)
    apart = np.abs(amount - share * base) > NEAR
    assert apart.mean() > 0.9999
    np.testing.assert_array_equal(reaches(amount, share, base)[apart], (amount >= share * base)[apart])


def test_low_revenue_is_less_than_its_share() -> None:
    """Exactly 35% is high revenue (42 CFR 425.20: less than 35% is low)."""
    spending = np.array([117_000_000.0, 100_000_000.0, 1_234_567.0])
    assert not is_low_revenue(np.array([40_950_000.0, 35_000_000.0, 432_098.45]), 0.35, spending).any()
    assert is_low_revenue(np.array([40_949_999.99, 34_999_999.99, 432_098.44]), 0.35, spending).all()


def test_nothing_of_nothing_is_reached() -> None:
    assert reaches(np.zeros(2), np.array([0.0, 0.02]), np.array([1e8, 0.0])).tolist() == [True, True]


@pytest.mark.parametrize(
    ("quality", "share"), [("0.7705", 1.0), ("0.45", 0.45), ("0.4499", 0.0), ("0.77049999", 0.77049999)]
)
def test_a_score_of_exactly_the_standard_meets_it(quality: str, share: float) -> None:
    """100 x 0.57 is 56.99999999999999 in floating point; a standard of 57 is met by it."""
    assert multiplier(np.array([100 * float(quality)]), 77.05, 45)[0] == pytest.approx(share)
    assert multiplier(np.array([100 * 0.57]), 57, 0)[0] == 1.0


@settings(max_examples=300)
@given(st.sampled_from([0, 30, 45, 61.73, 70.63, 77.05, 100]), st.integers(-3_000, 3_000))
def test_points_reach_a_standard_as_rounded_to_a_billionth(standard: float, picopoints: int) -> None:
    """Around the standard by up to three billionths: what is asked is the order of the rounded numbers."""
    points = np.array([standard + picopoints * 1e-12])
    assert scores(points, standard).tolist() == [round(float(points[0]), 9) >= standard]


def test_one_edge_among_many_is_decided_by_itself() -> None:
    """3.4% of 100 million exactly, a cent less, far off on either side, and 2.5% of 80 million."""
    amounts = np.array([3_400_000.0, 3_399_999.99, 0.0, 9e6, 2_000_000.0])
    reached = reaches(amounts, np.array([0.034, 0.034, 0.034, 0.034, 0.025]), np.array([1e8, 1e8, 1e8, 1e8, 8e7]))
    assert reached.tolist() == [True, False, False, True, True]


def test_savings_and_losses_share_one_minimum() -> None:
    """Within 3.4% either way nothing is paid or owed; past it 50% of savings, and 30% of losses."""
    rule = basic("e").with_changes(chosen_minimum=None, reduced_share=0.0, loss_limit=1.0, paid_share=1.0)
    spent = {96_599_999.0: 1_700_000.5, 96_600_001.0: 0.0, 103_399_999.0: 0.0, 103_400_001.0: -1_020_000.3}
    for expenditure, due in spent.items():
        assert settlement(rule, 100_000_000, expenditure) == pytest.approx(due, abs=0.01)

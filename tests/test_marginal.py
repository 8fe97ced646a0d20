"""What one more of anything is worth: closed forms, the table of own and others' dollars, and Monte Carlo."""

from statistics import NormalDist

import numpy as np
import pytest

from vbp_agents.book import COLUMNS, SERVICES, Book, FloatArray
from vbp_agents.marginal import combined, expected_payment, marginal
from vbp_agents.moved import Move, each, moved
from vbp_agents.param import param
from vbp_agents.regimes import find, regimes
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.regimes.capitation_withhold import CapitationWithhold
from vbp_agents.regimes.condition_bundle import ConditionBundle
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.regimes.global_budget import GlobalBudget
from vbp_agents.regimes.pay_for_performance import PayForPerformance
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.remembered import RememberedBook
from vbp_agents.rules.benchmark import spending
from vbp_agents.rules.quality import MEASURES, score
from vbp_agents.uncertain import Beliefs, edges, masses

NORMAL = NormalDist()
PEOPLE = 10_000
SPENDING = 131_660_000.0
QUALITY = {
    "diagnosed": 5_000.0,
    "controlled": 3_852.0,
    "live_discharges": 2_500.0,
    "followed_up": 948.0,
    "readmitted": 368.0,
    "preventive_eligible": 9_500.0,
    "preventive_seen": 8_996.0,
    "surveyed": 300.0,
    "survey_points": 21_864.0,
}
"""Medians of the five measures (rules/quality.py)."""
NEVER_MIND = Beliefs(foresight=0.0)


def year(savings: FloatArray, **more: float) -> dict[str, FloatArray]:
    """Columns of contracts that spend their share of savings less than $13,166 per person, half of it inside."""
    n = len(savings)
    columns = {
        f"{service}_{measure}_{side}": SPENDING / 16 * (1 - savings)
        for service in SERVICES[:8]
        for measure in ("dollars", "truncated")
        for side in ("inside", "outside")
    }
    people = {"member_months": 12.0 * PEOPLE, "risk_months": 12.0 * PEOPLE, "participant_revenue": 0.5 * SPENDING}
    return columns | {name: np.full(n, value) for name, value in (people | QUALITY | more).items()}


def book(savings: FloatArray, performance_year: int = 1, **more: float) -> Book:
    """A year with these savings against base years that all cost the same: the benchmark is $131.66 million."""
    base = year(np.zeros(len(savings)))
    market = Book({name: 10 * column[:1] for name, column in base.items()})
    return Book(year(savings, **more), market, (Book(base, market),) * 12, performance_year)


def one_sided(rate: float, minimum: float) -> SharedSavings:
    return SharedSavings(sharing_rate=rate, chosen_minimum=minimum, savings_cap=1.0, reduced_share=0.0)


def known(sd: float) -> Beliefs:
    """An uncertainty of spending that has nothing to do with size."""
    return Beliefs(person_sd=0.0, unknown_sd=sd, foresight=0.0)


def gamma(savings: float, rate: float, minimum: float, sd: float) -> float:
    """The closed form of section 5 of the model description: what a dollar not spent is worth."""
    z = (savings - minimum) / sd
    return 0.98 * rate * (NORMAL.cdf(z) + minimum / sd * NORMAL.pdf(z))


@pytest.mark.parametrize("rate", [0.4, 0.5, 0.75])
@pytest.mark.parametrize("minimum", [0.02, 0.03, 0.039])
@pytest.mark.parametrize("sd", [0.01, 0.023, 0.05])
def test_one_sided_savings_against_the_closed_form(rate: float, minimum: float, sd: float) -> None:
    savings = np.arange(-0.02, 0.0801, 0.005)
    worth = marginal(one_sided(rate, minimum), book(savings), known(sd)).dollar("test", "outside")
    expected = [gamma(mean, rate, minimum, sd) for mean in savings]
    np.testing.assert_allclose(-worth, expected, atol=0.01)


@pytest.mark.parametrize(("rate", "expected"), [(0.4, 0.32), (0.5, 0.39)])
def test_the_two_numbers_of_the_model_description(rate: float, expected: float) -> None:
    """MSR 3%, savings 2%, sd 2.3 points. 0.98 x 0.4 x (0.332 + 1.304 x 0.363) = 0.316; with 0.5, 0.395."""
    worth = marginal(one_sided(rate, 0.03), book(np.array([0.02])), known(0.023)).dollar("test", "outside")
    assert -worth[0] == pytest.approx(expected, abs=0.01)


def test_no_spike_at_the_threshold() -> None:
    """Steps of 0.01 points of savings through the threshold.

    Where an edge of one of six grids passes it, its density changes by that of a cell, 0.24 x 0.2 sd, and what a
    dollar is worth by 0.49 x 0.03 / 0.023 times a sixth of that: 0.005.
    """
    savings = np.arange(0.0, 0.06, 0.0001)
    worth = -marginal(one_sided(0.5, 0.03), book(savings), known(0.023)).dollar("test", "outside")
    exact = [gamma(mean, 0.5, 0.03, 0.023) for mean in savings]
    assert np.abs(np.diff(worth) - np.diff(exact)).max() < 0.006


TABLE = {
    # one more dollar under each rule, billed by itself and by another: section 5 of the model description
    "fee for service": (FeeForService(), 1.0, 0.0),
    "shared savings": (one_sided(0.5, 0.02), 1 - 0.98 * 0.5, -0.98 * 0.5),
    "global capitation": (Capitation(), 0.0, -1.0),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_table_of_own_and_others_dollars(name: str) -> None:
    """Well past the threshold (savings of 20%, 8 standard deviations) and with quality met (the first year)."""
    rule, own, others = TABLE[name]
    worth = marginal(rule, book(np.array([0.20])), known(0.023))
    for service in SERVICES:
        assert worth.dollar(service, "inside")[0] == pytest.approx(own, abs=1e-6)
        assert worth.dollar(service, "outside")[0] == pytest.approx(others, abs=1e-6)


def test_partial_capitation_pays_no_fee_for_what_it_covers() -> None:
    worth = marginal(Capitation(scope="partial"), book(np.array([0.0])), NEVER_MIND)
    for service in SERVICES:
        assert worth.dollar(service, "inside")[0] == pytest.approx(0.0 if service == "primary" else 1.0, abs=1e-6)
        assert worth.dollar(service, "outside")[0] == pytest.approx(0.0, abs=1e-6)


class Bundle(Regime):
    """A retrospective bundle: what episodes cost less than a target, up to a fifth of it."""

    title = "Bundle"
    source = "a test"
    target: float = param(25_000.0, "dollars per episode", 0)

    def settle(self, book: Book) -> Statement:
        """The reconciliation."""
        gain = self.target * book["joint_episodes"] - book["joint_dollars"]
        most = 0.2 * self.target * book["joint_episodes"]
        return {"settlement": np.clip(gain, -most, most)}


def test_a_bundle_between_its_stops() -> None:
    """400 episodes: their mean has an sd of 2.5%, so that the stops at 20% are out of reach. Inside 0, outside -1."""
    expected = book(np.array([0.0]), joint_episodes=400.0, joint_dollars=400 * 25_000.0)
    worth = marginal(Bundle(), expected, NEVER_MIND)
    assert worth.dollar("post_acute", "inside", episode="joint_dollars")[0] == pytest.approx(0.0, abs=1e-6)
    assert worth.dollar("post_acute", "outside", episode="joint_dollars")[0] == pytest.approx(-1.0, abs=1e-6)
    assert worth.dollar("post_acute", "inside")[0] == pytest.approx(1.0, abs=1e-6)
    assert worth["joint_episodes"][0] == pytest.approx(25_000.0, rel=1e-6)


def test_more_coded_risk_raises_a_benchmark_that_is_not_capped() -> None:
    """Well past the threshold 1% more risk is 1% more benchmark, of which 49% is paid: no closed form near it."""
    worth = marginal(one_sided(0.5, 0.02), book(np.array([0.20])), known(0.023))
    assert worth["risk_months"][0] == pytest.approx(0.49 * SPENDING / (12 * PEOPLE), rel=1e-6)
    assert worth["member_months"][0] == pytest.approx(0.0, abs=1e-6)


def test_risk_beyond_the_cap_is_worth_nothing_and_members_are() -> None:
    """Risk 10% above the base years', cap 3%: the benchmark is 1.03 x $131.66 million whatever the risk."""
    worth = marginal(one_sided(0.5, 0.02), book(np.array([0.20]), risk_months=1.1 * 12 * PEOPLE), known(0.023))
    assert worth["risk_months"][0] == pytest.approx(0.0, abs=1e-6)
    assert worth["member_months"][0] == pytest.approx(0.49 * 1.03 * SPENDING / (12 * PEOPLE), rel=1e-6)


def test_risk_through_the_threshold_against_the_closed_form() -> None:
    """A benchmark b pays 0.98 s (b - T) past T = (1 - m) b: by b, 0.98 s [Phi(z) + m (1 - m) / sd phi(z)]."""
    savings = np.arange(-0.02, 0.08, 0.004)
    worth = marginal(one_sided(0.5, 0.03), book(savings), known(0.023))["risk_months"] * 12 * PEOPLE / SPENDING
    z = [(mean - 0.03) / 0.023 for mean in savings]
    expected = [0.49 * (NORMAL.cdf(x) + 0.03 * 0.97 / 0.023 * NORMAL.pdf(x)) for x in z]
    np.testing.assert_allclose(worth, expected, atol=0.03)


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


CLIFFS = {
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
    parts = parts_by_monte_carlo(rule, expected, 0.02 / 0.97)
    worth = marginal(rule, expected, known(0.02))
    found = np.array([worth[measure][0] * quality_sd(expected, measure) for measure in PAIRS])
    np.testing.assert_allclose(found, parts, atol=tolerance * np.abs(parts).max())


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


def test_the_expected_payment_against_the_closed_form() -> None:
    """E[0.49 S; S > 3%] with S ~ N(2%, 2.3%) of $131.66 million: 0.49 [mu Phi(z) + s phi(z)]."""
    paid = expected_payment(one_sided(0.5, 0.03), book(np.array([0.02])), known(0.023))[0] - 0.5 * 0.98 * SPENDING
    z = (0.02 - 0.03) / 0.023
    assert paid == pytest.approx(0.49 * (0.02 * NORMAL.cdf(z) + 0.023 * NORMAL.pdf(z)) * SPENDING, rel=0.01)


def test_with_full_foresight_thirds_and_no_regional_share_saving_does_not_pay() -> None:
    """The ratchet: a dollar in each of the three base years takes a third off each of the next three benchmarks."""
    terms = {"agreement_years": 3, "first_weights": [1 / 3] * 3, "sharing_rate": 0.5, "chosen_minimum": 0.02}
    no_region = {"regional_weights_below": [0.0] * 4, "regional_weights_above": [0.0] * 4}
    rule = SharedSavings.model_validate(terms | no_region | {"savings_cap": 1.0})
    beliefs = known(0.023).model_copy(update={"foresight": 1.0})
    worth = [marginal(rule, book(np.array([0.20]), now, followed_up=1_100.0), beliefs) for now in (1, 2, 3)]
    for one in worth:
        assert one["test_truncated_outside"][0] == pytest.approx(0.0, abs=1e-3)


def test_a_member_under_capitation_is_worth_the_amount_less_what_others_bill() -> None:
    """Coded 1.2, seen 1.5: 0.98 x $13,166 x 1.2 less the outside half of $13,166 x 1.5; inside earns nothing."""
    worth = marginal(Capitation(), book(np.array([0.0])), NEVER_MIND).worth_of_member(1.2, 1.5)
    assert worth[0] == pytest.approx(0.98 * 13_166 * 1.2 - 0.5 * 13_166 * 1.5, rel=1e-9)


def test_contracts_of_one_holder_add_up() -> None:
    """Two halves of the withheld amount beyond fees: fees + 2 x (capitation - fees)."""
    expected = book(np.array([0.0]))
    fees, paid = marginal(FeeForService(), expected, NEVER_MIND), marginal(Capitation(), expected, NEVER_MIND)
    both = combined([paid, paid], fees)
    assert both["test_dollars_outside"][0] == pytest.approx(-2.0, abs=1e-6)
    assert both["test_dollars_inside"][0] == pytest.approx(-1.0, abs=1e-6)
    assert combined([], fees)["test_dollars_inside"][0] == pytest.approx(1.0, abs=1e-6)


def test_contracts_do_not_touch_each_other() -> None:
    rule = find("shared_savings")()
    together = book(np.array([-0.01, 0.03, 0.06]), 2)
    alone = marginal(rule, together.rows([1]))
    for name, worth in marginal(rule, together).columns.items():
        np.testing.assert_allclose(alone[name][0], worth[1], rtol=1e-6, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("now", [1, 2, 6])
def test_every_regime_has_finite_marginals(seed: int, now: int) -> None:
    draw = np.random.default_rng(seed)
    random = {name: draw.uniform(500, 50_000, 3) for name in COLUMNS}
    market = Book({name: column.sum(keepdims=True) for name, column in random.items()})
    expected = Book(random, market, (Book(random, market),) * 12, now)
    nobody = Book({name: np.zeros(3) for name in COLUMNS}, market, expected.earlier, now)
    for rule in regimes().values():
        for some in (expected, nobody):
            for name, worth in marginal(rule(), some).columns.items():
                assert worth.shape == (3,)
                assert np.isfinite(worth).all(), (rule, name)


def test_grids_tile() -> None:
    """Shifted grids of two draws meet at half a cell, and all probability is somewhere."""
    first, second = edges(10, 0, 2), edges(10, 1, 2)
    assert second[0] - first[0] == pytest.approx((first[1] - first[0]) / 2)
    assert sum(masses(first)) == pytest.approx(1.0)


def test_a_book_that_moves_many_times_over_is_the_same_as_one_for_each_time() -> None:
    """Spending moves three times while quality moves at two of them; the earlier year and the market stay."""
    usual = book(np.array([0.0, 0.1]), 2)
    spent, followed = np.arange(6.0).reshape(3, 2), np.array([[900.0, 910.0], [1_000.0, 1_010.0]])
    moves = [each({"test_truncated_inside": spent}), Move(np.array([0, 1, 1]), {"followed_up": followed})]
    found = moved(RememberedBook.of(usual), 3, moves)
    assert len(found) == 6
    for time, way in enumerate([0, 1, 1]):
        alone = usual.with_columns(test_truncated_inside=spent[time], followed_up=followed[way])
        rows = slice(2 * time, 2 * time + 2)
        for made in (score, spending, len_of, lambda some: spending(some.earlier[1]), lambda some: some["surveyed"]):
            np.testing.assert_allclose(made(found)[rows], made(alone)[:2], rtol=1e-12)
    assert found.market is not None
    assert len(found.market) == 1


def len_of(some: Book) -> FloatArray:
    """Ones, as a rule makes them."""
    return np.ones(len(some))


def test_rules_copy_a_moved_book_as_any_other() -> None:
    usual = book(np.array([0.0, 0.1]))
    found = moved(RememberedBook.of(usual), 2, [each({"test_dollars_inside": np.array([[1.0, 2.0], [3.0, 4.0]])})])
    half = found.scaled(0.5)
    np.testing.assert_allclose(half["test_dollars_inside"], [0.5, 1.0, 1.5, 2.0])
    np.testing.assert_allclose(half.billed(), 0.5 * found.billed())
    np.testing.assert_allclose(found.rows([3]).billed(), found.billed()[3:])
    np.testing.assert_allclose(found.with_columns(surveyed=7.0)["surveyed"], np.full(4, 7.0))
    with pytest.raises(KeyError, match="no column"):
        found.with_columns(survayed=7.0)

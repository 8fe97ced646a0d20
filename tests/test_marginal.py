"""What one more of anything is worth: closed forms, the table of own and others' dollars, and Monte Carlo."""

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from vbp_agents.book import COLUMNS, SERVICES, Book, FloatArray
from vbp_agents.contract import situations
from vbp_agents.example_book import Example
from vbp_agents.marginal import combined, expected_payment, marginal
from vbp_agents.moved import Move, each, moved
from vbp_agents.param import param
from vbp_agents.regimes import find, regimes
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.regimes.bundled import Bundled
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.regimes.capitation_withhold import CapitationWithhold
from vbp_agents.regimes.condition_bundle import ConditionBundle
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.regimes.global_budget import GlobalBudget
from vbp_agents.regimes.pay_for_performance import PayForPerformance
from vbp_agents.regimes.primary_care_hybrid import PrimaryCareHybrid
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.remembered import RememberedBook
from vbp_agents.rules.benchmark import spending
from vbp_agents.rules.quality import MEASURES, score
from vbp_agents.scenario import Contract
from vbp_agents.scenario_file import find_scenario
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
    """The closed form of section 5 of the model description: what a dollar not spent is worth.

    ``sd`` is a share of expected spending, which is 1 - savings of the benchmark.
    """
    sd *= 1 - savings
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
    """MSR 3%, savings 2%, sd 2.3% of 98%: 0.98 x 0.4 x (0.329 + 1.331 x 0.362) = 0.318; with 0.5, 0.397."""
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
    sds = [0.023 * (1 - mean) for mean in savings]
    z = [(mean - 0.03) / sd for mean, sd in zip(savings, sds, strict=True)]
    expected = [0.49 * (NORMAL.cdf(x) + 0.03 * 0.97 / sd * NORMAL.pdf(x)) for x, sd in zip(z, sds, strict=True)]
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
    """E[0.49 S; S > 3%] with S ~ N(2%, 2.3% x 98%) of $131.66 million: 0.49 [mu Phi(z) + s phi(z)]."""
    paid = expected_payment(one_sided(0.5, 0.03), book(np.array([0.02])), known(0.023))[0] - 0.5 * 0.98 * SPENDING
    sd = 0.023 * 0.98
    z = (0.02 - 0.03) / sd
    assert paid == pytest.approx(0.49 * (0.02 * NORMAL.cdf(z) + sd * NORMAL.pdf(z)) * SPENDING, rel=0.01)


FORESIGHT = Beliefs(person_sd=0.0, unknown_sd=0.023, foresight=1.0)
NO_REGION = {"regional_weights_below": [0.0] * 4, "regional_weights_above": [0.0] * 4}
THIRDS = {"agreement_years": 3, "first_weights": [1 / 3] * 3, "sharing_rate": 0.5, "savings_cap": 1.0} | NO_REGION


def test_with_full_foresight_thirds_and_no_regional_share_saving_does_not_pay() -> None:
    """The ratchet: a dollar in each of the three base years takes a third off each of the next three benchmarks.

    Half of savings and half of losses from the first dollar on, so that a benchmark's dollar is always worth as much.
    """
    both_ways = {"chosen_minimum": 0.0, "paid_share": 1.0, "quality_standard": 0.0, "loss_limit": 1.0}
    rule = SharedSavings.model_validate(THIRDS | both_ways | {"loss_rate_low": 0.5, "loss_rate_high": 0.5})
    for now in (1, 2, 3):
        worth = marginal(rule, book(np.array([0.20]), now), FORESIGHT)
        assert worth["test_truncated_outside"][0] == pytest.approx(0.0, abs=1e-3)
        shortsighted = marginal(rule, book(np.array([0.20]), now), NEVER_MIND)
        assert shortsighted["test_truncated_outside"][0] == pytest.approx(-0.5)


def test_foresight_minds_what_later_benchmarks_will_be_worth() -> None:
    """Savings of 20% now; then the benchmark has followed, and its dollar is worth 0.49 [Phi(z) + m (1 - m)/sd phi(z)]
    with z = -2 / 2.3. Half a percent for a step of one sd in a third of a benchmark: 3 points of a second derivative.
    """
    rule = SharedSavings.model_validate(THIRDS | {"chosen_minimum": 0.02, "reduced_share": 0.0})
    worth = marginal(rule, book(np.array([0.20])), FORESIGHT)["test_truncated_outside"][0]
    later = 0.49 * (NORMAL.cdf(-0.02 / 0.023) + 0.02 * 0.98 / 0.023 * NORMAL.pdf(-0.02 / 0.023))
    assert worth == pytest.approx(-0.49 + later, abs=0.02)


class OtherLines(SharedSavings):
    """The same rule, whose statement calls its lines otherwise."""

    def settle(self, book: Book) -> Statement:
        """The settlement and quality of shared savings."""
        settled = super().settle(book)
        return {"target": settled["benchmark"], "quality": settled["quality"], "settlement": settled["settlement"]}


def test_what_lines_are_called_makes_no_difference() -> None:
    savings = np.array([0.01, 0.05])
    named, renamed = (marginal(rule, book(savings, 3), FORESIGHT) for rule in (SharedSavings(), OtherLines()))
    assert named.columns.keys() == renamed.columns.keys()
    for name, worth in named.columns.items():
        np.testing.assert_array_equal(worth, renamed[name])


def test_a_bundle_has_a_ratchet_too() -> None:
    """Targets of own spending over three base years, rebased every second year: this year is in those of the second and
    the third year from now. A dollar less takes 97% of a third off each, the number of episodes being always the same.
    """
    quality = {"categories": [0.0, 20.0, 20.0], "regional_weights": [0.0] * 5}
    columns = {"joint_episodes": 400.0, "joint_dollars": 1e7, "joint_complications": 12.0}
    base = year(np.zeros(1), **columns)
    usual = Book(base, Book({name: 10 * column for name, column in base.items()}))
    expected = Book(base, usual.market, (usual,) * 5)
    worth = marginal(Bundled.model_validate(quality), expected, Beliefs(foresight=1.0))
    assert worth["joint_dollars"][0] == pytest.approx(-1 + 2 * 0.97 / 3, abs=1e-3)


def test_a_member_under_capitation_is_worth_the_amount_less_what_others_bill() -> None:
    """Coded 1.2, seen 1.5: 0.98 x $13,166 x 1.2 less the outside half of $13,166 x 1.5; inside earns nothing."""
    worth = marginal(Capitation(), book(np.array([0.0])), NEVER_MIND).worth_of_member(1.2, 1.5)
    assert worth[0] == pytest.approx(0.98 * 13_166 * 1.2 - 0.5 * 13_166 * 1.5, rel=1e-9)


def alone() -> list[tuple[Contract, Example]]:
    """The contracts of every preset, each with the example of whom it is about."""
    scenarios = [find_scenario(path.stem) for path in sorted((Path(__file__).parents[1] / "scenarios").glob("*.yaml"))]
    shown = [(scenario, situation) for scenario in scenarios for situation in situations(scenario, 2)]
    return [
        (contract, situation.example(10_000, scenario.care.physician_share))
        for scenario, situation in shown
        for contract in situation.contracts
    ]


ALONE = {f"{contract.regime} {number}": (contract, example) for number, (contract, example) in enumerate(alone())}


@pytest.mark.parametrize("now", [1, 2])
@pytest.mark.parametrize("name", ALONE)
def test_parts_of_a_member_add_up_to_the_payment_per_head(name: str, now: int) -> None:
    """Euler: payments are homogeneous, so what one more of everything is worth adds up to the payment.

    But for what is not proportional: luck does not grow with the columns (at a kink it brings 0.4 x 2.8% of the sharing
    rate), and minimum savings rates fall with size. Together 0.6% of spending; before, parts were wrong by 17%.
    """
    contract, example = ALONE[name]
    expected = example.year(np.linspace(-0.1, 0.1, 33), np.full(33, 50.0), now)
    rule = contract.rule()
    whole = example.one_more(marginal(rule, expected, Beliefs(foresight=0.0)))
    paid = expected_payment(rule, expected, NEVER_MIND) / example.units()
    per_head = expected.billed() / example.units()
    assert np.abs((whole - paid) / per_head).max() < 0.01


def test_at_a_kink_either_way_counts_half() -> None:
    """risk_cap 0, usual risk: more coded risk or fewer members raise the benchmark no further. Savings of 20%, half of
    98%: half of $0.49 x 131.66 million per 120,000 for either, and the other half of it for neither.
    """
    worth = marginal(SharedSavings(risk_cap=0.0, sharing_rate=0.5, savings_cap=1.0), book(np.array([0.2])), known(0.02))
    for name in ("member_months", "risk_months"):
        assert worth[name][0] == pytest.approx(0.5 * 0.49 * SPENDING / (12 * PEOPLE), rel=1e-6)


def test_a_service_is_worth_its_count_and_its_dollars() -> None:
    """$60 a visit instead of its fee of $100. A test for $50 that another bills, half of it truncated: -0.49 x $25."""
    counts = {"primary_count_inside": SPENDING / 16 / 100, "test_count_outside": SPENDING / 16 / 50 * 0.8}
    expected = book(np.array([0.2])).with_columns(**counts)
    hybrid = marginal(PrimaryCareHybrid(), book(np.array([0.0])).with_columns(**counts), NEVER_MIND)
    assert hybrid.service("primary", "inside")[0] == pytest.approx(60.0)
    assert hybrid.service("primary", "outside")[0] == 0.0
    shared = marginal(one_sided(0.5, 0.02), expected, known(0.023))
    assert shared.service("test", "outside", truncated=0.5)[0] == pytest.approx(-0.49 * 25.0, abs=1e-6)


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

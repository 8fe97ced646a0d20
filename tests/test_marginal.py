"""What one more of anything is worth: closed forms, the table of own and others' dollars, and Monte Carlo."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from expected_years import NEVER_MIND, NORMAL, PEOPLE, SPENDING, book, gamma, known, one_sided

from vbp_agents.book import COLUMNS, SERVICES, Book
from vbp_agents.contracts.contract import situations
from vbp_agents.contracts.example_book import Example
from vbp_agents.declaration import param
from vbp_agents.expectations.marginal import combined, expected_payment, marginal
from vbp_agents.expectations.uncertain import USUAL_BELIEFS
from vbp_agents.regimes import find, regimes
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.regimes.primary_care_hybrid import PrimaryCareHybrid
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.terms.scenario import Contract
from vbp_agents.terms.scenario_file import find_scenario


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


def test_the_expected_payment_against_the_closed_form() -> None:
    """E[0.49 S; S > 3%] with S ~ N(2%, 2.3% x 98%) of $131.66 million: 0.49 [mu Phi(z) + s phi(z)]."""
    paid = expected_payment(one_sided(0.5, 0.03), book(np.array([0.02])), known(0.023))[0] - 0.5 * 0.98 * SPENDING
    sd = 0.023 * 0.98
    z = (0.02 - 0.03) / sd
    assert paid == pytest.approx(0.49 * (0.02 * NORMAL.cdf(z) + sd * NORMAL.pdf(z)) * SPENDING, rel=0.01)


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
    whole = example.one_more(marginal(rule, expected, replace(USUAL_BELIEFS, foresight=0.0)))
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

"""Every payment regime, by being there: its contract with the model."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vbp_agents.book import COLUMNS, PEOPLE, Book, FloatArray, UndeclaredColumn
from vbp_agents.errors import WrongInput
from vbp_agents.regimes import find, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.regimes.bundled import Bundled
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.regimes.hospital_vbp import HospitalVbp
from vbp_agents.regimes.pay_for_performance import PayForPerformance
from vbp_agents.regimes.readmission_penalty import ReadmissionPenalty
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.rule_check import adds_up
from vbp_agents.terms.scenario_file import find_scenario, presets

ROWS = 4


def rules() -> dict[str, Regime]:
    """Every regime with its defaults, and every preset's."""
    rules_by_name: dict[str, Regime] = {name: regime() for name, regime in regimes().items()}
    for name in presets():
        for index, contract in enumerate(find_scenario(name).contracts):
            rules_by_name[f"{name}.{index}"] = contract.rule()
    return rules_by_name


every_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=name) for name, rule in rules().items()])
every_regime = pytest.mark.parametrize("name", list(regimes()))
some_luck = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 2**32 - 1)
years = st.integers(1, 7)


def random_book(seed: int, performance_year: int = 1, scale: float = 1.0, months: int = 12) -> Book:
    """Contracts of plausible size with every column filled, ten earlier years and the market."""
    draw = np.random.default_rng(seed)
    people = draw.uniform(500, 50_000, ROWS)

    def year(market: bool) -> dict[str, FloatArray]:
        size = np.array([people.sum() * 3]) if market else people
        return {name: scale * size * draw.uniform(0.5, 12.0, len(size)) for name in COLUMNS}

    earlier = tuple(Book(year(False), Book(year(True))) for _ in range(10))
    market = Book(year(True), months=months)
    return Book(year(False), market, earlier, performance_year, months)


def in_other_dollars(book: Book, factor: float) -> Book:
    """The same care at ``factor`` times the prices, in every year and for everybody."""
    dollars = [name for name, column in COLUMNS.items() if column.unit == "dollars"]
    return Book(
        {name: column * (factor if name in dollars else 1.0) for name, column in book.columns.items()},
        None if book.market is None else in_other_dollars(book.market, factor),
        tuple(in_other_dollars(year, factor) for year in book.earlier),
        book.performance_year,
        book.months,
    )


def terms_in_other_dollars(rule: Regime, factor: float) -> Regime:
    """The rule with every parameter that is declared in dollars written in the other currency."""
    units = {name: field.json_schema_extra for name, field in type(rule).model_fields.items()}
    dollars = [
        name for name, extra in units.items() if isinstance(extra, dict) and str(extra["unit"]).startswith("dollars")
    ]
    return rule.with_changes(**{name: factor * getattr(rule, name) for name in dollars})


def empty(book: Book) -> Book:
    """The same contracts without people, care or dollars, now and before."""
    zero = {name: np.zeros(len(book)) for name in COLUMNS}
    market = Book({name: np.zeros(1) for name in COLUMNS})
    return Book(zero, market, tuple(Book(zero, market) for _ in book.earlier), book.performance_year, book.months)


@every_rule
@some_luck
@given(seed=seeds, year=years)
def test_pays_one_finite_number_a_contract(rule: Regime, seed: int, year: int) -> None:
    for book in (random_book(seed, year), empty(random_book(seed, year))):
        statement = rule.settle(book)
        assert "settlement" in statement
        for line in [rule.pay(book), *statement.values()]:
            assert line.shape == (ROWS,)
            assert np.isfinite(line).all()


@every_rule
@some_luck
@given(seed=seeds, year=years)
def test_no_people_no_money(rule: Regime, seed: int, year: int) -> None:
    book = empty(random_book(seed, year))
    assert not rule.pay(book).any()
    assert not rule.settle(book)["settlement"].any()


@every_rule
@some_luck
@given(seed=seeds, year=years)
def test_contracts_do_not_touch_each_other(rule: Regime, seed: int, year: int) -> None:
    book, order = random_book(seed, year), [2, 0, 3]
    np.testing.assert_array_equal(rule.pay(book.rows(order)), rule.pay(book)[order])
    whole, part = rule.settle(book), rule.settle(book.rows(order))
    for line, values in whole.items():
        np.testing.assert_array_equal(part[line], values[order], err_msg=line)


@every_rule
@some_luck
@given(seed=seeds, year=years)
def test_two_of_the_same_month_are_paid_twice(rule: Regime, seed: int, year: int) -> None:
    """Columns are sums and payment is linear in the month: twice the people and the care bring twice the pay."""
    book = random_book(seed, year, months=1)
    twice = Book({n: 2 * c for n, c in book.columns.items()}, book.market, book.earlier, year, 1)
    np.testing.assert_allclose(rule.pay(twice), 2 * rule.pay(book), rtol=1e-9, atol=1e-6)


@every_rule
def test_two_months_are_paid_what_each_is(rule: Regime) -> None:
    """So that what one more unit in a month is worth does not hang on the month."""
    assert adds_up(rule.pay)


@every_rule
@some_luck
@given(seed=seeds, year=years)
def test_cents_or_dollars(rule: Regime, seed: int, year: int) -> None:
    """Counting in another currency, terms in dollars included, changes no rate and multiplies every payment."""
    book = random_book(seed, year)
    other, converted = in_other_dollars(book, 8.0), terms_in_other_dollars(rule, 8.0)
    np.testing.assert_allclose(converted.pay(other), 8 * rule.pay(book), rtol=1e-9, atol=1e-6)
    mine, theirs = rule.settle(book)["settlement"], converted.settle(other)["settlement"]
    np.testing.assert_allclose(theirs, 8 * mine, rtol=1e-9, atol=1e-6)


@every_rule
@some_luck
@given(seed=seeds, year=years, share=st.floats(0.01, 1))
def test_part_of_a_panel_is_paid_its_part_of_a_month(rule: Regime, seed: int, year: int, share: float) -> None:
    """Payment is linear in the month and rates come from ratios: a share of everything is paid that share."""
    book = random_book(seed, year, months=1)
    if isinstance(rule, Bundled):  # its own prices need 20 episodes in three years: compare beyond that
        rule = rule.with_changes(low_volume=0.0)
    np.testing.assert_allclose(rule.pay(book.scaled(share)), share * rule.pay(book), rtol=1e-9, atol=1e-6)


JUMPS = {
    "bundled": "categories of quality; a price of its own from 20 episodes on",
    "hospital_vbp": "whole points",
    "readmission_penalty": "hospitals with 25 discharges",
    "shared_savings": "the minimum savings rate, the quality standard, low revenue",
}
"""Regimes that pay less for a hair's breadth, by the text of their rules, and where. All others are continuous."""
STEPS = 65
SCANNED = [
    *PEOPLE,
    "primary_count_inside",
    "admission_dollars_inside",
    "other_truncated_inside",
    "test_dollars_outside",
]


def largest_jump(money: Callable[[FloatArray], FloatArray], low: float, high: float) -> float:
    """What is left of the steepest step of a function after closing in on it, as a share of its largest value.

    Seven times, to steps of 7e-15 of the column (numbers of this size are 2e-16 apart). Where all of quality lies
    within two points of a rate that is many times larger, payment rises by 4e4 times its largest value a column, in all
    continuity: after five times a step of that was still 1.2e-6, after seven it is 3e-10, and a jump is what it was.
    """
    values = money(np.linspace(low, high, STEPS))
    scale = 1 + np.abs(values).max()
    for _ in range(7):
        steepest = int(np.argmax(np.abs(np.diff(values))))
        low, high = np.linspace(low, high, STEPS)[steepest : steepest + 2]
        values = money(np.linspace(low, high, STEPS))
    return float(np.abs(np.diff(values)).max() / scale)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule, id=name)
        for name, rule in rules().items()
        if type(rule).__module__.split(".")[-1] not in JUMPS
    ],
)
@settings(max_examples=3, deadline=None)
@given(seed=seeds, year=years)
def test_no_cliffs_but_those_in_rule_texts(rule: Regime, seed: int, year: int) -> None:
    book = random_book(seed, year)
    one = book.rows([0] * STEPS)
    for name in SCANNED:

        def settled(factors: FloatArray, name: str = name) -> FloatArray:
            changed = one.with_columns(**{name: factors * book[name][0]})
            return rule.pay(changed) + rule.settle(changed)["settlement"]

        assert largest_jump(settled, 0.05, 2.0) < 1e-7, name


@some_luck
@given(seed=seeds, year=years)
def test_neutral_programs_take_what_they_give(seed: int, year: int) -> None:
    """Budget-neutral over all contract holders (42 CFR 412.162(b)(3) for hospitals), whoever of them is asked about."""
    book = random_book(seed, year)
    for rule in (PayForPerformance(form="neutral"), HospitalVbp()):
        settlement = rule.settle(book)["settlement"]
        assert abs(settlement.sum()) <= 1e-9 * np.abs(settlement).sum() + 1e-6
        np.testing.assert_array_equal(rule.settle(book.rows([3, 1]))["settlement"], settlement[[3, 1]])


@some_luck
@given(seed=seeds, year=years, dose=st.floats(0.01, 0.25))
def test_no_more_than_what_is_at_stake(seed: int, year: int, dose: float) -> None:
    book = random_book(seed, year)
    most = dose * book.billed(sides=["inside"]) * (1 + 1e-12)
    for form, low, high in [("bonus", 0, 1), ("penalty", -1, 0), ("neutral", -1, 1)]:
        rule = PayForPerformance.model_validate({"form": form, "at_stake": dose})
        settlement = rule.settle(book)["settlement"]
        assert (low * most <= settlement).all()
        assert (settlement <= high * most).all()


@some_luck
@given(seed=seeds, year=years)
def test_hospitals_lose_and_gain_within_caps_and_stops(seed: int, year: int) -> None:
    book = random_book(seed, year)
    penalty = ReadmissionPenalty().settle(book)["settlement"]
    assert (penalty <= 0).all()
    assert (-penalty <= 0.03 * book["admission_dollars_inside"] * (1 + 1e-12)).all()
    bundle = Bundled().settle(book)
    assert (np.abs(bundle["settlement"]) <= 0.2 * bundle["target"] * (1 + 1e-12)).all()


def test_a_program_without_a_score_returns_the_withhold() -> None:
    """Nobody measured: there is no score to rank by, and nothing is taken."""
    stays = {"admission_dollars_inside": np.array([5e6, 1e6]), "surveyed": np.zeros(2)}
    book = Book(stays, Book({"surveyed": np.zeros(1)}))
    now = Book(stays, book.market, (book, book))
    np.testing.assert_array_equal(HospitalVbp().settle(now)["settlement"], [0, 0])


@pytest.mark.parametrize(
    ("regime", "terms", "message"),
    [
        (
            PayForPerformance,
            {"thresholds": [0.8] * 8, "benchmarks": [0.9, 0.9, 0.1, 0.8, *[0.9] * 4]},
            "preventive are both 0.8",
        ),
        (HospitalVbp, {"thresholds": [70, 0.4, 1], "benchmarks": [70, 0.5, 0.7]}, "survey are both 70"),
    ],
)
def test_a_target_needs_a_way_to_go(regime: type[Regime], terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        regime.model_validate(terms)


def test_an_improvement_needs_its_baseline() -> None:
    book = random_book(1)
    with pytest.raises(ValueError, match="improvement needs 2 earlier years; the Book has 1"):
        HospitalVbp().settle(Book(book.columns, book.market, book.earlier[:1]))


def test_what_replaces_fees() -> None:
    """These pay the holder's own services themselves; every other regime is fees and something on top."""
    replacing = {name for name, regime in regimes().items() if regime.replaces_fees}
    assert replacing == {"capitation", "capitation_withhold", "primary_care_hybrid"}
    book = random_book(1, months=1)
    for name, regime in regimes().items():
        if name not in replacing and Path(inspect.getfile(regime)).parent == Path(inspect.getfile(Regime)).parent:
            np.testing.assert_array_equal(regime().pay(book), book.billed(sides=["inside"]), err_msg=name)


def test_settlements_are_known_when_the_program_knows_them() -> None:
    """8 months for shared savings (section 2 of the model description, assumption), else at once."""
    lags = {name: regime().settlement_lag for name, regime in regimes().items()}
    assert {name for name, lag in lags.items() if lag} == {"shared_savings"}
    assert lags["shared_savings"] == 8


class Spy(dict[str, FloatArray]):
    """Columns that remember what was asked for."""

    def __init__(self, columns: dict[str, FloatArray]) -> None:
        super().__init__(columns)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> FloatArray:
        self.asked.add(name)
        return super().__getitem__(name)


@every_rule
def test_reads_declared_columns_only(rule: Regime) -> None:
    book = random_book(1)
    spies = [Spy(dict(year.columns)) for year in (book, *book.earlier)]
    now, *before = (Book(spy, year.market) for spy, year in zip(spies, (book, *book.earlier), strict=True))
    watched = Book(now.columns, book.market, tuple(before))
    rule.pay(watched)
    rule.settle(watched)
    asked = set().union(*(spy.asked for spy in spies))
    assert asked
    assert asked <= set(COLUMNS)


@every_regime
def test_is_one_small_documented_file(name: str) -> None:
    regime = find(name)
    file = Path(inspect.getfile(regime))
    assert file.stem == name
    assert len(file.read_text(encoding="utf-8").splitlines()) < 60
    assert regime.title
    assert regime.source
    assert len((regime.__doc__ or "").split()) > 5
    for field, declared in regime.model_fields.items():
        assert isinstance(declared.json_schema_extra, dict), f"{field} is not declared with param()"
        assert declared.json_schema_extra["unit"]
        assert declared.json_schema_extra["source"]


def test_the_folder_is_the_registry() -> None:
    folder = Path(inspect.getfile(Regime)).parent
    files = {file.stem for file in folder.glob("*.py")} - {"__init__", "base"}
    assert files <= set(regimes())


def test_an_unknown_regime_is_named_with_what_was_meant() -> None:
    with pytest.raises(WrongInput, match="did you mean 'capitation'"):
        find("capitaton")


def test_looking_is_cheap() -> None:
    code = "import sys, vbp_agents.regimes; print([m for m in ('numpy', 'pydantic', 'mesa') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@some_luck
@given(seed=seeds, year=years)
def test_no_sharing_is_fee_for_service(seed: int, year: int) -> None:
    nothing, book = SharedSavings(sharing_rate=0, loss_rate_low=0, loss_rate_high=0), random_book(seed, year)
    np.testing.assert_array_equal(nothing.pay(book), FeeForService().pay(book))
    np.testing.assert_array_equal(nothing.settle(book)["settlement"], np.zeros(ROWS))


@some_luck
@given(seed=seeds, year=years)
def test_settlements_stay_within_cap_and_limits(seed: int, year: int) -> None:
    rule, book = find_scenario("mssp_basic_e").contracts[0].rule(), random_book(seed, year)
    statement = rule.settle(book)
    assert (statement["settlement"] <= 0.10 * statement["benchmark"] + 1e-6).all()  # R11
    assert (-statement["settlement"] <= 0.04 * statement["benchmark"] + 1e-6).all()  # R15
    assert (-statement["settlement"] <= 0.08 * book["participant_revenue"] + 1e-6).all()  # R15


@pytest.mark.parametrize("name", ["shared_savings", "capitation"])
def test_a_missing_base_year_is_named(name: str) -> None:
    book = random_book(1, performance_year=3)
    short = Book(book.columns, book.market, book.earlier[:2], 3)
    with pytest.raises(ValueError, match=r"year 3 .*needs .* earlier years; the Book has 2"):
        find(name)().settle(short) if name == "shared_savings" else find(name)().pay(short)


def test_a_book_refuses_what_it_does_not_declare() -> None:
    with pytest.raises(UndeclaredColumn, match="Did you mean 'member_months'"):
        random_book(1)["member_month"]

"""The model as a whole: its order of a month, its contracts in force, its agents, and that it lets go of its memory."""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest
from worlds import CARE_TABLES, DEFAULT, changed, having, under

from vbp_agents.actors.agents import Holders, Organizations, Payer
from vbp_agents.actors.payment import Agreement, settle_year, to_cents
from vbp_agents.actors.styles import wander
from vbp_agents.actors.world import World
from vbp_agents.book import Book, FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.model import VbpModel, run_model
from vbp_agents.parameters import CONDITIONS, WARM_UP
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.study.patient_view import PatientView
from vbp_agents.terms.scenario import Contract, Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

NOTHING_SHARED = {"sharing_rate": 0.0, "loss_rate_low": 0.0, "loss_rate_high": 0.0, "chosen_minimum": 0.0}


def test_a_month_in_its_order() -> None:
    """Section 2: choose, live (evolve, seek, deliver), pay, settle, learn, record, all in the same month."""
    called: list[tuple[str, int]] = []

    def noting(name: str) -> Callable[[VbpModel], None]:
        def method(model: VbpModel) -> None:
            called.append((name, model.month))
            getattr(VbpModel, name)(model)

        return method

    steps = ("choose", "live", "pay", "settle", "learn", "record")
    noted = type("Noted", (VbpModel,), {name: noting(name) for name in steps})
    world = warmed_world(DEFAULT, 1_000, 1, 1)
    model = noted(world=world, studied=DEFAULT)
    model.step()
    model.step()
    model.close()
    assert called == [(name, month) for month in (1, 2) for name in steps]
    assert world.month == 2


def test_the_warm_up_ends_before_month_one(small_world: World) -> None:
    assert (small_world.month, WARM_UP) == (0, 36)


def test_payers_see_three_base_years_with_people(one_area: World) -> None:
    """36 months of warm-up: three whole years, every contract with people, risk and spending in each."""
    (books,) = one_area.books
    assert len(books) == 3
    for book in books:
        assert len(book) == one_area.region.n_holders == 3
        assert (book["member_months"] > 12 * 5_000).all()
        assert (book["risk_months"] > 0).all()
        assert (book.billed() > book.billed("truncated")).all()
        assert book.months == 12


def test_the_world_has_settled_when_month_one_begins() -> None:
    """Spending per person of the three warm-up years within 5% of one another: no shock of birth is left in them.

    30,000 people, whose practices keep their style.
    """
    steady = warmed_world(changed(DEFAULT, region={"style_spread": 0.0}), 30_000, 2, 1)
    spending = [(b.billed().sum() / b["member_months"].sum()) for b in steady.books[0]]
    assert max(spending) / min(spending) < 1.05


def settlements(tables: Any) -> Any:
    lines = tables.tables["settlements"]
    return lines[lines.line == "settlement"]


def test_zero_sharing_is_fee_for_service(one_area: World) -> None:
    """Section 8: sharing and loss rate zero is fee for service exactly, in all but names and statements."""
    ours = run_model(one_area, under(one_area.scenario, "shared_savings", terms=NOTHING_SHARED), 2)
    fees = run_model(one_area, one_area.scenario, 2)
    settled = settlements(ours)
    assert len(settled) == 2 * 3
    assert (settled.amount == 0.0).all()
    names = ["regime", "value_based"]
    assert ours.tables["months"].drop(columns=names).equals(fees.tables["months"].drop(columns=names))
    for name in (*CARE_TABLES, "organizations"):
        assert ours.tables[name].equals(fees.tables[name]), name


def test_the_regime_of_that_name_is_fee_for_service_too(one_area: World) -> None:
    ours, fees = (
        run_model(one_area, under(one_area.scenario, "fee_for_service"), 1),
        run_model(one_area, one_area.scenario, 1),
    )
    for name in ("months", "organizations", *CARE_TABLES):
        assert ours.tables[name].equals(fees.tables[name]), name


def test_contracts_pay_in_their_months_only(small_world: World) -> None:
    """From month 4 to 9: capitation then, before and after what fees alone would pay."""
    dated = run_model(small_world, under(small_world.scenario, "capitation", start=4, until=9), 1).tables["months"]
    fees = run_model(small_world, small_world.scenario, 1).tables["months"]
    held = dated.kind != "unattached"
    inside = dated.month.between(4, 9)
    assert (dated.regime[held & inside] == "capitation").all()
    assert (dated.regime[~(held & inside)] == "fee_for_service").all()
    assert (dated.paid_to_holder[held & inside] != fees.paid_to_holder[held & inside]).all()
    assert dated[~(held & inside)].equals(fees[~(held & inside)])


def test_only_the_holders_named_are_paid(small_world: World) -> None:
    some = run_model(small_world, under(small_world.scenario, "capitation", holders=("hospital_led",)), 1).tables[
        "months"
    ]
    assert set(some.kind[some.regime == "capitation"]) == {"hospital_led"}


def test_a_broken_year_is_not_settled(one_area: World) -> None:
    """In force from month 7 on: the first year has no settlement, the second is performance year 2."""
    late = settlements(run_model(one_area, under(one_area.scenario, "shared_savings", start=7), 2))
    assert set(late.year) == {2}
    assert len(late) == 3
    ended = settlements(run_model(one_area, under(one_area.scenario, "shared_savings", until=18), 2))
    assert set(ended.year) == {1}


@pytest.mark.parametrize("amount", [np.full(3, np.nan), np.array([1.0, np.inf, 1.0]), np.array(7.0), np.full(3, 1j)])
def test_a_rule_that_pays_no_number_is_refused(amount: Any) -> None:
    everyone = np.arange(3)
    agreement = Agreement("mine", SharedSavings(), everyone, everyone[:0], 1, 12, 1.0, "")
    with pytest.raises(WrongInput, match="regime 'mine': pay\\(\\)"):
        to_cents(amount, agreement, "pay()")


def test_settlements_are_known_later_and_booked_to_their_year(one_area: World) -> None:
    settled = settlements(run_model(one_area, under(one_area.scenario, "shared_savings"), 2))
    assert (settled.known_month == 12 * settled.year + 8).all()


def test_acos_below_the_minimum_are_left_out(small_world: World, one_area: World) -> None:
    """5,000 people (42 CFR 425.110): the ACOs of 3,000 people have no shared savings, those of 30,000 do."""
    assert SharedSavings.minimum_people == 5_000
    small = run_model(small_world, under(small_world.scenario, "shared_savings"), 1).tables
    assert small["settlements"].empty
    assert (small["months"].regime == "fee_for_service").all()
    enough = run_model(one_area, under(one_area.scenario, "shared_savings"), 1).tables["months"]
    assert set(enough.regime[enough.kind != "unattached"]) == {"shared_savings"}


class Seen(Capitation):
    """Capitation that keeps what it was shown."""

    def pay(self, book: Book) -> FloatArray:
        SHOWN.append(book)
        return super().pay(book)


SHOWN: list[Book] = []


def test_what_a_rule_is_shown(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each month's Book of its contracts, the market beside it, three base years growing to four, the year's number."""
    monkeypatch.setattr(Contract, "rule", lambda contract: Seen())
    scenario = under(small_world.scenario, "capitation")  # whose check shows the rule an example
    SHOWN.clear()
    run_model(small_world, scenario, 2)
    assert len(SHOWN) == 24
    assert {book.months for book in SHOWN} == {1}
    assert [book.performance_year for book in SHOWN] == [1] * 12 + [2] * 12
    assert [len(book.earlier) for book in SHOWN] == [3] * 12 + [4] * 12
    for book in SHOWN:
        assert len(book) == 3
        assert book.market is not None
        assert book.market["member_months"][0] >= book["member_months"].sum()
        assert book.market["risk_months"][0] == pytest.approx(book.market["member_months"][0])


@pytest.fixture
def model(small_world: World) -> Any:
    model = VbpModel(world=small_world.copy(), studied=DEFAULT)
    yield model
    model.close()


def test_who_acts_is_a_mesa_agent(model: VbpModel) -> None:
    """One payer, the holders together, the organizations together: as many objects in a region of any size."""
    by_type = model.agents_by_type
    assert {kind: len(by_type[kind]) for kind in by_type} == {Payer: 1, Holders: 1, Organizations: 1}
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)


def test_a_month_is_what_agents_do(small_world: World) -> None:
    """A step of the model, and its parts asked of the agents by `do`, leave the same money and the same levers."""
    scenario = find_scenario("mssp_enhanced")
    with (
        VbpModel(world=small_world.copy(), studied=scenario) as stepped,
        VbpModel(world=small_world.copy(), studied=scenario) as asked,
    ):
        stepped.step()
        asked.world.month = 1
        wander(asked.world, asked.lists.home, 0)
        asked.agents_by_type[Holders].do("choose_contracts")
        asked.agents_by_type[Organizations].do("weigh").do("move")
        asked.live()
        asked.agents_by_type[Payer].do("pay")
        asked.learn()
        asked.record()
        ours, theirs = (one.recorder.tables()["months"] for one in (stepped, asked))
        assert ours.equals(theirs)
        levers = (stepped.providers.by_organization(), asked.providers.by_organization())
    assert {name: column.tolist() for name, column in levers[0].items()} == {
        name: column.tolist() for name, column in levers[1].items()
    }


def test_a_view_of_one_patient(model: VbpModel) -> None:
    record = model.world.patients[5]
    view = PatientView(record)
    assert view.id == record.id
    assert view.age_years == pytest.approx(record.age / 12)
    assert view.frailty == pytest.approx(float(record.frailty))
    expected = {name for bit, name in enumerate(CONDITIONS) if int(record.conditions) & (1 << bit)}
    assert set(view.conditions) == expected
    assert sum(view.clinicians_seen.values()) == record.seen_count.sum()
    with pytest.raises(AttributeError, match="height"):
        _ = view.height


def test_progress_is_told_every_month(small_world: World) -> None:
    months: list[int] = []
    run = run_model(small_world, DEFAULT, 1, months.append)
    assert months == list(range(1, 13))
    assert set(run.timing) == {"kernel", "decisions", "all"}
    assert 0 < run.timing["kernel"] < run.timing["all"]


def test_models_are_freed(small_world: World) -> None:
    """mesa#3179: Mesa 3.3 keeps every model in Agent._ids; after a run neither the table nor the model is left."""
    kept = len(getattr(mesa.Agent, "_ids", ()))
    run_model(small_world, DEFAULT, 1)
    model = VbpModel(world=small_world.copy(), studied=DEFAULT)
    model.step()
    model.close()
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert len(getattr(mesa.Agent, "_ids", ())) == kept


def test_memory_a_patient(small_world: World) -> None:
    assert small_world.patients.dtype.itemsize <= 164


def test_payers_divide_the_people(one_area: World) -> None:
    """40, 40 and 20% of people, binomial (30,000 people, 4 sigmas), each payer with its own Books and prices."""
    scenario: Scenario = having(one_area.scenario, payers=mixed().payers)
    world = warmed_world(scenario, 30_000, 4, 1)
    share = np.bincount(world.patients.payer, minlength=3) / 30_000
    for found, payer in zip(share, scenario.payers, strict=True):
        assert abs(found - payer.share) < 4 * np.sqrt(payer.share * (1 - payer.share) / 30_000)
    assert [len(books) for books in world.books] == [3, 3, 3]
    latest = [books[0] for books in world.books]
    price = [book.billed().sum() / book.billed("count").sum() for book in latest]
    assert price[1] > price[0] > price[2]


def mixed() -> Scenario:
    from vbp_agents.terms.scenario_file import find_scenario

    return find_scenario("mixed_payers")


class Infinite(SharedSavings):
    """Settles nothing, and explains it with a line that divides by zero."""

    def settle(self, book: Book) -> dict[str, FloatArray]:
        return {"settlement": np.zeros(len(book)), "rate": 1 / (0 * book["member_months"])}


def test_a_line_that_is_not_finite_reaches_no_table() -> None:
    everyone = np.arange(2)
    agreement = Agreement("mine", Infinite(), everyone, everyone[:0], 1, 12, 1.0, "")
    with pytest.raises(WrongInput, match=r"regime 'mine': settle\(\)'s rate has numbers that are not finite"):
        settle_year(agreement, Book({"member_months": np.ones(2)}))


def test_a_book_cannot_be_written_into(small_world: World) -> None:
    """What one rule sees another sees too, and fees are taken from the Book after the rule: no part is writable."""
    model = VbpModel(world=small_world.copy(), studied=under(DEFAULT, "capitation"))
    model.step()
    (payer,) = list[Payer](model.agents_by_type[Payer])
    (agreement,) = payer.agreements
    book = model.books.of_month(0, agreement)
    assert book.market is not None
    for part in (book, book.market, *model.world.past(0, agreement.panel), *book.earlier):
        with pytest.raises(ValueError, match="read-only"):
            part["member_months"][0] = 1.0
    model.close()

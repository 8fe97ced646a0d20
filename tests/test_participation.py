"""Who is in voluntary contracts and on practice lists: closed forms of the choice, money to the cent, the same luck."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError
from test_accounting import cents, check_money
from worlds import BEHAVING, CARE_TABLES, changed, having

from vbp_agents.actors.agents import Payer
from vbp_agents.actors.lists import panel_worth
from vbp_agents.actors.membership import Membership, choice_luck
from vbp_agents.actors.payment import Agreement
from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.conduct import LEVERS, BehavioralParameters
from vbp_agents.contracts.contract import situations
from vbp_agents.decisions import lists, participation
from vbp_agents.decisions.participation import Prospect
from vbp_agents.expectations.chances import chances
from vbp_agents.expectations.marginal import expected_payment
from vbp_agents.expectations.uncertain import USUAL_BELIEFS
from vbp_agents.model import Run, VbpModel, run_model
from vbp_agents.people.patients import KIDNEY_DISEASE
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario
from vbp_agents.warm_up import warmed_world

CONDUCT = BehavioralParameters(set_up_cost=0.0, switching_cost=0.0, risk_premium=0.0, choice_noise=50.0, experience=0.0)
TWO_SIDED = {"chosen_minimum": 0.0, "loss_rate_low": 0.3, "loss_rate_high": 0.3}
N = 40_000
OFFER = Agreement("x", SharedSavings(), np.zeros(0, np.intp), np.zeros(0, np.intp), 1, 10**6, 1.0, "voluntary")


def gumbel(alternatives: int) -> FloatArray:
    return choice_luck(1, 0, 0, 1, (alternatives, N))


def prospect(expected: float, spread: float = 0.0, response: float = 0.0) -> Prospect:
    return Prospect(*(np.full(1, number) for number in (1_000.0, expected, spread, response)))


def shares(conduct: BehavioralParameters, values: list[float], at: int, people: float = 1_000.0) -> FloatArray:
    """How many of many holders choose each alternative."""
    each = np.repeat(np.array(values)[:, None], N, axis=1)
    chosen = participation.chosen(conduct, each, np.full(N, at), np.full(N, people), gumbel(len(values)))
    return np.bincount(chosen, minlength=len(values)) / N


@pytest.mark.parametrize("worth", [-100.0, 0.0, 30.0, 150.0])
def test_the_share_that_is_in_is_the_logit(worth: float) -> None:
    """1 / (1 + exp(-v / scale)) of 40,000 draws: 4 binomial standard deviations are at most 0.01."""
    assert shares(CONDUCT, [0.0, worth], at=0)[1] == pytest.approx(1 / (1 + np.exp(-worth / 50)), abs=0.01)


def test_rungs_of_a_ladder_share_as_the_multinomial_logit() -> None:
    """Of 0, 50 and 100 at scale 50: 1, e and e^2 over their sum."""
    whole = 1 + np.e + np.e**2
    np.testing.assert_allclose(
        shares(CONDUCT, [0.0, 50.0, 100.0], at=0), [1 / whole, np.e / whole, np.e**2 / whole], atol=0.01
    )


def test_what_it_costs_to_enter_and_to_leave() -> None:
    """$50,000 of 1,000 people are $50 a member: of no worth, 1 / (1 + e) enter; leaving at $100 does 1 / (1 + e^2)."""
    conduct = CONDUCT.with_changes(set_up_cost=50_000.0, switching_cost=100.0)
    assert shares(conduct, [0.0, 0.0], at=0)[1] == pytest.approx(1 / (1 + np.e), abs=0.01)
    assert shares(conduct, [0.0, 0.0], at=1)[0] == pytest.approx(1 / (1 + np.e**2), abs=0.01)


def test_nobody_leaves_where_leaving_costs_more_than_any_contract_is_worth() -> None:
    conduct = CONDUCT.with_changes(switching_cost=1e9)
    assert shares(conduct, [0.0, -1e6, 1e6], at=1).tolist() == [0, 1, 0]


def test_risk_is_a_cost_and_what_was_lost_is_remembered() -> None:
    """200 expected at a spread of 300, premium 0.1, 20 of response: 190; half of it believed after -100: 40."""
    conduct = CONDUCT.with_changes(risk_premium=0.1, experience=0.5)
    seen = prospect(200.0, 300.0, 20.0)
    assert participation.membership_value(conduct, seen, np.array([np.nan])) == pytest.approx(190.0)
    assert participation.membership_value(conduct, seen, np.array([-100.0])) == pytest.approx(40.0)
    values = [
        float(participation.membership_value(conduct, prospect(200.0, s), np.array([0.0]))[0]) for s in (0, 100, 400)
    ]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 3


def test_luck_is_the_same_however_many_alternatives_there_are() -> None:
    two, three = (choice_luck(5, 0, 0, 13, (n, 6)) for n in (2, 3))
    np.testing.assert_array_equal(two, three[:2])
    assert not np.array_equal(two, choice_luck(5, 0, 0, 25, (2, 6)))
    assert not np.array_equal(two, choice_luck(6, 0, 0, 13, (2, 6)))


def test_a_settlement_is_heard_when_it_is_known() -> None:
    """Year 1's settlement with a lag of 8 months is known in month 20: not yet in January of year 2."""
    contract = Contract(payer="medicare", regime="shared_savings", program="voluntary")
    ours = Membership.of([contract], [OFFER], 3)
    ours.remember(replace(OFFER, holders=np.array([2])), 12, np.array([-70.0]))
    ours.remember(replace(OFFER, rule=Capitation(), holders=np.array([1])), 12, np.array([5.0]))
    ours.hear(13)
    assert np.isnan(ours.earned).all()
    ours.hear(25)
    np.testing.assert_array_equal(ours.earned, [np.nan, np.nan, -70.0])


@pytest.mark.parametrize(
    ("worth", "listed", "expected"),
    [
        ([-30_000.0, -5_000.0, 9_000.0, 0.0], [1, 1, 1, 1], [0, 1, 1, 1]),  # -300, -50 and +90 a member
        ([-30_000.0, -5_000.0, 9_000.0, 0.0], [1, 0, 0, 1], [0, 0, 1, 1]),  # taken back when nothing is lost
        ([-30_000.0, -25_000.0, -40_000.0, 0.0], [1, 1, 1, 1], [0, 1, 0, 1]),  # no more than 0.3 of 800 people
        ([-30_000.0, -5_000.0, 0.0, -1e9], [1, 1, 1, 1], [0, 1, 1, 1]),  # the last is no practice of its own
    ],
)
def test_lists_drop_the_costliest_up_to_a_share(worth: list[float], listed: list[int], expected: list[int]) -> None:
    """Three practices of 100 people and a system of 500 in one ACO; scruple 200."""
    kept = lists.kept_on_list(
        BehavioralParameters(list_scruple=200.0, most_dropped=0.3),
        np.array(worth),
        np.array([100.0, 100.0, 100.0, 500.0]),
        np.zeros(4, np.int64),
        np.array(listed, bool),
        np.array([True, True, True, False]),
    )
    assert kept.tolist() == [bool(flag) for flag in expected]


@pytest.fixture(scope="module")
def areas() -> World:
    """Four areas: twelve holders."""
    return warmed_world(changed(BEHAVING, region={"people_per_area": 1_000}), 4_000, 5, 1)


@pytest.fixture(autouse=True, scope="module")
def no_minimum() -> Iterator[None]:
    """Shared savings for ACOs of any size, so that small worlds settle too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedSavings, "minimum_people", 0)
        yield


@pytest.fixture(scope="module")
def one_area() -> World:
    """One area of 6,000 people: an ACO of several independent practices."""
    return warmed_world(changed(BEHAVING, region={"people_per_area": 6_000}), 6_000, 5, 1)


def offered(*contracts: Contract, **conduct: float | tuple[str, ...]) -> Scenario:
    behavior = {**BEHAVING.behavior.model_dump(), **conduct}
    return having(changed(BEHAVING, region={"people_per_area": 1_000}), contracts=contracts, behavior=behavior)


def savings(terms: dict[str, float] = TWO_SIDED, **fields: object) -> Contract:
    return Contract.model_validate({"payer": "medicare", "regime": "shared_savings", "terms": terms, **fields})


VOLUNTARY = savings(program="voluntary")
DEAR = {"set_up_cost": 0.0, "switching_cost": 20.0, "choice_noise": 400.0}
"""Much luck in the choice, so that in small worlds many enter and leave."""


def members(tables: Run) -> set[tuple[int, str]]:
    """Years and contracts in which an ACO was in by choice."""
    held = tables.tables["contracts"].query("program == 'voluntary'")
    return set(zip(held.year.tolist(), held.contract.tolist(), strict=True))


def test_results_say_who_is_in(areas: World) -> None:
    """A column a year, the regime of the month, and a settlement for each year in which a holder was in."""
    run = run_model(areas, offered(VOLUNTARY, **DEAR), 4)
    inside = members(run)
    by_year = [{contract for year, contract in inside if year == y} for y in (1, 2, 3, 4)]
    assert any(by_year[y] - by_year[y + 1] for y in range(3)), "nobody leaves"
    assert any(by_year[y + 1] - by_year[y] for y in range(3)), "nobody enters"
    months = run.tables["months"].query("regime == 'shared_savings'")
    assert {((m - 1) // 12 + 1, c) for m, c in zip(months.month, months.contract, strict=True)} == inside
    assert (months.groupby("contract").month.count() % 12 == 0).all()
    settled = run.tables["settlements"].query("line == 'settlement'")
    assert set(zip(settled.year.tolist(), settled.contract.tolist(), strict=True)) == inside
    assert set(settled.program) == {"voluntary"}


def test_whoever_enters_later_has_a_first_year_of_its_own(areas: World) -> None:
    """Entered in month 25: performance year 1 in year 3, its benchmark from the three years before."""
    ours = Membership.of([VOLUNTARY], [OFFER], 3)
    ours.at, ours.since = np.array([1, 0, 1]), np.array([1, 0, 25])
    early, late = ours.agreements()
    assert (early.holders.tolist(), early.performance_year(30)) == ([0], 3)
    assert (late.holders.tolist(), late.performance_year(30)) == ([2], 1)


def test_a_holder_is_on_one_rung_at_a_time(areas: World) -> None:
    rungs = [
        savings(TWO_SIDED | {"sharing_rate": rate}, program="voluntary", ladder="basic") for rate in (0.4, 0.6, 0.9)
    ]
    model = VbpModel(world=areas.copy(), studied=offered(*rungs, **DEAR))
    seen, names = set(), set()
    for _ in range(25):
        model.step()
        payer = model.agents_by_type[Payer][0]
        holders = np.concatenate([agreement.holders for agreement in payer.agreements])
        assert len(holders) == len(set(holders.tolist()))
        check_money(model)
        seen |= {
            float(a.rule.sharing_rate) for a in payer.agreements if len(a.holders) and isinstance(a.rule, SharedSavings)
        }
        names |= {agreement.name for agreement in payer.agreements}
    assert seen == {0.4, 0.6, 0.9}
    assert names == {f"shared_savings (rung {number} of basic)" for number in (1, 2, 3)}
    model.close()


def test_a_ladder_is_for_those_who_choose() -> None:
    with pytest.raises(ValidationError, match="nobody chooses"):
        savings(ladder="basic")
    one, other = (
        Contract(payer="medicare", regime=r, program="voluntary", ladder="x")
        for r in ("capitation", "capitation_withhold")
    )
    assert other.conflict(one) is None
    rungs = offered(one, other)
    assert [s.heading(rungs.contracts).split(": ")[1] for s in situations(rungs, 1)] == [
        "capitation (rung 1 of x)",
        "capitation_withhold (rung 2 of x)",
    ]


def test_mandatory_programs_know_no_participation(areas: World) -> None:
    """Whatever entering or leaving costs: the same to the byte."""
    one, other = (run_model(areas, offered(savings(), **terms), 2).tables for terms in ({}, DEAR))
    assert all(one[name].equals(other[name]) for name in one)


def test_without_the_lever_all_who_are_eligible_are_in(areas: World) -> None:
    """As under a mandatory program, to the byte, but for the column that says so; of a ladder in the first contract."""
    levers = tuple(lever for lever in LEVERS if lever != "participation")
    higher = savings(TWO_SIDED | {"sharing_rate": 0.9}, program="voluntary", ladder="x")
    all_in, first = (
        run_model(areas, offered(*contracts, levers=levers), 2).tables
        for contracts in ((VOLUNTARY,), (savings(program="voluntary", ladder="x"), higher))
    )
    must = run_model(areas, offered(savings(), levers=levers), 2).tables
    for name in must:
        drop = [column for column in must[name] if column == "program"]
        assert all_in[name].drop(columns=drop).equals(must[name].drop(columns=drop)), name
        drop = [column for column in must[name] if column == "regime"]
        assert first[name].drop(columns=drop).equals(all_in[name].drop(columns=drop)), name
    assert "shared_savings (rung 1 of x)" in set(first["months"].regime)
    assert set(first["settlements"].regime) == {"shared_savings (rung 1 of x)"}


def test_luck_in_the_choice_is_shared_between_scenarios_and_threads(areas: World) -> None:
    """Two threads and one: the same bytes. At the most noise two contracts have the same members."""
    terms = offered(VOLUNTARY, **DEAR)
    one, two = (run_model(areas, terms, 3, threads=threads).tables for threads in (1, 2))
    assert all(one[name].equals(two[name]) for name in one)
    blind = {"set_up_cost": 0.0, "switching_cost": 0.0, "choice_noise": 10_000.0}
    low, high = (
        members(run_model(areas, offered(savings(TWO_SIDED | {"sharing_rate": rate}, program="voluntary"), **blind), 3))
        for rate in (0.2, 0.9)
    )
    assert low == high
    assert 0 < len(low) < 36


GLOBAL = Contract(payer="medicare", regime="capitation")
EAGER = {"list_scruple": 0.0, "most_dropped": 0.9}


def test_money_and_people_add_up_when_lists_change(one_area: World) -> None:
    model = VbpModel(world=one_area.copy(), studied=offered(GLOBAL, savings(), **EAGER))
    organizations = model.world.region.organizations
    home, seen = organizations.holder.copy(), []
    for _ in range(36):
        dead = int((model.world.patients.id // 6_000).sum())
        before = organizations.holder.copy()
        model.step()
        seen.append(organizations.holder.copy())
        assert model.month % 12 == 1 or (before == organizations.holder).all()
        check_money(model)
        people = model.world.patients
        assert int((people.id // 6_000).sum()) - dead == int(model.accounts.members.deaths.sum())
        dropped = np.flatnonzero((organizations.holder < 0) & (home >= 0))
        assert (organizations.kind[dropped] == 2).all()
    assert all((np.isin(home[home >= 0], now)).all() for now in seen), "an ACO without organizations"
    gone = [(now < 0) & (home >= 0) for now in seen[::12]]
    assert gone[0].any()
    assert any((early & ~late).any() for early, late in pairwise(gone)), "nobody is taken back"
    tables = model.recorder.tables()
    settled = tables["settlements"].query("line == 'settlement'")
    for year in (1, 2, 3):
        earned = tables["organizations"].query(f"year == {year}")
        paid = tables["months"].query(f"{12 * year - 11} <= month <= {12 * year}")
        assert cents(paid.paid_to_holder + paid.paid_to_others) == cents(earned.fees + earned.beyond_fees)
        assert cents(settled[settled.year == year].amount) == cents(earned.settlements)
        off = earned[earned.organization.isin(np.flatnonzero(gone[year - 1]))]
        assert set(off.contract) <= {"unattached"}
        assert not off[["beyond_fees", "settlements"]].to_numpy().any()
    model.close()


def test_the_dropped_bill_outside_and_are_not_the_acos_revenue(one_area: World) -> None:
    """The January after: the ACO's revenue is its organizations' work without the dropped, to the cent."""
    model = VbpModel(world=one_area.copy(), studied=offered(GLOBAL, **EAGER))
    model.step()
    organizations, work = model.world.region.organizations, model.accounts.work.cents.sum(axis=(1, 2))
    revenue = model.books.columns(0, "members", whole_year=False)["participant_revenue"]
    for holder in range(model.world.region.n_holders):
        assert round(100 * revenue[holder]) == work[organizations.holder == holder].sum()
    dropped = (organizations.holder < 0) & (model.lists.home >= 0)
    assert work[dropped].sum() > 0
    practice = model.world.patients.practice
    theirs = (practice >= 0) & dropped[model.world.region.practices.organization[practice]]
    rows = model.environment.holder_of_row[model.world.patients.row[theirs]]
    homes = model.lists.home[model.world.region.practices.organization[practice[theirs]]]
    assert (rows == homes).mean() < 0.2
    model.close()


def test_lists_stay_as_they_are_where_nothing_is_paid_on_spending_or_noticed(areas: World) -> None:
    """Fees, quality bonuses, and contracts that nobody notices or whose lever is off drop nobody."""
    off = tuple(lever for lever in LEVERS if lever != "lists")
    for terms in (
        offered(**EAGER),
        offered(Contract(payer="medicare", regime="pay_for_performance"), **EAGER),
        offered(GLOBAL, salience=0.0, **EAGER),
        offered(GLOBAL, levers=off, **EAGER),
    ):
        model = VbpModel(world=areas.copy(), studied=terms)
        model.step()
        assert (model.world.region.organizations.holder == areas.region.organizations.holder).all()
        model.close()


def test_salience_zero_leaves_care_as_it_was(areas: World) -> None:
    """Who is in changes money alone when nobody responds."""
    blind, fixed = (
        run_model(areas, scenario, 2).tables
        for scenario in (
            offered(VOLUNTARY, salience=0.0, **DEAR),
            having(offered(), behavior=BehaviorBlock(name="fixed_practice")),
        )
    )
    for name in CARE_TABLES:
        both = [tables[name].drop(columns="program", errors="ignore") for tables in (blind, fixed)]
        assert both[0].equals(both[1]), name


def test_chances_are_the_expected_payment_and_a_spread(areas: World) -> None:
    """The mean is `marginal.expected_payment`'s beyond fees; with less luck in spending the spread is smaller."""
    model = VbpModel(world=areas.copy(), studied=offered(savings()))
    model.world.month = 1
    agreement = model.agents_by_type[Payer][0].agreements[0]
    book = model.books.expected(0, agreement, model.providers.shown_now)
    luck = replace(USUAL_BELIEFS, foresight=0.0)
    mean, sd = chances(agreement.rule, book, luck)
    fees = book.billed(sides=["inside"])
    np.testing.assert_allclose(mean, expected_payment(agreement.rule, book, luck) - fees, rtol=1e-9)
    calm = chances(agreement.rule, book, replace(USUAL_BELIEFS, foresight=0.0, person_sd=0.1, unknown_sd=0.0))[1]
    assert (sd > calm).all()
    assert (calm > 0).all()
    model.close()


def test_what_a_panel_is_worth_is_the_sum_over_its_patients(areas: World) -> None:
    """One patient after the other, in whole cents, whatever blocks they are looked at in; some are nobody's."""
    world, draw = areas.copy(), np.random.default_rng(5)
    world.patients.practice[draw.random(len(world.patients)) < 0.1] = -1
    home = world.region.organizations.holder.astype(np.int64)
    stakes = draw.normal(0, 100, (int(world.patients.payer.max()) + 1, int(home.max()) + 2, 2, 3))
    cents, people = [0] * len(home), [0] * len(home)
    for patient in world.patients:
        if patient.practice >= 0:
            owner = int(world.region.practices.organization[patient.practice])
            sick = int(patient.recorded) >> KIDNEY_DISEASE & 1
            each, coded, seen = stakes[patient.payer, home[owner], sick]
            cents[owner] += round(100 * float(each + coded * patient.coded_risk + seen * patient.seen_risk))
            people[owner] += 1
    worth, counted = panel_worth(world, stakes, home)
    assert (home < 0).any()
    assert counted.tolist() == people
    assert worth.tolist() == [total / 100 for total in cents]

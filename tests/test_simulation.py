"""A simulation watched month by month says what its tables say, of everybody and of each practice."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from watched import CAPITATION, lived
from worlds import BEHAVING, DEFAULT

from vbp_agents.actors.provider_document import provider_document
from vbp_agents.actors.world import World
from vbp_agents.errors import WrongInput
from vbp_agents.metrics import METRICS, measure
from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.model import run_model
from vbp_agents.people.events import ADMITTED, DIED, DROPPED, EMERGENCY_VISIT, EVENTS, REFUSED
from vbp_agents.study.simulation import Simulation
from vbp_agents.tables import TABLES
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

YEARLY_BY_DECEMBER = {"continuity_of_care", "continuity_of_care_practices", "usual_provider_share"}
"""What is counted when a year is over, and is no money."""


@pytest.fixture(scope="module")
def behaving() -> World:
    """20,000 people of the default region: every ACO has more than 5,000 or nearly so."""
    return warmed_world(BEHAVING, 20_000, 7, 1)


@pytest.fixture(scope="module")
def payers() -> World:
    """The same with three payers."""
    return warmed_world(find_scenario("mixed_payers"), 20_000, 7, 1)


def in_year(columns: pd.DataFrame, year: int) -> pd.DataFrame:
    return columns[(columns["month"] - 1) // 12 + 1 == year]


@pytest.mark.parametrize("name", ["capitation", "mssp_enhanced", "bundled", "pay_for_performance", "mixed_payers"])
def test_at_the_end_of_a_year_metrics_are_exactly_those_of_its_tables(
    name: str, behaving: World, payers: World
) -> None:
    world, scenario = payers if name == "mixed_payers" else behaving, find_scenario(name)
    tables = run_model(world, scenario, 2).tables
    first, second = lived(world, scenario, 24, metrics=METRICS)[11::12]
    assert (first.year, second.year, first.window, second.window) == (1, 2, 12, 12)
    assert first.metrics == measure(tables, year=1)
    assert second.metrics == measure(tables, year=2)
    assert first.metrics != second.metrics


def test_between_the_ends_of_years_metrics_are_over_the_last_twelve_months(behaving: World) -> None:
    """Month 18 sees months 7 to 18: deaths, admissions and outlay of the table of months, and year 1's settlements."""
    scenario = find_scenario("pay_for_performance")
    tables = run_model(behaving, scenario, 2).tables
    month = lived(behaving, scenario, 18, metrics=METRICS)[-1]
    seen = tables["months"].query("7 <= month <= 18")
    person_years = seen.member_months.sum() / 12
    settled = tables["settlements"].query("line == 'settlement' and year == 1").amount.sum()
    paid = seen.payer_outlay.sum() + seen.patient_outlay.sum() + settled
    assert settled > 0
    assert (month.year, month.window) == (2, 12)
    assert month.metrics["mortality"] == pytest.approx(1000 * seen.deaths.sum() / person_years, rel=1e-12)
    assert month.metrics["payer_outlay_per_capita"] == pytest.approx(paid / person_years, rel=1e-12)
    assert month.as_of["payer_outlay_per_capita"] == 12


def test_before_the_first_december_nothing_is_told_that_only_december_counts(behaving: World) -> None:
    early = lived(behaving, CAPITATION, 5, metrics=METRICS)[-1]
    assert early.window == 5
    assert {name for name, december in early.as_of.items() if december is None} == set(early.as_of)
    assert set(early.as_of) >= YEARLY_BY_DECEMBER
    assert {early.metrics[name] for name in YEARLY_BY_DECEMBER} == {None}
    assert early.metrics["provider_margin"] is not None
    assert "cost_per_capita" not in early.as_of


def test_a_part_of_a_year_is_told_as_a_year(small_world: World) -> None:
    """In six months people live half of their yearly QALYs, and the doors cost half of their yearly dollars."""
    with Simulation(small_world, DEFAULT, metrics=["qalys_per_1000"]) as simulation:
        half = list(simulation.months(6))[-1]
        columns = simulation.last_twelve_months()
        fixed = columns["organizations"]["fixed_cost"].sum()
        groups = columns["groups"]
        rows = groups["grouping"] == "deprivation_quintile"
        whole = list(simulation.months(6))[-1]
        assert fixed == pytest.approx(simulation.last_twelve_months()["organizations"]["fixed_cost"].sum() / 2)
    assert half.metrics["qalys_per_1000"] == pytest.approx(2 * 1000 * groups["qalys"][rows].sum() / 3_000)
    assert whole.metrics["qalys_per_1000"] == pytest.approx(half.metrics["qalys_per_1000"], rel=0.05)


def test_events_add_up_to_the_years_tables(behaving: World) -> None:
    scenario = behaving_harshly(CAPITATION)
    tables = run_model(behaving, scenario, 2).tables
    months = lived(behaving, scenario, 24, people=True)
    for year in (1, 2):
        happened = {
            event.name: sum(month.events[event.name] for month in months if month.year == year) for event in EVENTS
        }
        of_year = {name: frame[frame.year == year] for name, frame in tables.items() if name != "months"}
        services = of_year["services"].groupby("service")["count"].sum()
        refusals = of_year["groups"].query("grouping == 'deprivation_quintile'").refusals.sum()
        assert happened["died"] == of_year["contracts"].deaths.sum() > 0
        assert happened["emergency"] == services["ed"] > 0
        assert happened["admitted"] == services["admission"] > 0
        assert happened["declined"] == of_year["hospitals"].declined_cases.sum()
        assert happened["refused"] + happened["dropped"] == refusals
        assert happened["refused"] > 0
        assert happened["dropped"] > 0


def behaving_harshly(scenario: Scenario) -> Scenario:
    """Practices that look at their lists often and have few scruples, so that somebody is refused and dropped."""
    harsh = {"behavior.scruple": 0.0, "behavior.reviews": 6.0, "behavior.speed": 0.5}
    return scenario.with_values(harsh, scenario.name)


def test_everybodys_marks_say_whom_it_happened_to(behaving: World) -> None:
    """A death, a drop and a change of practice happen once a month; the rest may happen more often than to people."""
    with Simulation(behaving, behaving_harshly(CAPITATION), people=True) as simulation:
        before = simulation.everybody()
        month = next(simulation.months(1))
        after = simulation.everybody()
    marks = month.marks
    assert marks is not None
    assert marks.dtype == np.uint8
    assert np.array_equal(marks, after["events"])
    people = {event.name: int((marks & event.bit > 0).sum()) for event in EVENTS}
    for name in ("died", "dropped", "changed_practice", "joined"):
        assert people[name] == month.events[name]
    for name in ("emergency", "admitted", "refused"):
        assert 0 < people[name] <= month.events[name]
    assert np.array_equal(marks & DIED > 0, before["id"] != after["id"])
    stayed = marks & DIED == 0
    moved = (before["practice"] != after["practice"]) & (after["practice"] >= 0) & stayed
    assert people["changed_practice"] == (moved & (before["practice"] >= 0)).sum()
    assert not (after["practice"] >= 0)[marks & DROPPED > 0].any()
    assert len({event.bit for event in EVENTS} | {0}) == len(EVENTS) + 1
    assert {REFUSED, DROPPED, EMERGENCY_VISIT, ADMITTED, DIED} <= {event.bit for event in EVENTS}


def test_marks_are_there_on_request_alone(small_world: World) -> None:
    with Simulation(small_world, DEFAULT) as simulation:
        month = next(simulation.months(1))
        assert month.marks is None
        assert np.array_equal(simulation.marks(), simulation.everybody()["events"])


def test_money_and_people_are_those_of_the_months_table(behaving: World) -> None:
    scenario = find_scenario("pay_for_performance")
    tables = run_model(behaving, scenario, 1).tables
    for month in lived(behaving, scenario, 12):
        rows = tables["months"][tables["months"]["month"] == month.number]
        for name in TABLES["months"].columns:
            assert month.money.by_contract[name].tolist() == rows[name].tolist()
        assert month.money.payer_outlay == rows.payer_outlay.sum()
        assert month.people.alive == rows.member_months.sum() == 20_000
        assert month.people.by_holder == rows.groupby("contract").member_months.sum().to_dict()
        assert month.people.by_practice.sum() == month.people.alive - month.people.without_practice


def test_settlements_are_told_in_the_month_in_which_they_become_known(behaving: World) -> None:
    """Track 1 settles late: months 13 to 24 tell year 1's in the month that the table says, and no other."""
    scenario = find_scenario("mssp_track1")
    settled = run_model(behaving, scenario, 2).tables["settlements"].query("line == 'settlement'")
    [known] = settled.query("year == 1").known_month.unique()
    assert known > 12
    months = lived(behaving, scenario, 24)
    known_in = {month.number for month in months if len(month.money.settled["amount"])}
    assert known_in == {known} - set(range(25, 100))
    for month in months:
        due = settled[settled.known_month == month.number]
        assert month.money.settlements == pytest.approx(due.amount.sum())


def test_levers_are_those_of_the_table_at_the_end_of_the_year(behaving: World) -> None:
    levers = run_model(behaving, CAPITATION, 1).tables["levers"]
    month = lived(behaving, CAPITATION, 12)[-1]
    shown = month.levers
    for name, rows in levers.groupby("lever"):
        assert shown.by_organization[str(name)][rows.organization].tolist() == rows.value.tolist()
    assert set(shown.mean) == set(shown.by_organization) == set(shown.by_practice) == set(levers.lever)
    people = month.people.by_practice
    by_hand = float((shown.by_practice["coordination"] * people).sum() / people.sum())
    assert shown.mean["coordination"] == pytest.approx(by_hand)
    assert by_hand != 0


def test_the_last_year_is_the_tables_of_the_year(small_world: World) -> None:
    tables = run_model(small_world, CAPITATION, 2).tables
    with Simulation(small_world, CAPITATION) as simulation:
        with pytest.raises(WrongInput, match="no month has been lived yet"):
            simulation.last_twelve_months()
        list(simulation.months(24))
        year = simulation.last_twelve_months()
    for name, frame in tables.items():
        of_year = in_year(frame, 2) if name == "months" else frame[frame["year"] == 2]
        for column in set(TABLES[name].columns) - ({"at_start"} if name == "groups" else set()):
            assert year[name][column].tolist() == of_year[column].tolist(), f"{name}.{column}"


def test_a_practice_has_its_reasons(small_world: World) -> None:
    with Simulation(small_world, CAPITATION) as simulation:
        assert simulation.practice(0)["reasons"] == []
        list(simulation.months(4))
        assert simulation.practice(0) == provider_document(simulation._model, 0)
        assert simulation.practice(0)["reasons"]
        n = len(simulation.practices()["x"])
        with pytest.raises(WrongInput, match=f"there is no practice {n}; they are 0 to {n - 1}"):
            simulation.practice(n)


def test_practices_have_their_place_owner_levers_and_margin(small_world: World) -> None:
    """Margins are what an organization earned less what it spent in the year, as the table has them."""
    organizations = run_model(small_world, CAPITATION, 1).tables["organizations"].set_index("organization")
    earned = organizations[["fees", "beyond_fees", "settlements"]].sum(axis=1)
    spent = organizations[["variable_cost", "fixed_cost", "care_management"]].sum(axis=1)
    with Simulation(small_world, CAPITATION) as simulation:
        month = list(simulation.months(12))[-1]
        practices = simulation.practices()
    assert practices["margin"] == pytest.approx((earned - spent)[practices["organization"]].to_numpy())
    assert practices["holder"].tolist() == organizations.contract[practices["organization"]].tolist()
    assert practices["people"].tolist() == month.people.by_practice.tolist()
    for name, lever in month.levers.by_practice.items():
        assert practices[name].tolist() == lever.tolist()
    assert practices["hospital"].sum() == 2 * len(np.unique(practices["area"]))


def test_one_person_is_a_row_of_everybody(small_world: World) -> None:
    with Simulation(small_world, CAPITATION) as simulation:
        list(simulation.months(3))
        people = simulation.everybody()
        row = int(np.flatnonzero(people["events"])[0])
        patient = simulation.patient(int(people["id"][row]))
        for name in ("x", "y", "true_risk", "coded_risk", "utility", "control", "age", "area"):
            assert patient[name] == people[name][row]
        assert patient["row"] == row
        assert patient["events"] == tuple(event.name for event in EVENTS if people["events"][row] & event.bit)
        gone = int(np.flatnonzero(people["id"] >= 3_000)[0])
        replaced = int(people["id"][gone])
        with pytest.raises(WrongInput, match=f"no patient {gone} now; patient {replaced} has the place"):
            simulation.patient(gone)
        wrongs: list[Any] = [-1, 1.5, "7"]
        for wrong in wrongs:
            with pytest.raises(WrongInput, match="there is no patient"):
                simulation.patient(wrong)


def test_everybody_has_the_columns_that_are_asked_for(small_world: World) -> None:
    with Simulation(small_world, CAPITATION) as simulation:
        people = simulation.everybody()
        for names in (["age", "holder"], ("holder", "age"), "age", ()):
            columns = simulation.everybody(names)
            assert set(columns) == {names} if isinstance(names, str) else set(columns) == set(names)
            assert all(np.array_equal(columns[name], people[name]) for name in columns)
        with pytest.raises(WrongInput, match="everybody has no column 'utilty'; did you mean 'utility'"):
            simulation.everybody(["utilty"])


def test_metrics_are_the_headlines_or_those_asked_for(small_world: World) -> None:
    assert list(lived(small_world, DEFAULT, 1)[0].metrics) == [row.metric for row in HEADLINE]
    assert list(lived(small_world, DEFAULT, 1, metrics=["mortality"])[0].metrics) == ["mortality"]
    assert lived(small_world, DEFAULT, 1, metrics=())[0].metrics == {}
    with pytest.raises(WrongInput, match="there is no metric 'mortalty'; did you mean 'mortality'"):
        Simulation(small_world, DEFAULT, metrics=["mortalty"])

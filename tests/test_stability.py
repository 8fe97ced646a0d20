"""Fifteen years of every preset: no lever oscillates or sits in a corner, and hours neither grow nor go without end."""

from collections.abc import Mapping

import numpy as np
import pytest
from worlds import BEHAVING, changed

from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.decisions import capacity
from vbp_agents.decisions.coding import reach
from vbp_agents.decisions.shown import MeasuredPractice, restated_for
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario, presets
from vbp_agents.warm_up import warmed_world

PEOPLE, YEARS, SETTLED, LAST = 30_000, 15, 5, 60
"""One area in which every ACO has more than 5,000; years in which levers settle; the last months."""
SWING, MANY = 0.1, 4
"""A swing takes a lever a tenth of its range the other way; who swings four times in ten years oscillates."""
SOME = 0.05
"""Share of practices or organizations that may, by luck: small ones have years much unlike each other."""
CORNER = 0.01
AT_ZERO = ("documentation", "completeness")
"""Levers whose lower bound is baseline practice: who hardly leaves it is in no corner."""
FEW = ["capitation", "shared_savings_two_sided", "pay_for_performance"]


def shares(model: VbpModel) -> dict[str, FloatArray]:
    """Where each lever is in its range, 0 to 1, by practice or organization; and hours, over those at baseline.

    Dollars of `selection` and `cases` have no bounds: they are what contracts say, on the way there.
    """
    providers, conduct = model.providers, model.studied.behavior
    levers = providers.levers
    style = np.einsum("npk,npkq->nq", model.world.decision_mix, levers.intensity)
    practices = model.world.region.practices
    return {
        "intensity": 0.5 + 0.5 * np.tanh(style.ravel() / conduct.drift),
        "steering": 0.5 + 0.5 * levers.steering.ravel() / conduct.steering_limit,
        "coordination": providers.base[:, 0] + levers.coordination,
        "measured_tasks": providers.base[:, 1] + levers.measured_tasks,
        "documentation": levers.documentation.copy(),
        "completeness": levers.completeness / reach(conduct, providers.base[:, 2]),
        "hours": (practices.capacity / practices.usual_capacity).astype(np.float64),
    }


def lived(world: World, scenario: Scenario) -> Mapping[str, FloatArray]:
    """Every month's shares, (months, practices or organizations)."""
    model = VbpModel(world=world.copy(), studied=scenario, threads=2)
    months = []
    for _ in range(12 * YEARS):
        model.step()
        months.append(shares(model))
    model.close()
    return {name: np.array([month[name] for month in months]) for name in months[0]}


def swings(path: FloatArray) -> int:
    """How many times a path turns and goes the other way by a swing at least."""
    count, direction, extreme = 0, 0.0, path[0]
    for value in path[1:]:
        if direction * (value - extreme) > 0:
            extreme = value
        elif abs(value - extreme) >= SWING:
            count += direction != 0
            direction, extreme = np.sign(value - extreme), value
    return count


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    """Worlds by hash: presets that differ in contracts alone share one."""
    return {}


def world_of(worlds: dict[str, World], scenario: Scenario) -> World:
    key = scenario.world_hash
    if key not in worlds:
        worlds[key] = warmed_world(scenario, PEOPLE, 2, 2)
    return worlds[key]


def is_calm(path: Mapping[str, FloatArray]) -> None:
    """The three things that this file is about. Hours of small practices follow the luck of a year: their mean not."""
    for lever, months in path.items():
        moves = np.ptp(months, axis=0) > 0
        if not moves.any():
            continue
        years = months.reshape(YEARS, 12, -1).mean(axis=1)[SETTLED:, moves]
        if lever == "hours":
            low, high = np.quantile(months[-LAST:].mean(axis=0), [0.05, 0.95])
            assert (swings(years.mean(axis=1)) == 0) & (low > 0.5) & (high < 3.0), "hours drift"
            continue
        assert np.mean([swings(unit) >= MANY for unit in years.T]) <= SOME, f"{lever} oscillates"
        late = months[-LAST:, moves]
        cornered = (late > 1 - CORNER).all(axis=0) | (late < (CORNER, 0.0)[lever in AT_ZERO]).all(axis=0)
        assert cornered.mean() <= SOME, f"{lever} is in a corner"


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_fifteen_years_are_calm(worlds: dict[str, World], name: str) -> None:
    scenario = changed(find_scenario(name), region={"people_per_area": PEOPLE})
    is_calm(lived(world_of(worlds, scenario), scenario))


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(set(presets()) - set(FEW)))
def test_fifteen_years_of_any_preset_are_calm(worlds: dict[str, World], name: str) -> None:
    scenario = changed(find_scenario(name), region={"people_per_area": PEOPLE})
    is_calm(lived(world_of(worlds, scenario), scenario))


def known(tasks: float, documentation: float, completeness: float = 0.0) -> MeasuredPractice:
    """One holder's practice, and that of none."""
    return MeasuredPractice(np.array([tasks, 0.0]), np.array([documentation, 0.0]), np.array([completeness, 0.0]))


def believed(year: Mapping[str, float], then: MeasuredPractice, now: MeasuredPractice) -> dict[str, float]:
    columns = {name: np.array([count]) for name, count in year.items()}
    restated = restated_for(columns, then, now, BEHAVING.care, BEHAVING.behavior, codable=0.5)
    return {name: float(column[0]) for name, column in restated.items()}


YEAR = {
    "member_months": 1_200.0,
    "risk_months": 1_260.0,
    "diagnosed": 100.0,
    "controlled": 60.0,
    "preventive_eligible": 200.0,
    "preventive_seen": 160.0,
    "live_discharges": 50.0,
    "followed_up": 20.0,
    "readmitted": 8.0,
    "surveyed": 10.0,
    "survey_points": 760.0,
}


def test_last_years_measures_are_believed_as_practice_now_would_show_them() -> None:
    """All documentation finds half of what is missed: at 0.4 it left 40 of 50 missed, at 0.8 it leaves 30 of 50."""
    restated = believed(YEAR, known(0.3, 0.4), known(0.3, 0.8))
    assert restated == pytest.approx(
        {name: YEAR[name] for name in restated} | {"controlled": 70.0, "preventive_seen": 170.0}
    )


def test_more_measured_tasks_since_last_year_are_believed() -> None:
    """By 0.1: 2.5% fewer readmissions, 4% of discharges and 1.9 x 0.2 x 10% of the diagnosed more, 1.6 points each."""
    restated = believed(YEAR, known(0.3, 0.0), known(0.4, 0.0))
    expected = {"readmitted": 7.8, "followed_up": 22.0, "controlled": 63.8, "survey_points": 776.0}
    assert restated == pytest.approx(expected | {"preventive_seen": 160.0, "risk_months": 1_260.0})
    assert believed(YEAR | {"controlled": 99.0}, known(0.3, 0.0), known(0.4, 0.0))["controlled"] == 100.0


def test_codes_recorded_since_last_year_are_believed() -> None:
    """A tenth of what can be coded, half a point of risk score in all, is 0.05 a member-month."""
    restated = believed(YEAR, known(0.3, 0.0, 0.0), known(0.3, 0.0, 0.1))
    assert restated["risk_months"] == pytest.approx(1_260 + 0.05 * 1_200)


def test_swings_are_counted() -> None:
    """Up, down by 0.2, up by 0.2, down by 0.05 only: two turns. A staircase has none, whatever its steps."""
    assert swings(np.array([0.0, 0.3, 0.1, 0.3, 0.25])) == 2
    assert swings(np.array([0.0, 0.2, 0.2, 0.5, 0.45, 0.9])) == 0


def test_an_organization_earns_where_its_visits_are() -> None:
    """Income 1.2 of baseline's, as many visits in all: 1.5 times as many here by 1.25 times the hours, half there."""
    margin = capacity.margin(
        np.array([1.2]), np.array([0, 0]), np.array([30.0, 10.0]), np.array([20.0, 20.0]), np.array([1.25, 1.0])
    )
    np.testing.assert_allclose(margin, [1.2 * 1.5 / 1.25, 1.2 * 0.5])


def test_hours_follow_income_and_stop() -> None:
    """Income and visits 1.3 times those at baseline for ever: hours grow by 1.3 and no more, at half the gap a year."""
    hours = np.ones(1)
    for _ in range(15):
        margin = capacity.margin(np.array([1.3]), np.zeros(1, int), np.array([13.0]), np.array([10.0]), hours)
        hours = capacity.invested(hours, margin, np.zeros(1), np.array([13.0]), 0.9, BEHAVING.behavior)
    np.testing.assert_allclose(hours, 1.3, rtol=1e-3)


def test_hours_that_are_short_are_added_until_they_are_as_busy_as_usual() -> None:
    """Of 100 visits a month, an hour short by half its worth: e^0.2 at most, for 99 visits 99 / 0.9, for 80 none."""
    visits = np.array([200.0, 99.0, 80.0])
    capacities = capacity.invested(np.full(3, 100.0), np.ones(3), np.full(3, 0.5), visits, 0.9, BEHAVING.behavior)
    np.testing.assert_allclose(capacities, [100 * np.exp(0.2), 110.0, 100.0])


def test_the_price_of_an_hour_rests_where_demand_is_met() -> None:
    """Demand of all hours leaves it; a fifth more moves it by tanh(1) of 5% of a visit's fee an hour."""
    conduct = BEHAVING.behavior
    before, hours = np.full(3, 50.0), np.full(3, 100.0)
    price = capacity.hour_price(before, np.array([80.0, 100.0, 120.0]), hours, 100.0, conduct)
    step = conduct.hour_step * 100.0 / conduct.visit_hours * np.tanh(1.0)
    np.testing.assert_allclose(price, [50.0 - step, 50.0, 50.0 + step])

"""What decisions and beliefs assume is declared: listed with its source, moved by a path, and it does what it says."""

import math
from dataclasses import replace

import numpy as np
import pytest

from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions import capacity
from vbp_agents.decisions.response import smooth_step
from vbp_agents.expectations.uncertain import USUAL_BELIEFS, Beliefs
from vbp_agents.parameters import CareParameters
from vbp_agents.terms.provenance import sources
from vbp_agents.terms.scenario import Scenario

DECLARED = {
    "behavior.steering_limit": 1.5,
    "behavior.demand_memory": 12.0,
    "care.usual_load": 0.9,
    "behavior.investment_limit": 0.2,
    "behavior.hour_scarcity": 0.2,
    "behavior.coding_start": 0.02,
    "behavior.effort_sharpness": 8.0,
    "behavior.learning_horizon": 24.0,
    "behavior.documentation_start": 0.02,
    "care.noticed_load": 0.9,
    "care.control_density": 1.9,
    "region.system_hospital_share": 0.35,
    "behavior.person_sd": 2.4,
    "behavior.unknown_sd": 0.015,
    "behavior.largest_sd": 0.25,
    "behavior.episode_sd": 0.5,
    "behavior.terms.least": 0.25,
    "behavior.terms.most": 4.0,
}
"""Each number that decisions, patients or beliefs assume, with the value that all results are at."""
SCENARIO = Scenario.model_validate({"name": "mine", "behavior": {"name": "target_income"}})


@pytest.mark.parametrize("path", DECLARED)
def test_an_assumption_is_listed_and_can_be_moved_to_both_ends(path: str) -> None:
    number = next(number for number in SCENARIO.numbers() if number.path == path)
    assert number.value == DECLARED[path]
    assert any(
        line.startswith(f"{path} = ") and number.unit in line for section in sources(SCENARIO) for line in section.lines
    )
    assert number.low is not None
    assert number.high is not None
    for end in (number.low, number.high):
        moved_there = SCENARIO.with_values({path: end}, name="moved")
        assert {each.path: each.value for each in moved_there.numbers()}[path] == end


def test_beliefs_are_the_scenarios() -> None:
    """What they say of one answer is the survey's own noise, so no number stands twice."""
    conduct = BehavioralParameters(person_sd=1.0, unknown_sd=0.1, largest_sd=0.2, episode_sd=0.3, foresight=0.4)
    assert Beliefs.of(conduct, CareParameters(survey_noise=7.0)) == Beliefs(
        person_sd=1.0, unknown_sd=0.1, largest_sd=0.2, episode_sd=0.3, answer_sd=7.0, foresight=0.4
    )


def test_spending_is_no_less_certain_than_the_largest_sd() -> None:
    """Of 400 people: sqrt(1.6^2 / 400 + 0.06^2) = 0.1; of one person 1.6, or what is allowed."""
    beliefs = replace(USUAL_BELIEFS, person_sd=1.6, unknown_sd=0.06, largest_sd=0.2)
    assert beliefs.spending_sd(np.array([400.0, 1.0])) == pytest.approx([0.1, 0.2])


@pytest.mark.parametrize("sharpness", [1.0, 8.0, 40.0])
def test_a_sharper_share_goes_nearer_to_its_end(sharpness: float) -> None:
    """From one half by one half: the smooth form is ln((1 + e^s) / 2) / s there, 1 where it is sharp, 0.62 at s = 1."""
    wanted = math.log((1.0 + math.exp(sharpness)) / 2.0) / sharpness - 0.5
    assert float(smooth_step(0.5, 0.5, sharpness)) == pytest.approx(wanted)


def test_demand_is_averaged_over_its_months() -> None:
    """From 10 with a month of 34: a twelfth of 24 more, or half of it with a memory of two months."""
    for months, wanted in ((12.0, 12.0), (2.0, 22.0), (1.0, 34.0)):
        capacities = capacity.demand(np.array([10.0]), np.array([34.0]), BehavioralParameters(demand_memory=months))
        assert capacities == pytest.approx([wanted])


def test_no_year_adds_more_hours_than_the_limit() -> None:
    """An hour that brings nine times as much, and demand enough: e^0.2, or e^0.5, times the hours; nothing at 0."""
    for limit, wanted in ((0.2, 122.14027581601698), (0.5, 164.87212707001282), (0.0, 100.0)):
        conduct = BehavioralParameters(investment_limit=limit)
        arrays = (np.array([100.0]), np.array([9.0]), np.array([0.0]), np.array([1e6]))
        assert capacity.invested(*arrays, 0.9, conduct) == pytest.approx([wanted])


def test_an_hours_price_moves_three_quarters_of_its_step_where_it_is_that_scarce() -> None:
    """Demand 20% over capacity: tanh(1) = 0.76 of the step, 0.05 x $100 / 0.5; with twice the scarcity tanh(0.5)."""
    for scarcity, wanted in ((0.2, 7.615941559557649), (0.4, 4.621171572600098)):
        conduct = BehavioralParameters(hour_scarcity=scarcity)
        capacities = capacity.hour_price(np.zeros(1), np.array([120.0]), np.array([100.0]), 100.0, conduct)
        assert capacities == pytest.approx([wanted])

"""Numbers that are said to be without effect have none; where the reason is gone, they have one.

A year and a month of a few hundred people, compared table by table.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest

from vbp_agents.actors.world import World
from vbp_agents.contracts.without_effect import without_effect
from vbp_agents.errors import WrongInput
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import Contract, Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

PEOPLE, MONTHS = 400, 13
SAVINGS = {"payer": "medicare", "regime": "shared_savings", "terms": {"loss_rate_high": 0.4}}
VOLUNTARY = SAVINGS | {"program": "voluntary"}
UPDATES = [{"name": "medicare", "title": "Medicare", "updates": [{"from": 4, "physician": 0.8, "hospital": 1.2}]}]

IDLE: dict[str, tuple[dict[str, Any], str]] = {
    "fees": ({}, "fee_for_service"),
    "capitation": ({}, "capitation"),
    "fixed": ({"behavior.name": "fixed_practice"}, "capitation"),
    "income": ({"behavior.name": "target_income", "payers": UPDATES}, "capitation"),
    "few levers": ({"behavior.levers": ["intensity", "selection"], "contracts": [VOLUNTARY]}, "default"),
    "no lever": ({"behavior.levers": [], "contracts": [VOLUNTARY]}, "default"),
    "enhanced": ({}, "mssp_enhanced"),
}
"""Scenarios in which numbers cannot matter, as a preset and what is changed."""
MATTERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "voluntary": ({"contracts": [VOLUNTARY]}, ["set_up_cost"]),
    "updates": ({"payers": UPDATES}, ["volume_share"]),
    "capitated": (
        {"contracts": [{"payer": "medicare", "regime": "capitation"}]},
        [
            "value_share",
            "discharge_share",
            "learning_months",
            "learning_horizon",
            "coding_start",
            "coding_cost",
            "steering_limit",
            "steering_cost",
            "drift",
        ],
    ),
    "quality": (
        {"contracts": [{"payer": "medicare", "regime": "pay_for_performance"}]},
        ["documentation_start", "documentation_cost", "documentation_finds", "beginner_cost", "information_cost"],
    ),
    "savings": ({"contracts": [SAVINGS]}, ["person_sd", "unknown_sd", "largest_sd"]),
    "episodes": ({"contracts": [{"payer": "medicare", "regime": "bundled"}]}, ["episode_sd"]),
}
"""Scenarios in which the reason is gone, on top of the default one, and numbers of behavior that move something."""


@pytest.fixture(autouse=True)
def no_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Contract, "minimum_people", property(lambda _: 0))


WORLDS: dict[str, World] = {}


def lived(scenario: Scenario) -> dict[str, str]:
    """Every table as text, but for when settlements of nothing are known. Worlds are kept, as most share one."""
    if scenario.world_hash not in WORLDS:
        WORLDS[scenario.world_hash] = warmed_world(scenario, PEOPLE, 1, 1)
    with VbpModel(world=WORLDS[scenario.world_hash].copy(), studied=scenario) as model:
        model.run_for(MONTHS)
        tables = model.recorder.tables()
    without = {"settlements": ["known_month"]}
    return {name: table.drop(columns=without.get(name, [])).to_csv() for name, table in tables.items()}


def moved(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """The scenario with one number elsewhere: at either end of its range, or near where it was."""
    number = next(number for number in scenario.numbers() if number.path == path)
    for value in {number.low, number.high, 0.05} - {number.value}:
        with suppress(WrongInput):
            yield scenario.with_values({path: value}, name=scenario.name)


def said(scenario: Scenario) -> Mapping[str, str]:
    return dict(without_effect(scenario, [number.path for number in scenario.numbers()]))


@pytest.mark.parametrize("case", IDLE)
def test_what_is_said_to_be_without_effect_has_none(case: str) -> None:
    changes, preset = IDLE[case]
    scenario = find_scenario(preset).with_values(changes, name="base")
    before = lived(scenario)
    idle = said(scenario)
    assert "population.female_share" in idle
    for path in idle:
        other = next(moved(scenario, path))
        assert lived(other) == before, f"{path}: {idle[path]}"


@pytest.mark.parametrize("case", MATTERS)
def test_where_the_reason_is_gone_it_has_one(case: str) -> None:
    changes, names = MATTERS[case]
    scenario = find_scenario("default").with_values(changes, name="base")
    before = lived(scenario)
    for name in names:
        path = f"behavior.{name}"
        assert path in said(find_scenario("default").with_values({"behavior.levers": []}, name="none"))
        assert path not in said(scenario)
        assert any(lived(other) != before for other in moved(scenario, path)), path


def test_terms_that_the_others_leave_nothing_to_do() -> None:
    """One-sided: no term of losses matters; nor what is a low revenue where it earns nothing below the minimum.

    Every measure's worst is 45 points, where the alternative standard is met: nobody owes the highest rate of ENHANCED.
    """
    terms = {name: set(_terms(name)) for name in ("mssp_basic_a", "mssp_enhanced", "cjr", "capitation")}
    losses = {"loss_rate_low", "loss_limit", "loss_phase_in", "revenue_loss_limit"}
    assert terms["mssp_basic_a"] == losses
    assert terms["mssp_enhanced"] == {"loss_rate_high", "low_revenue"}
    assert terms["cjr"] == set()
    assert terms["capitation"] == {"settlement_lag"}


def _terms(name: str) -> list[str]:
    return [path.split(".")[3] for path in said(find_scenario(name)) if path.startswith("contracts.0.terms.")]


RESPONSES = """
salience drift own_payer_weight speed own_judgment coding_ceiling signal unpriced_spread least_risk perception_spread
scruple care_benefit case_benefit reviews visit_hours frail_hours hour_step hour_scarcity demand_memory investment
investment_limit
"""
NOTHING_IS_PAID_FOR = ("region.culture_spread", *(f"behavior.{name}" for name in RESPONSES.split()))
"""Numbers by which providers would respond to contracts or short hours, where there are neither."""
SO_FEW_PEOPLE = (
    "region.people_per_area",
    "region.referral_same_hospital",
    "care.joint_post_acute.joint_replacement_after_fracture",
    "care.emergency_unattached",
    "care.leaves_when_dissatisfied",
    "care.truncation",
)
"""One area of a few hundred: nobody is without a practice for long, and no hospital has two specialists to choose."""


@pytest.mark.full
def test_numbers_without_effect_at_the_defaults_are_said_or_listed() -> None:
    """Each number of the default scenario is moved up and down, and to its ends: whatever moves no table is known."""
    scenario = find_scenario("default")
    before = lived(scenario)
    known = {*said(scenario), *NOTHING_IS_PAID_FOR, *SO_FEW_PEOPLE, "payers.medicare.share"}
    idle = {
        number.path
        for number in scenario.numbers()
        if not any(lived(other) != before for other in [*moved(scenario, number.path), *nearby(scenario, number.path)])
    }
    assert idle == known


def nearby(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """The scenario with one number a third more, or less."""
    number = next(number for number in scenario.numbers() if number.path == path)
    for factor in (1.3, 0.7) if number.value else ():
        value = (round if isinstance(number.value, int) else float)(factor * (number.value or 0))
        with suppress(WrongInput):
            yield scenario.with_values({path: value}, name=scenario.name)

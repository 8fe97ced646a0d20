"""Features that nobody put together: scenarios drawn at random live, are measured, and their contracts are explained.

A few hundred people are fewer than some rules ask of a holder, so here nobody asks for a minimum.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from random_scenarios import random_scenario

from vbp_agents.behaviors import behavior_names
from vbp_agents.contracts.contract import explain_contract
from vbp_agents.errors import WrongInput
from vbp_agents.metrics import measure
from vbp_agents.model import VbpModel
from vbp_agents.networks.care_network import network_of
from vbp_agents.regimes import regimes
from vbp_agents.terms.scenario import Contract, Scenario
from vbp_agents.warm_up import warmed_world

A_FEW = range(20)
PEOPLE, MONTHS = 300, 13
"""A year and what follows from its settlement."""


@pytest.fixture(autouse=True)
def no_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Contract, "minimum_people", property(lambda _: 0))


def live(scenario: Scenario) -> VbpModel:
    """The scenario's months on a world of its own. Every number of its tables, and every metric, is one."""
    with VbpModel(world=warmed_world(scenario, PEOPLE, 1, 1), studied=scenario) as model:
        model.run_for(MONTHS)
        tables = model.recorder.tables()
    for name, table in tables.items():
        numbers = table.select_dtypes("float64").to_numpy()
        assert np.isfinite(numbers).all(), f"{name} has numbers that are none"
    assert all(math.isfinite(value) for value in measure(tables).values() if value is not None)
    return model


def numbers(document: Any) -> Iterator[float]:
    """Every number of a document, at any depth."""
    if isinstance(document, dict | list):
        for part in document.values() if isinstance(document, dict) else document:
            yield from numbers(part)
    elif isinstance(document, int | float):
        yield document


def explained(scenario: Scenario, year: int) -> dict[str, Any] | None:
    """What `vbp contract` shows of a performance year; None where nothing is in force then."""
    try:
        return explain_contract(scenario, 1_000, year)
    except WrongInput as error:
        if not str(error).startswith("nothing is in force"):
            raise
        return None


def check(seed: int) -> None:
    scenario = random_scenario(seed)
    for year in (1, 2):
        assert all(math.isfinite(number) for number in numbers(explained(scenario, year)))
    network_of(live(scenario).world, None)


@pytest.mark.parametrize("seed", A_FEW)
def test_what_is_allowed_runs(seed: int) -> None:
    check(seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(len(A_FEW), 120))
def test_what_is_allowed_runs_whatever_is_drawn(seed: int) -> None:
    check(seed)


def test_what_is_drawn_has_every_feature() -> None:
    """A generator that draws little would try little. Of 120 scenarios each feature is in at least six."""
    scenarios = [random_scenario(seed) for seed in range(120)]
    contracts = [contract for scenario in scenarios for contract in scenario.contracts]
    n = len(scenarios)
    features = {
        "several payers": sum(len(s.payers) > 1 for s in scenarios),
        "price updates": sum(any(p.updates for p in s.payers) for s in scenarios),
        "outcomes measured": sum(s.measurement.outcomes for s in scenarios),
        "outcomes measured, hospitals paid": sum(
            s.measurement.outcomes and any("hospital" in c.holders for c in s.contracts) for s in scenarios
        ),
        "layers": sum(len(s.contracts) > len({c.payer for c in s.contracts}) for s in scenarios),
        "hospitals": sum("hospital" in c.holders for c in contracts),
        "conditions": sum(c.condition is not None for c in contracts),
        "shares": sum(c.share < 1 for c in contracts),
        "voluntary": sum(c.program == "voluntary" for c in contracts),
        "randomized": sum(c.program == "randomized" for c in contracts),
        "ladders": sum(c.ladder is not None for c in contracts),
        "begin later": sum(c.start > 1 for c in contracts),
        "end": sum(c.until is not None for c in contracts),
        "no holder": sum(not s.region.holders for s in scenarios),
        "other holders": sum(len(s.region.holders) in (1, 5) for s in scenarios),
        "primary care outside": sum(s.region.outside_share > 0 for s in scenarios),
        "no contract": sum(not s.contracts for s in scenarios),
    }
    assert min(features.values()) >= n // 20, features
    assert {contract.regime for contract in contracts} == set(regimes())
    assert {scenario.behavior.name for scenario in scenarios} == set(behavior_names())

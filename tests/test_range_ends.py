"""Each end of each declared range runs, or is refused by a message that names the other number.

A year and a month of a hundred and fifty people, where the number can matter: fees that change, providers who respond
to contracts of several kinds, and hospitals' own. Nobody asks for a minimum of people here, as all have fewer.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from declared import ends, is_number
from pydantic import BaseModel, ValidationError

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.metrics import measure
from vbp_agents.model import VbpModel
from vbp_agents.parameters import CareParameters, PopulationParameters, RegionParameters
from vbp_agents.problems import problems_of
from vbp_agents.regimes import find, regimes
from vbp_agents.terms.measurement import Measurement
from vbp_agents.terms.payers import PayerTerms, PriceUpdate
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario
from vbp_agents.warm_up import warmed_world

Document = dict[str, Any]
PEOPLE, MONTHS = 150, 13
MOST = 1e13
"""Dollars, or anything else, that no table of so few people may have."""
BLOCKS: dict[str, type[BaseModel]] = {
    "region": RegionParameters,
    "population": PopulationParameters,
    "care": CareParameters,
    "behavior": BehaviorBlock,
    "measurement": Measurement,
}
OFTEN = 12
"""Of the ends every so many are tried each time, all with `-m full`."""
KNOWN = (
    "population.mortality_slope low",
    "care.coordination_cost 1 low",
    "care.price 2 low",
    "care.price all low",
    "care.variable_cost 0 high",
)
"""Ends at which something is divided by zero if nobody takes care."""


def usual() -> Document:
    return {
        "name": "usual",
        "payers": [
            {"name": "a", "share": 0.6, "updates": [{"from": 4, "physician": 0.8, "hospital": 1.2}]},
            {"name": "b", "share": 0.4, "price_dispersion": 0.2},
        ],
        "contracts": [
            {"payer": "a", "regime": "capitation_withhold"},
            {"payer": "a", "regime": "readmission_penalty"},
            {"payer": "b", "regime": "shared_savings", "program": "voluntary", "terms": {"loss_rate_high": 0.4}},
            {"payer": "b", "regime": "bundled"},
        ],
        "measurement": {"outcomes": True},
    }


def of_blocks() -> Iterator[tuple[str, Document]]:
    for block, model in BLOCKS.items():
        for name, word, value in each_end(model):
            document = usual()
            document.setdefault(block, {})[name] = value
            yield f"{block}.{name} {word}", document


def of_payers() -> Iterator[tuple[str, Document]]:
    for name, word, value in each_end(PayerTerms):
        document = usual()
        document["payers"][1][name] = value
        yield f"payers.1.{name} {word}", document
    for name, word, value in each_end(PriceUpdate):
        document = usual()
        document["payers"][0]["updates"] = [{"from": 4, "physician": 0.8, name: value}]
        yield f"payers.0.updates.0.{name} {word}", document


def of_contracts() -> Iterator[tuple[str, Document]]:
    for name, word, value in each_end(Contract):
        document = usual()
        program = {"treated_share": "randomized"}.get(name, "mandatory")
        document["contracts"][2] |= {"program": program, name: value}
        yield f"contracts.2.{name} {word}", document


def of_regimes() -> Iterator[tuple[str, Document]]:
    for regime in sorted(regimes()):
        rule = find(regime)
        about = {"condition": "kidney_disease"} if rule.needs_condition else {}
        for name, word, value in each_end(rule):
            document = usual()
            document["contracts"] = [{"payer": "a", "regime": regime, "terms": {name: value}} | about]
            yield f"{regime}.{name} {word}", document


def of_behaviors() -> Iterator[tuple[str, Document]]:
    for behavior in behavior_names():
        for name, word, value in each_end(find_behavior(behavior)):
            document = usual()
            document["behavior"] = {"name": behavior, "terms": {name: value}}
            yield f"{behavior}.{name} {word}", document


def each_end(model: type[BaseModel]) -> Iterator[tuple[str, str, object]]:
    for name, field in model.model_fields.items():
        if is_number(field):
            yield from ((field.alias or name, word, value) for word, value in ends(field))


CASES = {
    what: document
    for cases in (of_blocks, of_payers, of_contracts, of_regimes, of_behaviors)
    for what, document in cases()
}
TRIED = [what for number, what in enumerate(CASES) if what in KNOWN or number % OFTEN == 0]


REFUSED = {
    "population.coding_baseline": "behavior.coding_ceiling",
    "behavior.coding_ceiling": "population.coding_baseline",
    "payers.1.share": "the payers' shares",
    "capitation_withhold.nothing_at": "all_at",
    "capitation_withhold.all_at": "nothing_at",
    "condition_bundle.nothing_at": "all_at",
    "condition_bundle.all_at": "nothing_at",
    "global_budget.all_at": "nothing_at",
    "global_budget.share_low": "share_high",
    "global_budget.share_high": "share_low",
    "pay_for_performance.thresholds": "benchmark of",
    "pay_for_performance.benchmarks": "threshold and",
    "shared_savings.loss_rate_low": "loss_rate_high",
}
"""What has an end that is refused, and how the message calls the other number, which is where it is."""


@pytest.fixture(autouse=True)
def no_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Contract, "minimum_people", property(lambda _: 0))


def check(what: str) -> None:
    """A run whose tables have numbers throughout, or a refusal that names the other number."""
    if said := refused(CASES[what]):
        assert REFUSED[number_of(what)] in said
        return
    scenario = Scenario.model_validate_json(json.dumps(CASES[what]))
    with VbpModel(world=warmed_world(scenario, PEOPLE, 1, 1), studied=scenario) as model:
        model.run_for(MONTHS)
        tables = model.recorder.tables()
    for name, table in tables.items():
        numbers = table.select_dtypes("number").to_numpy(np.float64)
        assert np.all(np.abs(numbers) < MOST), f"{name} has numbers that cannot be"
    assert all(abs(value) < MOST for value in measure(tables).values() if value is not None)


def refused(document: Document) -> str:
    """What is said where a scenario is refused; empty where it is not."""
    try:
        Scenario.model_validate_json(json.dumps(document))
    except ValidationError as error:
        return "; ".join(message for _, message in problems_of(error, Scenario))
    return ""


def number_of(what: str) -> str:
    """The path of the number that a case is an end of."""
    return what.split(" ")[0]


def test_few_ends_are_refused() -> None:
    """All else runs. Where the usual scenario itself were refused, so would everything be."""
    assert not refused(usual())
    assert {number_of(what) for what, document in CASES.items() if refused(document)} == set(REFUSED)


@pytest.mark.parametrize("what", TRIED)
def test_an_end_of_a_range_runs(what: str) -> None:
    check(what)


@pytest.mark.full
@pytest.mark.parametrize("what", [what for what in CASES if what not in TRIED])
def test_every_end_of_a_range_runs(what: str) -> None:
    check(what)

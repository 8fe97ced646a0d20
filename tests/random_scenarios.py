"""Scenarios drawn at random: features that nobody has put together, each within what its declaration allows."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

from declared import some_terms
from pydantic import ValidationError

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.conduct import LEVERS, BehavioralParameters
from vbp_agents.parameters import AreaHolder, CareParameters, PopulationParameters, RegionParameters
from vbp_agents.regimes import find, regimes
from vbp_agents.terms.payers import PayerTerms, PriceUpdate
from vbp_agents.terms.scenario import HOLDERS, HOSPITAL, Scenario

Document = dict[str, Any]
DRAWS = 200
"""How often a contract, or all else of a scenario, is drawn anew until what there is so far is valid."""


def random_scenario(seed: int) -> Scenario:
    """A valid scenario of up to four contracts; what is refused is drawn again."""
    luck = Random(seed)
    scenario = _valid(lambda: _without_contracts(luck, seed))
    for _ in range(luck.choice([0, 1, 1, 2, 2, 3, 4])):
        scenario = _valid(partial(_one_contract_more, scenario, luck))
    return scenario


def _one_contract_more(scenario: Scenario, luck: Random) -> Document:
    so_far = scenario.resolved()
    return so_far | {"contracts": [*so_far["contracts"], _contract(luck, luck.choice(scenario.payers).name)]}


def _valid(draw: Callable[[], Document]) -> Scenario:
    for _ in range(DRAWS):
        with suppress(ValidationError):
            return Scenario.model_validate_json(json.dumps(draw()))
    raise AssertionError(f"nothing valid in {DRAWS} draws")


def _without_contracts(luck: Random, seed: int) -> Document:
    return {
        "name": f"random_{seed}",
        "payers": _payers(luck),
        "measurement": {"outcomes": luck.random() < 0.5, "noise": luck.choice([0.0, 0.05, 1.0])},
        "behavior": _behavior(luck),
        "region": some_terms(RegionParameters, luck, 2) | _holders(Random(f"holders of {seed}")),
        "population": some_terms(PopulationParameters, luck, 2),
        "care": some_terms(CareParameters, luck, 2),
    }


def _holders(luck: Random) -> Document:
    """The region's usual contract holders, or none to five of any kind and size."""
    if luck.random() < 0.5:
        return {}
    holders = [some_terms(AreaHolder, luck, 1) | {"kind": luck.choice(HOLDERS)} for _ in range(luck.choice([0, 1, 5]))]
    return {"holders": holders, "outside_share": luck.choice([0.0, 0.3, 1.0])}


def _payers(luck: Random) -> list[Document]:
    shares = luck.choice([[1.0], [1.0, 0.0], [0.5, 0.5], [0.4, 0.4, 0.2], [0.97, 0.02, 0.01]])
    return [
        some_terms(PayerTerms, luck, 2, leave_out={"share", "updates"})
        | {"name": f"payer_{number}", "share": share, "updates": _updates(luck)}
        for number, share in enumerate(shares)
    ]


def _updates(luck: Random) -> list[Document]:
    months = luck.sample(range(1, 14), luck.choice([0, 0, 1, 2]))
    return [{"from": start} | some_terms(PriceUpdate, luck, 2, leave_out={"start"}) for start in months]


def _contract(luck: Random, payer: str) -> Document:
    regime = luck.choice(sorted(regimes()))
    kinds = luck.sample([*HOLDERS, HOSPITAL], luck.randint(1, 4))
    program = luck.choice(["mandatory", "mandatory", "voluntary", "randomized"])
    given = {
        "holders": luck.choice([kinds, kinds, "all", None]),
        "condition": luck.choice(["kidney_disease", None, None]),
        "share": luck.choice([0.001, 0.3, None, None]),
        "ladder": luck.choice(["steps", None]) if program == "voluntary" else None,
        "treated_share": luck.choice([0.0, 0.3, 1.0]) if program == "randomized" else None,
        "from": luck.choice([None, None, 1, 4, 13]),
        "until": luck.choice([None, None, 6, 12]),
    }
    terms = some_terms(find(regime), luck, 3)
    rule = {"payer": payer, "regime": regime, "program": program, "terms": terms}
    return rule | {name: value for name, value in given.items() if value is not None}


def _behavior(luck: Random) -> Document:
    name = luck.choice(behavior_names())
    levers = luck.choice([list(LEVERS), luck.sample(LEVERS, luck.randint(0, len(LEVERS)))])
    terms = some_terms(find_behavior(name), luck, 1)
    return {"name": name, "levers": levers, "terms": terms} | some_terms(
        BehavioralParameters, luck, 2, leave_out={"levers"}
    )

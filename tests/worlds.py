"""Small worlds for the tests of the engine: scenarios, months lived, and what is compared between them."""

from dataclasses import dataclass
from typing import Any

from vbp_agents.actors.world import World, new_world
from vbp_agents.environment import Accounts
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import create_founders

BEHAVING = find_scenario("default")
FIXED = BehaviorBlock(name="fixed_practice")
DEFAULT = BEHAVING.with_values({"behavior": FIXED}, BEHAVING.name)
"""The default region; providers who go on as they did, but for tests of what they decide."""
MONEY_TABLES = ("months", "settlements", "organizations")
CARE_TABLES = ("contracts", "services", "decisions", "practices", "groups", "spending")


@dataclass(frozen=True)
class Life:
    """What is left of some months: records by id, the bytes of each month's accounts, and their sum over all months."""

    patients: Any
    accounts: list[bytes]
    truth: Any


def changed(scenario: Scenario, **sections: dict[str, object]) -> Scenario:
    """The scenario with some numbers of its region, population or care replaced."""
    values = {f"{name}.{number}": value for name, numbers in sections.items() for number, value in numbers.items()}
    return scenario.with_values(values, scenario.name)


def having(scenario: Scenario, **parts: object) -> Scenario:
    """The scenario, under its own name, with whole parts replaced: `behavior`, `contracts`, `payers` ..."""
    return scenario.with_values(parts, scenario.name)


def under(scenario: Scenario, regime: str, **contract: Any) -> Scenario:
    """The scenario with its first payer's holders under a regime; `terms`, `start`, `until`, `holders` as given."""
    return having(scenario, contracts=[Contract(payer=scenario.payers[0].name, regime=regime, **contract)])


def founded(scenario: Scenario, patients: int, seed: int) -> World:
    """A world whose founders have been born and that has not lived a month yet."""
    world = new_world(scenario, patients, seed)
    model = VbpModel(world=world, studied=scenario)
    create_founders(model)
    model.close()
    return world


def by_id(patients: Any) -> Any:
    """The records in the order of their ids."""
    return patients[patients.id.argsort()]


def record_bytes(patients: Any) -> bytes:
    """All fields of the records in their order; what lies between fields means nothing."""
    return b"".join(patients[name].tobytes() for name in patients.dtype.names)


def as_bytes(accounts: Accounts) -> bytes:
    """All numbers of the accounts."""
    return b"".join(part.tobytes() for part in accounts)


def lived(world: World, months: int, terms: Scenario | None = None, threads: int = 1, chunk: int | None = None) -> Life:
    """Live some months on a copy of the world."""
    model = VbpModel(world=world.copy(), studied=terms or world.scenario, threads=threads, chunk=chunk)
    accounts, truth = [], model.accounts.truth.copy()
    for _ in range(months):
        model.step()
        accounts.append(as_bytes(model.accounts))
        for name in truth.dtype.names:
            truth[name] += model.accounts.truth[name]
    model.close()
    return Life(by_id(model.world.patients), accounts, truth)

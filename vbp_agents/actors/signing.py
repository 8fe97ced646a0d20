"""From a scenario's contracts to agreements: which holders are under which rule, or may choose to be."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.membership import Membership
from vbp_agents.actors.payment import HOSPITAL, MEMBERS, Agreement, divided
from vbp_agents.actors.world import World
from vbp_agents.behaviors import find
from vbp_agents.book import FloatArray
from vbp_agents.parameters import HOLDER_KINDS
from vbp_agents.region import Region
from vbp_agents.rng import Stream, generator
from vbp_agents.terms.programs import program_number
from vbp_agents.terms.scenario import Contract, Scenario, called

FOREVER = 10**6
PROGRAMS = {"mandatory": "", "voluntary": "voluntary", "randomized": "treated"}
"""What results say of the holders of a program."""


def contracts_signed(world: World, scenario: Scenario, payer: int) -> list[Agreement | Membership]:
    """A payer's contracts, in the scenario's order; one with ACOs and hospitals has a Book, and holders, of each."""
    signed: list[Agreement | Membership] = []
    for contract, panel in contracts_with_panels(scenario, payer):
        if contract.program == "voluntary" and uses_lever(scenario, "participation"):
            rungs = ladder(scenario, payer, contract, panel)
            if rungs[0] is contract:
                offers = [offer(scenario, rung, panel) for rung in rungs]
                signed.append(Membership.of(rungs, offers, units(world.region, panel)))
        elif ladder(scenario, payer, contract, panel)[0] is contract:
            signed.append(agreement(world, scenario, payer, contract, panel))
    return signed


def agreements_now(parts: Sequence[Agreement | Membership]) -> list[Agreement]:
    """A payer's agreements as they are now, those of who is in by choice among them."""
    by_part = [part.agreements() if isinstance(part, Membership) else [part] for part in parts]
    return [agreement for agreements in by_part for agreement in agreements]


def uses_lever(scenario: Scenario, lever: str) -> bool:
    """Whether providers move a lever that only what contracts are worth can move."""
    return find(scenario.behavior.name).weighs_contracts and lever in scenario.behavior.levers


def contracts_with_panels(scenario: Scenario, payer: int) -> list[tuple[Contract, str]]:
    """Each of the payer's contracts, and the panel that it is about."""
    name = scenario.payers[payer].name
    return [
        (contract, panel) for contract in scenario.contracts if contract.payer == name for panel in _panels(contract)
    ]


def ladder(scenario: Scenario, payer: int, contract: Contract, panel: str) -> list[Contract]:
    """The contracts of which a holder has one at a time; a contract that is on no ladder is its own."""
    if contract.ladder is None:
        return [contract]
    return [
        other
        for other, about in contracts_with_panels(scenario, payer)
        if other.ladder == contract.ladder and about == panel
    ]


def _panels(contract: Contract) -> list[str]:
    """The Books a contract is about: its ACOs' members (or those with a condition), its hospitals, or both."""
    of_acos = [contract.condition or MEMBERS] if set(contract.holders) - {HOSPITAL} else []
    return [*of_acos, HOSPITAL] if HOSPITAL in contract.holders else of_acos


def offer(scenario: Scenario, contract: Contract, panel: str) -> Agreement:
    """A contract's rule, with nobody in it."""
    nobody = np.zeros(0, np.intp)
    return Agreement(
        called(contract, scenario.contracts),
        contract.rule(),
        nobody,
        nobody,
        first=contract.start,
        last=contract.until or FOREVER,
        share=contract.share,
        program=PROGRAMS[contract.program],
        panel=panel,
    )


def agreement(world: World, scenario: Scenario, payer: int, contract: Contract, panel: str) -> Agreement:
    """A contract's rule, and those of its holders that are in it."""
    holders = eligible(world, payer, contract, panel)
    controls = holders[:0]
    if contract.program == "randomized":
        luck = holders_luck(world, panel, program_number(contract, scenario.contracts))
        holders, controls = divided(holders, contract.treated_share, luck)
    return replace(offer(scenario, contract, panel), holders=holders, controls=controls)


def eligible(world: World, payer: int, contract: Contract, panel: str) -> NDArray[np.intp]:
    """The contract's holders that had enough people last year; every hospital."""
    if panel == HOSPITAL:
        return np.arange(world.region.n_hospitals)
    kinds = [HOLDER_KINDS.index(kind) for kind in contract.holders if kind in HOLDER_KINDS]
    books = world.past(payer, panel)
    people = contract.share * books[0]["member_months"] / 12 if books else np.zeros(world.region.n_holders)
    return np.flatnonzero(np.isin(world.region.holder_kind, kinds) & (people >= contract.minimum_people))


def units(region: Region, panel: str) -> int:
    """How many contract holders there are, or hospitals."""
    return region.n_hospitals if panel == HOSPITAL else region.n_holders


def holders_luck(world: World, panel: str = MEMBERS, program: int = 0) -> FloatArray:
    """One number a contract holder (or hospital), by which a randomized program chooses: the same in every scenario."""
    stream = Stream.HOSPITALS if panel == HOSPITAL else Stream.HOLDERS
    return generator(world.seed, stream, program).random(units(world.region, panel))

"""Randomized programs: which of them choose their holders by the same luck."""

from collections.abc import Sequence

from vbp_agents.terms.scenario import Contract


def program_number(contract: Contract, contracts: Sequence[Contract]) -> int:
    """The number of one of the contracts."""
    return next(n for n, other in zip(program_numbers(contracts), contracts, strict=True) if other is contract)


def program_numbers(contracts: Sequence[Contract]) -> list[int]:
    """By which draw of luck each contract chooses its holders, if it is randomized.

    Programs in force at the same time draw apart, one after the other the same: a new phase keeps its holders. One
    rule of several payers is one program. So programs at the same place in two scenarios treat the same holders.
    """
    numbers: list[int] = []
    for place, contract in enumerate(contracts):
        earlier = [(n, c) for n, c in zip(numbers, contracts[:place], strict=True) if c.program == "randomized"]
        shared = next((number for number, other in earlier if _same_program(contract, other)), None)
        taken = {number for number, other in earlier if contract.meets(other)}
        numbers.append(min(set(range(place + 1)) - taken) if shared is None else shared)
    return numbers


def _same_program(contract: Contract, other: Contract) -> bool:
    """Is it the other's rule at another payer?"""
    return contract.payer != other.payer and (contract.regime, contract.terms) == (other.regime, other.terms)

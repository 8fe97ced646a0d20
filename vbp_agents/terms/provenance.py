"""Where a scenario's numbers come from: assumptions first, then memory, then what was measured here, then texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from vbp_agents.declaration import ASSUMPTION
from vbp_agents.terms.contract import FEWEST_WITH_CONDITION, Contract
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import KINDS, TEXTS, Number, numbers

_FIRST = {"contracts": 0, "payers": 1}
"""What a scenario is about stands before the numbers of the world and of behavior, which most share."""
FIXED = "No scenario sets these"
FEWEST = {"shared_savings": "R28: ACA s.3022 (memory)"}
"""Who says how many people a regime asks for."""


@dataclass(frozen=True)
class SourceSection:
    """Numbers of one kind: each with the path that changes it, its value, unit and source, in a line."""

    title: str
    lines: tuple[str, ...]


def sources(scenario: Scenario) -> tuple[SourceSection, ...]:
    """Where a scenario's numbers come from: a section a kind, the least certain first; those without any left out."""
    ordered = sorted(numbers(scenario), key=lambda number: _FIRST.get(number.path.split(".")[0], len(_FIRST)))
    lines = [line for _, items in groupby(ordered, lambda number: number.of) for line in _lines(list(items))]
    sections = [SourceSection(kind, tuple(text for of, text in lines if of == kind)) for kind in (*KINDS, TEXTS)]
    return tuple(section for section in (*sections, SourceSection(FIXED, tuple(fixed(scenario)))) if section.lines)


def _lines(items: list[Number]) -> Iterator[tuple[str, str]]:
    """A number, or a list in one line where all its items are from one source: the kind, and what is said."""
    first = items[0]
    if len({item.source for item in items}) > 1:
        yield from ((item.kind, _line(item.path, _written(item.value), item)) for item in items)
    elif first.path == first.of:
        yield first.kind, _line(first.path, _written(first.value), first)
    else:
        values = [f"{item.path.removeprefix(f'{first.of}.')} {_written(item.value)}" for item in items]
        yield first.kind, _line(first.of, ", ".join(values), first)


def _line(path: str, value: str, number: Number) -> str:
    about = f"; {number.about}" if number.about else ""
    return f"{path} = {value}, {number.unit}{about} [{number.source}]"


def _written(value: float | None) -> str:
    return "null" if value is None else str(value)


def fixed(scenario: Scenario) -> Iterator[str]:
    """What is a number of a rule and of no scenario, with its source."""
    for place, contract in enumerate(scenario.contracts):
        yield from _fewest(f"contract {place}, {contract.regime}", contract)


def _fewest(name: str, contract: Contract) -> Iterator[str]:
    """How many people a holder needs, where its rule asks for a number."""
    if people := contract.minimum_people:
        memory = people == FEWEST_WITH_CONDITION and contract.condition
        source = "Kidney Care Choices (memory)" if memory else FEWEST.get(contract.regime, ASSUMPTION)
        yield f"{name}: {people} people; with fewer a holder is not under it [{source}]"

"""Where a scenario's numbers come from: assumptions first, then memory, then what was measured here, then texts."""

from collections.abc import Iterator
from dataclasses import dataclass

from vbp_agents.behaviors import find
from vbp_agents.decisions.shown import DENSITY
from vbp_agents.param import ASSUMPTION, Parameters
from vbp_agents.presentation.written import paragraph
from vbp_agents.terms.scenario import FEWEST_WITH_CONDITION, Contract, Scenario

WIDE = 10_000
"""Columns: no line is longer."""

KINDS = {
    "Assumptions, to be varied": (ASSUMPTION,),
    "From memory, not checked in a text": ("memory",),
    "Calibrated or measured by this project's experiments": ("calibrated", "experiments/"),
}
"""How well a number is known, least first, and the words of a source that say so."""
TEXTS = "From a text or a public file"
FEWEST = {"shared_savings": "R28: ACA s.3022 (memory)"}
"""Who says how many people a regime asks for."""


@dataclass(frozen=True)
class Number:
    """A parameter of a scenario, as it is printed."""

    name: str
    value: object
    unit: str
    about: str
    source: str

    @property
    def kind(self) -> str:
        """One of KINDS, the least certain that its source names, or TEXTS."""
        return next((kind for kind, words in KINDS.items() if any(word in self.source for word in words)), TEXTS)


def sources(scenario: Scenario, columns: int = WIDE) -> Iterator[str]:
    """What `vbp sources` says, in lines of so many ``columns``."""
    yield f"{scenario.name}: {scenario.title}"
    yield paragraph("  ", f"[{scenario.source}]", columns)
    found = list(numbers(scenario))
    for kind in (*KINDS, TEXTS):
        of_kind = [number for number in found if number.kind == kind]
        if of_kind:
            yield f"\n{kind} ({len(of_kind)}):"
            for n in of_kind:
                said = paragraph("    ", f"{n.name} = {n.value}, {n.unit}{n.about} [{n.source}]", columns)
                yield said.removeprefix("  ")


def numbers(scenario: Scenario) -> Iterator[Number]:
    """Every number of the contracts, the payers, the world and the behavior."""
    several = len(scenario.contracts) > 1
    for place, contract in enumerate(scenario.contracts, start=1):
        name = f"{place}. {contract.regime}" if several else contract.regime
        yield from _of(name, contract.rule(), scenario.source)
        yield from _fewest(name, contract)
    for payer in scenario.payers:
        yield from _of(payer.name, payer, payer.source, payer.source)
    for part in ("region", "population", "care"):
        yield from _of(part, getattr(scenario, part), scenario.source)
    behavior = scenario.behavior
    yield from _of("behavior", behavior, scenario.source)
    yield from _of("behavior.terms", find(behavior.name).model_validate(behavior.terms), scenario.source)
    unit, about = "share of the diagnosed per unit of control", "; who more get controlled, near the measure's bar"
    yield Number("shown.DENSITY", DENSITY, unit, f"{about}; no scenario sets it", f"{ASSUMPTION}, population")


def _fewest(name: str, contract: Contract) -> Iterator[Number]:
    """How many people a holder needs, where its rule asks for a number: no term, so that no scenario sets it."""
    if people := contract.minimum_people:
        memory = people == FEWEST_WITH_CONDITION and contract.condition
        source = "Kidney Care Choices (memory)" if memory else FEWEST.get(contract.regime, ASSUMPTION)
        yield Number(f"{name}.minimum_people", people, "people", "; with fewer a holder is not under it", source)


def _of(name: str, part: Parameters, where_set: str, where_default: str = "") -> Iterator[Number]:
    """The numbers of one part; what is not at its default has the source of what sets it."""
    for field, info in type(part).model_fields.items():
        extra, value = info.json_schema_extra, getattr(part, field)
        if not isinstance(extra, dict) or isinstance(value, str):
            continue
        default = value == info.get_default(call_default_factory=False)
        source = where_default or str(extra["source"]) if default else where_set
        about = f"; {info.description}" if info.description else ""
        yield Number(f"{name}.{field}", value, str(extra["unit"]), about, source)

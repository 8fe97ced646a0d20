"""A scenario's values by path: its numbers, its choices, and what differs between two scenarios."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vbp_agents.behaviors import behavior_names
from vbp_agents.declaration import ASSUMPTION, as_plain
from vbp_agents.parameters import AreaHolder
from vbp_agents.regimes import regimes
from vbp_agents.terms.paths import Position, leaves, root
from vbp_agents.terms.payers import PayerTerms
from vbp_agents.terms.scenario import WORDS, BehaviorBlock, Contract, Scenario

KINDS = {
    "Assumptions, to be varied": (ASSUMPTION,),
    "From memory, not checked in a text": ("memory",),
    "Calibrated or measured by this project's experiments": ("calibrated", "experiments/"),
}
"""How well a number is known, least first, and the words of a source that say so."""
TEXTS = "From a text or a public file"


@dataclass(frozen=True)
class Number:
    """A number of a scenario. ``value``: None where it may be none and is. ``low``, ``high``: None where unbounded.

    ``title``: what it is called in words; ``of``: the path of the list that it is an item of, else its own.
    """

    path: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    source: str
    title: str
    about: str = ""
    of: str = ""

    @property
    def kind(self) -> str:
        """One of KINDS, the least certain that its source names, or TEXTS."""
        return next((kind for kind, words in KINDS.items() if any(word in self.source for word in words)), TEXTS)


@dataclass(frozen=True)
class Choice:
    """What a scenario chooses. ``allowed``: one of these, or some of them where the value is a tuple; () for a name."""

    path: str
    value: bool | str | tuple[str, ...] | None
    allowed: tuple[bool | str | None, ...]
    title: str
    source: str


@dataclass(frozen=True)
class Difference:
    """A value of one scenario (``value``) and of another (``other``).

    ``only_in``: the name of the only scenario that has it at all, in which case the other's is None; "" if both have.
    """

    path: str
    value: Any
    other: Any
    unit: str
    source: str
    title: str
    only_in: str = ""


def numbers(scenario: Scenario) -> Iterator[Number]:
    """Every number, in the order in which a file has them."""
    for leaf in leaves(root(scenario.resolved())):
        if is_number(leaf.field):
            yield from _numbers(leaf)


def choices(scenario: Scenario) -> Iterator[Choice]:
    """What is no number, but for names and words."""
    for leaf in leaves(root(scenario.resolved())):
        if not is_number(leaf.field) and not _is_word(leaf):
            value = tuple(leaf.content) if isinstance(leaf.content, list) else leaf.content
            yield Choice(leaf.path, value, _allowed(leaf, scenario), title(leaf), source_of(leaf))


def is_number(field: FieldInfo | None) -> bool:
    """Whether a field is declared as a number, one that may be none, or a list of them."""
    kinds = _kinds(field.annotation if field else None)
    return bool(kinds & {int, float}) and bool not in kinds


def title(position: Position) -> str:
    """What a value is called: as declared, else its name in words; an item of a list with what it is for."""
    declared = position.field.title if position.field else None
    if position.around and position.around.kind == "numbers":
        return f"{title(position.around)}: {_in_words(position.part)}"
    return declared or _in_words(position.part).capitalize()


def source_of(position: Position) -> str:
    """Where a value is from: what declares it while it is at its default, else the payer or the scenario."""
    payer = next((place for place in position.chain if place.model is PayerTerms and place.kind == "mapping"), None)
    if payer:
        return str(payer.content["source"])
    top = position.chain[0]
    declared = str(_declared(position.field).get("source", "" if top.part == "contracts" else ASSUMPTION))
    of_scenario = str(top.around.content["source"]) if top.around else ASSUMPTION
    return declared if declared and position.content == _default(position) else of_scenario


def unit_of(position: Position) -> str:
    """The unit that a value is declared with, "" without one."""
    return str(_declared(position.field).get("unit", ""))


def _numbers(leaf: Position) -> Iterator[Number]:
    extra = _declared(leaf.field)
    about = (leaf.field.description if leaf.field else None) or ""
    items = [leaf.below(part)[0] for part in leaf.parts] if leaf.kind == "numbers" else [leaf]
    for item in items:
        yield Number(
            item.path,
            item.content,
            unit_of(leaf),
            extra.get("low"),
            extra.get("high"),
            source_of(item),
            title(item),
            about,
            leaf.path,
        )


def _declared(field: FieldInfo | None) -> Mapping[str, Any]:
    extra = field.json_schema_extra if field else None
    return extra if isinstance(extra, dict) else {}


def _default(position: Position) -> Any:
    """The declared default of a value, of an item of a list the item's."""
    assert position.field
    if position.around and position.around.kind == "numbers":
        return as_plain(position.field.get_default())[int(position.step)]
    return as_plain(position.field.get_default())


def _kinds(annotation: Any) -> set[Any]:
    """The types that an annotation is made of; of a literal, those of its words."""
    if get_origin(annotation) is Literal:
        return {type(word) for word in get_args(annotation)}
    inner = [_kinds(part) for part in get_args(annotation)]
    return set().union(*inner) if inner else {annotation}


def _is_word(leaf: Position) -> bool:
    """Whether a value only says what something is called or is about."""
    name = leaf.part == "name" and not (leaf.around and leaf.around.model is BehaviorBlock)
    return leaf.part in WORDS or name


def _allowed(leaf: Position, scenario: Scenario) -> tuple[bool | str | None, ...]:
    owner: type[BaseModel] | None = leaf.around.model if leaf.around else None
    if owner is Contract and leaf.part == "payer":
        return tuple(payer.name for payer in scenario.payers)
    if owner is Contract and leaf.part == "regime":
        return tuple(regimes())
    if owner is BehaviorBlock and leaf.part == "name":
        return tuple(behavior_names())
    return tuple(_words(leaf.field.annotation if leaf.field else None))


def _words(annotation: Any) -> Iterator[bool | str | None]:
    """The words that an annotation allows; none where any text will do."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif annotation is bool:
        yield from (False, True)
    elif str not in _kinds(annotation) or (get_args(annotation) and _literals(annotation)):
        for part in get_args(annotation):
            yield from [None] if part is type(None) else _words(part)


def _literals(annotation: Any) -> bool:
    """Whether all texts in an annotation are literals."""
    return annotation is not str and all(_literals(part) for part in get_args(annotation) if part is not Ellipsis)


def _in_words(part: str) -> str:
    return part.replace("_", " ")


def differences(scenario: Scenario, other: Scenario) -> Iterator[Difference]:
    """What differs: first what the one has, then what only the other has."""
    first, second = (_by_path(each) for each in (scenario, other))
    for path, leaf in first.items():
        if path not in second:
            yield from _once(leaf, second, scenario.name, True)
        elif leaf.content != second[path].content:
            yield _difference(leaf, leaf.content, second[path].content)
    for path, leaf in second.items():
        if path not in first:
            yield from _once(leaf, first, other.name, False)


def _by_path(scenario: Scenario) -> dict[str, Position]:
    """Every value that is no word, items of lists by themselves, and what is around them."""
    positions: dict[str, Position] = {}
    for leaf in leaves(root(scenario.resolved())):
        if _is_word(leaf):
            continue
        parts = leaf.parts if leaf.kind == "numbers" else []
        for position in [leaf.below(part)[0] for part in parts] or [leaf]:
            positions[position.path] = position
    return positions


def _once(leaf: Position, others: Mapping[str, Position], name: str, first: bool) -> Iterator[Difference]:
    """What only one scenario has: a whole contract, payer or price update with its first value, else the value."""
    items = [place for place in leaf.chain if place.around and place.around.kind == "list"]
    missing = [item for item in items if not any(path.startswith(f"{item.path}.") for path in others)]
    whole = missing[0] if missing else leaf
    if whole is not leaf and next(leaf for leaf in leaves(whole) if not _is_word(leaf)).path != leaf.path:
        return
    value = leaf.content if whole is leaf else _described(whole)
    both = (value, None) if first else (None, value)
    yield _difference(whole, both[0], both[1], name)


def _described(item: Position) -> str:
    """A contract, contract holder of a region, payer or price update in a few words."""
    content = item.content
    if item.model is Contract:
        return f"{content['regime']} of {content['payer']} with {', '.join(content['holders'])}"
    if item.model is AreaHolder:
        return f"{content['kind']} of size {content['size']:g}"
    return str(content.get("title") or content.get("name") or f"from month {content.get('from')}")


def _difference(position: Position, value: Any, other: Any, only_in: str = "") -> Difference:
    """The difference at a position, whose unit, source and title it has."""
    unit = str(_declared(position.field).get("unit", "")) if is_number(position.field) else ""
    return Difference(position.path, value, other, unit, source_of(position), title(position), only_in)

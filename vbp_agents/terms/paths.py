"""Paths: how one value of a scenario is named, in files, `vbp sources`, `Scenario.with_values` and `--set`.

`behavior.speed`; `care.rate.primary`, an item of a list by what it is for or by its number from 0;
`payers.medicare.share`, a payer by name or number; `contracts.0.terms.discount`, a contract by its number, and
`contracts.*.terms.discount`, every contract that has the term.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.declaration import as_plain
from vbp_agents.errors import WrongInput, close_match
from vbp_agents.problems import UNKNOWN, Steps, allowed_names, keys_of
from vbp_agents.regimes import regimes
from vbp_agents.rules.program_rules import TRACKS
from vbp_agents.terms.program_terms import OF_PROGRAM
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario

EVERY = "*"
_ALIKE = 0.8
"""How alike a name must be that is meant although it stands elsewhere."""
NodeKind = Literal["mapping", "list", "numbers", "value", "unknown"]
"""Mapping: fields. List: mappings one after the other. Numbers: a list of them. Unknown: terms of no known rule."""

TRACK_STANDS_FOR_TERMS = (
    "a track stands for the terms of a contract when its file is read, and cannot be set afterwards: compare the "
    f"presets of tracks ({', '.join(track.preset for track in TRACKS.values())}), or set terms, as in "
    "contracts.0.terms.sharing_rate"
)

_INDEX = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, eq=False)
class Position:
    """A place in a scenario's plain content: what stands there, and what is declared about it.

    ``step``: its key or index in what is around it; ``part``: the same as paths write it. ``model``: what declares a
    mapping's fields, or those of each mapping of a list. ``field``: the declaration of what stands here.
    """

    around: "Position | None"
    step: int | str
    part: str
    content: Any
    kind: NodeKind
    model: type[BaseModel] | None = None
    field: FieldInfo | None = None

    @cached_property
    def chain(self) -> "tuple[Position, ...]":
        """From the first part of the path to here."""
        return (*self.around.chain, self) if self.around else ()

    @property
    def steps(self) -> Steps:
        """Keys and indices from the top."""
        return tuple(position.step for position in self.chain)

    @property
    def path(self) -> str:
        """Its name, the same in all messages and tables."""
        return ".".join(position.part for position in self.chain)

    @property
    def parts(self) -> list[str]:
        """What a path may go on with."""
        if self.kind == "mapping" and self.model:
            return [info.alias or name for name, info in self.model.model_fields.items()]
        if self.kind == "list":
            return [_part_of_item(self.content, index) for index in range(len(self.content))]
        return item_names(self.field, len(self.content)) if self.kind == "numbers" else []

    def below(self, part: str) -> "list[Position]":
        """Where the path goes on with ``part``; several places for `*`. Raises WrongInput where there is none."""
        if self.kind == "unknown":
            return [Position(self, part, part, None, "unknown")]
        if part == EVERY and self.kind == "list":
            return [self._item(index) for index in range(len(self.content))]
        if self.kind == "mapping":
            return [self._field(part)]
        if self.kind in ("list", "numbers"):
            return [self._item(self._index(part))]
        raise WrongInput(f"{self.path} is one value; nothing is below it")

    def _field(self, part: str) -> "Position":
        assert self.model
        for name, info in self.model.model_fields.items():
            if part in (keys := keys_of(name, info)):
                key = next((key for key in keys if key in self.content), keys[0])
                return self._declared(key, info.alias or name, info)
        listed = (
            str(self.around.content.get("regime", "default")) if self.around and self.step == "terms" else "default"
        )
        raise WrongInput(f"{UNKNOWN} {part!r}{allowed_names(self.parts, listed)}")

    def _declared(self, key: str, part: str, info: FieldInfo) -> "Position":
        """The field with this declaration; where the content does not say it, at its default."""
        kind, model = _kind_of(info.annotation)
        if get_origin(info.annotation) is dict:
            model = _rule_of(self)
            kind = "mapping" if model else "unknown"
        content = self.content.get(key)
        if content is None and kind != "value":
            content = {} if kind in ("mapping", "unknown") else as_plain(info.get_default())
        elif key not in self.content:
            content = None if info.is_required() else as_plain(info.get_default())
        fits = kind in ("value", "unknown") or isinstance(content, dict if kind == "mapping" else list)
        return Position(self, key, part, content, kind if fits else "unknown", model, info)

    def _index(self, part: str) -> int:
        if _INDEX.fullmatch(part) and int(part) < len(self.content):
            return int(part)
        if part in self.parts:
            return self.parts.index(part)
        what = "item" if self.kind == "numbers" else str(self.step).removesuffix("s")
        if not self.content:
            raise WrongInput(f"there are no {what}s here")
        raise WrongInput(f"there is no {what} {part!r}{allowed_names(self.parts)}")

    def _item(self, index: int) -> "Position":
        kind: NodeKind = "value" if self.kind == "numbers" else "mapping"
        if kind == "mapping" and not isinstance(self.content[index], dict):
            kind = "unknown"
        return Position(self, index, self.parts[index], self.content[index], kind, self.model, self.field)


def root(content: dict[str, Any]) -> Position:
    """The top of a scenario's plain content, resolved or as a file has it."""
    return Position(None, "", "", content, "mapping", Scenario)


def find_positions(path: str, content: dict[str, Any]) -> list[Position]:
    """The places that a path means, several where it has a `*`.

    Raises WrongInput where there is none, with what is allowed there and the path that was probably meant.
    """
    top = root(content)
    reached, parts = [top], path.split(".")
    for number, part in enumerate(parts):
        further, refused = _further(reached, part)
        if not further:
            here, message = refused[0] if refused else (reached[0], "there is none here")
            if parts[0] == "contracts" and part in OF_PROGRAM:
                raise WrongInput(TRACK_STANDS_FOR_TERMS)
            raise WrongInput(message if here.kind == "value" else message + _meant(top, here, parts, number))
        reached = further
    return reached


def _further(reached: list[Position], part: str) -> tuple[list[Position], list[tuple[Position, str]]]:
    """A part further from each position that has it, and why the others have not."""
    further: list[Position] = []
    refused: list[tuple[Position, str]] = []
    for position in reached:
        try:
            below = position.below(part)
        except WrongInput as error:
            refused.append((position, str(error)))
        else:
            further += below
            refused += [] if below else [(position, f"there are no {position.step} here")]
    return further, refused


def leaves(position: Position) -> Iterator[Position]:
    """Every value at or below a position, a list of numbers as one, in the order in which they are declared."""
    if position.kind in ("mapping", "list"):
        for part in position.parts:
            yield from leaves(position.below(part)[0])
    elif position.kind in ("numbers", "value"):
        yield position


def path_text(steps: Steps, content: dict[str, Any]) -> str:
    """Keys and indices as a path, however wrong the content is."""
    here, known = root(content), True
    parts: list[str] = []
    for step in steps:
        try:
            here = here.below(str(step))[0] if known else here
        except WrongInput:
            known = False
        parts.append(here.part if known else str(step))
    return ".".join(parts)


def item_names(field: FieldInfo | None, length: int) -> list[str]:
    """What the items of a declared list are called: their numbers from 0, where nothing else is declared."""
    extra = field.json_schema_extra if field else None
    declared = extra.get("items") if isinstance(extra, dict) else None
    names = [str(name) for name in declared] if isinstance(declared, list) else []
    return names if len(names) == length else [str(index) for index in range(length)]


def _kind_of(annotation: Any) -> tuple[NodeKind, type[BaseModel] | None]:
    inner = next(iter(get_args(annotation)), None)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "mapping", annotation
    if get_origin(annotation) is tuple and isinstance(inner, type) and issubclass(inner, BaseModel):
        return "list", inner
    return ("numbers" if get_origin(annotation) is list else "value"), None


def _rule_of(owner: Position) -> type[BaseModel] | None:
    """What declares the `terms` of a contract or of the behavior, None where the name of the rule is none."""
    if owner.model is Contract:
        return regimes().get(str(owner.content.get("regime")))
    name = owner.content.get("name", BehaviorBlock.model_fields["name"].default)
    return find_behavior(name) if name in behavior_names() else None


def _part_of_item(items: list[Any], index: int) -> str:
    """A mapping's name, where it has one that no other has and that is no number; else its number from 0."""
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    name = names[index]
    plain = isinstance(name, str) and re.fullmatch(r"[a-z0-9_-]+", name) and not _INDEX.fullmatch(name)
    return str(name) if plain and names.count(name) == 1 else str(index)


def _meant(top: Position, here: Position, parts: list[str], number: int) -> str:
    """`; did you mean 'behavior.speed'?`: a name that is near here, else the same or a near name elsewhere."""
    before, part, rest = parts[:number], parts[number], parts[number + 1 :]
    near = close_match(part, here.parts)
    candidates = [".".join([*before, near, *rest]), ".".join([*before, near])] if near else []
    elsewhere = _elsewhere(top, parts)
    ordered = [*candidates[:1], *elsewhere[:1], *candidates[1:]]
    whole = next((path for path in ordered if _leads_somewhere(path, top.content)), "")
    return f"; did you mean {whole!r}?" if whole else ""


def _elsewhere(top: Position, parts: list[str]) -> list[str]:
    """Paths that end like the one that is meant, or look like it; with the `*` of the one that is meant."""
    known = [leaf.path for leaf in leaves(top)]
    known += [f"{leaf.path}.{part}" for leaf in leaves(top) for part in leaf.parts]
    alike = [path for path in known if path.split(".")[-1] == parts[-1]]
    near = close_match(parts[-1], sorted({path.split(".")[-1] for path in known}), _ALIKE)
    alike = alike or [path for path in known if path.split(".")[-1] == near]
    best = close_match(".".join(parts), alike) or next(iter(alike), "")
    starred = re.sub(r"^contracts\.[0-9]+", f"contracts.{EVERY}", best) if EVERY in parts else best
    return [starred] if starred else []


def _leads_somewhere(path: str, content: dict[str, Any]) -> bool:
    reached = [root(content)]
    for part in path.split("."):
        reached, _ = _further(reached, part)
    return bool(reached)

"""A YAML file as a tree in which every value knows its place, so that an error can say file, line and column.

YAML 1.2 without its dangers: no anchors, aliases, tags or second documents, and bounds on size and depth.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from vbp_agents.errors import WrongInput
from vbp_agents.files import bounded_bytes
from vbp_agents.problems import Steps

LARGEST = 256 * 1024
"""Bytes. A scenario is a few kilobytes, and the parser is slow on giants."""
TOO_LARGE = f"larger than {LARGEST // 1024} kB, which no scenario is"
_DEEPEST = 20
"""Levels of nesting."""

Scalar: TypeAlias = bool | int | float | str | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

_WORDS: dict[str, Scalar] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Node:
    """A value of the file, where it stands, and where its key does (itself, in a list).

    ``mistake``: why it is no value at all (it is None then), "" where it is one.
    """

    value: "Scalar | list[Node] | dict[str, Node]"
    place: Place
    key: Place
    mistake: str = ""

    def plain(self) -> Plain:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def mistakes(self, path: Steps = ()) -> Iterator[tuple[Steps, str]]:
        """What is no value, here and below: its path and why."""
        if self.mistake:
            yield path, self.mistake
        below = self.value.items() if isinstance(self.value, dict) else ()
        items = enumerate(self.value) if isinstance(self.value, list) else ()
        for part, node in (*below, *items):
            yield from node.mistakes((*path, part))

    def child(self, part: int | str) -> "Node | None":
        """The value below a key or an index, None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(str(part))
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]
        return None

    def at(self, path: Steps) -> "Node":
        """The node at ``path``, or the nearest one around it that the file has."""
        child = self.child(path[0]) if path else None
        return child.at(path[1:]) if child else self

    def find(self, path: Steps) -> "Node | None":
        """The node at ``path``, None where there is none."""
        child = self.child(path[0]) if path else self
        return child.find(path[1:]) if child and path else child

    def without(self, *names: str) -> "Node":
        """The mapping without some keys."""
        values = self.value if isinstance(self.value, dict) else {}
        return Node({key: value for key, value in values.items() if key not in names}, self.place, self.key)

    def with_node(self, path: Steps, node: "Node") -> "Node":
        """The same tree with another node at ``path``, which it has but for the last part.

        What is around that node stands where the node's key does from now on: a problem of them all is its doing.
        """
        if not path:
            return node
        part, below = path[0], self.child(path[0])
        inner = node if below is None else below.with_node(path[1:], node)
        if isinstance(self.value, list):
            items = [inner if index == part else item for index, item in enumerate(self.value)]
            return Node(items, node.key, node.key)
        return Node({**(self.value if isinstance(self.value, dict) else {}), str(part): inner}, node.key, node.key)

    def over(self, parent: "Node") -> "Node":
        """This node on top of ``parent``: mappings merge key by key, anything else replaces."""
        if not (isinstance(self.value, dict) and isinstance(parent.value, dict)):
            return self
        merged = dict(parent.value)
        for key, node in self.value.items():
            merged[key] = node.over(merged[key]) if key in merged else node
        return Node(merged, self.place, self.key)


def node_of(value: object, place: Place) -> Node:
    """A plain value as a node, all of which stands at one place."""
    if isinstance(value, dict):
        return Node({str(key): node_of(item, place) for key, item in value.items()}, place, place)
    if isinstance(value, list):
        return Node([node_of(item, place) for item in value], place, place)
    assert value is None or isinstance(value, bool | int | float | str)
    return Node(value, place, place)


def as_written(value: object) -> str:
    """A value in a few characters, as a file writes it, numbers to four digits behind the point."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_written, value))}]"
    return value if isinstance(value, str) else json.dumps(round(value, 4) if isinstance(value, float) else value)


def read_value(text: str) -> Plain:
    """A number, text, list or mapping in YAML, as it stands after `PATH=`. Raises WrongInput where it is none."""
    reader = _Reader("", text)
    try:
        root = reader.document()
    except YAMLError:
        raise WrongInput(f"{text[:60]!r} is not readable as YAML; quote a text, and close brackets") from None
    if mistake := next(root.mistakes(), None):
        raise WrongInput(mistake[1])
    return root.plain()


def read_document(path: Path) -> Node:
    """The one mapping that a YAML file holds. Raises WrongInput, with the place, for anything else."""
    return document_in(
        bounded_bytes(path, LARGEST, f"larger than {LARGEST // 1024} kB, which no scenario is"), str(path)
    )


def document_in(data: bytes, name: str) -> Node:
    """The one mapping that a file's bytes hold; places are in the file called ``name``. Raises WrongInput."""
    reader = _Reader(name, _text_in(data, name))
    try:
        root = reader.document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise WrongInput(f"{place}: not readable as YAML: {error.problem or error.context}") from None
    except YAMLError as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise WrongInput(f"{name}: not readable as YAML: {reason}") from None
    if not isinstance(root.value, dict):
        what = "a list" if isinstance(root.value, list) else f"the value {root.value!r}"
        raise WrongInput(f"{root.place}: the file holds {what}; write lines like `title: My scenario`")
    return root


def _text_in(data: bytes, name: str) -> str:
    """A file's text. Raises WrongInput where it is too large, or not text."""
    if len(data) > LARGEST:
        raise WrongInput(f"{name}: {TOO_LARGE}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongInput(f"{name}: not a text file in UTF-8") from None
    if "\0" in text:
        raise WrongInput(f"{name}: not a text file in UTF-8")
    if not text.strip():
        raise WrongInput(f"{name}: the file is empty")
    return text


class _Reader:
    """Builds nodes from the parser's events, as they come, so that nothing large or deep is ever built."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)

    def place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def document(self) -> Node:
        """The root of the only document."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                raise WrongInput(f"{self.place(event)}: a second document begins here; write one scenario a file")
            if isinstance(event, NodeEvent):
                root = self.node(event, 1)
        if root is None:
            raise WrongInput(f"{self.file}: the file is empty")
        return root

    def node(self, event: Event, depth: int, key: Place | None = None) -> Node:
        """The node that begins with ``event``."""
        place = self.place(event)
        self.refuse(event, place, depth)
        if isinstance(event, MappingStartEvent):
            return Node(self.mapping(depth), place, key or place)
        if isinstance(event, SequenceStartEvent):
            return Node(self.sequence(depth), place, key or place)
        assert isinstance(event, ScalarEvent)
        text = str(event.value)
        if event.style is not None:
            return Node(text, place, key or place)
        mistake = _mistake(text)
        return Node(None if mistake else _scalar(text), place, key or place, mistake)

    def refuse(self, event: Event, place: Place, depth: int) -> None:
        """What a scenario file may not contain."""
        if isinstance(event, AliasEvent):
            raise WrongInput(f"{place}: aliases (*{event.anchor}) are not allowed; write the value out")
        if getattr(event, "anchor", None):
            raise WrongInput(f"{place}: anchors (&{getattr(event, 'anchor', '')}) are not allowed; remove it")
        if getattr(event, "ctag", None) or getattr(event, "tag", None):
            raise WrongInput(f"{place}: tags (!…) are not allowed; write plain numbers, texts, lists and mappings")
        if depth > _DEEPEST:
            raise WrongInput(f"{place}: nested deeper than {_DEEPEST} levels")

    def mapping(self, depth: int) -> dict[str, Node]:
        """The pairs up to the mapping's end."""
        pairs: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            place = self.place(event)
            self.refuse(event, place, depth)
            if not isinstance(event, ScalarEvent):
                raise WrongInput(f"{place}: a key must be a word")
            name = str(event.value)
            if name in pairs:
                raise WrongInput(f"{place}: {name!r} stands here twice, first in line {pairs[name].key.line}")
            pairs[name] = self.node(next(self.events), depth + 1, place)
        return pairs

    def sequence(self, depth: int) -> list[Node]:
        """The items up to the list's end."""
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items


def _mistake(text: str) -> str:
    """Why an unquoted word is a number that nothing can be reckoned with."""
    if _NOT_FINITE.fullmatch(text):
        return f"{text} is not a finite number"
    too_large = _FLOAT.fullmatch(text) and math.isinf(float(text))
    return f"{text} is too large a number" if too_large else ""


def _scalar(text: str) -> Scalar:
    """What an unquoted word means in YAML 1.2's core schema: `no` is a text, `1e3` a number, `1:30` a text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text

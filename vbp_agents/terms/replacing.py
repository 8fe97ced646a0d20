"""What a file resets without writing it, where a list or section that it gives whole replaces an extended one's."""

from collections.abc import Iterator
from typing import Any

from vbp_agents.problems import Steps
from vbp_agents.terms.document import Node, Place, as_written
from vbp_agents.terms.paths import find_positions, path_text
from vbp_agents.terms.program_terms import OF_PROGRAM, fixed_terms
from vbp_agents.terms.scenario import WORDS, Scenario

LISTS = ("contracts", "payers")
_SHOWN = 8
"""More changes than these are counted, not listed."""
WRITTEN = 3
"""As many values are shown as they would amend."""

Reset = tuple[Steps, Any, Any]
"""Where, what it is now, and what it was."""


def replaced(file: Node, extends: str, before: Scenario, after: Scenario) -> Iterator[tuple[Place, str]]:
    """For each list or section that ``file`` gives whole: its place, and in words what that resets.

    ``before``: the extended scenario, called ``extends``; ``after``: the file's.
    """
    values = file.child("values")
    entries = values.value if values and isinstance(values.value, dict) else {}
    whole = {name: node for name in LISTS if (node := file.child(name))}
    whole |= {path: node for path, node in entries.items() if isinstance(node.value, dict | list)}
    amended = {p.steps for path in entries for p in find_positions(path, after.resolved())}
    for path, node in whole.items():
        for position in find_positions(path, after.resolved()):
            then = _at(before.resolved(), position.steps)
            resets = [
                reset for reset in _resets(position.steps, then, position.content, node) if reset[0] not in amended
            ]
            gone = _gone(then, position.content)
            if resets or gone:
                yield node.key, _said(position.path, extends, resets, gone, after.resolved(), node)


def _at(content: Any, steps: Steps) -> Any:
    """What stands at ``steps``, None where nothing does."""
    for step in steps:
        if isinstance(content, list):
            content = content[int(step)] if int(step) < len(content) else None
        else:
            content = content.get(str(step)) if isinstance(content, dict) else None
    return content


def _resets(steps: Steps, before: Any, after: Any, written: Node | None) -> Iterator[Reset]:
    """What differs although it is not written, at and below a place that both have."""
    if isinstance(before, dict) and isinstance(after, dict):
        other_rule = before.get("regime") != after.get("regime")
        for name in after:
            below = _child(written, name)
            if name in WORDS or (name == "terms" and other_rule):
                continue
            if isinstance(after[name], dict) or (below and _mappings(after[name])):
                fixed = fixed_terms(written) if name == "terms" and written else frozenset()
                resets = _resets((*steps, name), before.get(name), after[name], below)
                yield from (reset for reset in resets if reset[0][-1] not in fixed)
            elif below is None and before.get(name) != after[name]:
                yield (*steps, name), after[name], before.get(name)
    elif _mappings(before) and _mappings(after):
        for index, item in enumerate(after):
            then = _counterpart(before, item, index)
            yield from _resets((*steps, index), then, item, written.child(index) if written else None)


def _child(written: Node | None, name: str) -> Node | None:
    """What is written of a field, also where that is under its name in Python."""
    return written and (written.child(name) or (written.child("start") if name == "from" else None))


def _mappings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _counterpart(before: list[dict[str, Any]], item: dict[str, Any], index: int) -> dict[str, Any] | None:
    """What an item replaces: that of its name, where items have names, else that at its place."""
    if "name" in item:
        return next((then for then in before if then.get("name") == item["name"]), None)
    return before[index] if index < len(before) else None


def _gone(before: Any, after: Any) -> list[str]:
    """The items of the old list that have none in the new one, where others have: a list all new is meant to be."""
    if not _mappings(before) or not _mappings(after):
        return []
    if not any(_counterpart(before, item, index) for index, item in enumerate(after)):
        return []
    if "name" in before[0]:
        return [str(item["name"]) for item in before if item["name"] not in {now["name"] for now in after}]
    return [f"{n} ({item['regime']})" for n, item in enumerate(before) if n >= len(after) and "regime" in item]


def _said(path: str, extends: str, resets: list[Reset], gone: list[str], content: dict[str, Any], node: Node) -> str:
    """What is replaced, what goes back to its default, and how to amend instead."""
    parts = []
    if resets:
        shown = [
            f"{_name(path, steps, content)} {as_written(now)} instead of {as_written(then)}"
            for steps, now, then in resets
        ]
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        what = (
            "1 value that it does not say goes" if len(shown) == 1 else f"{len(shown)} values that it does not say go"
        )
        parts.append(f"{what} back to the default: {', '.join(shown[:_SHOWN])}{more}")
    if gone:
        parts.append(f"gone: {', '.join(gone)}")
    if written := [line for line in _written(find_positions(path, content)[0].steps, node, content) if resets][
        :WRITTEN
    ]:
        parts.append(f"to amend, write values: {{{', '.join(written)}}}")
    return f"{path}: replaces what {extends} has: {'; '.join(parts)}"


def _name(path: str, steps: Steps, content: dict[str, Any]) -> str:
    """The value's own name; with its place where the list has several items."""
    whole = path_text(steps, content).removeprefix(f"{path}.")
    first = find_positions(path, content)[0].content
    return whole if isinstance(first, list) and len(first) > 1 else str(steps[-1])


def _written(steps: Steps, node: Node, content: dict[str, Any]) -> Iterator[str]:
    """The single values that a file writes, each with its path, but for what says which item is meant."""
    below = node.value.items() if isinstance(node.value, dict) else ()
    items = enumerate(node.value) if isinstance(node.value, list) else ()
    for step, child in (*below, *items):
        if isinstance(child.value, dict | list):
            yield from _written((*steps, step), child, content)
        elif step not in (*WORDS, *OF_PROGRAM, "payer", "regime", "name"):
            yield f"{path_text((*steps, step), content)}: {as_written(child.value)}"

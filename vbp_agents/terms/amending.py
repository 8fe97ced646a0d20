"""Some values of a scenario changed by their paths, and all of it checked again together."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from vbp_agents.declaration import as_plain
from vbp_agents.errors import WrongInput
from vbp_agents.problems import Problem, Steps, wrong_input
from vbp_agents.terms.checking import Refused, checked
from vbp_agents.terms.document import as_written
from vbp_agents.terms.paths import EVERY, Position, find_positions, path_text
from vbp_agents.terms.problems import LONGEST_NAME
from vbp_agents.terms.scenario import WORDS, Scenario, wordless

RULE_NAMES = {"regime": "contracts", "name": "behavior"}
"""What says which terms there are, and where: another rule begins with its own default terms."""
CHANGED = ", changed"
WHERE_CHANGED = "assumption where changed, else"
_SHORT = 60
"""Characters: a longer list is not written out in a description."""

Said = tuple[str, str]
"""A path and what is said about it."""


def amend(
    content: dict[str, Any], values: Mapping[str, Any], written: Callable[[Position, str], None] | None = None
) -> list[Said]:
    """Put plain values where their paths lead, in place. What is wrong with paths; the values are not checked.

    What is around a value comes before it, so that `contracts` may be given whole and a term of one as well; a rule
    before its terms, which begin at its defaults where the rule is another; every contract before a single one.
    ``written`` is told each position that was written, and the path for the sake of which.
    """
    problems: list[Said] = []
    taken: dict[Steps, str] = {}
    for path in sorted(values, key=_order):
        try:
            positions = find_positions(path, content)
        except WrongInput as error:
            problems.append((path, str(error)))
            continue
        for position in positions:
            earlier = taken.get(position.steps)
            if earlier and EVERY not in earlier:
                problems.append((path, f"is the same as {earlier}; write it once"))
            taken[position.steps] = path
            for changed in _put(position, values[path]):
                if written:
                    written(changed, path)
    return problems


def _order(path: str) -> tuple[int, bool, bool]:
    parts = path.split(".")
    return len(parts), parts[-1] not in RULE_NAMES, EVERY not in parts


def _put(position: Position, value: Any) -> list[Position]:
    """Write one value, and forget the terms of a rule that it replaces. What was written."""
    around = position.around
    assert around
    _container(around)[position.step] = value
    is_rule = bool(around.chain) and RULE_NAMES.get(str(position.step)) == around.chain[0].part
    if not is_rule or value == position.content or not around.content.get("terms"):
        return [position]
    terms = around.below("terms")[0]
    _container(around)["terms"] = {}
    return [position, terms]


def _container(position: Position) -> Any:
    """What stands at a position, written into what is around it where that left it to its default."""
    if position.around is None:
        return position.content
    around = _container(position.around)
    if isinstance(around, list):
        return around[int(position.step)]
    around.setdefault(position.step, position.content)
    if around[position.step] is None:
        around[position.step] = position.content
    return around[position.step]


def with_values(scenario: Scenario, values: Mapping[str, object], name: str | None = None) -> Scenario:
    """`Scenario.with_values`, which says what it does."""
    if not isinstance(values, Mapping):
        raise WrongInput(f"{values!r:.60} is no mapping; write values by path, such as {{'behavior.speed': 0.06}}")
    plain = {str(path): as_plain(value) for path, value in values.items()}
    if name is not None:
        plain["name"] = name
    problems = [problem for path, value in plain.items() for problem in _no_values(value, path)]
    wrong = {path for path, _ in problems}
    fine = {path: value for path, value in plain.items() if path not in wrong}
    content, before = scenario.resolved(), scenario.resolved()
    problems += amend(content, fine)
    said = scenario.model_fields_set | {path.split(".")[0] for path in fine}
    kept = {key: value for key, value in content.items() if key in said}
    stem, number = scenario._series or (scenario.name, 1)
    words = _words(scenario, fine) | {"name": _numbered(stem, number + 1)}
    words = {word: text for word, text in words.items() if word not in fine}
    _disown(kept, before, fine)
    amended, refused = _outcome(kept | words)
    problems += [(path_text(steps, content), message) for steps, message in refused]
    if problems or amended is None:
        raise wrong_input("scenario", problems)
    if wordless(amended.resolved()) == wordless(before | {"name": amended.name}):
        return checked(kept | {word: before[word] for word in words})
    if "name" in words:
        amended._series = (stem, number + 1)
    return amended


def _words(scenario: Scenario, values: Mapping[str, Any]) -> dict[str, str]:
    """What a changed scenario says of itself: what it was would be untrue of it."""
    changes = [f"{path} = {_short(value)}" for path, value in values.items() if path not in {*WORDS, "name"}]
    title = scenario.title or scenario.name
    return {
        "title": title if title.endswith(CHANGED) else title + CHANGED,
        "description": f"{scenario.name} with {'; '.join(changes)}",
        "source": _doubted(scenario.source),
    }


def _short(value: Any) -> str:
    text = f"{len(value)} given anew" if isinstance(value, dict) else as_written(value)
    return text if len(text) <= _SHORT else f"{len(value)} given anew"


def _doubted(source: str) -> str:
    """The source of what is partly changed. Who knows a better one says so."""
    return source if source.startswith("assumption") else f"{WHERE_CHANGED} {source}"


def _disown(content: dict[str, Any], before: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Payers of whom a number is changed no longer have it from where they had it, unless they are given whole."""
    if "payers" in values or not isinstance(content.get("payers"), list):
        return
    for payer, then in zip(content["payers"], before["payers"], strict=True):
        if isinstance(payer, dict) and wordless(payer) != wordless(then) and payer.get("source") == then["source"]:
            payer["source"] = _doubted(then["source"])


def _numbered(stem: str, number: int) -> str:
    """A name with a number, no longer than names may be."""
    return f"{stem[: LONGEST_NAME - len(str(number)) - 1]}_{number}"


def _outcome(content: dict[str, Any]) -> tuple[Scenario | None, list[Problem]]:
    try:
        return checked(content), []
    except Refused as error:
        return None, error.problems


def _no_values(value: Any, path: str) -> list[Said]:
    """What in a plain value is none that a file could hold."""
    if isinstance(value, dict):
        return [problem for key, item in value.items() for problem in _no_values(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [problem for index, item in enumerate(value) for problem in _no_values(item, f"{path}.{index}")]
    if isinstance(value, float) and not math.isfinite(value):
        return [(path, f"{value} is not a finite number")]
    if value is None or isinstance(value, bool | int | float | str):
        return []
    return [(path, f"{str(value)[:60]!r} is no number, text, list or mapping")]

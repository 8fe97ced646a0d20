"""The text of a scenario file to begin with: what it extends, and every value that is likely to be changed."""

from collections.abc import Iterator
from pathlib import Path

from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.terms.document import as_written, read_document
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import DEFAULT, find_scenario, is_path, presets
from vbp_agents.terms.values import Choice, Number

_SHOWN = ("contracts", "payers", "measurement", "behavior")
"""What a scenario is about; the numbers of the world are many, and most share them."""
_LONGEST = 60
"""Characters: a longer source is the whole scenario's, and does not stand beside each number."""
_HEAD = """\
# {name}: a scenario. It extends {preset} and holds only what differs.
#   vbp check {name}.yaml                      what is wrong, what it changes, what cannot matter in it
#   vbp compare {name}.yaml {preset} --quick   a first look beside what it extends
#
# An editor completes and checks this file once it has a schema: `vbp schema > scenario.schema.json`, and as first line
# # yaml-language-server: $schema=scenario.schema.json

extends: {preset}
title: {title}
description: Say in a sentence what is different.
source: assumption   # where the numbers below are from

# Single values by path, each as {preset} has it: take away what stays as it is, and the # of what is to change.
# All numbers, those of region, people and care as well: vbp sources {preset}
values:
  {first}
"""


def scenario_text(name: str, given: str | None) -> str:
    """A file called ``name`` that extends a preset or a file, the default region where none is given.

    Raises WrongInput.
    """
    extended = given or DEFAULT
    _check_extendable(extended)
    scenario = find_scenario(extended)
    first, *others = _lines(scenario)
    title = as_written(f"{name.replace('_', ' ').capitalize()}, from {scenario.name}")
    head = _HEAD.format(name=name, preset=as_written(extended), title=title, first=first)
    return head + "".join(f"  # {line}\n" for line in others)


def _check_extendable(extended: str) -> None:
    """Raise WrongInput where a scenario cannot extend this: nothing is there, or it extends something itself."""
    known = list(presets())
    if is_path(extended):
        if above := read_document(Path(extended)).child("extends"):
            text = f"itself extends {above.plain()!r}, and only one level is allowed; begin from {above.plain()!r}"
            raise WrongInput(f"{extended} {text}, or copy the file")
    elif extended not in known:
        hint = did_you_mean(extended, known)
        raise WrongInput(f"there is no preset {extended!r} to begin from; there are {', '.join(known)}{hint}")


def _lines(scenario: Scenario) -> Iterator[str]:
    """A line a value: of contracts, payers, measurement and behavior; what the scenario says itself before defaults."""
    for part in _SHOWN:
        of_part = [number for number in scenario.numbers() if number.path.split(".")[0] == part]
        yield from map(_number, sorted(of_part, key=lambda number: number.source != scenario.source))
        yield from (_choice(choice) for choice in scenario.choices() if choice.path.split(".")[0] == part)


def _number(number: Number) -> str:
    limits = [f"{limit:g}" for limit in (number.low, number.high) if limit is not None]
    allowed = f", {' to '.join(limits)}" if limits else ""
    value = "null" if number.value is None else number.value
    source = "" if len(number.source) > _LONGEST else f" [{number.source}]"
    return f"{number.path}: {value}   # {number.unit}{allowed}{source}"


def _choice(choice: Choice) -> str:
    allowed = ", ".join("null" if word is None else str(word) for word in choice.allowed)
    return f"{choice.path}: {as_written(choice.value)}   # {choice.title.lower()}{f': {allowed}' if allowed else ''}"

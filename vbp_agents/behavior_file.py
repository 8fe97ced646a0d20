"""A behavior from a user's own Python file: read, run and tried on small made-up situations before any simulation."""

from copy import deepcopy
from dataclasses import fields
from pathlib import Path

import numpy as np

from vbp_agents.behaviors import BEHAVIOR, BehaviorFileError, behavior_names
from vbp_agents.behaviors.base import Behavior, Levers, wrong_with
from vbp_agents.decisions import example
from vbp_agents.decisions.example import example_situation
from vbp_agents.decisions.situation import Situation
from vbp_agents.rule_check import quietly, strictly
from vbp_agents.user_file import USERS, FileKind, blamed_on, class_in

PRESSURES = (0.0, 1.0, -1.0)
"""At baseline, and with something that moves providers one way and the other."""


def load_behavior_file(path: str | Path, code: bytes | None = None) -> type[Behavior]:
    """The behavior that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. ``code``: what another process found in it, and runs.
    Raises BehaviorFileError, naming file and line, where it does not work as a behavior.
    """
    behavior: type[Behavior] = USERS.load(_KIND, path, code)
    return behavior


def read_behavior(file: Path, code: bytes) -> type[Behavior]:
    """The class of the behavior in a file, tried out. Raises BehaviorFileError."""
    behavior: type[Behavior] = class_in(file, code, Behavior, BEHAVIOR, BehaviorFileError)
    with blamed_on(file, BEHAVIOR, BehaviorFileError):
        for pressure in PRESSURES:
            _try_out(behavior(), pressure)
    return behavior


_KIND = FileKind(BEHAVIOR, BehaviorFileError, load_behavior_file, read_behavior, behavior_names)


def moves_by_itself(behavior: Behavior) -> list[str]:
    """The levers that it moves where contracts add nothing and all is as at baseline: in every scenario alike."""
    with quietly():
        aims = behavior.aim(example_situation(0.0), baseline_levers())
    return [field.name for field in fields(Levers) if np.any(getattr(aims, field.name))]


def baseline_levers() -> Levers:
    """Every lever of the made-up situation at baseline practice."""
    return Levers.at_baseline(
        example.PRACTICES, example.ORGANIZATIONS, example.PAYERS, example.HOLDERS, example.HOSPITALS
    )


def _try_out(behavior: Behavior, pressure: float) -> None:
    """Ask where levers head, twice. Raises what the behavior raises, ValueError for what cannot be."""
    now, levers = example_situation(pressure), baseline_levers()
    before = deepcopy((now, levers))
    with quietly():
        aims, again = behavior.aim(now, levers), behavior.aim(now, levers)
    if wrong := wrong_with(aims, levers, now):
        raise strictly(lambda: behavior.aim(now, levers)) or ValueError(f"aim() {wrong}")
    if not _same(aims, again):
        raise ValueError("asked again about the same situation it gives other aims: keep no state, and draw nothing")
    if not _untouched(before, (now, levers)):
        raise ValueError("aim() writes into the situation or the levers that it is given: make new arrays")
    for organization in range(example.ORGANIZATIONS):
        words = behavior.own_reason(now, organization)
        if not (isinstance(words, tuple) and len(words) == 2 and all(isinstance(word, str) for word in words)):
            raise ValueError("own_reason() must give two texts")


def _same(first: Levers, second: Levers) -> bool:
    return all(np.array_equal(getattr(first, field.name), getattr(second, field.name)) for field in fields(Levers))


def _untouched(before: tuple[Situation, Levers], after: tuple[Situation, Levers]) -> bool:
    """Whether arrays, also those in mappings and below, have the numbers that they had."""
    return all(np.array_equal(first, second) for first, second in zip(_arrays(before), _arrays(after), strict=True))


def _arrays(value: object) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Every array in what is made of data classes, mappings and tuples."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        return [array for name in sorted(value, key=str) if name != "dollars" for array in _arrays(value[name])]
    if isinstance(value, tuple):
        return [array for item in value for array in _arrays(item)]
    return _arrays(vars(value)) if hasattr(value, "__dataclass_fields__") else []

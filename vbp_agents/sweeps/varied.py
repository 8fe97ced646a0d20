"""What a study varies: a path of scenarios, and the values that it takes as a share goes from 0 to 1."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import ValidationError

from vbp_agents.errors import WrongInput
from vbp_agents.problems import Problem, problems_of
from vbp_agents.sweeps.document import Range
from vbp_agents.terms.document import as_written
from vbp_agents.terms.paths import Position, find_positions
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import is_number

Role = Literal["lever", "uncertainty"]
SECTIONS: Mapping[Role, str] = {"lever": "levers", "uncertainty": "uncertainties"}
"""Where a study's file has each role."""
_DIGITS = 10
"""Digits of a drawn value that count: enough for any number of these, and the same on every processor."""


@dataclass(frozen=True)
class Varied:
    """A path as the study has it, and its values: a list of them, or all from ``low`` to ``high``.

    ``name``, ``path``: the only scenario in which it is set, "" for all that have it, and the path there.
    """

    written: str
    role: Role
    low: float | None = None
    high: float | None = None
    log: bool = False
    whole: bool = False
    values: tuple[Any, ...] = ()

    @property
    def section(self) -> str:
        """Where the study's file has it."""
        return SECTIONS[self.role]

    @property
    def name(self) -> str:
        """The scenario that it is for, "" for all that have the path."""
        return self.written.rpartition(":")[0]

    @property
    def path(self) -> str:
        """The path in a scenario."""
        return self.written.rpartition(":")[2]

    @cached_property
    def numeric(self) -> bool:
        """Whether all its values are numbers."""
        return not self.values or all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)

    def at(self, share: float) -> Any:
        """The value at a share from 0 to 1: each of a list, and each whole number, has an equal part of that."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        assert self.low is not None
        assert self.high is not None
        if self.whole:
            count = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(share * count), count - 1)
        return between(self.low, self.high, share, self.log)

    def document(self) -> Any:
        """As a study's file has it, whole."""
        if self.values:
            return list(self.values)
        low, high = (int(e) if self.whole and e is not None else e for e in (self.low, self.high))
        return {"from": low, "to": high} | ({"scale": "log"} if self.log else {})


def between(low: float, high: float, share: float, log: bool) -> float:
    """The value at a share of the way, rounded to the digits that count."""
    value = low * math.pow(high / low, share) if log else low + (high - low) * share
    return min(max(float(f"{value:.{_DIGITS}g}"), low), high)


def varied(written: str, given: Any, role: Role, scenarios: Sequence[Scenario]) -> tuple[Varied | None, list[Problem]]:
    """What is meant by a path and what stands beside it, or what is wrong, with steps below the path.

    ``given``: a list of values, a mapping (`Range`), or nothing: the range that the number itself declares.
    """
    try:
        positions = [place for _, places in places_of(written, scenarios) for place in places]
    except WrongInput as error:
        return None, [((), str(error))]
    first = positions[0]
    if first.kind not in ("value", "unknown"):
        below = f"; vary one of {', '.join(first.parts[:12])} below it" if first.parts else ""
        return None, [((), f"is no single value{below}")]
    if isinstance(given, list | tuple):
        return _listed(written, list(given), role, positions)
    if given is not None and not isinstance(given, Mapping):
        text = "write {from: ..., to: ...}, a list of values, or nothing for the parameter's own range"
        return None, [((), f"{as_written(given)} is one value and nothing varies; {text}")]
    try:
        asked = Range.model_validate(dict(given or {}))
    except ValidationError as error:
        return None, problems_of(error, Range, listed="")
    return _ranged(written, asked, role, positions)


def places_of(written: str, scenarios: Sequence[Scenario]) -> list[tuple[Scenario, list[Position]]]:
    """The scenarios that have a path, with the places that it means there. Raises WrongInput where none has it."""
    name, _, path = written.rpartition(":")
    named = [scenario for scenario in scenarios if name in ("", scenario.name)]
    if not named:
        known = ", ".join(scenario.name for scenario in scenarios)
        raise WrongInput(f"there is no scenario {name!r} here; scenarios: {known}")
    places, refused = list[tuple[Scenario, list[Position]]](), list[str]()
    for scenario in named:
        try:
            places.append((scenario, find_positions(path, scenario.resolved())))
        except WrongInput as error:
            refused.append(str(error))
    if not places:
        hinted = [message for message in refused if "did you mean" in message]
        raise WrongInput((hinted or refused)[-1] if len(named) == 1 or hinted else f"no scenario has it; {refused[-1]}")
    return places


def ends(positions: Sequence[Position]) -> tuple[float | None, float | None]:
    """The narrowest range that a number declares at all its places, None where it has no end."""
    declared = [place.field.json_schema_extra for place in positions if place.field]
    known = [extra for extra in declared if isinstance(extra, Mapping)]
    lows = [float(low) for extra in known if isinstance(low := extra.get("low"), int | float)]
    highs = [float(high) for extra in known if isinstance(high := extra.get("high"), int | float)]
    return max(lows, default=None), min(highs, default=None)


def is_whole(position: Position) -> bool:
    """Whether a number is declared as a whole one."""
    annotation = position.field.annotation if position.field else None
    kinds = {annotation, *get_args(annotation)}
    return int in kinds and float not in kinds


def _listed(
    written: str, given: list[Any], role: Role, positions: Sequence[Position]
) -> tuple[Varied | None, list[Problem]]:
    if not given:
        return None, [((), "is empty; write one value at least")]
    twice = next((index for index, value in enumerate(given) if value in given[:index]), None)
    if twice is not None and all(isinstance(value, int | float | str) for value in given):
        return None, [((twice,), f"{as_written(given[twice])} stands here twice")]
    problems: list[Problem] = [
        ((index,), message) for index, value in enumerate(given) for message in _outside(value, positions)
    ]
    return (None, problems) if problems else (Varied(written, role, values=tuple(given)), [])


def _ranged(
    written: str, asked: Range, role: Role, positions: Sequence[Position]
) -> tuple[Varied | None, list[Problem]]:
    if not all(is_number(place.field) for place in positions):
        return None, [((), "is no number, so it has no range; write a list of its values")]
    limits = ends(positions)
    low = limits[0] if asked.low is None else asked.low
    high = limits[1] if asked.high is None else asked.high
    if low is None or high is None:
        return None, [((), "declares no range of its own; write {from: ..., to: ...}")]
    problems: list[Problem] = [
        ((key,), message)
        for key, end in (("from", asked.low), ("to", asked.high))
        for message in _outside(end, positions)
    ]
    if problems:
        return None, problems
    if low >= high:
        return None, [((), f"goes from {low:g} to {high:g}; make `to` the larger one")]
    if asked.scale == "log" and low <= 0:
        return None, [((), f"begins at {low:g}, which has no logarithm; write `from:` above 0, or leave `scale` out")]
    whole = all(is_whole(place) for place in positions)
    if whole and (low != int(low) or high != int(high)):
        return None, [((), f"is a whole number; {low:g} to {high:g} are none")]
    if asked.steps is None:
        return Varied(written, role, low, high, asked.scale == "log", whole), []
    values = list(_steps(low, high, asked, whole))
    return Varied(written, role, values=tuple(dict.fromkeys(values))), []


def _steps(low: float, high: float, asked: Range, whole: bool) -> Iterator[float]:
    assert asked.steps
    for step in range(asked.steps):
        value = between(low, high, step / (asked.steps - 1), asked.scale == "log")
        yield round(value) if whole else value


def _outside(value: Any, positions: Sequence[Position]) -> list[str]:
    """What is said of a number that is out of the range which the parameter declares."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return []
    low, high = ends(positions)
    if (low is None or value >= low) and (high is None or value <= high):
        return []
    extra = positions[0].field.json_schema_extra if positions[0].field else None
    unit = f" ({extra['unit']})" if isinstance(extra, Mapping) and extra.get("unit") else ""
    bounds = f"{low:g} to {high:g}" if low is not None and high is not None else f"from {low}" if high is None else ""
    return [f"{value:g} is out of the parameter's own range; allowed {bounds or f'up to {high}'}{unit}"]

"""What every behavior is: where providers' levers head, given what they know. Arrays in, arrays out."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.decisions.lever_shapes import lever_shapes
from vbp_agents.decisions.situation import Situation
from vbp_agents.declaration import Parameters


@dataclass(frozen=True)
class Levers:
    """How far providers have moved from baseline practice: 0 everywhere at baseline.

    ``intensity`` (practices, payers, what the patient is, questions): margin of one more service, in prices;
    ``steering`` (practices, 2): log weight of places inside, and per log price of a place; ``coordination``,
    ``measured_tasks``, ``documentation``, ``completeness`` of coding (organizations,): shares;
    ``selection`` (payers, holders + 1, 2, 3): dollars a year that a member is worth more, each, per coded and per seen
    risk; ``cases`` (hospitals, payers, 2): dollars that an elective case is worth more, and per dollar it costs.
    """

    intensity: FloatArray
    steering: FloatArray
    coordination: FloatArray
    measured_tasks: FloatArray
    documentation: FloatArray
    completeness: FloatArray
    selection: FloatArray
    cases: FloatArray

    @classmethod
    def at_baseline(cls, practices: int, organizations: int, payers: int, holders: int, hospitals: int) -> "Levers":
        """Baseline practice of so many of each."""
        shapes = lever_shapes(practices, organizations, payers, holders, hospitals)
        return cls(**{name: np.zeros(shape) for name, shape in shapes.items()})

    def each(self, change: Callable[[str, FloatArray], FloatArray]) -> "Levers":
        """Every lever changed by its name and value."""
        return Levers(**{field.name: change(field.name, getattr(self, field.name)) for field in fields(self)})

    def none(self) -> "Levers":
        """Baseline practice."""
        return self.each(lambda _, lever: np.zeros_like(lever))


SHARES = ("coordination", "measured_tasks", "documentation", "completeness")
"""Levers that are shares: with what was there at baseline none is less than 0 or more than 1."""
A_HAIR = 2e-3
"""A share near an end is taken to be a thousandth from it (`decisions.response`): so far it may overshoot."""


def share_ends(name: str, now: Situation) -> tuple[FloatArray, FloatArray]:
    """The least and the most that a lever which is a share can be, (organizations,) each: so far from baseline."""
    if name == "documentation":
        return np.array(-1.0), np.array(1.0)
    base = now.base[:, ("coordination", "measured_tasks", "completeness").index(name)]
    return -base, 1.0 - base


def wrong_with(aims: object, levers: Levers, now: Situation) -> str:
    """Why ``aims`` are not where levers can head that are now at ``levers``; "" where they are."""
    if not isinstance(aims, Levers):
        return f"gives a {type(aims).__name__} and no Levers"
    for field in fields(Levers):
        aim, shape = getattr(aims, field.name), getattr(levers, field.name).shape
        if np.shape(aim) != shape:
            return f"gives {field.name} in the shape {np.shape(aim)}; its shape is {shape}"
        if not np.isfinite(aim).all():
            return f"gives {field.name} with numbers that are not finite"
    for name in SHARES:
        aim, (least, most) = getattr(aims, name), share_ends(name, now)
        beyond = np.maximum(aim - most, least - aim)
        if (beyond > A_HAIR).any():
            moved = float(aim[np.argmax(beyond)])
            return f"moves {name} by {moved:.3g}; it is a share, and with what it is at baseline stays within 0 and 1"
    return ""


class Behavior(Parameters):
    """Where providers' levers head. It sees what contracts are worth, and never a regime's name.

    Write ``aim``; how fast levers follow, and how much peers weigh, is the same for all behaviors.
    ``responds``: whether anything moves it; ``weighs_contracts``: whether what contracts are worth does.
    """

    title: ClassVar[str]
    source: ClassVar[str]
    responds: ClassVar[bool] = True
    weighs_contracts: ClassVar[bool] = True

    def own_reason(self, now: Situation, organization: int) -> tuple[str, str]:
        """What moves an organization that contracts do not, in a few words and in a sentence; empty where nothing."""
        return "", ""

    @abstractmethod
    def aim(self, now: Situation, levers: Levers) -> Levers:
        """Where the levers head that are now at ``levers``."""

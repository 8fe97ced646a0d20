"""What every behavior is: where providers' levers head, given what they know. Arrays in, arrays out."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from vbp_agents.book import FloatArray
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

    def each(self, change: Callable[[str, FloatArray], FloatArray]) -> "Levers":
        """Every lever changed by its name and value."""
        return Levers(**{field.name: change(field.name, getattr(self, field.name)) for field in fields(self)})

    def none(self) -> "Levers":
        """Baseline practice."""
        return self.each(lambda _, lever: np.zeros_like(lever))


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

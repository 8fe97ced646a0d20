"""What every behavior is: how providers set their levers from what they believe. Arrays in, arrays out."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from vbp_agents.book import FloatArray
from vbp_agents.param import Parameters


@dataclass(frozen=True)
class Levers:
    """What providers set. ``margin`` (practices, decisions): what one more service brings its decider, in prices;
    ``coordination`` and ``completeness`` of coding (organizations,), shares in [0, 1]."""

    margin: FloatArray
    coordination: FloatArray
    completeness: FloatArray


class Behavior(Parameters):
    """How providers set their levers, each month, from what was known at the end of the last.

    It never sees a regime's name.
    """

    title: ClassVar[str]
    source: ClassVar[str]

    @abstractmethod
    def choose(self, levers: Levers) -> Levers:
        """The levers of this month from those of the last."""

"""Which runs go where, and how many at once: those of one world together, for about as long as handing over is free."""

import math
from collections import deque
from collections.abc import Iterable, Sequence

from vbp_agents.parameters import WARM_UP
from vbp_agents.sweeps.plan import PlannedRun
from vbp_agents.sweeps.work import Outcome

BATCH_SECONDS = 2.0
"""What a batch should take: handing one over takes some hundredths of a second."""
_MOST = 500
"""Runs of a batch, however short they are."""
_World = tuple[str, int]
"""What tells worlds apart here: surroundings and luck."""


class Dispenser:
    """Hands out runs, world by world, to places that each keep the worlds that they have built.

    A place goes on with its world; then takes one that nobody has begun; then helps where most is left, if that is
    more than a world takes to build. Each world is built once where there are as many worlds as places.
    """

    def __init__(self, runs: Iterable[PlannedRun], places: int) -> None:
        self.places = places
        self.waiting: dict[_World, deque[PlannedRun]] = {}
        for run in runs:
            self.waiting.setdefault((run.world, run.seed), deque()).append(run)
        self.left = sum(map(len, self.waiting.values()))
        self.untouched = deque(self.waiting)
        self.own: dict[str, _World] = {}
        self.seconds: float | None = None

    def take(self, place: str, anyway: bool = False) -> tuple[PlannedRun, ...]:
        """The next batch for a place; none where nothing is left for it.

        ``anyway``: nobody else is at work, so that it helps whatever a world costs.
        """
        world = self._world(place, anyway)
        if world is None:
            return ()
        self.own[place] = world
        queue = self.waiting[world]
        batch = tuple(queue.popleft() for _ in range(min(self._size(), len(queue))))
        self.left -= len(batch)
        if not queue:
            del self.waiting[world]
        return batch

    def learn(self, outcomes: Sequence[Outcome]) -> None:
        """How long runs took last, from which the size of batches follows: the first ones may have had to compile."""
        self.seconds = sum(outcome.seconds for outcome in outcomes) / len(outcomes)

    @property
    def short(self) -> bool:
        """Whether batches are so short that the next one should lie ready."""
        return self.seconds is not None and self.seconds * self._size() < 2 * BATCH_SECONDS

    def _size(self) -> int:
        """One while nothing is known; near the end fewer, so that no place waits long for another."""
        if self.seconds is None:
            return 1
        wanted = math.ceil(BATCH_SECONDS / max(self.seconds, 1e-4))
        return max(1, min(wanted, _MOST, math.ceil(self.left / (2 * self.places))))

    def _world(self, place: str, anyway: bool) -> _World | None:
        current = self.own.get(place)
        if current in self.waiting:
            return current
        while self.untouched:
            world = self.untouched.popleft()
            if world in self.waiting:
                return world
        most = max(self.waiting, key=lambda world: len(self.waiting[world]), default=None)
        if most is None:
            return None
        months = sum(12 * run.years for run in self.waiting[most])
        return most if anyway or months > WARM_UP else None

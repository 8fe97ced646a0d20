"""Warmed-up worlds, built once and kept: contracts and behavior change on the same people with the same past."""

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from vbp_agents.study.checks import Named, found_scenario
from vbp_agents.study.clock import MonthsDone, Progress, unheard
from vbp_agents.study.size import Size

if TYPE_CHECKING:
    from vbp_agents.actors.world import World
    from vbp_agents.terms.scenario import Scenario

_KEPT = 128_000_000
"""Bytes of patients' records that a process keeps: 40 worlds of 20,000 people. A larger world is not kept."""
_Key = tuple[str, int, int]
"""The scenario's world hash, people, seed."""


class Shelf:
    """Worlds by key, those that were used least lately going first; never changed by who gets one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.worlds: OrderedDict[_Key, World] = OrderedDict()
        self.lock = Lock()

    def find(self, key: _Key) -> "World | None":
        """The world kept under a key."""
        with self.lock:
            if key in self.worlds:
                self.worlds.move_to_end(key)
            return self.worlds.get(key)

    def keep(self, key: _Key, world: "World") -> None:
        """Put a world there, if it has room, and let go of as many as are too many."""
        with self.lock:
            self.worlds[key] = world
            self.worlds.move_to_end(key)
            while self.worlds and sum(kept.patients.nbytes for kept in self.worlds.values()) > self.limit:
                self.worlds.popitem(last=False)

    def clear(self) -> None:
        """Let go of all."""
        with self.lock:
            self.worlds.clear()


shelf = Shelf(_KEPT)
"""This process's own."""


def build_world(
    scenario: Named, patients: int = 20_000, seed: int = 1, threads: int | None = None, progress: Progress = unheard
) -> "World":
    """A world of the scenario's region, people, care and payers after three years under fee for service.

    Every scenario that differs in contracts and behavior alone runs in it. It is kept for whoever asks for the same
    one again. Raises WrongInput.
    """
    from vbp_agents.parameters import WARM_UP

    size = Size.checked(patients=patients, years=1, replicates=1, seed=seed, threads=threads)
    place = found_scenario(scenario)
    return warm_world(place, size.patients, size.seed, size.threads, lambda months: progress(months, WARM_UP))


def warm_world(
    scenario: "Scenario",
    patients: int,
    seed: int,
    threads: int,
    progress: MonthsDone | None = None,
) -> "World":
    """The scenario's world after its warm-up, kept or built; ``progress`` is told the months done.

    Runs copy it: whoever gets it changes nothing in it.
    """
    from vbp_agents.parameters import WARM_UP
    from vbp_agents.warm_up import warmed_world

    key = scenario.world_hash, patients, seed
    world = shelf.find(key)
    if world is None:
        world = warmed_world(scenario, patients, seed, threads, progress)
        shelf.keep(key, world)
    elif progress:
        progress(WARM_UP)
    return world

"""Replicates: the same scenarios on new patients with new luck, paired scenario by scenario."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vbp_agents.scenario import Scenario

if TYPE_CHECKING:
    from vbp_agents.model import Run
    from vbp_agents.state import State

Progress = Callable[[int, int], None]
"""Called with months done and months in all, over all scenarios and replicates."""
SIDE_BY_SIDE = 100_000
"""Patients up to which scenarios are lived side by side: above, all threads share the patients of one, and memory
holds one."""
Left = TypeVar("Left", covariant=True)
"""What is left of a scenario that has been lived."""


class Live(Protocol[Left]):
    """Lives a scenario's years on a copy of a warmed-up world, as `model.run` does."""

    def __call__(
        self, state: "State", scenario: Scenario, years: int, progress: Callable[[int], None], threads: int
    ) -> Left: ...


@dataclass(frozen=True)
class Lived(Generic[Left]):
    """One draw of patients and luck: its number (from 1), its seed, and what is left of each scenario by name."""

    number: int
    seed: int
    runs: dict[str, Left]


Replicate = Lived["Run"]
"""What is left is a run."""


class Abandoned(Exception):
    """Nobody waits for this run any more."""


@dataclass
class Clock:
    """Counts months over all runs, some of which may go on side by side."""

    total: int
    tell: Progress
    done: int = field(default=0)
    abandoned: bool = field(default=False)
    one_at_a_time: Lock = field(default_factory=Lock)

    def advance(self, months: int) -> None:
        """Some months more have been lived. Raises Abandoned where that is of no use any more."""
        with self.one_at_a_time:
            self.check()
            self.done += months
            self.tell(self.done, self.total)

    def check(self) -> None:
        """Raise Abandoned where nobody waits any more."""
        if self.abandoned:
            raise Abandoned

    def of_run(self) -> Callable[[int], None]:
        """What a run calls with the months that it has done so far."""
        before = 0

        def at(months: int) -> None:
            nonlocal before
            self.advance(months - before)
            before = months

        return at


def replicate_seed(seed: int, number: int) -> int:
    """The seed of replicate ``number`` (from 1): the first is ``seed`` itself, so that `vbp run` repeats it.

    The others are 63 bits of the SHA-256 of "seed/number": unrelated between neighboring seeds and numbers.
    """
    if number == 1:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{number}".encode()).digest()[:8], "big") >> 1


def months_of(scenarios: Sequence[Scenario], years: int, count: int) -> int:
    """Months of simulation in all: one warm-up for each different world, and every scenario's years."""
    from vbp_agents.state import WARM_UP

    worlds = len({scenario.world_hash for scenario in scenarios})
    return count * (worlds * WARM_UP + len(scenarios) * years * 12)


def replicates(
    scenarios: Sequence[Scenario],
    *,
    patients: int,
    years: int,
    count: int,
    seed: int,
    threads: int,
    progress: Progress = lambda done, total: None,
) -> Iterator[Replicate]:
    """Yield each replicate's runs as it is finished, so that an interruption loses only the one under way."""
    from vbp_agents.model import run

    live: Live[Run] = run
    size = {"patients": patients, "years": years, "count": count, "seed": seed, "threads": threads}
    return lived(live, scenarios, **size, progress=progress)


def lived(
    live: Live[Left],
    scenarios: Sequence[Scenario],
    *,
    patients: int,
    years: int,
    count: int,
    seed: int,
    threads: int,
    progress: Progress,
) -> Iterator[Lived[Left]]:
    """Yield each replicate with what ``live`` leaves of each scenario, while the next is under way.

    Scenarios with equal ``world_hash`` start from one warmed-up world: the same patients with the same past.
    """
    from vbp_agents.model import build_world

    clock = Clock(months_of(scenarios, years, count), progress)

    def replicate(number: int) -> Lived[Left]:
        own = replicate_seed(seed, number)
        left: dict[str, Left] = {}
        for group in _by_world(scenarios):
            world = build_world(group[0], patients, own, threads, clock.of_run())
            left |= each_life(live, world, {scenario.name: scenario for scenario in group}, years, threads, clock)
        return Lived(number, own, {scenario.name: left[scenario.name] for scenario in scenarios})

    with ThreadPoolExecutor(1) as ahead:
        try:
            coming = ahead.submit(replicate, 1)
            for number in range(1, count + 1):
                found = coming.result()
                if number < count:
                    coming = ahead.submit(replicate, number + 1)
                yield found
        finally:
            clock.abandoned = True


def each_life(
    live: Live[Left], world: "State", scenarios: Mapping[str, Scenario], years: int, threads: int, clock: Clock
) -> dict[str, Left]:
    """What is left of each scenario, by name, all on copies of one world: in a small one a thread lives a whole one.

    Where one fails the others are abandoned.
    """
    at_once = min(threads, len(scenarios)) if len(world.patients) <= SIDE_BY_SIDE else 1

    def left_of(scenario: Scenario) -> Left:
        try:
            clock.check()
            return live(world, scenario, years, clock.of_run(), threads // at_once)
        except BaseException:
            clock.abandoned = True
            raise

    with ThreadPoolExecutor(at_once) as crew:
        lives = {name: crew.submit(left_of, scenario) for name, scenario in scenarios.items()}
    failed = [error for life in lives.values() if (error := life.exception())]
    for error in sorted(failed, key=lambda error: isinstance(error, Abandoned)):
        raise error
    return {name: life.result() for name, life in lives.items()}


def _by_world(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    groups: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault(scenario.world_hash, []).append(scenario)
    return list(groups.values())

"""Replicates: the same scenarios on new patients with new luck, paired scenario by scenario."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vbp_agents.scenario import Scenario

if TYPE_CHECKING:
    from vbp_agents.model import Run
    from vbp_agents.state import State

Progress = Callable[[int, int], None]
"""Called with months done and months in all, over all scenarios and replicates."""
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


@dataclass
class Clock:
    """Counts months over all runs."""

    total: int
    tell: Progress
    done: int = field(default=0)

    def advance(self, months: int) -> None:
        self.done += months
        self.tell(self.done, self.total)

    def of_run(self) -> Callable[[int], None]:
        """What a run calls with the months that it has done so far."""
        start = self.done

        def at(months: int) -> None:
            self.advance(start + months - self.done)

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
    """Yield each replicate with what ``live`` leaves of each scenario.

    Scenarios with equal ``world_hash`` start from one warmed-up world: the same patients with the same past.
    """
    clock = Clock(months_of(scenarios, years, count), progress)
    for number in range(1, count + 1):
        own = replicate_seed(seed, number)
        left: dict[str, Left] = {}
        for group in _by_world(scenarios):
            left |= _live_group(live, group, patients, years, own, threads, clock)
        yield Lived(number, own, {scenario.name: left[scenario.name] for scenario in scenarios})


def _live_group(
    live: Live[Left], group: Sequence[Scenario], patients: int, years: int, seed: int, threads: int, clock: Clock
) -> dict[str, Left]:
    """Every scenario of one world, each on its own copy of it."""
    from vbp_agents.model import build_world

    world = build_world(group[0], patients, seed, threads, clock.of_run())
    return {scenario.name: live(world, scenario, years, clock.of_run(), threads) for scenario in group}


def _by_world(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    groups: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault(scenario.world_hash, []).append(scenario)
    return list(groups.values())

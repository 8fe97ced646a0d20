"""One replicate: scenarios on the same patients with the same luck, and the clock that counts their months."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from vbp_agents.actors.state import State

Progress = Callable[[int, int], None]
"""Called with months done and months in all, over all scenarios and replicates."""
Advance = Callable[[int], None]
"""Called with the months that were lived since it was called last."""
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


@dataclass
class Clock:
    """Counts months over all runs."""

    total: int
    tell: Progress
    done: int = field(default=0)

    def advance(self, months: int) -> None:
        """Some months more have been lived."""
        self.done += months
        self.tell(self.done, self.total)

    def of_run(self) -> Callable[[int], None]:
        """What a run calls with the months that it has done so far."""
        return since(self.advance)


def since(advance: Advance) -> Callable[[int], None]:
    """From months done so far to months since the last time."""
    before = 0

    def at(months: int) -> None:
        nonlocal before
        advance(months - before)
        before = months

    return at


@dataclass(frozen=True)
class Plan(Generic[Left]):
    """What every replicate does: ``live`` all the scenarios for so many years with so many patients."""

    live: Live[Left]
    scenarios: tuple[Scenario, ...]
    patients: int
    years: int
    seed: int

    @property
    def months(self) -> int:
        """Months of simulation of a replicate: one warm-up for each different world, and every scenario's years."""
        from vbp_agents.actors.state import WARM_UP

        worlds = len({scenario.world_hash for scenario in self.scenarios})
        return worlds * WARM_UP + len(self.scenarios) * self.years * 12

    def replicate(self, number: int, threads: int, advance: Advance) -> Lived[Left]:
        """Live one. Scenarios with equal ``world_hash`` start from one warmed-up world: patients with one past."""
        from vbp_agents.warm_up import build_world

        own = replicate_seed(self.seed, number)
        left: dict[str, Left] = {}
        for group in _by_world(self.scenarios):
            world = build_world(group[0], self.patients, own, threads, since(advance))
            for scenario in group:
                left[scenario.name] = self.live(world, scenario, self.years, since(advance), threads)
        return Lived(number, own, {scenario.name: left[scenario.name] for scenario in self.scenarios})


def replicate_seed(seed: int, number: int) -> int:
    """The seed of replicate ``number`` (from 1): the first is ``seed`` itself, so that `vbp run` repeats it.

    The others are 63 bits of the SHA-256 of "seed/number": unrelated between neighboring seeds and numbers.
    """
    if number == 1:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{number}".encode()).digest()[:8], "big") >> 1


def _by_world(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    groups: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault(scenario.world_hash, []).append(scenario)
    return list(groups.values())

"""Tasks: scenarios on the same patients with the same luck, and what a function makes of each run.

Everything that simulates is a loop over tasks: comparisons, sweeps, the evidence, the network, experiments.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vbp_agents.study.checks import checked_size
from vbp_agents.study.clock import Advance, MonthsDone, since
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from vbp_agents.actors.world import World
    from vbp_agents.study.size import Size

Result = TypeVar("Result", covariant=True)
"""What is made of a run: the only thing that crosses processes."""


class RunFunction(Protocol[Result]):
    """Runs a scenario's years on a copy of a warmed-up world, as `model.run_model` does, and makes something of it.

    ``progress`` is to be told the months done. In processes of their own it is pickled: a module's function goes by
    its name, any other (a notebook's, a script's) by its code.
    """

    def __call__(
        self, world: "World", scenario: Scenario, years: int, progress: MonthsDone, threads: int
    ) -> Result: ...


@dataclass(frozen=True)
class Task(Generic[Result]):
    """``make`` something of a run of every scenario, all with the same people and luck, which ``seed`` draws.

    ``number``: which replicate it is, from 1; ``point``: which point of a design, where there is one.
    """

    make: RunFunction[Result]
    scenarios: tuple[Scenario, ...]
    patients: int
    years: int
    seed: int
    number: int = 1
    point: int = 0

    @property
    def worlds(self) -> tuple[str, ...]:
        """What tells its warmed-up worlds from those of tasks with other people, luck or surroundings."""
        hashes = dict.fromkeys(scenario.world_hash for scenario in self.scenarios)
        return tuple(f"{world}/{self.patients}/{self.seed}" for world in hashes)

    @property
    def months(self) -> int:
        """Months of simulation: one warm-up for each different world, and every scenario's years."""
        from vbp_agents.parameters import WARM_UP

        return len(self.worlds) * WARM_UP + len(self.scenarios) * self.years * 12

    def run(self, threads: int, advance: Advance) -> "TaskResult[Result]":
        """Do it here. Scenarios with equal ``world_hash`` start from one warmed-up world: patients with one past."""
        from vbp_agents.study.worlds import warm_world

        results: dict[str, Result] = {}
        for group in _by_world(self.scenarios):
            world = warm_world(group[0], self.patients, self.seed, threads, since(advance))
            for scenario in group:
                results[scenario.name] = self.make(world, scenario, self.years, since(advance), threads)
        return TaskResult(self.number, self.seed, {s.name: results[s.name] for s in self.scenarios}, self.point)


@dataclass(frozen=True)
class TaskResult(Generic[Result]):
    """What a task made of each scenario's run, by the scenario's name; the rest is the task's own."""

    number: int
    seed: int
    runs: dict[str, Result]
    point: int = 0


def replicate_tasks(make: RunFunction[Result], scenarios: Sequence[Scenario], size: "Size") -> list[Task[Result]]:
    """A task a replicate: each draws new patients and new luck, and every scenario gets the same."""
    return [
        Task(make, tuple(scenarios), size.patients, size.years, replicate_seed(size.seed, number), number)
        for number in range(1, size.replicates + 1)
    ]


def replicate_seed(seed: int, number: int) -> int:
    """The seed of replicate ``number`` (from 1): the first is ``seed`` itself, so that `vbp run` repeats it.

    The others are 63 bits of the SHA-256 of "seed/number": unrelated between neighboring seeds and numbers.
    Raises WrongInput for what is no seed, or no number from 1 on.
    """
    seed, number = checked_size("seed", seed), checked_size("replicates", number)
    if number == 1:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{number}".encode()).digest()[:8], "big") >> 1


def _by_world(scenarios: Sequence[Scenario]) -> Iterator[list[Scenario]]:
    groups: dict[str, list[Scenario]] = {}
    for scenario in scenarios:
        groups.setdefault(scenario.world_hash, []).append(scenario)
    yield from groups.values()

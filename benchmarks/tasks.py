"""Tasks in processes against two plain loops over the same tasks at the same time, and the memory of who hands out.

python benchmarks/tasks.py [--tasks 500] [--patients 2000] [--rounds 3]
"""

import argparse
import resource
import subprocess
import sys
import time

from vbp_agents import Scenario, Task, find_scenario, measure, replicate_seed, run, run_tasks
from vbp_agents.actors.world import World
from vbp_agents.study.clock import MonthsDone
from vbp_agents.warm_up import warmed_world

YEARS, LOOPS = 1, 2


def cost(world: World, scenario: Scenario, years: int, progress: MonthsDone, threads: int) -> float | None:
    """What a sweep keeps of a run: a number."""
    return measure(run(world, scenario, years, progress, threads).tables)["cost_per_capita"]


def tasks_of(count: int, patients: int) -> list[Task[float | None]]:
    """So many replicates of capitation."""
    scenario = find_scenario("capitation")
    return [Task(cost, (scenario,), patients, YEARS, replicate_seed(1, n), n) for n in range(1, count + 1)]


def plain_loop(numbers: range, patients: int) -> None:
    """What a user would write: a world, a run and its measures, one after the other."""
    scenario = find_scenario("capitation")
    for number in numbers:
        world = warmed_world(scenario, patients, replicate_seed(1, number), 1)
        measure(run(world, scenario, YEARS).tables)


def plain_loops(count: int, patients: int) -> float:
    """Seconds of as many loops at once as processes are used, each with its part of the tasks."""
    start = time.perf_counter()
    parts = [[sys.executable, __file__, "--loop", str(first), str(count), str(patients)] for first in range(LOOPS)]
    for process in [subprocess.Popen(part) for part in parts]:
        if process.wait():
            raise SystemExit("a loop failed")
    return time.perf_counter() - start


def handed_out(count: int, patients: int) -> tuple[float, list[float]]:
    """Seconds of the same tasks in processes, and this process's peak memory at each fifth of them, MB."""
    start, memory = time.perf_counter(), []
    for place, _ in enumerate(run_tasks(tasks_of(count, patients), LOOPS), 1):
        if place % max(1, count // 5) == 0:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return time.perf_counter() - start, memory


def main() -> None:
    """Print the ratio of each round."""
    if sys.argv[1:2] == ["--loop"]:
        first, count, patients = map(int, sys.argv[2:])
        plain_loop(range(first + 1, count + 1, LOOPS), patients)
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name, default in (("tasks", 500), ("patients", 2_000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    plain_loops(LOOPS, 100)
    for _ in range(asked.rounds):
        loops = plain_loops(asked.tasks, asked.patients)
        seconds, memory = handed_out(asked.tasks, asked.patients)
        peaks = ", ".join(f"{megabytes:.0f}" for megabytes in memory)
        print(f"two plain loops {loops:.1f} s, tasks {seconds:.1f} s: {loops / seconds:.2f} of their speed")
        print(f"  peak memory of who hands out, at each fifth of the tasks: {peaks} MB")


if __name__ == "__main__":
    main()

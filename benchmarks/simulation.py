"""What watching costs: months with headline metrics, money, people, levers and events, over a run that only runs.

    python benchmarks/simulation.py [--patients 20000] [--months 60] [--pairs 9] [--long 600]

Pairs in one process, one after the other in turn, on a warm world and one thread, in processor seconds, so that other
work on the machine counts little: the median of their ratios, by scenario. Before them the room that a long simulation
takes: by how much the process grows from month 60 to its end, while there is no freed memory that would hide it.
"""

import argparse
import gc
import resource
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

from vbp_agents.actors.world import World
from vbp_agents.model import run_model
from vbp_agents.study.simulation import Simulation
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

SCENARIOS = ("fee_for_service", "mssp_enhanced", "capitation")


def watched(world: World, scenario: Scenario, months: int) -> float:
    """Processor seconds for a simulation whose every month is looked at."""
    start, seen = process_time(), 0.0
    with Simulation(world, scenario) as simulation:
        for month in simulation.months(months):
            seen += sum(value or 0.0 for value in month.metrics.values()) + sum(month.events.values())
    return process_time() - start


def only_run(world: World, scenario: Scenario, months: int) -> float:
    """Processor seconds for a run of as many months, tables included."""
    start = process_time()
    run_model(world, scenario, months // 12)
    return process_time() - start


def paired(world: World, scenario: Scenario, months: int, pairs: int) -> Iterator[tuple[float, float]]:
    """Processor seconds watched and only run, which goes first in turn."""
    for number in range(pairs):
        if number % 2:
            run_first = only_run(world, scenario, months)
            yield watched(world, scenario, months), run_first
        else:
            yield watched(world, scenario, months), only_run(world, scenario, months)


def room() -> float:
    """Megabytes of memory that the process has now."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize() / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def growth(world: World, scenario: Scenario, months: int) -> float:
    """Megabytes that the months after the 60th add."""
    with Simulation(world, scenario) as simulation:
        for _ in simulation.months(60):
            pass
        gc.collect()
        before = room()
        for _ in simulation.months(months - 60):
            pass
        gc.collect()
        return room() - before


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--long", type=int, default=600)
    options = parser.parse_args()
    world = warmed_world(find_scenario(SCENARIOS[0]), options.patients, 1, 1)
    print(f"months 61 to {options.long} add {growth(world, find_scenario(SCENARIOS[1]), options.long):.1f} MB")
    for name in SCENARIOS:
        scenario = find_scenario(name)
        watched(world, scenario, 24), only_run(world, scenario, 24)
        times = list(paired(world, scenario, options.months, options.pairs))
        ratios = sorted(mine / theirs for mine, theirs in times)
        mine, theirs = (median(column) for column in zip(*times, strict=True))
        print(
            f"{name:16} {options.months} months: watched {mine:.2f} s, only run {theirs:.2f} s, ratio "
            f"{median(ratios):.3f} (of {options.pairs} pairs {ratios[0]:.3f} to {ratios[-1]:.3f})"
        )


if __name__ == "__main__":
    main()

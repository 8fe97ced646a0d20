"""What a sweep costs beside its runs, and what kept worlds save: ratios, as machines are busy.

    python benchmarks/sweep.py [--runs 200] [--patients 20000] [--years 5] [--points 200] [--tiny 10000]

Many runs that take no time: seconds of the driver, and its memory. Two workers and two plain loops in processes of
their own, all at once: runs of the ones over those of the others, and the share of the workers' time that is spent in
runs. Contract points on kept worlds beside as many comparisons, each of which builds its worlds.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time, sleep, time
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np

from vbp_agents import METRICS, Study, replicate_seed, sweep
from vbp_agents.metrics import measure
from vbp_agents.model import run_model
from vbp_agents.study.worlds import shelf, warm_world
from vbp_agents.sweeps.engine import SweepProgress
from vbp_agents.sweeps.plan import planned, unpacked_scenario

RATE = "mssp_enhanced:contracts.0.terms.sharing_rate"
LOOP = "import benchmarks.sweep as b; b.loop({patients}, {years}, {seed})"


def study(points: int, patients: int, years: int, replicates: int = 1) -> Study:
    """So many sharing rates, beside fee for service."""
    return Study(
        scenarios=["mssp_enhanced"],
        levers={RATE: {"from": 0.1, "to": 0.9, "steps": points}},
        outcomes=["cost_per_capita"],
        design={"kind": "grid"},
        replicates=replicates,
        patients=patients,
        years=years,
    )


def loop(patients: int, years: int, seed: int) -> None:
    """A plain loop over contract points on one world, as short as can be written.

    It goes on for ever, and says when each run was over and which processor time was spent until then.
    """
    plan = planned(study(50, patients, years), "benchmark")
    scenarios = [
        unpacked_scenario(plan.packed[spot.content]) for spot in plan.spots if spot.scenario == "mssp_enhanced"
    ]
    world = warm_world(scenarios[0], patients, replicate_seed(1, seed), 1)
    for scenario in cycle(scenarios):
        measure(run_model(world, scenario, years, None, 1).tables)
        print(time(), process_time(), flush=True)


def against_loops(runs: int, patients: int, years: int, folder: Path) -> tuple[float, float, float]:
    """The speed of a sweep on two workers over that of two loops at the same time, worlds and starts left out.

    All four compute at once, so that a busy machine is as busy for both. And the share of the workers' time that runs
    took (what is missing is handing over, and waiting for the last), and the processor seconds of a run.
    """
    states: list[tuple[float, int, float]] = []

    def note(state: SweepProgress) -> None:
        states.append((time(), state.computed, state.seconds))

    folder.mkdir()
    files = [folder / f"loop_{seed}" for seed in (1, 2)]
    commands = [LOOP.format(patients=patients, years=years, seed=seed) for seed in (1, 2)]
    with ExitStack() as stack:
        for command, file in zip(commands, files, strict=True):
            output = stack.enter_context(file.open("wb"))
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", command], stdout=output))
            stack.callback(process.kill)
        while not all(file.stat().st_size for file in files):
            sleep(0.1)
        sweep(study(runs // 2, patients, years, replicates=2), out=folder / "sweep", workers=2, progress=note)
    (first, some, before), (last, most, after) = next(at for at in states if at[1] >= runs / 10), states[-1]
    plain = spent = 0.0
    for file in files:
        ends, used = np.loadtxt(file, ndmin=2).T
        plain += float(np.diff(np.interp([first, last], ends, range(len(ends))))[0])
        spent += float(np.diff(np.interp([first, last], ends, used))[0])
    return (most - some) / plain, (after - before) / (2 * (last - first)), spent / plain


def against_comparisons(points: int, patients: int, years: int, folder: Path) -> float:
    """Seconds of comparisons that each build their world, over those of a sweep, both here; 20 of them are timed."""
    start = perf_counter()
    sweep(study(points, patients, years), out=folder, workers=0)
    swept = perf_counter() - start
    plan = planned(study(points, patients, years), "benchmark")
    start, some = perf_counter(), min(20, points)
    for point in range(1, some + 1):
        shelf.clear()
        for spot in (spot for spot in plan.spots if spot.point == point):
            scenario = unpacked_scenario(plan.packed[spot.content])
            measure(run_model(warm_world(scenario, patients, 1, 1), scenario, years, None, 1).tables)
    return (perf_counter() - start) / some * points / swept


def tiny(runs: int, folder: Path) -> tuple[float, float, float]:
    """Seconds of a sweep whose runs take none, and the driver's megabytes at a tenth of the way and at the end."""
    values = dict.fromkeys(METRICS, 1.25)
    stand_ins: dict[str, Callable[..., Any]] = {
        "vbp_agents.study.worlds.warm_world": lambda *world: None,
        "vbp_agents.model.run_model": lambda *asked: SimpleNamespace(tables=None),
        "vbp_agents.metrics.measure": lambda tables: values,
    }
    memory = list[float]()
    points = max(1, runs // 100 - 1)
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch(name, stand_in))
        start = perf_counter()
        sweep(study(points, 1_000, 1, 100), out=folder, workers=0, progress=lambda state: memory.append(_megabytes()))
        return perf_counter() - start, memory[len(memory) // 10], memory[-1]


def _megabytes() -> float:
    """The most that this process has had so far: it is flat where nothing is kept."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = {"runs": 200, "patients": 20_000, "years": 5, "points": 200, "tiny": 10_000}
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seconds, before, after = tiny(asked.tiny, Path(folder) / "tiny")
        print(f"{asked.tiny} runs that take no time: {seconds:.0f} s, {before:.0f} MB, then {after:.0f} MB", flush=True)
        ratio, busy, seconds = against_loops(asked.runs, asked.patients, asked.years, Path(folder) / "loops")
        speed = f"{ratio:.2f} of the speed of two plain loops at the same time; {busy:.3f} of it in runs"
        print(f"{asked.runs} runs of {seconds:.2f} s on two workers: {speed}", flush=True)
        ratio = against_comparisons(asked.points, asked.patients, asked.years, Path(folder) / "worlds")
        print(f"{asked.points} contract points on kept worlds: {ratio:.2f} times as fast as as many comparisons")


if __name__ == "__main__":
    main()

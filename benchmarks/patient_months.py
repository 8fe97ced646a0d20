"""Patient-months a second of the compiled month, and the ratios that matter, all in one run.

    python benchmarks/patient_months.py [--patients 1000000] [--best-of 5]

Prints, best of five: the month on one and on two threads; end to end (people, months, tables; neither import nor
compilation);
a bare kernel that makes the same number of draws and nothing else; the compiler switched off; and Mesa objects that
follow the same rules.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from vbp_agents.actors.world import new_world
from vbp_agents.compiled import compiled_loop
from vbp_agents.model import VbpModel, run_model
from vbp_agents.rng import luck_of, uniform
from vbp_agents.terms.scenario import Scenario
from vbp_agents.threads import PatientThreads
from vbp_agents.warm_up import create_founders, warmed_world

SCENARIO = Scenario(name="benchmark")
SLOW = Path(__file__).with_name("interpreted.py")


@compiled_loop
def draw_only(sink: Any, month: int, seed: int, draws: int, low: int, high: int) -> None:
    """As many draws as a patient's month makes, added up."""
    for i in range(low, high):
        luck = luck_of(seed, i, month)
        total = 0.0
        for d in range(draws):
            total += uniform(luck, d)
        sink[i] = total


def month_rate(model: VbpModel, threads: int, months: int) -> float:
    """Patient-months a second inside the kernel."""
    model.threads = PatientThreads(threads)
    before = model.kernel_seconds
    for _ in range(months):
        model.step()
    return months * len(model.world.patients) / (model.kernel_seconds - before)


def end_to_end(patients: int, years: int) -> float:
    """Patient-months a second from nothing to tables, warm-up included."""
    start = perf_counter()
    world = warmed_world(SCENARIO, patients, 1, 2)
    run_model(world, SCENARIO, years, threads=2)
    return patients * (36 + 12 * years) / (perf_counter() - start)


def bare_rate(patients: int, draws: int) -> float:
    """Patient-months a second of the bare kernel on one thread."""
    sink = np.zeros(patients)
    draw_only(sink, 1, 1, draws, 0, 1)
    start = perf_counter()
    draw_only(sink, 2, 1, draws, 0, patients)
    return patients / (perf_counter() - start)


def interpreted() -> dict[str, float]:
    """With the compiler off, in a process of its own: draws a patient-month, rates of records and of Mesa objects."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    out = subprocess.run([sys.executable, str(SLOW)], env=environment, check=True, capture_output=True, text=True)
    return {name: float(value) for name, value in (line.split() for line in out.stdout.splitlines())}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--best-of", type=int, default=5)
    options = parser.parse_args()
    warmed_world(SCENARIO, 2_000, 1, 2)  # compiles
    model = VbpModel(world=new_world(SCENARIO, options.patients, 1), studied=SCENARIO, threads=2)
    create_founders(model)
    month_rate(model, 2, 12)
    one_thread, two_threads = [], []
    for _ in range(options.best_of):
        one_thread.append(month_rate(model, 1, 1))
        two_threads.append(month_rate(model, 2, 1))
    whole = max(end_to_end(options.patients, 2) for _ in range(min(2, options.best_of)))
    slow = interpreted()
    draws = round(slow["draws"])
    bare = max(bare_rate(options.patients, draws) for _ in range(options.best_of))
    rows = [
        ("month, one thread", max(one_thread), max(one_thread)),
        ("month, two threads", max(two_threads), max(one_thread)),
        ("end to end, two threads", whole, max(two_threads)),
        (f"bare kernel, {draws} draws, one thread", bare, max(one_thread)),
        ("compiler switched off", slow["records"], max(two_threads)),
        ("Mesa objects, same rules", slow["mesa"], max(two_threads)),
    ]
    size = model.world.patients.dtype.itemsize
    print(f"{options.patients:,} patients, record of {size} bytes, best of {options.best_of}")
    for name, rate, against in rows:
        ratio = rate / against
        text = f"{ratio:8.2f} x" if ratio > 0.05 else f"1/{1 / ratio:,.0f}"
        print(f"{name:42} {rate:14,.0f} patient-months a second {text:>12}")


if __name__ == "__main__":
    main()

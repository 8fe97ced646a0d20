"""Ten million patients for twelve months: seconds, memory a patient, and time a patient-month against one million.

    python benchmarks/ten_million.py [--patients 10000000] [--months 12] [--threads 2]

Time is from nothing to the end of the last month, compilation aside; memory is the process's peak over what it held
before.
"""

import argparse
import resource
from time import perf_counter

from vbp_agents.actors.world import new_world
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import create_founders, warmed_world

SCENARIO = Scenario(name="benchmark")


def peak_bytes() -> int:
    """The most memory this process has held, in bytes (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def live(patients: int, months: int, threads: int) -> tuple[float, float]:
    """Seconds in all, and seconds a patient-month once born."""
    start = perf_counter()
    model = VbpModel(world=new_world(SCENARIO, patients, 1), studied=SCENARIO, threads=threads)
    create_founders(model)
    born = perf_counter()
    for _ in range(months):
        model.step()
    end = perf_counter()
    model.close()
    return end - start, (end - born) / (patients * months)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=10_000_000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    warmed_world(SCENARIO, 2_000, 1, options.threads)  # compiles
    small = min(options.patients, 1_000_000)
    _, small_month = live(small, options.months, options.threads)
    before = peak_bytes()
    seconds, month = live(options.patients, options.months, options.threads)
    print(f"{options.patients:,} patients x {options.months} months: {seconds:.1f} s in all")
    print(
        f"peak memory {peak_bytes() / options.patients:.0f} bytes a patient ({before / 1e6:.0f} MB of it held before)"
    )
    print(f"{month * 1e9:.0f} ns a patient-month, {month / small_month:.2f} times that of {small:,} patients")


if __name__ == "__main__":
    main()

"""What decisions, payments and tables cost beside the patients' months: milliseconds a month outside the kernel.

At 20,000 people every preset that `vbp compare` runs when nothing is named; at 1,000,000 one of each kind, where what
counts is the share of the time.
"""

from collections.abc import Sequence
from time import perf_counter

from vbp_agents.command_line.commands import DEFAULTS
from vbp_agents.model import VbpModel, build_world
from vbp_agents.terms.scenario_file import find_scenario

MONTHS = 36


def report(patients: int, names: Sequence[str], threads: int = 2) -> None:
    """A line a scenario: outside the kernel, inside, and the share outside."""
    world = build_world(find_scenario("default"), patients, 1, threads)
    for name in names:
        model = VbpModel(state=world.copy(), terms=find_scenario(name), threads=threads)
        start = perf_counter()
        for _ in range(MONTHS):
            model.step()
        whole, kernel = perf_counter() - start, model.kernel_seconds
        outside = whole - kernel
        model.free()
        line = f"{1e3 * outside / MONTHS:8.1f} ms a month outside, {1e3 * kernel / MONTHS:8.1f} inside"
        print(f"{patients:>9,} {name:26s}{line}, share outside {outside / whole:.2f}", flush=True)


def main() -> None:
    """Print both tables."""
    report(20_000, DEFAULTS)
    report(1_000_000, ("fee_for_service", "shared_savings_two_sided", "capitation"))


if __name__ == "__main__":
    main()

"""What decisions, payments and tables cost beside the patients' months: milliseconds a month outside the kernel.

At 20,000 people every preset that `vbp compare` runs when nothing is named, on one thread as its processes do; at
1,000,000 one of each kind, where what counts is the share of the time.
"""

from collections.abc import Sequence
from time import perf_counter

from vbp_agents.model import VbpModel
from vbp_agents.study.question import DEFAULTS
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

MONTHS = 36


class Timed(VbpModel):
    """Knows how long it chose, and how long it paid and settled, seconds."""

    choosing = settling = 0.0

    def choose(self) -> None:
        """As the model."""
        start = perf_counter()
        super().choose()
        self.choosing += perf_counter() - start

    def pay(self) -> None:
        """As the model."""
        start = perf_counter()
        super().pay()
        self.settling += perf_counter() - start

    def settle(self) -> None:
        """As the model."""
        start = perf_counter()
        super().settle()
        self.settling += perf_counter() - start


def report(patients: int, names: Sequence[str], threads: int) -> None:
    """A line a scenario: outside the kernel, parts of it, inside, and the share outside; then their means."""
    world = warmed_world(find_scenario("default"), patients, 1, threads)
    outsides = []
    for name in names:
        model = Timed(world=world.copy(), studied=find_scenario(name), threads=threads)
        start = perf_counter()
        for _ in range(MONTHS):
            model.step()
        whole, kernel = perf_counter() - start, model.kernel_seconds
        outsides.append((whole - kernel) / MONTHS * 1e3)
        model.close()
        parts = (
            f"{1e3 * model.choosing / MONTHS:5.1f} deciding, {1e3 * model.settling / MONTHS:4.1f} paying and settling"
        )
        line = f"{outsides[-1]:5.1f} ms a month outside ({parts}), {1e3 * kernel / MONTHS:6.1f} inside"
        print(f"{patients:>9,} {name:26s}{line}, share outside {1 - kernel / whole:.2f}", flush=True)
    print(f"{patients:>9,} {'mean':26s}{sum(outsides) / len(outsides):5.1f} ms a month outside", flush=True)


def main() -> None:
    """Print both tables."""
    report(20_000, DEFAULTS, 1)
    report(1_000_000, ("fee_for_service", "shared_savings_two_sided", "capitation"), 2)


if __name__ == "__main__":
    main()

"""Replicates: the same scenarios on new patients with new luck, paired scenario by scenario."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vbp_agents.runs.replicate import Clock, Left, Live, Lived, Plan, Progress
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from vbp_agents.model import Run

SMALL_WORLD = 100_000
"""Patients up to which a process may live a replicate of its own: half of a small world's time is Python's, which
threads have to share. Above, all threads share the patients of one world, and memory holds one."""
MANY_MONTHS = 1_000
"""Months of simulation that are worth the start of processes."""
Replicate = Lived["Run"]
"""What is left is a run."""


def replicates(
    scenarios: Sequence[Scenario],
    *,
    patients: int,
    years: int,
    count: int,
    seed: int,
    threads: int,
    apart: bool = False,
    progress: Progress = lambda done, total: None,
) -> Iterator[Replicate]:
    """Yield each replicate's runs, in order, as it is finished: an interruption loses only what is under way.

    ``apart``: many replicates of a small world are lived in as many processes as there are ``threads``. These import
    the main module, so a script that asks for it keeps its work under ``if __name__ == "__main__"``.
    """
    from vbp_agents.model import run

    live: Live[Run] = run
    return lived(Plan(live, tuple(scenarios), patients, years, seed), count, threads, progress, apart)


def lived(plan: Plan[Left], count: int, threads: int, progress: Progress, apart: bool = False) -> Iterator[Lived[Left]]:
    """Yield each replicate with what is left of each scenario; ``apart`` as in `replicates`."""
    months = count * plan.months
    if apart and min(threads, count) > 1 and plan.patients <= SMALL_WORLD and months >= MANY_MONTHS:
        from vbp_agents.runs.processes import lived_apart

        yield from lived_apart(plan, count, threads, progress)
        return
    clock = Clock(months, progress)
    for number in range(1, count + 1):
        yield plan.replicate(number, threads, clock.advance)

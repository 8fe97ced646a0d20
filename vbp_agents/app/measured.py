"""What a lesson observes: a metric of a scenario, replicate by replicate, until nobody wants more."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vbp_agents.machine import processors

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario


ENOUGH = 3
"""Replicates from which an interval is shown, of a mean or a difference; fewer are called draws of luck."""


class Unwanted(Exception):
    """Nobody wants the rest of a run."""


def replicate_values(
    scenario: "Scenario", metric: str, wanted: Callable[[], bool], *, people: int, years: int, count: int, seed: int
) -> Iterator[float | None]:
    """The metric in each replicate as it is finished; ends between months where it is not ``wanted`` any more."""
    from vbp_agents.study.comparison import measured_run
    from vbp_agents.study.running import run_tasks
    from vbp_agents.study.size import Size
    from vbp_agents.study.tasks import replicate_tasks

    def check(done: int, total: int) -> None:
        if not wanted():
            raise Unwanted

    size = Size.checked(patients=people, years=years, replicates=count, seed=seed, threads=threads())
    try:
        for result in run_tasks(replicate_tasks(measured_run, [scenario], size), size.threads, check, apart=False):
            yield result.runs[scenario.name].metrics[metric]
    except Unwanted:
        return


def threads() -> int:
    """Half of the processors for a run: the page itself and another visitor have the rest."""
    return max(1, processors() // 2)

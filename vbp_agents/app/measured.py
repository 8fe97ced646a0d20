"""What a lesson observes: a metric of a scenario, replicate by replicate, until nobody wants more."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario


class Unwanted(Exception):
    """Nobody wants the rest of a run."""


def replicate_values(
    scenario: "Scenario", metric: str, wanted: Callable[[], bool], *, people: int, years: int, count: int, seed: int
) -> Iterator[float | None]:
    """The metric in each replicate as it is finished; ends between months where it is not ``wanted`` any more."""
    from vbp_agents.metrics import METRICS
    from vbp_agents.runs.ensemble import replicates

    def check(done: int, total: int) -> None:
        if not wanted():
            raise Unwanted

    threads = max(1, (os.cpu_count() or 2) // 2)
    try:
        for found in replicates(
            [scenario], patients=people, years=years, count=count, seed=seed, threads=threads, progress=check
        ):
            yield METRICS[metric](found.runs[scenario.name].tables)
    except Unwanted:
        return

"""Replicates: the same scenarios on new patients with new luck, paired scenario by scenario, whole tables at a time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vbp_agents.study.checks import SomeNames, found_scenarios
from vbp_agents.study.clock import Progress, unheard
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import RunFunction, TaskResult, replicate_tasks

if TYPE_CHECKING:
    from vbp_agents.model import Run


def replicates(
    scenarios: SomeNames,
    *,
    patients: int = 20_000,
    years: int = 5,
    count: int = 10,
    seed: int = 1,
    threads: int | None = None,
    apart: bool = True,
    progress: Progress = unheard,
) -> "Iterator[TaskResult[Run]]":
    """Each replicate's runs with all their tables, in order, as it is finished: `.number`, `.seed`, `.runs[name]`.

    ``threads``: as many as there are processors where not given. ``apart``: replicates of a small world are run in
    processes of their own; results are the same. Raises WrongInput at once, before anything is run.
    """
    from vbp_agents.model import run_model

    make: RunFunction[Run] = run_model
    size = Size.checked(patients=patients, years=years, replicates=count, seed=seed, threads=threads)
    tasks = replicate_tasks(make, found_scenarios(scenarios), size)
    return run_tasks(tasks, size.threads, progress, apart)

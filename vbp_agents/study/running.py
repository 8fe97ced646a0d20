"""The one loop over tasks: one after the other, or in processes of their own where that is faster."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from vbp_agents.study.checks import checked_size
from vbp_agents.study.clock import Clock, Progress, unheard
from vbp_agents.study.tasks import Result, Task, TaskResult

Taken = TypeVar("Taken")
SMALL_WORLD = 100_000
"""Patients up to which a process may run a task of its own: half of a small world's time is Python's, which threads
have to share. Above, all threads share the patients of one world, and memory holds one."""
MANY_MONTHS = 1_000
"""Months of simulation that are worth the start of processes."""


def run_tasks(
    tasks: Sequence[Task[Result]], threads: int, progress: Progress = unheard, apart: bool = True
) -> Iterator[TaskResult[Result]]:
    """Yield every task's result, in the tasks' order, as it is finished: an interruption loses only what is under way.

    ``apart``: many small tasks are run in as many processes as there are ``threads``. Results are the same bytes.
    """
    threads, months = checked_size("threads", threads), sum(task.months for task in tasks)
    if apart and _worth_processes(tasks, threads, months):
        from vbp_agents.study.processes import in_processes

        yield from in_processes(tasks, threads, months, progress)
        return
    clock = Clock(months, progress)
    for task in tasks:
        yield task.run(threads, clock.advance)


def _worth_processes(tasks: Sequence[Task[Result]], threads: int, months: int) -> bool:
    """Not within a pool's worker, which may have no children; and not for what starting them would outlast."""
    largest = max((task.patients for task in tasks), default=0)
    several = min(threads, len(tasks)) > 1 and months >= MANY_MONTHS
    return several and largest <= SMALL_WORLD and not multiprocessing.current_process().daemon


def until_stopped(results: Iterator[Taken], take: Callable[[Taken], object]) -> BaseException | None:
    """Hand every result to ``take``, until all are done or something stops it: that is returned, None otherwise."""
    try:
        for result in results:
            take(result)
    except (KeyboardInterrupt, SystemExit, Exception) as stop:
        return stop
    return None

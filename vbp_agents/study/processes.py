"""Tasks in processes of their own: the same bytes as one after the other, and no interpreter's lock to wait for.

The processes start as a module and import nothing of the script, notebook or shell that asks for them.
"""

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import resource_tracker
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from vbp_agents.compiled import compile_in_turn
from vbp_agents.errors import Lost
from vbp_agents.study.clock import Advance, Progress
from vbp_agents.study.tasks import Result, Task, TaskResult
from vbp_agents.user_file import Loaded, raised_by_user, users_files

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Lock

_BETWEEN_LOOKS = 0.1
"""Seconds between looks at how far the processes are, and between the words of each."""
ENDED = "a process that ran a task was ended from outside, for want of memory perhaps: try fewer patients or one thread"
_AHEAD = 4
"""Batches that may be done or wait beyond those under way, so that no process waits for the one that is taken."""
TOGETHER = 8
"""Tasks of one world that go to a process at once: it builds the world once, and handing over costs nothing."""
_Batch = tuple[Task[Result], ...]


def in_processes(
    tasks: Sequence[Task[Result]], threads: int, months: int, progress: Progress
) -> Iterator[TaskResult[Result]]:
    """Yield each task's result, in order. Some are under way while one is taken, not all: memory holds a few.

    Raises errors.Lost where a process ends before its work is done.
    """
    from loky import ProcessPoolExecutor
    from loky.backend import get_context

    _begin_tracker()
    context, processes = get_context("loky"), min(threads, len(tasks))
    advances: SimpleQueue[int] = context.SimpleQueue()
    start = (os.getpid(), advances, context.Lock(), users_files())
    with _signals_kept_from_children():
        pool = ProcessPoolExecutor(processes, context=context, initializer=_begin, initargs=start)
    batches, under_way = _batches(tasks, processes), deque["Future[list[TaskResult[Result]]]"]()
    done = 0

    def begin(some: int) -> None:
        with _signals_kept_from_children():
            under_way.extend(pool.submit(_run, batch, threads // processes) for batch in islice(batches, some))

    def look() -> None:
        nonlocal done
        while not advances.empty():
            done += advances.get()
        progress(done, months)

    try:
        begin(processes + _AHEAD)
        while under_way:
            batch = under_way.popleft()
            while not wait([batch], _BETWEEN_LOOKS).done:
                look()
            results = batch.result()
            look()
            begin(1)
            yield from results
    except BrokenProcessPool as error:
        raise Lost(ENDED) from error
    finally:
        pool.shutdown(kill_workers=True)


def _begin_tracker() -> None:
    """Where the standard library's tracker of processes begins it unblocks signals: so it begins before they are."""
    if os.name == "posix":
        resource_tracker.ensure_running()


def _batches(tasks: Sequence[Task[Result]], processes: int) -> Iterator[_Batch[Result]]:
    """Neighbors that share their worlds go together, but for what other processes would wait for."""
    most = max(1, min(TOGETHER, len(tasks) // (4 * processes)))
    batch: list[Task[Result]] = []
    for task in tasks:
        if batch and (len(batch) == most or task.worlds != batch[-1].worlds):
            yield tuple(batch)
            batch = []
        batch.append(task)
    if batch:
        yield tuple(batch)


@contextmanager
def _signals_kept_from_children() -> Iterator[None]:
    """Ctrl-C goes to all processes of a terminal: those that start meanwhile leave it to this one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_advances: "list[SimpleQueue[int]]" = []
"""A process's own way to say how far it is, once it has begun."""


def _begin(parent: int, advances: "SimpleQueue[int]", compiling: "Lock", users: tuple[Loaded, ...]) -> None:
    """Where a process begins: it knows the users' files, leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    for loaded in users:
        loaded.again()
    compile_in_turn(compiling)
    _advances[:] = [advances]


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(0.5)
    os._exit(1)


def _run(batch: "_Batch[Any]", threads: int) -> "list[TaskResult[Any]]":
    """Run tasks here. An error that came out of a user's file says where, as its traceback stays behind."""
    advance = _now_and_then(_advances[0])
    try:
        results = [task.run(threads, advance) for task in batch]
    except (Exception, SystemExit) as error:
        raise raised_by_user(error) or error from error
    advance(0)
    return results


def _now_and_then(advances: "SimpleQueue[int]") -> Advance:
    """Months go to the parent some at a time; what is left when 0 comes goes too."""
    waiting, last = 0, monotonic()

    def advance(months: int) -> None:
        nonlocal waiting, last
        waiting += months
        if waiting and (not months or monotonic() - last > _BETWEEN_LOOKS):
            advances.put(waiting)
            waiting, last = 0, monotonic()

    return advance

"""Replicates in processes of their own: the same bytes as one after the other, and no lock to wait for."""

import os
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, Any

from vbp_agents.compiled import compile_in_turn
from vbp_agents.errors import Lost
from vbp_agents.regime_file import Loaded, load_regime_file, raised_by_user, users_regimes
from vbp_agents.runs.replicate import Left, Lived, Plan, Progress

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import Synchronized
    from multiprocessing.synchronize import Event, Lock

BETWEEN_LOOKS = 0.1
"""Seconds between looks at how far the others are."""
ENDED = (
    "a process that lived a replicate was ended from outside, for want of memory perhaps: try fewer patients or one "
    'thread; a script must keep its work under `if __name__ == "__main__"`'
)
AHEAD = 4
"""Replicates that may be done or wait beyond those under way, so that no process waits for the one that is taken."""


class Abandoned(Exception):
    """Nobody waits for this replicate any more."""


@dataclass(frozen=True)
class Line:
    """What the processes tell each other: months done by all, whether anybody still waits, whose turn to compile."""

    done: "Synchronized[int]"
    abandoned: "Event"
    compiling: "Lock"

    def advance(self, months: int) -> None:
        """Some months more have been lived. Raises Abandoned where that is of no use any more."""
        if self.abandoned.is_set():
            raise Abandoned
        with self.done.get_lock():
            self.done.value += months


def lived_apart(plan: Plan[Left], count: int, threads: int, progress: Progress) -> Iterator[Lived[Left]]:
    """Yield each replicate, in order; ``plan`` goes to the processes, so what it lives is a module's own function.

    Some are under way while one is taken, not all: memory holds a few. Raises errors.Lost where a process ends before
    its work is done.
    """
    context, processes = get_context("spawn"), min(threads, count)
    line = Line(context.Value("q", 0), context.Event(), context.Lock())
    crew = ProcessPoolExecutor(processes, context, _begin, (line, users_regimes()))
    numbers, under_way = iter(range(1, count + 1)), deque["Future[Lived[Left]]"]()

    def begin(some: int) -> None:
        with _signals_kept_from_children():
            under_way.extend(crew.submit(_replicate, plan, n, threads // processes) for n in islice(numbers, some))

    try:
        begin(processes + AHEAD)
        while under_way:
            replicate = under_way.popleft()
            while not wait([replicate], BETWEEN_LOOKS).done:
                progress(line.done.value, count * plan.months)
            progress(line.done.value, count * plan.months)
            begin(1)
            yield replicate.result()
    except BrokenProcessPool as error:
        raise Lost(ENDED) from error
    finally:
        line.abandoned.set()
        crew.shutdown(cancel_futures=True)


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


_line: list[Line] = []
"""A process's own, once it has begun."""


def _begin(line: Line, users: tuple[Loaded, ...]) -> None:
    """Where a process begins: it knows the users' regimes, leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    for one in users:
        load_regime_file(one.file, one.code)
    compile_in_turn(line.compiling)
    _line[:] = [line]


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _replicate(plan: "Plan[Any]", number: int, threads: int) -> "Lived[Any]":
    """Live one here. An error that came out of a user's regime says where, as its traceback stays behind."""
    try:
        return plan.replicate(number, threads, _line[0].advance)
    except (Exception, SystemExit) as error:
        raise raised_by_user(error) or error from error

"""The seconds that a run may take, also where it never comes to the end of a month.

At the limit an exception is raised in the run's thread, wherever in Python it is. A process of workers that is still
busy with it `_GRACE` seconds later (it waits in the system, or in compiled code) is ended; its nanny begins another.
"""

import contextlib
import ctypes
import os
import threading
from collections.abc import Callable, Iterator

_GRACE = 10.0
"""Seconds between the exception and the end of a process."""


class Late(BaseException):
    """A run takes longer than it may. No Exception, as users' code may catch those."""


@contextlib.contextmanager
def limited(seconds: float | None, apart: bool) -> Iterator[None]:
    """Raise Late in this thread once the block has taken so many seconds; None: any number.

    ``apart``: this is a process of workers, which may be ended.
    """
    if seconds is None:
        yield
        return
    thread = threading.get_ident()
    timers = [_timer(seconds, lambda: _raise_in(thread, Late))]
    if apart:
        timers.append(_timer(seconds + _GRACE, lambda: os._exit(1)))
    try:
        yield
    finally:
        for timer in timers:
            timer.cancel()
            timer.join()
        _raise_in(thread, None)


def _timer(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
    return timer


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Have a thread raise an error at its next step, None: nothing, also where one was to be raised."""
    pending = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), pending)

"""Memory goes back to the system after a session: the C library keeps what many small arrays leave behind."""

import ctypes
import gc
import sys
import threading
from collections.abc import Callable

ARENA_MAX = -8
"""`mallopt`'s number for the most arenas that threads allocate from (malloc.h)."""
ARENAS = 2
AFTER = 1.0
"""Seconds after a session's end: by then its widgets are gone, and sessions that end together share one cleaning."""

_lock = threading.Lock()
_waiting: list[threading.Timer] = []


def _library() -> ctypes.CDLL | None:
    """The GNU C library, None on systems that have another."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None


def use_few_arenas() -> None:
    """At the server's start: threads share arenas, so that fewer hold memory that nobody uses."""
    if (library := _library()) is not None:
        library.mallopt(ARENA_MAX, ARENAS)


def give_back() -> None:
    """Collect what is unreachable and return free memory to the system."""
    gc.collect()
    if (library := _library()) is not None:
        library.malloc_trim(0)


def give_back_soon() -> None:
    """`give_back`, once, AFTER seconds from the last call."""
    with _lock:
        while _waiting:
            _waiting.pop().cancel()
        timer = threading.Timer(AFTER, give_back)
        timer.daemon = True
        _waiting.append(timer)
        timer.start()


def at_session_start() -> Callable[[], None]:
    """For `solara.lab.on_kernel_start`: what is done when the session ends."""
    return give_back_soon

"""One driver a folder: a lock that the system holds where it can, else a note of host, process and heartbeat."""

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.files import write_errors, write_whole

BEAT = 10.0
"""Seconds between heartbeats."""
STALE = 6 * BEAT
"""Seconds without one after which a driver on another machine is taken for dead."""
_NOTE = ".driver.json"
HELD = ".lock"


@contextlib.contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the folder for this driver. A lock that was left by one that is no more is taken over, which is said.

    Raises WrongInput where another driver is at work.
    """
    with contextlib.ExitStack() as stack:
        by_system = _held_by_system(folder, stack)
        if by_system is False:
            raise WrongInput(_taken(folder, _driver(folder)))
        other = _driver(folder)
        if other and by_system is None and _alive(folder, other):
            raise WrongInput(_taken(folder, other))
        if other:
            say(f"took over from {_named(other)}, which ended without saying so; what it had finished is kept")
        write_whole(folder / _NOTE, json.dumps({"host": socket.gethostname(), "process": os.getpid()}).encode())
        stack.callback(_forget, folder)
        over = threading.Event()
        beats = threading.Thread(target=_beat, args=(folder / _NOTE, over), daemon=True)
        beats.start()
        stack.callback(over.set)
        yield


def _held_by_system(folder: Path, stack: contextlib.ExitStack) -> bool | None:
    """Whether the system gave the lock; False where another process has it, None where it keeps none here."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    with write_errors(folder / HELD):
        file = stack.enter_context((folder / HELD).open("ab"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), (folder / HELD).stat())
    except FileNotFoundError:  # removed by the driver that left meanwhile
        return False
    except BlockingIOError:
        return False
    except OSError:
        return None


def is_at_work(folder: Path) -> bool:
    """Whether a driver computes in the folder just now: its process here, its heartbeat elsewhere."""
    driver = _driver(folder)
    return bool(driver) and _alive(folder, driver)


def _driver(folder: Path) -> dict[str, Any]:
    """Who says to be at work; nobody where there is no note, or none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        driver = json.loads((folder / _NOTE).read_bytes())
        if isinstance(driver, dict):
            return driver
    return {}


def _alive(folder: Path, other: dict[str, Any]) -> bool:
    """Whether a driver is there: its process here, its heartbeat elsewhere."""
    if os.name == "posix" and other.get("host") == socket.gethostname():
        return _runs(int(other.get("process", 0)))
    with contextlib.suppress(OSError):
        return time.time() - (folder / _NOTE).stat().st_mtime < STALE
    return False


def _runs(process: int) -> bool:
    if process <= 0 or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _beat(note: Path, over: threading.Event) -> None:
    while not over.wait(BEAT):
        with contextlib.suppress(OSError):
            os.utime(note)


def _forget(folder: Path) -> None:
    with contextlib.suppress(OSError):
        (folder / _NOTE).unlink()


def _taken(folder: Path, other: dict[str, Any]) -> str:
    return f"{folder.parent}: {_named(other)} is at work on it; wait, end it, or name another folder"


def _named(driver: dict[str, Any]) -> str:
    if not driver:
        return "another driver"
    return f"the driver in process {driver.get('process')} on {driver.get('host')}"

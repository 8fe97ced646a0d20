"""Work in the background: a thread a job, a place in line when many ask, and an end as soon as nobody wants it.

A job is a generator: between two of its steps it is told to stop, or that a newer question replaces it. What it has
yielded stays, also after an error, which becomes a message and never a dead thread.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, Literal, TypeVar

from vbp_agents.app.limits import limits
from vbp_agents.errors import WrongInput

_Found = TypeVar("_Found")
Status = Literal["waiting", "running", "done", "stopped", "failed"]
OFTEN = 0.4
"""Seconds between two calls of a job's listener: drawing the page takes a tenth of one, which the job waits for."""

_log = logging.getLogger(__name__)


class WaitingLine:
    """Who computes and who waits, first come, first served; ``room`` says how many compute at once."""

    def __init__(self, room: Callable[[], int]) -> None:
        self._room = room
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._computing: set[object] = set()

    def place(self, who: object) -> int:
        """How many are before somebody who waits; 0 for the next and for who computes."""
        with self._changed:
            return self._waiting.index(who) if who in self._waiting else 0

    def enter(self, who: object, wanted: Callable[[], bool]) -> bool:
        """Wait for a turn. False where it was not ``wanted`` any more before it came."""
        with self._changed:
            self._waiting.append(who)
            while wanted() and not (self._waiting[0] is who and len(self._computing) < self._room()):
                self._changed.wait(0.2)
            self._waiting.remove(who)
            if wanted():
                self._computing.add(who)
            self._changed.notify_all()
            return who in self._computing

    def leave(self, who: object) -> None:
        """The turn is over."""
        with self._changed:
            self._computing.discard(who)
            self._changed.notify_all()


LINE = WaitingLine(lambda: limits().runs)
"""Who wants to compute: all sessions of the server stand in it."""
READERS = WaitingLine(lambda: 2)
"""Who wants to read and draw what was computed elsewhere: that waits for no run."""


class Job(Generic[_Found]):
    """Work that goes on while the page is used.

    ``work``: called with the job, yields what it has so far; ``steps`` says how many times it will. ``tell``: called
    from the job's thread when there is something new, at most once in OFTEN. ``line``: where it waits for its turn.
    """

    def __init__(
        self,
        work: Callable[["Job[_Found]"], Iterator[_Found]],
        steps: int,
        tell: Callable[[], None],
        line: WaitingLine = LINE,
    ) -> None:
        self._work, self._tell, self._line = work, tell, line
        self.steps, self.done = steps, 0
        self.status: Status = "waiting"
        self.problem = ""
        self.latest: _Found | None = None
        self.began: float | None = None
        self._unwanted, self._replaced = threading.Event(), threading.Event()
        self._told = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True, name="vbp-job")

    def start(self) -> "Job[_Found]":
        """Begin, or wait in line."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Nobody wants it any more: it ends after the step that it is at, and what it has stays."""
        self._unwanted.set()

    def replace(self) -> None:
        """A newer question has come: the job ends at its next good place (`may_go_on`)."""
        self._replaced.set()

    def wait(self, seconds: float) -> bool:
        """Wait for its end; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def may_go_on(self, good_place: bool) -> bool:
        """For the work: whether to go on. A job that is replaced stops at a ``good_place`` alone."""
        return not self._unwanted.is_set() and not (good_place and self._replaced.is_set())

    def let_others(self, seconds: float = 0.0) -> bool:
        """For the work, between two parts: whoever waits in line is served first, for so many ``seconds`` at least.

        False where nobody wants the rest.
        """
        self._line.leave(self)
        self.status = "waiting"
        self._unwanted.wait(seconds)
        if not self._line.enter(self, lambda: self.may_go_on(good_place=True)):
            return False
        self.status = "running"
        return True

    def remind(self) -> None:
        """For the work: though nothing is new, what is said of it may be; at most once in OFTEN."""
        if time.monotonic() - self._told > OFTEN:
            self._told = time.monotonic()
            self._tell()

    @property
    def active(self) -> bool:
        """Is it waiting or at work?"""
        return self.status in ("waiting", "running")

    @property
    def before(self) -> int:
        """How many jobs are before it in line."""
        return self._line.place(self)

    def left(self) -> float | None:
        """Seconds that it will take yet, as far as its pace tells; None where it does not."""
        if not self.began or not self.done or not self.active:
            return None
        return (time.monotonic() - self.began) / self.done * (self.steps - self.done)

    def _run(self) -> None:
        try:
            if self._line.enter(self, lambda: not self._unwanted.is_set() and not self._replaced.is_set()):
                self.status, self.began = "running", time.monotonic()
                self._go()
            else:
                self.status = "stopped"
        except WrongInput as error:
            self.status, self.problem = "failed", str(error)
        except Exception as error:
            _log.exception("a job failed")
            self.status, self.problem = "failed", f"The run failed: {type(error).__name__}: {error}"
        finally:
            self._line.leave(self)
            self._tell()

    def _go(self) -> None:
        self._tell()
        for latest in self._work(self):
            self.latest, self.done = latest, self.done + 1
            if self._unwanted.is_set():
                break
            self.remind()
        self.status = "done" if self.done >= self.steps else "stopped"

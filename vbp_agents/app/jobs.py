"""A view's job: begun, followed and stopped with the view, whose session it belongs to."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import solara

from vbp_agents.app.runner import LINE, OFTEN, Job, WaitingLine

_Found = TypeVar("_Found")


class Jobs(Generic[_Found]):
    """The one job of a view: a newer one replaces it. ``version`` changes when there is something new to draw."""

    def __init__(self) -> None:
        self.version: solara.Reactive[int] = solara.reactive(0)
        self.job: Job[_Found] | None = None
        self._closed = False
        self._drawn, self._missed = self.version.peek(), False

    def begin(self, work: Callable[[Job[_Found]], Iterator[_Found]], steps: int, line: WaitingLine = LINE) -> None:
        """Start work; what is under way ends at its next good place. Call it from an event or an effect.

        ``line``: where it waits for its turn.
        """
        if self.job is not None:
            self.job.replace()
        self.job = Job(work, steps, self._tell, line).start()
        self._tell()

    def stop(self) -> None:
        """End what is under way."""
        if self.job is not None:
            self.job.stop()

    def close(self) -> None:
        """End what is under way, and draw nothing any more."""
        self._closed = True
        self.stop()

    def drawn(self) -> None:
        """After each drawing: what was said meanwhile is drawn next, and never in the middle of a drawing."""
        self._drawn = self.version.peek()
        if self._missed:
            self._missed = False
            later = threading.Timer(OFTEN, self._tell)
            later.daemon = True
            later.start()

    def _tell(self) -> None:
        if self._closed:
            return
        if self.version.peek() != self._drawn:
            self._missed = True
        else:
            self.version.set(time.monotonic_ns())


def use_jobs() -> "Jobs[object]":
    """The jobs of the view that calls it; they end with it, also when the tab is closed."""
    jobs: Jobs[object] = solara.use_memo(Jobs, [])
    solara.use_effect(lambda: jobs.close, [])
    solara.use_effect(jobs.drawn, [jobs.version.value])  # the view is drawn anew when it changes
    return jobs

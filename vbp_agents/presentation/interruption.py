"""Ctrl-C and a polite kill: noted when they come, heeded where nothing is lost."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The user, or the system, asked for an end. ``code`` is the exit code: 128 and the signal's number."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number
        self.code = 128 + number


class Interruption:
    """The first signal that came, 0 while none has; and how many did."""

    def __init__(self) -> None:
        self.number = 0
        self.times = 0

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember the signal. Raising here instead could be swallowed by compiled code, or break a write in two."""
        self.number = self.number or int(number)
        self.times += 1

    def check(self) -> None:
        """Raise Interrupted where a signal has come."""
        if self.number:
            raise Interrupted("interrupted", self.number)

    def check_insisted(self) -> None:
        """Raise Interrupted where a second signal has come: what is under way is not waited for."""
        if self.times > 1:
            raise Interrupted("interrupted at once", self.number)


@contextlib.contextmanager
def deferred() -> Iterator[Interruption]:
    """Note SIGINT and SIGTERM until the end of the block; whoever can stop calls ``check``.

    A signal that is ignored (as under nohup, or in the background of a shell) stays so. Outside of the main thread,
    which alone gets signals, nothing is changed.
    """
    interruption = Interruption()
    with contextlib.ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                before = signal.getsignal(number)
                if before not in (signal.SIG_IGN, None):
                    stack.callback(signal.signal, number, before)
                    signal.signal(number, interruption.note)
        yield interruption

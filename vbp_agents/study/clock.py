"""Progress in months of simulation, over all runs of whatever is under way."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Called with months done and months in all. What it raises stops the work."""
MonthsDone = Callable[[int], None]
"""Called with the months done so far."""
Advance = Callable[[int], None]
"""Called with the months that were simulated since it was called last."""


def unheard(done: int, total: int) -> None:
    """The progress that nobody watches."""


@dataclass
class Clock:
    """Counts months over all runs."""

    total: int
    progress: Progress
    done: int = field(default=0)

    def advance(self, months: int) -> None:
        """Some months more have been simulated."""
        self.done += months
        self.progress(self.done, self.total)

    def of_run(self) -> MonthsDone:
        """What a run calls with the months that it has done so far."""
        return since(self.advance)


def since(advance: Advance) -> MonthsDone:
    """From months done so far to months since the last time."""
    before = 0

    def at(months: int) -> None:
        nonlocal before
        advance(months - before)
        before = months

    return at

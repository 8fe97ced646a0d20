"""Who computes: this process, or workers (`workers`). Each has places, which take batches and give outcomes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from vbp_agents.sweeps.work import Batch, Outcome, compute

Heed = Callable[[int], None]


@dataclass(frozen=True)
class Finished:
    """A batch that is over at a place. ``outcomes`` None: whoever had it was ended from outside, again and again."""

    place: str
    batch: Batch
    outcomes: Sequence[Outcome] | None


class Hands(Protocol):
    """What computes batches."""

    def places(self) -> Sequence[str]:
        """Where batches can go now; each computes one at a time."""
        ...

    def begin(self, place: str, batch: Batch) -> None:
        """Have a batch computed. It may wait there for an earlier one."""
        ...

    def finished(self, seconds: float) -> Iterator[Finished]:
        """What is over by now, or within so many seconds. Raises what made a batch impossible."""
        ...


class InProcess:
    """This process: a batch is computed when somebody asks whether it is finished. ``heed`` may stop it."""

    def __init__(self, heed: Heed) -> None:
        self.heed = heed
        self.waiting: list[Batch] = []

    def places(self) -> Sequence[str]:
        """One."""
        return ("here",)

    def begin(self, place: str, batch: Batch) -> None:
        """Remember it."""
        self.waiting.append(batch)

    def finished(self, seconds: float) -> Iterator[Finished]:
        """Compute what waits."""
        while self.waiting:
            batch = self.waiting.pop(0)
            yield Finished("here", batch, compute(batch, self.heed))

"""How far a sweep is: what is finished, what failed, and how fast it goes, seen from beside the folder."""

import time
from dataclasses import dataclass, field

from vbp_agents.lock import is_at_work
from vbp_agents.presentation.written import many
from vbp_agents.sweeps.forecast import spoken_time
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.store import RUNS, read_outcomes
from vbp_agents.sweeps.work import DONE

SPAN = 300.0
"""Seconds that its pace is told from: what was finished before says little of a sweep that was resumed."""


@dataclass(frozen=True)
class Standing:
    """``total``: runs that it is to have, at most that many where it ``may_end_before``; ``done`` of them have values,
    ``failed`` have none. ``at_work``: somebody computes now. ``rate``: runs a second, None where nothing tells it.
    """

    total: int
    done: int
    failed: int
    complete: bool
    may_end_before: bool = False
    at_work: bool = False
    rate: float | None = None

    @property
    def finished(self) -> int:
        """Runs that are over, with values or without."""
        return self.done + self.failed

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes at this rate; None where nobody is at work, or nothing tells."""
        return (self.total - self.finished) / self.rate if self.rate and self.at_work else None

    def sentence(self) -> str:
        """In a sentence, with numbers."""
        failed = f"{self.failed:,} of them failed" if self.failed else "none of them failed"
        if self.complete:
            return f"Complete: {many(self.total, 'run')}, {failed}."
        most = "at most " if self.may_end_before else ""
        counts = f"{self.finished:,} of {most}{many(self.total, 'run')} are finished, {failed}"
        if not self.at_work:
            return f"Stopped: {counts}; `vbp resume` goes on."
        pace = f"; {self.rate:.2g} a second" if self.rate else ""
        left = f", about {spoken_time(self.left)} left" if self.left else ""
        return f"Running: {counts}{pace}{left}."


@dataclass
class Follower:
    """Looks at a sweep again and again, and reads only what is new."""

    sweep: Sweep
    _wanted: set[str] = field(init=False)
    _seen: set[str] = field(init=False, default_factory=set)
    _statuses: dict[str, str] = field(init=False, default_factory=dict)
    _written: list[tuple[float, int]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._wanted = {run.run for run in self.sweep.plan.runs(self.sweep.study.counts[-1])}

    def look(self) -> Standing:
        """How far it is now; it is as ``sweep`` says whether it is complete."""
        for file in self.sweep.store.shards():
            if file.name in self._seen:
                continue
            outcomes = read_outcomes(file)
            if outcomes:
                self._seen.add(file.name)
                self._written.append((file.stat().st_mtime, len(outcomes)))
            for outcome in outcomes:
                if outcome.run in self._wanted and self._statuses.get(outcome.run) != DONE:
                    self._statuses[outcome.run] = outcome.status
        done = sum(status == DONE for status in self._statuses.values())
        return Standing(
            total=len(self._wanted),
            done=done,
            failed=len(self._statuses) - done,
            complete=False,
            may_end_before=len(self.sweep.study.counts) > 1,
            at_work=is_at_work(self.sweep.folder / RUNS),
            rate=self._rate(),
        )

    def _rate(self) -> float | None:
        """Runs a second since the first file of the last minutes was written."""
        now = time.time()
        late = sorted((when, count) for when, count in self._written if now - when < SPAN)
        if len(late) < 2 or now <= late[0][0]:
            return None
        return sum(count for _, count in late[1:]) / (now - late[0][0])


def standing(sweep: Sweep) -> Standing:
    """How far a sweep is."""
    if not sweep.complete:
        return Follower(sweep).look()
    runs = sweep.experiments.drop_duplicates("run")
    done = int((runs.status == DONE).sum())
    return Standing(total=len(runs), done=done, failed=len(runs) - done, complete=True)

"""What a sweep will take, said before it starts: runs, worlds, minutes, memory and room on the disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from vbp_agents.machine import A_PATIENT
from vbp_agents.parameters import WARM_UP
from vbp_agents.presentation.written import many
from vbp_agents.sweeps.plan import Plan
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.work import DONE

A_MONTH = 0.006
"""Seconds that a month takes however few live it, on one core of a server. This and the next are rounded from processor
seconds of three years under ENHANCED with all metrics, on an AMD EPYC that had much other work: 0.15 s for 200 people,
0.75 s for 20,000, 2.5 s for 100,000. Once runs are finished in a folder, theirs are taken instead."""
A_LIFE = 6e-7
"""Seconds that a person's month takes there."""
A_PROCESS = 0.4e9
"""Bytes of a process that holds nobody yet: 0.29 GB were resident once the model was compiled and had lived a year of
200 people, and Dask's part comes on top."""
A_RUN = 3_000
"""Bytes that a finished run takes in the folder: a line of a shard with all metrics has 2,640, and the rest is its part
of the tables."""


@dataclass(frozen=True)
class Forecast:
    """``runs`` in all, ``there`` of them kept already, ``worlds`` to build for the rest, on ``places`` at once.

    ``seconds`` of a run, ``measured`` in this folder or stated; ``memory`` and ``disk`` in bytes.
    """

    points: int
    left_out: int
    runs: int
    there: int
    worlds: int
    places: int
    seconds: float
    measured: bool
    memory: float
    disk: float
    world_seconds: float

    @property
    def minutes(self) -> float:
        """Until it is over: runs and worlds on so many places."""
        lives = self.seconds * (self.runs - self.there)
        return (lives + self.worlds * self.world_seconds) / max(1, self.places) / 60

    def lines(self) -> list[str]:
        """What is said of it."""
        out = f", {self.left_out:,} left out by `where`" if self.left_out else ""
        there = f", of which {self.there:,} are there already" if self.there else ""
        rate = "measured here" if self.measured else "stated for one core of a server"
        worlds = f"{many(self.worlds, 'world')} to build"
        return [
            f"{many(self.points, 'point')}{out}; {many(self.runs, 'run')}{there}; {worlds}",
            f"about {spoken_time(60 * self.minutes)} on {many(self.places, 'process', 'es')} "
            f"({self.seconds:.2g} s a run, {rate}), {self.memory / 1e9:.1f} GB of memory, "
            f"{_room(self.disk)} on the disk",
        ]


def forecast(plan: Plan, store: Store, places: int) -> Forecast:
    """What the missing runs of a plan will take on so many places. With a stopping rule: up to its last count."""
    terms = plan.study.document
    runs = list(plan.runs(plan.study.counts[-1]))
    kept = store.kept()
    missing = [run for run in runs if run.run not in kept]
    taken = [kept[run.run].seconds for run in runs if run.run in kept and kept[run.run].status == DONE]
    month = A_MONTH + A_LIFE * terms.patients
    return Forecast(
        points=len(plan.points),
        left_out=plan.left_out,
        runs=len(runs),
        there=len(runs) - len(missing),
        worlds=len({(run.world, run.seed) for run in missing}),
        places=places,
        seconds=median(taken) if taken else 12 * terms.years * month,
        measured=bool(taken),
        memory=places * (A_PROCESS + A_PATIENT * terms.patients),
        disk=A_RUN * len(runs),
        world_seconds=_world(taken, terms.years) or WARM_UP * month,
    )


def _world(taken: Sequence[float], years: int) -> float | None:
    """Seconds of a world, as runs of so many years took."""
    return median(taken) / (12 * years) * WARM_UP if taken else None


def _room(amount: float) -> str:
    """Bytes as one says them."""
    return f"{amount / 1e9:.1f} GB" if amount >= 1e9 else f"{max(0.1, amount / 1e6):.1f} MB"


def spoken_time(seconds: float) -> str:
    """A time as one says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"

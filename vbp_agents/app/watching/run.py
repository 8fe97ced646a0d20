"""The run of the view Watch: the first replicate month by month with a film, then others for their numbers alone."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from itertools import count

from vbp_agents.app.kept import Kept
from vbp_agents.app.measured import Unwanted, threads
from vbp_agents.app.prepared import prepared
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.lived import WatchedWorld
from vbp_agents.app.watching.rows import followed
from vbp_agents.machine import processors
from vbp_agents.study.tasks import replicate_seed
from vbp_agents.study.window import MONTHS_A_YEAR
from vbp_agents.study.worlds import warm_world
from vbp_agents.terms.scenario import Scenario

FILMS: Kept[WatchedWorld] = Kept(64_000_000)
"""Worlds that were lived to the end with their film: some seven of five years and 20,000 people."""
KEPT_NUMBERS: Kept[WatchedWorld] = Kept(16_000_000)
"""The same without a film, of all replicates."""
_numbers = count(1)


@dataclass(frozen=True)
class WatchAsked:
    """What is watched: two scenarios on the same people with the same luck, the baseline first."""

    scenarios: tuple[Scenario, Scenario]
    people: int
    years: int
    seed: int
    replicates: int

    @property
    def months(self) -> int:
        """Months of each world."""
        return MONTHS_A_YEAR * self.years

    @property
    def steps(self) -> int:
        """How many times the run has something new: the first month of all, then a year of a replicate at a time."""
        return 1 + self.replicates * self.years

    def key(self, scenario: Scenario, replicate: int) -> Hashable:
        """All that a world's numbers follow from."""
        return scenario.hash, self.people, self.months, replicate_seed(self.seed, replicate), followed()


@dataclass
class Watched:
    """What there is so far. ``first``: the first replicate's two worlds, which are on the map.

    ``pairs``: replicates that are finished, in order, the first among them. ``id`` tells it from other runs.
    """

    asked: WatchAsked
    first: tuple[WatchedWorld, WatchedWorld]
    pairs: list[tuple[WatchedWorld, WatchedWorld]] = field(default_factory=list)
    id: int = field(default_factory=lambda: next(_numbers))

    @property
    def month(self) -> int:
        """Months that both worlds of the first replicate have."""
        return min(lived.month for lived in self.first)


def watch(asked: WatchAsked, job: Job[Watched]) -> Iterator[Watched]:
    """Live it, a step a year, as drawing the page takes time too; what is kept is there at once. Raises WrongInput."""

    def wanted() -> bool:
        job.remind()
        return job.may_go_on(good_place=True)

    prepared.wait(wanted)
    watched: Watched | None = None
    try:
        for replicate in range(1, asked.replicates + 1):
            if replicate > 1 and not job.let_others():
                return
            pair = _pair(asked, replicate, job)
            watched = watched or Watched(asked, pair)
            for month in _months(asked, pair):
                if month == asked.months:
                    watched.pairs.append(pair)
                    _keep(asked, pair, replicate)
                if month % MONTHS_A_YEAR == 0 or (replicate == 1 and month == 1):
                    yield watched
                if not job.may_go_on(good_place=replicate > 1 or month >= MONTHS_A_YEAR):
                    return
    except Unwanted:
        return


def _months(asked: WatchAsked, pair: tuple[WatchedWorld, WatchedWorld]) -> Iterator[int]:
    """Live both worlds side by side, each as far as it is not lived yet; the month that both have."""
    try:
        for month in range(1, asked.months + 1):
            for lived in pair:
                if lived.month < month:
                    lived.step()
            yield month
    finally:
        for lived in pair:
            lived.close()


def _pair(asked: WatchAsked, replicate: int, job: Job[Watched]) -> tuple[WatchedWorld, WatchedWorld]:
    """Both worlds of a replicate, kept or about to be lived."""
    first, second = (_begun(asked, scenario, replicate, job) for scenario in asked.scenarios)
    return first, second


def _begun(asked: WatchAsked, scenario: Scenario, replicate: int, job: Job[Watched]) -> WatchedWorld:
    kept = _shelf(replicate).find(asked.key(scenario, replicate))
    if kept is not None:
        return kept

    def check(_: int) -> None:
        if not job.may_go_on(good_place=True):
            raise Unwanted

    first = replicate == 1
    crew = processors() if first else threads()  # a visitor waits for the first one
    world = warm_world(scenario, asked.people, replicate_seed(asked.seed, replicate), crew, check)
    return WatchedWorld(world, scenario, followed(), crew, film=first)


def _shelf(replicate: int) -> Kept[WatchedWorld]:
    return FILMS if replicate == 1 else KEPT_NUMBERS


def _keep(asked: WatchAsked, pair: tuple[WatchedWorld, WatchedWorld], replicate: int) -> None:
    for scenario, lived in zip(asked.scenarios, pair, strict=True):
        lived.close()
        _shelf(replicate).keep(asked.key(scenario, replicate), lived, lived.size)

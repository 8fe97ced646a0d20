"""A sweep that a visitor looks at: read, analyzed and drawn in the background, again and again while it grows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.every import analyses
from vbp_agents.app.kept import Kept
from vbp_agents.app.runner import Job
from vbp_agents.app.swept.shelf import Entry, entries, opened
from vbp_agents.results import read_metadata
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import Follower, Standing, standing
from vbp_agents.sweeps.study import Study
from vbp_agents.sweeps.work import DONE

BETWEEN_LOOKS = 1.0
"""Seconds between looks at a sweep that is under way."""
BETWEEN_LISTS = 4.0
"""Seconds between looks at which sweeps there are."""
BETWEEN_READINGS = 5.0
"""Seconds until a sweep that grows is read anew, at least; where that takes long, several times as long."""
TIMES = 5
_Key = tuple[object, ...]
ANALYSES = Kept[tuple[Analysis, ...]](128_000_000)
PICTURES = Kept[tuple[bytes, bytes]](64_000_000)


@dataclass(frozen=True)
class Wanted:
    """What is looked at: the sweep's ``name``; the ``outcome`` and the ``scenario``, "" for all; some of the points.

    ``path``, ``part``: what is varied, and the number of the part of its values; "" for all points. An outcome and a
    scenario that are not chosen yet are None: the study's first ones.
    """

    name: str
    outcome: str | None = None
    scenario: str | None = None
    path: str = ""
    part: int = 0
    points: frozenset[int] = frozenset()

    def outcome_of(self, study: Study) -> str:
        """The outcome; "" for all."""
        return study.outcomes[0] if self.outcome is None else self.outcome

    def scenario_of(self, study: Study) -> str:
        """The scenario that is held against the baseline; "" for all."""
        first = next((s.name for s in study.scenarios if s.name != study.baseline), "")
        return first if self.scenario is None else self.scenario

    def shows(self, analysis: Analysis, study: Study) -> bool:
        """Whether an analysis is among what is looked at; one about several outcomes or scenarios always is."""
        pairs = ((self.outcome_of(study), analysis.outcome), (self.scenario_of(study), analysis.scenario))
        return all("" in pair or pair[0] == pair[1] for pair in pairs)


@dataclass(frozen=True)
class Seen:
    """What is known so far. ``made``: the analyses that are wanted, None before they are there.

    ``pictures``: by the name of an analysis, SVG for a light and for a dark page, as far as they are drawn; of a sweep
    that grows those before, until the new ones are.
    """

    wanted: Wanted
    sweep: Sweep
    standing: Standing
    made: tuple[Analysis, ...] | None = None
    pictures: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)

    @property
    def has_values(self) -> bool:
        """Whether any run has."""
        return self.standing.done > 0


def listing(job: Job[list[Entry]]) -> Iterator[list[Entry]]:
    """The sweeps that there are, again whenever one changes."""
    seen = entries()
    yield seen
    while job.let_others(BETWEEN_LISTS):
        latest = entries()
        if latest != seen:
            seen = latest
            yield seen


def follow(wanted: Wanted, job: Job[Seen]) -> Iterator[Seen]:
    """What a sweep says, as far as it is; to its end, or until nobody wants it."""
    sweep = opened(wanted.name)
    follower = None if sweep.complete else Follower(sweep)
    seen = Seen(wanted, sweep, follower.look() if follower else standing(sweep))
    yield seen
    while True:
        began = time.monotonic()
        for more in _analyzed(seen):
            seen = more
            yield seen
            if not job.may_go_on(good_place=True):
                return
        if follower is None:
            return
        until = time.monotonic() + max(BETWEEN_READINGS, TIMES * (time.monotonic() - began))
        read = seen.standing.finished
        while not _is_complete(seen.sweep) and (seen.standing.finished == read or time.monotonic() < until):
            if not job.let_others(BETWEEN_LOOKS):
                return
            now = follower.look()
            if now != seen.standing:
                seen = replace(seen, standing=now)
                yield seen
        latest = opened(wanted.name)
        latest.keep_plan_of(seen.sweep)
        if latest.complete:
            follower = None
        elif latest.plan is not seen.sweep.plan:
            follower = Follower(latest)
        seen = replace(seen, sweep=latest, standing=follower.look() if follower else standing(latest))


def _is_complete(sweep: Sweep) -> bool:
    return bool(read_metadata(sweep.folder).get("complete"))


def _analyzed(seen: Seen) -> Iterator[Seen]:
    """The analyses that are wanted, then each picture; what was made once is kept for all visitors."""
    if not (seen.sweep.experiments.status == DONE).any():
        yield replace(seen, made=())
        return
    wanted = seen.wanted
    key: _Key = (wanted.name, _stamp(seen.sweep), wanted.points)
    made = ANALYSES.find(key)
    if made is None:
        part = seen.sweep.only(wanted.points) if wanted.points else seen.sweep
        made = tuple(analyses(part))
        tables = (part.experiments, part.outcomes, *(analysis.frame for analysis in made))
        ANALYSES.keep(key, made, int(sum(frame.memory_usage(deep=True).sum() for frame in tables)))
    shown = tuple(analysis for analysis in made if wanted.shows(analysis, seen.sweep.study))
    before = {analysis.name: seen.pictures[analysis.name] for analysis in shown if analysis.name in seen.pictures}
    seen = replace(seen, made=shown, pictures=before)
    yield seen
    for analysis in shown:
        if analysis.answered:
            picture = _picture(key, analysis)
            seen = replace(seen, pictures={**seen.pictures, analysis.name: picture})
            yield seen


def _picture(key: _Key, analysis: Analysis) -> tuple[bytes, bytes]:
    kept = PICTURES.find((*key, analysis.name))
    if kept is None:
        kept = analysis.svg(), analysis.svg(dark=True)
        PICTURES.keep((*key, analysis.name), kept, sum(map(len, kept)))
    return kept


def _stamp(sweep: Sweep) -> _Key:
    """What tells a sweep's state from any other: its study, its model, and how much of it is there."""
    facts = sweep.store.facts
    names = ("study", "fingerprint", "complete", "replicates")
    return (*(facts.get(name) for name in names), len(sweep.experiments), int((sweep.experiments.status == DONE).sum()))

"""Why did a practice do that, what happened to this person: the two worlds are lived again with one of them followed.

Luck is keyed, so that the months are the same; nothing of it has to be kept while everybody is lived.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vbp_agents.actors.provider_document import provider_document
from vbp_agents.app.kept import Kept
from vbp_agents.app.measured import threads
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.run import WatchAsked
from vbp_agents.explain.replay import FollowedModel, PatientMonth
from vbp_agents.model import VbpModel, begun
from vbp_agents.networks.network import practice_graph as network_of
from vbp_agents.study.window import MONTHS_A_YEAR
from vbp_agents.study.worlds import warm_world
from vbp_agents.terms.scenario import Scenario

_SIZE = 400_000
"""About how many bytes an answer takes."""
MOST_TIES = 14
"""Other places that a practice is shown to share patients with."""


@dataclass
class OfPractice:
    """By world: what a ``practice`` decided and why by the month of the decision, and whom it shares patients with.

    ``ties``: by the month of a December, other places and the share of the practice's people whom they saw that year.
    ``lived``: how far each world has been lived again.
    """

    practice: int
    documents: tuple[dict[int, Mapping[str, Any]], ...] = field(default_factory=lambda: ({}, {}))
    ties: tuple[dict[int, list[tuple[int, float]]], ...] = field(default_factory=lambda: ({}, {}))

    lived: list[int] = field(default_factory=lambda: [0, 0])

    def document(self, world: int, month: int) -> tuple[int, Mapping[str, Any]] | None:
        """The decision that is in force in a month, and when it was taken; None until that month is lived again."""
        documents = self.documents[world] if self.lived[world] >= month else {}
        taken = max((at for at in list(documents) if at <= max(month, 1)), default=None)
        return None if taken is None else (taken, documents[taken])

    def ties_at(self, world: int, month: int) -> list[tuple[int, float]]:
        """Those of the last December; of the first one before it."""
        ties = self.ties[world]
        before = [at for at in list(ties) if at <= month]
        return ties[max(before)] if before else ties[min(ties)] if ties else []


@dataclass
class OfPerson:
    """By world, a person's months; ``whole`` once both worlds have been lived again."""

    stories: tuple[Sequence[PatientMonth], ...] = ((), ())
    whole: bool = False


ANSWERS: Kept[OfPractice | OfPerson] = Kept(16_000_000)
"""What was asked before, by anybody."""


def of_practice(asked: WatchAsked, practice: int, job: Job[OfPractice]) -> Iterator[OfPractice]:
    """A practice's reasons in both worlds; a step a month of either."""
    key = ("practice", practice, *(asked.key(scenario, 1) for scenario in asked.scenarios))
    known = ANSWERS.find(key)
    answer = known if isinstance(known, OfPractice) else OfPractice(practice)
    for world, scenario in reversed(list(enumerate(asked.scenarios))):
        for _ in _decisions(answer, world, asked, scenario, practice, job) if answer is not known else ():
            yield answer
    if job.may_go_on(good_place=True):
        ANSWERS.keep(key, answer, _SIZE)
    yield answer


def _decisions(
    answer: OfPractice, world: int, asked: WatchAsked, scenario: Scenario, practice: int, job: Job[OfPractice]
) -> Iterator[None]:
    model = begun(_world(asked, scenario), scenario, threads(), keep=False)
    try:
        known = model.providers.known
        for month in range(1, asked.months + 1):
            model.step()
            if model.providers.known is not known:
                known = model.providers.known
                answer.documents[world][month] = provider_document(model, practice)
            if month % MONTHS_A_YEAR == 0:
                answer.ties[world][month] = _ties(model, practice)
            answer.lived[world] = month
            yield
            if not job.may_go_on(good_place=True):
                return
    finally:
        model.close()


def _ties(model: VbpModel, practice: int) -> list[tuple[int, float]]:
    """The places that saw most of the people whom a practice saw this year, with their share."""
    region = model.world.region
    graph = network_of(model.world.patients, region, int(region.practices.area[practice]))
    if practice not in graph:
        return []
    patients = graph.nodes[practice]["patients"]
    shared = sorted(((-tie["shared"], other) for other, tie in graph[practice].items()))
    return [(int(other), -count / patients) for count, other in shared[:MOST_TIES]]


def of_person(asked: WatchAsked, person: int, job: Job[OfPerson]) -> Iterator[OfPerson]:
    """A person's months in both worlds; a step a month of either."""
    key = ("person", person, *(asked.key(scenario, 1) for scenario in asked.scenarios))
    known = ANSWERS.find(key)
    if isinstance(known, OfPerson):
        yield known
        return
    stories: list[Sequence[PatientMonth]] = [(), ()]
    for place, scenario in enumerate(asked.scenarios):
        world = _world(asked, scenario).copy()
        model = FollowedModel(world=world, studied=scenario, threads=threads(), patient=person)
        stories[place] = model.story
        try:
            for _ in range(asked.months):
                model.step()
                yield OfPerson(tuple(stories))
                if not job.may_go_on(good_place=True):
                    return
        finally:
            model.close()
    answer = OfPerson(tuple(tuple(story) for story in stories), whole=True)
    ANSWERS.keep(key, answer, _SIZE)
    yield answer


def _world(asked: WatchAsked, scenario: Scenario) -> Any:
    return warm_world(scenario, asked.people, asked.seed, threads())

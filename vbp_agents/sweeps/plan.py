"""The runs of a study: every point with its scenarios, checked before anything runs, and each run's id."""

import hashlib
import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.identity import run_id
from vbp_agents.metrics import METRIC
from vbp_agents.study.tasks import replicate_seed
from vbp_agents.sweeps.designs import design_points
from vbp_agents.sweeps.document import WHOLE_DESIGNS
from vbp_agents.sweeps.study import Study
from vbp_agents.sweeps.varied import Varied, places_of
from vbp_agents.terms.scenario import Scenario
from vbp_agents.user_file import users_files

_SHOWN = 8
"""Points that cannot be: as many are listed, the others counted."""
OWN_LUCK = 1_000
"""Where each point has luck of its own, point p begins with that of the study's replicate 1,000 + p."""
MOST_OWN = 9_000
"""Points that can have luck of their own."""
OnPoint = Callable[[int], None]
"""Called with the points that have been looked at."""


@dataclass(frozen=True)
class Spot:
    """A scenario at a point: what it comes to (``content``, a scenario's hash), and the world that it needs."""

    point: int
    scenario: str
    content: str
    world: str


@dataclass(frozen=True)
class PlannedRun:
    """What is to be computed: its id, the scenario's content, its world's key, and its luck."""

    run: str
    content: str
    world: str
    patients: int
    years: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """A study's points, counted from 1, with what each scenario comes to there.

    ``packed``: every content once, as `unpacked` reads it. ``left_out``: points for which `where` does not hold.
    ``model``: the fingerprint that the runs' ids are made with, that of users' metrics beside it.
    """

    study: Study
    model: str
    points: tuple[Mapping[str, Any], ...]
    spots: tuple[Spot, ...]
    packed: Mapping[str, bytes]
    left_out: int

    def runs(self, replicates: int) -> Iterator[PlannedRun]:
        """Every run of the first ``replicates``, each once: the whole design with the first luck, then the next."""
        yielded: set[str] = set()
        for number in range(1, replicates + 1):
            for spot in self.spots:
                seed = self.seed(spot.point, number)
                name = self.id(spot.content, seed)
                if name not in yielded:
                    yielded.add(name)
                    yield self._run(spot, name, seed)

    def seed(self, point: int, number: int) -> int:
        """The luck of a point's replicate: the same at every point, but for a design whose points have their own."""
        terms = self.study.document
        begin = replicate_seed(terms.seed, OWN_LUCK + point) if terms.design.luck else terms.seed
        return replicate_seed(begin, number)

    def _run(self, spot: Spot, name: str, seed: int) -> PlannedRun:
        terms = self.study.document
        return PlannedRun(name, spot.content, spot.world, terms.patients, terms.years, seed)

    def id(self, content: str, seed: int) -> str:
        """The id of a scenario's run with a luck."""
        key = content, seed
        if key not in self._ids:
            terms = self.study.document
            self._ids[key] = run_id(content, terms.patients, terms.years, seed, self.model)
        return self._ids[key]

    @cached_property
    def _ids(self) -> dict[tuple[str, int], str]:
        return {}

    def worlds(self, replicates: int) -> int:
        """How many worlds must be built for the first ``replicates``, each once."""
        return replicates * len({(spot.world, self.seed(spot.point, 1)) for spot in self.spots})


def planned(study: Study, model: str, on_point: OnPoint = lambda done: None) -> Plan:
    """The plan of a study. Raises WrongInput for a design without a point, and for points that cannot be, listed."""
    points, spots, left_out = list[Mapping[str, Any]](), list[Spot](), 0
    packed: dict[str, bytes] = {}
    worlds: dict[str, str] = {}
    unmoved = {scenario.name: scenario.hash for scenario in study.scenarios}
    impossible: list[tuple[int, str]] = []
    where = _Places(study)
    for values in design_points(study.document.design, study.varied):
        if not all(condition.holds(values) for condition in study.where):
            left_out += 1
            continue
        points.append(values)
        number = len(points)
        for scenario in study.scenarios:
            try:
                there = where.at(scenario, values)
            except WrongInput as error:
                impossible.append((number, f"{scenario.name}: {error}"))
                break
            content = unmoved[scenario.name] if there is scenario else there.hash
            if content not in packed:
                packed[content], worlds[content] = _packed(there), there.world_hash
            spots.append(Spot(number, scenario.name, content, worlds[content]))
        on_point(number)
    if impossible:
        raise _cannot_be(study, points, impossible)
    if not points:
        text = f"`where` leaves none of {left_out} points" if left_out else "the design has no point"
        raise WrongInput(f"design: {text}; nothing would be run")
    if study.document.design.luck and len(points) > MOST_OWN:
        raise WrongInput(f"design: at most {MOST_OWN:,} points can have luck of their own; here are {len(points):,}")
    return Plan(study, model + users_metrics(), tuple(points), tuple(spots), packed, left_out)


def users_metrics() -> str:
    """What the users' metrics add to the model's fingerprint: nothing where none is loaded."""
    code = sorted(loaded.code for loaded in users_files() if loaded.kind.name == METRIC)
    return f"+{hashlib.sha256(b''.join(code)).hexdigest()[:16]}" if code else ""


def scenarios_at(study: Study, values: Mapping[str, Any]) -> list[Scenario]:
    """The scenarios of a study at a point, whose values are by path. Raises WrongInput where they cannot be."""
    where = _Places(study)
    return [where.at(scenario, values) for scenario in study.scenarios]


class _Places:
    """Which of the varied paths each scenario has."""

    def __init__(self, study: Study) -> None:
        self.own: dict[str, list[Varied]] = {scenario.name: [] for scenario in study.scenarios}
        for each in study.varied:
            for scenario, _ in places_of(each.written, study.scenarios):
                self.own[scenario.name].append(each)
        self.last: dict[str, tuple[dict[str, Any], Scenario]] = {}

    def at(self, scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
        """The scenario at a point, under its own name. Raises WrongInput where that cannot be."""
        changes = {each.path: values[each.written] for each in self.own[scenario.name]}
        if not changes:
            return scenario
        before = self.last.get(scenario.name)
        if before is None or before[0] != changes:
            self.last[scenario.name] = changes, scenario.with_values(changes, scenario.name)
        return self.last[scenario.name][1]


def _cannot_be(study: Study, points: list[Mapping[str, Any]], impossible: list[tuple[int, str]]) -> WrongInput:
    """What is said of points that no scenario can be at."""
    shown = [
        f"  point {number} ({', '.join(f'{path} = {value}' for path, value in list(points[number - 1].items())[:4])}"
        f"{', ...' if len(points[number - 1]) > 4 else ''}): {message}"
        for number, message in impossible[:_SHOWN]
    ]
    more = [f"  and {len(impossible) - _SHOWN} more"] if len(impossible) > _SHOWN else []
    whole = study.document.design.kind in WHOLE_DESIGNS
    way = "narrow the ranges" if whole else "exclude them by `where`, such as `PATH < PATH`, or narrow the ranges"
    head = f"{len(impossible)} of {len(points)} points cannot be; {way}:"
    return WrongInput("\n".join([head, *shown, *more]))


def _packed(scenario: Scenario) -> bytes:
    """A scenario in a kilobyte or two."""
    return zlib.compress(pickle.dumps(scenario), 1)


def unpacked_scenario(content: bytes) -> Scenario:
    """The scenario that a plan has packed."""
    scenario = pickle.loads(zlib.decompress(content))
    assert isinstance(scenario, Scenario)
    return scenario

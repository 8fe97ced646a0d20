"""A study: which scenarios, over which points of levers and uncertainties, measured by what, on how much luck."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vbp_agents.declaration import as_plain
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.files import as_path
from vbp_agents.metrics import METRICS
from vbp_agents.problems import UNKNOWN, Problem, Steps, problems_of
from vbp_agents.study.checks import Named, SomeNames
from vbp_agents.study.question import question_of
from vbp_agents.sweeps.assumptions import assumptions
from vbp_agents.sweeps.conditions import PointCondition, condition
from vbp_agents.sweeps.document import ASSUMPTIONS, WHOLE_DESIGNS, Document, Stopping
from vbp_agents.sweeps.varied import SECTIONS, Role, Varied, places_of, varied
from vbp_agents.terms.checking import Refused
from vbp_agents.terms.document import read_document
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import is_path


class Study:
    """A study as a file declares it, with scenarios found, ranges filled in and everything checked.

    ``levers`` are what policy sets: each is set in every scenario that has its path, the baseline included, or in one
    alone (`NAME:PATH`). ``uncertainties`` are what nobody knows: each is set in all scenarios of a point alike, so that
    a difference from the baseline is the money's. Every point and scenario meets the same people and luck in replicate
    n (common random numbers over the whole design), and more replicates go on with the same sequence.

        study = vbp.Study(
            scenarios=["mssp_enhanced"],
            levers={"mssp_enhanced:contracts.0.terms.sharing_rate": [0.5, 0.6, 0.75]},
            uncertainties={"behavior.speed": {"from": 0.06, "to": 0.2, "scale": "log"}},
            outcomes=["cost_per_capita"],
            design={"kind": "latin_hypercube", "points": 40},
            replicates=5,
        )

    Raises WrongInput, with every path and message in ``problems``.
    """

    document: Document
    scenarios: tuple[Scenario, ...]
    baseline: str
    varied: tuple[Varied, ...]
    where: tuple[PointCondition, ...]

    def __init__(
        self,
        *,
        scenarios: SomeNames,
        outcomes: Sequence[str],
        design: Mapping[str, object],
        levers: Mapping[str, object] | None = None,
        uncertainties: Mapping[str, object] | str | None = None,
        baseline: Named = "fee_for_service",
        replicates: int | Mapping[str, object] = 10,
        patients: int = 20_000,
        years: int = 5,
        seed: int = 1,
        where: Sequence[str] = (),
        time_limit: float | None = None,
        title: str = "",
        description: str = "",
    ) -> None:
        given: dict[str, object] = {
            "outcomes": outcomes,
            "design": design,
            "levers": levers or {},
            "uncertainties": uncertainties or {},
            "replicates": replicates,
            "patients": patients,
            "years": years,
            "seed": seed,
            "where": where,
            "time_limit": time_limit,
            "title": title,
            "description": description,
        }
        listed = [scenarios] if isinstance(scenarios, str | Path | Scenario) else list(scenarios)
        try:
            self._begin(as_plain(given), listed, baseline, Path())
        except Refused as error:
            lines = [(".".join(map(str, steps)), message) for steps, message in error.problems]
            raise WrongInput("\n".join(f"{path or 'study'}: {text}" for path, text in lines), lines) from None

    def _begin(self, given: Mapping[str, Any], listed: Sequence[Named], baseline: Named, folder: Path) -> None:
        """Check everything together. Raises Refused."""
        names = [each.name if isinstance(each, Scenario) else str(each) for each in listed]
        base = baseline.name if isinstance(baseline, Scenario) else str(baseline)
        try:
            document = Document.model_validate({**given, "scenarios": names, "baseline": base})
        except ValidationError as error:
            raise Refused(problems_of(error, Document, listed="")) from None
        try:
            question = question_of([_found(each, folder) for each in listed], _found(baseline, folder))
        except WrongInput as error:
            raise Refused([(("scenarios",), str(error))]) from None
        all_varied, problems = _all_varied(document, question.scenarios)
        conditions, more = _conditions(document, all_varied)
        problems += [
            *more,
            *_design_problems(document, all_varied),
            *_outcome_problems(document, question.scenarios, base),
        ]
        if problems:
            raise Refused(problems)
        self.document, self.scenarios, self.baseline = document, question.scenarios, question.baseline
        self.varied, self.where = tuple(all_varied), tuple(conditions)

    @property
    def title(self) -> str:
        """What the study is called."""
        return self.document.title or f"{', '.join(s.name for s in self.scenarios)}"

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The metrics that it is about."""
        return self.document.outcomes

    @property
    def counts(self) -> tuple[int, ...]:
        """Replicates at which it may be over; the last one is the end."""
        return self.document.counts

    def with_replicates(self, count: int) -> "Study":
        """The same study with so many replicates, however many it had. Raises WrongInput."""
        content = self.resolved() | {"replicates": count, "scenarios": self.scenarios}
        base = next(scenario for scenario in self.scenarios if scenario.name == self.baseline)
        return Study(**{**content, "baseline": base})

    def resolved(self) -> dict[str, Any]:
        """The study as a file has it, with every default and range written out; scenarios by name."""
        content = self.document.model_dump(mode="json", exclude_none=True)
        for role, name in SECTIONS.items():
            content[name] = {each.written: each.document() for each in self.varied if each.role == role}
        return content | {"scenarios": [s.name for s in self.scenarios], "baseline": self.baseline}

    @cached_property
    def hash(self) -> str:
        """What identifies the study: all that is in it but its words, and what its scenarios hold."""
        content = {name: value for name, value in self.resolved().items() if name not in ("title", "description")}
        text = json.dumps(content | {"hashes": [s.hash for s in self.scenarios]}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_study(path: str | Path) -> Study:
    """The study in a YAML file; scenarios that are files are sought beside it.

    Raises WrongInput with every problem and its place.
    """
    file = as_path(path, "a study")
    root = read_document(file)
    content = root.plain()
    assert isinstance(content, dict)
    mistakes = list(root.mistakes())
    listed = content.get("scenarios")
    names = [str(name) for name in listed] if isinstance(listed, list) else []
    study: Study = object.__new__(Study)
    try:
        if mistakes:
            raise Refused(mistakes)
        given = {name: value for name, value in content.items() if name not in ("scenarios", "baseline")}
        if not isinstance(listed, list):
            text = "is missing; write the scenarios that are compared" if listed is None else "must be a list"
            raise Refused([(("scenarios",), text)])
        study._begin(given, names, str(content.get("baseline", "fee_for_service")), file.parent)
    except Refused as error:
        described = []
        for steps, message in dict.fromkeys(error.problems):
            node = root.at(steps)
            place = (
                node.key
                if message.startswith(UNKNOWN) or steps[:1] in (("levers",), ("uncertainties",))
                else node.place
            )
            described.append((place, ".".join(map(str, steps)), message))
        described.sort(key=lambda line: line[0])
        lines = [f"{place}: {name or 'study'}: {message}" for place, name, message in described]
        raise WrongInput("\n".join(lines), [(name, message) for _, name, message in described]) from None
    return study


def _found(named: Named, folder: Path) -> Named:
    """A scenario, or what finds it, files from where the study is."""
    return folder / named if isinstance(named, str) and is_path(named) else named


def _all_varied(document: Document, scenarios: Sequence[Scenario]) -> tuple[list[Varied], list[Problem]]:
    """What is varied, levers first, and what is wrong with it."""
    problems: list[Problem] = []
    all_varied: list[Varied] = []
    uncertain = dict(document.uncertainties)
    if ASSUMPTIONS in uncertain:
        at = list(uncertain).index(ASSUMPTIONS)
        del uncertain[ASSUMPTIONS]
        meant = [path for path in assumptions(scenarios) if path not in {**uncertain, **document.levers}]
        uncertain = dict(
            [*list(uncertain.items())[:at], *((path, None) for path in meant), *list(uncertain.items())[at:]]
        )
    given: list[tuple[Role, str, Any]] = [
        *(("lever", str(path), value) for path, value in document.levers.items()),
        *(("uncertainty", str(path), value) for path, value in uncertain.items()),
    ]
    for role, path, value in given:
        section = SECTIONS[role]
        if said := _wrong_role(role, path):
            problems.append(((section, path), said))
            continue
        each, wrong = varied(path, value, role, scenarios)
        problems += [((section, path, *steps), message) for steps, message in wrong]
        all_varied += [each] if each else []
    return all_varied, [*problems, *_overlaps(all_varied, scenarios)]


def _wrong_role(role: Role, path: str) -> str:
    """Why a path cannot be a lever, or an uncertainty; "" where it can."""
    top = path.rpartition(":")[2].split(".")[0]
    if role == "lever" and top == "behavior":
        return "how providers behave is no lever, as nobody sets it; write it under `uncertainties`"
    if role == "uncertainty" and top == "contracts":
        return "what a contract says is policy and no uncertainty; write it under `levers`"
    if role == "uncertainty" and ":" in path:
        return "an uncertainty is the same in all scenarios; write the path alone"
    return ""


def _overlaps(all_varied: Sequence[Varied], scenarios: Sequence[Scenario]) -> list[Problem]:
    """Paths that set the same value of a scenario."""
    taken: dict[tuple[str, Steps], str] = {}
    problems: list[Problem] = []
    for each in all_varied:
        spots = [(s.name, place.steps) for s, at in places_of(each.written, scenarios) for place in at]
        others = dict.fromkeys(taken[spot] for spot in spots if spot in taken)
        problems += [
            ((each.section, each.written), f"sets the same value as {other}; vary it once") for other in others
        ]
        taken |= dict.fromkeys(spots, each.written)
    return problems


def _conditions(document: Document, all_varied: Sequence[Varied]) -> tuple[list[PointCondition], list[Problem]]:
    conditions, problems = list[PointCondition](), list[Problem]()
    for index, text in enumerate(document.where):
        try:
            conditions.append(condition(text, [each.written for each in all_varied if each.numeric]))
        except WrongInput as error:
            problems.append((("where", index), str(error)))
    if document.where and document.design.kind in WHOLE_DESIGNS:
        text = f"a {document.design.kind} design needs every point that it draws: narrow the ranges instead"
        problems.append((("where",), text))
    return conditions, problems


def _design_problems(document: Document, all_varied: Sequence[Varied]) -> list[Problem]:
    kind = document.design.kind
    if not (document.levers or document.uncertainties):
        text = "nothing is varied: name levers or uncertainties"
        return [(("design",), text)]
    wanting = [each for each in all_varied if kind in ("grid", "list") and not each.values]
    text = f"a {kind} needs values: write a list of them, or `steps: N`"
    problems: list[Problem] = [((each.section, each.written), text) for each in wanting]
    if kind == "list" and len({len(each.values) for each in all_varied}) > 1:
        counts = ", ".join(f"{each.written} has {len(each.values)}" for each in all_varied)
        problems.append((("design",), f"a list takes the first value of each, then the second ...: {counts}"))
    return problems


def _outcome_problems(document: Document, scenarios: Sequence[Scenario], baseline: str) -> list[Problem]:
    rule = document.replicates.until if isinstance(document.replicates, Stopping) else None
    problems: list[Problem] = [
        (("outcomes", index), f"there is no metric {name!r}; `vbp list` lists all {len(METRICS)}{_meant(name)}")
        for index, name in enumerate(document.outcomes)
        if name not in METRICS
    ]
    if rule and rule.outcome not in METRICS:
        problems.append(
            (("replicates", "until", "outcome"), f"there is no metric {rule.outcome!r}{_meant(rule.outcome)}")
        )
    others = [scenario.name for scenario in scenarios if scenario.name != baseline]
    if rule and rule.scenario not in others:
        text = (
            f"{rule.scenario!r} is none of the scenarios that differ from the baseline: {', '.join(others) or 'none'}"
        )
        problems.append((("replicates", "until", "scenario"), text))
    return problems


def _meant(name: str) -> str:
    return did_you_mean(name, list(METRICS))

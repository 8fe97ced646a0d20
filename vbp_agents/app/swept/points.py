"""A sweep's points: where each is, and its scenarios as a question of the page, or as files."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents.app.limits import limits
from vbp_agents.app.links import query_of
from vbp_agents.app.question import MOST_SCENARIOS, SHARED, PageQuestion, ScenarioChoice
from vbp_agents.app.written import archive
from vbp_agents.errors import WrongInput
from vbp_agents.results import scenario_yaml
from vbp_agents.sweeps.plan import scenarios_at
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.study import Study
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario, presets

PointValues = Mapping[str, Any]
"""What is varied, by path, at one point."""


def point_values(sweep: Sweep) -> dict[int, PointValues]:
    """The values of every point that has been begun, by its number."""
    paths = [each.written for each in sweep.study.varied]
    rows = sweep.experiments.drop_duplicates("point").sort_values("point")
    columns = [rows[path].tolist() for path in paths]
    values = (dict(zip(paths, row, strict=True)) for row in zip(*columns, strict=True))
    return dict(zip(map(int, rows.point), values, strict=True))


def planned_values(study: Study, values: PointValues) -> dict[str, Any]:
    """A point's values as the study has them: a table may hold them as other numbers, or as text."""
    planned = {}
    for each in study.varied:
        value = values[each.written]
        same = [declared for declared in each.values if declared == value or str(declared) == str(value)]
        planned[each.written] = same[0] if same else int(value) if each.whole else value
    return planned


def scenarios_of(study: Study, values: PointValues, scenario: str) -> list[Scenario]:
    """The scenarios at a point that can be compared, the baseline first; ``scenario``: this one alone beside it.

    Raises WrongInput where they cannot be.
    """
    there = {each.name: each for each in scenarios_at(study, planned_values(study, values))}
    others = [each for name, each in there.items() if name != study.baseline and scenario in ("", name)]
    return [there[study.baseline], *others[: MOST_SCENARIOS - 1]]


def link_to(study: Study, scenarios: Sequence[Scenario]) -> str | None:
    """The link to Compare with just these scenarios; None where no link can say it, or the server computes less."""
    terms = study.document
    if terms.patients > limits().people or terms.years > limits().years:
        return None
    try:
        question = _question(scenarios, terms.patients, terms.years, terms.seed)
        same = [s.hash for s in question.scenarios()] == [s.hash for s in scenarios]
    except WrongInput:
        return None
    query = query_of(question, {}) if same else None
    return None if query is None else f"/compare?{query}"


def _question(scenarios: Sequence[Scenario], people: int, years: int, seed: int) -> PageQuestion:
    """Presets with what differs from them by path."""
    start = PageQuestion(tuple(ScenarioChoice(_nearest(each)) for each in scenarios), {}, people, years, seed)
    shared: dict[str, Any] = {}
    changes: list[dict[str, Any]] = []
    for wanted, preset in zip(scenarios, start.scenarios(), strict=True):
        differing = {each.path: each.value for each in wanted.differences(preset)}
        shared |= {path: value for path, value in differing.items() if path.split(".")[0] in SHARED}
        changes.append({path: value for path, value in differing.items() if path not in shared})
    choices = tuple(ScenarioChoice(c.name, more) for c, more in zip(start.choices, changes, strict=True))
    return PageQuestion(choices, shared, people, years, seed)


def _nearest(scenario: Scenario) -> str:
    """The preset of a scenario's name, else the one that differs least."""
    if scenario.name in presets():
        return scenario.name
    return min(presets(), key=lambda name: len(scenario.differences(find_scenario(name))))


def scenario_archive(study: Study, scenarios: Sequence[Scenario], replicates: int) -> bytes:
    """The scenarios as files, and the command that compares them, as a zip."""
    terms = study.document
    files = {f"{each.name}.yaml": scenario_yaml(each) for each in scenarios}
    baseline, *_ = files
    sizes = f"--patients {terms.patients} --years {terms.years} --replicates {replicates} --seed {terms.seed}"
    return archive(files, f"vbp compare {' '.join(files)} --baseline {baseline} {sizes}")

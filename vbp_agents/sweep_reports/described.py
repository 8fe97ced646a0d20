"""A study in words: what policy sets, what nobody knows, what is measured, and which points are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vbp_agents.analysis.measured import outcome_of
from vbp_agents.metrics import METRICS
from vbp_agents.presentation.written import listed, many, spoken
from vbp_agents.sweep_reports.frames import written
from vbp_agents.sweeps.document import Stopping
from vbp_agents.sweeps.study import Study
from vbp_agents.sweeps.varied import Role, Varied, places_of
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import source_of, title, unit_of

DESIGNS = {
    "grid": "every value with every other",
    "list": "the first value of each, then the second of each",
    "latin_hypercube": "Latin hypercube: spread evenly over the range of each",
    "sobol": "Sobol' sequence, for shares of variance",
    "morris": "Morris trajectories: one is moved after the other",
}
"""Designs in words."""


@dataclass(frozen=True)
class VariedWords:
    """What is varied: its ``title``, where it is set, its ``values``, unit, and ``source``; ``path`` names it."""

    title: str
    where: str
    values: str
    unit: str
    source: str
    path: str


def scenario_title(scenario: Scenario) -> str:
    """What a scenario is called."""
    return scenario.title or spoken(scenario.name)


def outcome_title(name: str) -> str:
    """What an outcome is called."""
    return outcome_of(name).title


def names_in_words(study: Study) -> dict[str, str]:
    """What a study's scenarios, outcomes and varied paths are called, by their names in tables."""
    scenarios = {each.name: scenario_title(each) for each in study.scenarios}
    outcomes = {name: outcome_title(name) for name in study.outcomes}
    return scenarios | outcomes | {each.written: varied_title(each, study) for each in study.varied}


def outcome_about(name: str) -> tuple[str, str]:
    """An outcome's unit, and what it is."""
    return METRICS[name].unit, METRICS[name].about


def varied_words(study: Study, role: Role) -> list[VariedWords]:
    """What a study varies in a role, in its order."""
    return [_words(each, study) for each in study.varied if each.role == role]


def _words(each: Varied, study: Study) -> VariedWords:
    places = places_of(each.written, study.scenarios)
    position = places[0][1][0]
    everywhere = len(places) == len(study.scenarios)
    where = "all scenarios" if everywhere else listed(scenario_title(scenario) for scenario, _ in places)
    return VariedWords(title(position), where, values_words(each), unit_of(position), source_of(position), each.written)


def varied_title(each: Varied, study: Study) -> str:
    """What something that is varied is called."""
    return title(places_of(each.written, study.scenarios)[0][1][0])


def values_words(each: Varied) -> str:
    """The values of something that is varied."""
    if each.values:
        return ", ".join(map(value_words, each.values))
    evenly = ", evenly in the logarithm" if each.log else ""
    return f"{value_words(each.low)} to {value_words(each.high)}{evenly}"


def value_words(value: Any) -> str:
    """One value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return written(value)
    return "none" if value is None else spoken(str(value))


def design_words(study: Study) -> Iterator[tuple[str, str]]:
    """The design: each part's name and what it is."""
    terms = study.document
    design = terms.design
    count = design.points or design.trajectories
    size = f"{count:,} {'trajectories' if design.trajectories else 'points'}, seed {design.seed}" if count else ""
    yield "Points", "; ".join(filter(None, [DESIGNS[design.kind], size]))
    if terms.where:
        yield "Only where", "; ".join(terms.where)
    yield "Replicates", replicates_words(study)
    yield "People", f"{terms.patients:,}"
    yield "Years", f"{terms.years:,}"
    yield "Seed", f"{terms.seed}; replicate 1 has it, the others' follow from it"
    if terms.time_limit is not None:
        yield "Time limit", f"{terms.time_limit:g} seconds a run"


def replicates_words(study: Study) -> str:
    """How many replicates there are, or the rule that ends them."""
    rule = study.document.replicates
    luck = "each with its own people and luck, the same at every point and in every scenario"
    if not isinstance(rule, Stopping):
        return f"{rule:,}, {luck}" if rule > 1 else "1: one draw of luck, the same at every point and in every scenario"
    until = rule.until
    unit = outcome_about(until.outcome)[0]
    return (
        f"until half the interval of the difference in {outcome_title(until.outcome).lower()} under "
        f"{spoken(until.scenario)} is at most {until.half_width:g} ({unit}) at every point, looked at after "
        f"{listed(map(str, rule.counts))}, {many(rule.most, 'replicate')} at most; {luck}"
    )

"""Which signs of differences survive what nobody has measured: as an experiment found, in sentences for a comparison.

`experiments/12_what_survives_ignorance.py` writes `ranges.json` together with docs/ranges.md.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.presentation.written import listed
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario

HOLDS, TURNS, UNCLEAR = "holds", "turns", "none that is clear of luck at the defaults"
"""Kinds of findings that are spoken of; the others may have turned by luck."""
_WORDS = {-1: "lower", 1: "higher"}


class Ranged(NamedTuple):
    """How a difference from the baseline fares over the ranges of what nothing published identifies.

    ``sign``: at the defaults, 0 where luck may have made it. ``same``, ``none``, ``other``: shares of the points with
    that sign, with no difference, with the other sign. ``driver``: the path of the number that goes with it most, "".
    """

    scenario: str
    metric: str
    kind: str
    sign: int
    same: float
    none: float
    other: float
    driver: str


class Ranges(NamedTuple):
    """The experiment: so many points of so many people and years; differences from the baseline."""

    points: int
    people: int
    years: int
    baseline: str
    rows: tuple[Ranged, ...]


@cache
def ranges() -> Ranges:
    """What the experiment found."""
    document = json.loads((Path(__file__).parent / "ranges.json").read_text(encoding="utf-8"))
    return Ranges(**document | {"rows": tuple(Ranged(**row) for row in document["rows"])})


def survive(scenarios: Sequence[Scenario]) -> list[str]:
    """What is known of the signs of these scenarios' differences from the first, in sentences; that nothing is, too."""
    whole = ranges()
    others = [scenario for scenario in scenarios[1:] if _rules(scenario)]
    if not others:
        return []
    if _rules(scenarios[0]):
        return [f"Nobody has looked: signs are known of differences from {_title(whole.baseline)} alone."]
    alike = {name: [s for s in others if _rules(s) == _rules_of(name)] for name in _studied()}
    sentences = [f"{_whom(name, those)}: {_told(name)}." for name, those in alike.items() if those]
    unknown = [scenario for scenario in others if not any(scenario in those for those in alike.values())]
    about = (
        f"Looked at in {whole.points} draws of the numbers that nothing published identifies ({whole.people:,} people, "
        f"{whole.years} years, against {_title(whole.baseline)}). The ranges are assumptions too."
    )
    rest = [f"Nobody has looked at {listed(map(_called, unknown))}."] if unknown else []
    return [*([about, *sentences] if sentences else []), *rest]


def _whom(name: str, those: Sequence[Scenario]) -> str:
    """Which scenario was looked at, and for which it has to stand here."""
    others = [_called(scenario) for scenario in those if scenario.hash != find_scenario(name).hash]
    return f"{_title(name)} (what was looked at of the kind of {listed(others)})" if others else _title(name)


def _told(name: str) -> str:
    """What is known of one scenario."""
    rows = [row for row in ranges().rows if row.scenario == name and row.metric in _titles()]
    signs = [f"{_row(row)} {_WORDS[row.sign]}" for row in rows if row.kind == HOLDS]
    unclear = [_row(row) for row in rows if row.kind == UNCLEAR]
    luck = [_row(row) for row in rows if row.kind not in (HOLDS, TURNS, UNCLEAR)]
    parts = [
        *([f"these signs survive: {listed(signs)}"] if signs else []),
        *(_turned(row) for row in rows if row.kind == TURNS),
        *([f"may turn, by luck or not: {listed(luck)}"] if luck else []),
        *([f"too small to have a sign: {listed(unclear)}"] if unclear else []),
    ]
    return "; ".join(parts)


def _turned(row: Ranged) -> str:
    driver = f", most of all with “{_numbers()[row.driver]}”" if row.driver else ""
    sides = f"{_WORDS[row.sign]} in {row.same:.0%} of the draws, {_WORDS[-row.sign]} in {row.other:.0%}"
    return f"the sign of {_row(row)} does not survive ({sides}{driver})"


def _studied() -> list[str]:
    return list(dict.fromkeys(row.scenario for row in ranges().rows))


@cache
def _rules_of(name: str) -> frozenset[str]:
    return _rules(find_scenario(name))


def _rules(scenario: Scenario) -> frozenset[str]:
    """The rules that a scenario's contracts pay by, but for fee for service."""
    return frozenset(contract.regime for contract in scenario.contracts if contract.rule().value_based)


@cache
def _title(name: str) -> str:
    scenario = find_scenario(name)
    return scenario.title or scenario.name


def _called(scenario: Scenario) -> str:
    return scenario.title or scenario.name


@cache
def _titles() -> Mapping[str, str]:
    """The headline's rows as a sentence has them."""
    return {row.metric: row.title[0].lower() + row.title[1:] for row in HEADLINE}


def _row(row: Ranged) -> str:
    return _titles()[row.metric]


@cache
def _numbers() -> Mapping[str, Any]:
    return {number.path: number.title.lower() for number in find_scenario("default").numbers()}

"""A scenario's plain content, checked whole: the scenario, or every problem with the path that it is at."""

import json
from typing import Any

from pydantic import ValidationError

from vbp_agents.behaviors import behavior_names
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.problems import UNKNOWN, Problem, Steps, problems_of
from vbp_agents.regimes import regimes
from vbp_agents.terms.contract import NO_REGIME
from vbp_agents.terms.problems import unknown_payer
from vbp_agents.terms.scenario import Scenario


class Refused(ValueError):
    """A content is no scenario. ``problems``: keys and indices from the top, and a message, each once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


def checked(content: dict[str, Any]) -> Scenario:
    """The scenario with this content; what it does not say is at its default. Raises Refused."""
    try:
        return Scenario.model_validate_json(json.dumps(content))
    except ValidationError as error:
        problems = [*problems_of(error, Scenario), *_unknown_payers(content)]
        raise Refused([_meant(content, problem) for problem in dict.fromkeys(problems)]) from None


def refusals(content: dict[str, Any]) -> list[Problem]:
    """What is wrong with a content, nothing where it is a scenario's or holds what no file can."""
    try:
        checked(content)
    except Refused as error:
        return error.problems
    except TypeError:
        return []
    return []


def _unknown_payers(content: dict[str, Any]) -> list[Problem]:
    """Contracts of payers that there are not: looked for here, as wrong terms hide a contract from other checks."""
    of_file = [str(payer["name"]) for payer in _mappings(content, "payers") if "name" in payer]
    known = of_file or [payer.name for payer in Scenario.model_fields["payers"].default]
    named = [(index, contract.get("payer")) for index, contract in enumerate(_mappings(content, "contracts"))]
    return [
        (("contracts", index, "payer"), unknown_payer(name, known))
        for index, name in named
        if isinstance(name, str) and name not in known
    ]


def _mappings(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The mappings of a list, empty ones for what is none."""
    items = content.get(name)
    return [item if isinstance(item, dict) else {} for item in items] if isinstance(items, list) else []


def _meant(content: dict[str, Any], problem: Problem) -> Problem:
    """The same problem; where a preset's name is taken for a regime's, or a term for more, what to write instead."""
    path, message = problem
    if message.startswith(UNKNOWN) and (hint := _term(content, path)):
        return path, f"{UNKNOWN} {path[-1]!r} here; {hint}"
    if not message.startswith(NO_REGIME):
        return problem
    name = str(_mappings(content, "contracts")[int(path[1])]["regime"])
    rule = _regime_of_preset(name)
    return (path, f"{name} is a preset of regime {rule}; write `regime: {rule}` with its terms") if rule else problem


def _regime_of_preset(name: str) -> str:
    """The regime of a preset's first contract, "" where there is none."""
    from vbp_agents.terms.scenario_file import find_scenario, presets

    contracts = find_scenario(name).contracts if name in presets() else ()
    return contracts[0].regime if contracts else ""


def _term(content: dict[str, Any], path: Steps) -> str:
    """What to write where a term of a regime or a behavior stands beside `terms` rather than below it."""
    *owner, name = path
    write = f"write `terms: {{{name}: ...}}`"
    if owner == ["behavior"]:
        having = [other for other in behavior_names() if name in find_behavior(other).model_fields]
        return (
            f"it is a term of {having[0]}: write `name: {having[0]}` and {write.removeprefix('write ')}"
            if having
            else ""
        )
    if len(owner) != 2 or owner[0] != "contracts":
        return ""
    regime = _mappings(content, "contracts")[int(owner[1])].get("regime")
    rule = regimes().get(str(regime))
    return f"it is a term of {regime}: {write}" if rule and name in rule.model_fields else ""

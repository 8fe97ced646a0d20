"""Changes to a scenario by path, and the declarations of its numbers: what controls and links are made of."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from vbp_agents.behaviors import find as find_behavior
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.param import ASSUMPTION, Parameters
from vbp_agents.terms.problems import problems_of
from vbp_agents.terms.scenario import Scenario

BLOCKS = ("region", "population", "care", "behavior")


@dataclass(frozen=True)
class Number:
    """A number of a scenario that can be set: where, what it is, and how far it goes."""

    path: str
    title: str
    value: Any
    unit: str
    low: float | None
    high: float | None
    source: str
    about: str
    group: str


def with_values(scenario: Scenario, values: Mapping[str, object], name: str | None = None) -> Scenario:
    """The scenario with other values at some paths. Raises WrongInput with every problem and its path."""
    plain = scenario.resolved()
    for path, value in values.items():
        for owner, key in _places(plain, path.split("."), path):
            owner[key] = value
    try:
        return Scenario.model_validate_json(json.dumps(plain | ({"name": name} if name else {})))
    except ValidationError as error:
        problems = [(".".join(map(str, path)), message) for path, message in problems_of(error, Scenario)]
        raise WrongInput("\n".join(f"{path}: {message}" for path, message in problems), problems) from None


def _places(here: Any, steps: list[str], path: str) -> Iterator[tuple[Any, Any]]:
    """Each owner and key that a path means: one, or with `*` one for every item of a list."""
    first, *rest = steps
    for key in _keys(here, first, path):
        if rest:
            yield from _places(here[key], rest, path)
        else:
            yield here, key


def _keys(here: Any, step: str, path: str) -> list[Any]:
    if isinstance(here, list):
        if step == "*":
            return list(range(len(here)))
        if step.isdigit() and int(step) < len(here):
            return [int(step)]
        named = [i for i, item in enumerate(here) if isinstance(item, dict) and item.get("name") == step]
        if named:
            return named
    elif isinstance(here, dict) and step in here:
        return [step]
    known = list(here) if isinstance(here, dict) else []
    raise WrongInput(f"{path}: there is no {step!r} in the scenario{did_you_mean(step, known)}", [(path, "unknown")])


def numbers(scenario: Scenario) -> Iterator[Number]:
    """Every number that can be set, with its declaration: contracts first, then payers, the world and behavior."""
    for place, contract in enumerate(scenario.contracts):
        rule = contract.rule()
        group = f"{type(rule).title}, {contract.payer}"
        yield from _of(f"contracts.{place}", contract, group, ("share", "treated_share"), scenario.source)
        yield from _of(f"contracts.{place}.terms", rule, group, None, scenario.source)
    for payer in scenario.payers:
        names = ("share", "physician_price", "hospital_price", "price_dispersion")
        yield from _of(f"payers.{payer.name}", payer, payer.title or payer.name, names, payer.source)
    behavior = scenario.behavior
    terms = find_behavior(behavior.name).model_validate(behavior.terms)
    yield from _of("behavior.terms", terms, "Behavior", None, scenario.source)
    for block in reversed(BLOCKS):
        yield from _of(block, getattr(scenario, block), block.capitalize(), None, scenario.source)


def _of(prefix: str, part: Parameters, group: str, names: tuple[str, ...] | None, where_set: str) -> Iterator[Number]:
    """The numbers of one part; what is not at its default has the source of what sets it."""
    for name, info in type(part).model_fields.items():
        extra, value = info.json_schema_extra, getattr(part, name)
        number = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        if not isinstance(extra, dict) or not number or (names is not None and name not in names):
            continue
        default = value == info.get_default(call_default_factory=False)
        yield Number(
            path=f"{prefix}.{name}",
            title=name.replace("_", " ").capitalize(),
            value=value,
            unit=str(extra["unit"]),
            low=_bound(extra["low"]),
            high=_bound(extra["high"]),
            source=str(extra.get("source", ASSUMPTION)) if default else where_set,
            about=info.description or "",
            group=group,
        )


def _bound(limit: Any) -> float | None:
    return float(limit) if isinstance(limit, int | float) else None

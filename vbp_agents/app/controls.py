"""Controls made of declarations: a row of the component `NumberControls` for each number of a scenario."""

from collections.abc import Callable, Mapping
from typing import Any

from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Choice, Number

SHOWN_FIRST = (
    "behavior.speed",
    "behavior.salience",
    "behavior.value_share",
    "behavior.scruple",
    "behavior.coding_cost",
    "behavior.signal",
    "region.altruism_median",
    "care.choice_distance",
    "population.coding_baseline",
    "population.moves",
)
"""Shown before anything is looked for, beside the terms of the contract."""
DRAGGED = ("sharing_rate", "chosen_minimum", "loss_rate_high", "loss_rate_low", "discount", "share")
"""Terms of contracts that are dragged most, by name, the first in front."""
_LEFT_OUT = "null: "
"""With these words a declaration begins to say what a number that is left out means."""


def group(path: str, scenario: Scenario) -> str:
    """What a value belongs to: a contract, a payer or a block of the scenario, in words."""
    block, *rest = path.split(".")
    if block == "contracts":
        contract = scenario.contracts[int(rest[0])]
        return f"{type(contract.rule()).title}, {contract.payer}"
    if block == "payers":
        return next((payer.title or payer.name for payer in scenario.payers if payer.name == rest[0]), rest[0])
    return block.replace("_", " ").capitalize()


def row(number: Number, changed: bool = False, **more: Any) -> dict[str, Any]:
    """One row, as the component takes it."""
    first = number.path in SHOWN_FIRST or ".terms." in number.path
    whole = isinstance(number.value, int) and not isinstance(number.value, bool)
    return {
        "path": number.path,
        "title": number.title,
        "value": number.value,
        "unit": number.unit,
        "low": number.low,
        "high": number.high,
        "step": step(number, whole),
        "whole": whole,
        "source": number.source,
        "about": number.about,
        "group": "",
        "changed": changed,
        "first": first,
        "log": False,
        "optional": f"Left out: {number.about.removeprefix(_LEFT_OUT)}" if number.about.startswith(_LEFT_OUT) else "",
    } | more


def step(number: Number, whole: bool) -> float:
    """A step that has some hundred of them in the range: 0.01 of a share, 1 of a count, 50 of thousands."""
    if number.low is None or number.high is None:
        return 1.0 if whole else 0.01
    span = number.high - number.low
    power = 10.0 ** len(str(int(span))) / 1_000 if span >= 1 else 0.01
    if 0 < span < 1:
        power = 0.001 if span <= 0.25 else 0.01
    return max(1.0, power) if whole else power


def choice_row(choice: Choice, of: str, changed: bool = False) -> dict[str, Any]:
    """One choice, as the component `Choices` takes it; ``of``: what it belongs to, in words."""
    several = isinstance(choice.value, tuple)
    return {
        "path": choice.path,
        "title": f"{of}: {choice.title.lower()}",
        "value": list(choice.value) if isinstance(choice.value, tuple) else choice.value,
        "several": several,
        "options": [{"value": value, "title": _worded(value)} for value in choice.allowed],
        "changed": changed,
    }


def _worded(value: bool | str | None) -> str:
    """A word of a file for people."""
    if value is None:
        return "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value.replace("_", " ")


def control_rows(
    scenario: Scenario, changes: Mapping[str, Any], wanted: Callable[[str], bool]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All numbers and choices of a scenario whose paths are ``wanted``, as rows; those shown first without a group."""
    numbers = [
        row(n, n.path in changes, group="" if n.path in SHOWN_FIRST else group(n.path, scenario))
        for n in scenario.numbers()
        if wanted(n.path)
    ]
    numbers.sort(key=lambda number: not number["first"])
    choices = [
        choice_row(c, group(c.path, scenario), c.path in changes)
        for c in scenario.choices()
        if wanted(c.path) and c.allowed
    ]
    return numbers, choices

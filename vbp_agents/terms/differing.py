"""Every number and choice in which two scenarios differ, as a document: also those of what only one of them has."""

from collections.abc import Iterator, Mapping
from typing import Any

from vbp_agents import __version__
from vbp_agents.declaration import as_plain
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Choice, Difference, Number

SCHEMA = 1
_Row = dict[str, Any]
"""``path``, ``value`` of the first scenario and ``other`` of the second, ``source`` and ``other_source`` of these,
``unit``, ``title``, and ``only_in``: the scenario that alone has it, "" where both do.
"""


def differences_document(first: Scenario, second: Scenario) -> dict[str, Any]:
    """The scenarios' names, the second's with a 2 where both have one name, and a row for each difference."""
    if first.name == second.name:
        second = second.with_values({}, name=f"{second.name[:60]}_2")
    values = {scenario.name: _values(scenario) for scenario in (first, second)}
    rows = [
        row for difference in first.differences(second) for row in _rows(difference, [first.name, second.name], values)
    ]
    return {"schema": SCHEMA, "version": __version__, "scenarios": [first.name, second.name], "differences": rows}


def _values(scenario: Scenario) -> dict[str, Number | Choice]:
    """All numbers and choices by path, numbers first."""
    values: list[Number | Choice] = [*scenario.numbers(), *scenario.choices()]
    return {value.path: value for value in values}


def _rows(
    difference: Difference, names: list[str], values: Mapping[str, Mapping[str, Number | Choice]]
) -> Iterator[_Row]:
    """A difference; what only one scenario has is followed by all that is in it."""
    sources = {
        name: values[name][difference.path].source if difference.path in values[name] else difference.source
        for name in names
    }
    yield _row(vars(difference), sources, names)
    for path, value in values[difference.only_in].items() if difference.only_in else ():
        if path.startswith(f"{difference.path}."):
            both = {name: value.value if name == difference.only_in else None for name in names}
            row = {"path": path, "value": both[names[0]], "other": both[names[1]], "only_in": difference.only_in}
            unit = value.unit if isinstance(value, Number) else ""
            yield _row(row | {"unit": unit, "title": value.title}, dict.fromkeys(names, value.source), names)


def _row(values: Mapping[str, Any], sources: Mapping[str, str], names: list[str]) -> _Row:
    """A row; what a scenario does not have is from nowhere."""
    theirs = {name: sources[name] if values["only_in"] in ("", name) else "" for name in names}
    plain = {name: as_plain(value) for name, value in values.items() if name != "source"}
    return {**plain, "source": theirs[names[0]], "other_source": theirs[names[1]]}

"""Every number and choice in which two scenarios differ, as a document: also those of what only one of them has."""

from collections.abc import Iterator, Mapping
from typing import Any

from vbp_agents import __version__
from vbp_agents.declaration import as_plain
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Choice, Difference, Number

SCHEMA = 1
Row = dict[str, Any]
"""``path``, ``value`` of the first scenario, ``other`` of the second, ``unit``, ``source``, ``title``, ``only_in``."""


def differences_document(one: Scenario, other: Scenario) -> dict[str, Any]:
    """The scenarios' names, the second's with a 2 where both have one name, and a row for each difference."""
    if one.name == other.name:
        other = other.with_values({}, name=f"{other.name[:60]}_2")
    values = {scenario.name: _values(scenario) for scenario in (one, other)}
    rows = [row for found in one.differences(other) for row in _rows(found, one.name, values)]
    return {"schema": SCHEMA, "version": __version__, "scenarios": [one.name, other.name], "differences": rows}


def _values(scenario: Scenario) -> dict[str, Number | Choice]:
    """All numbers and choices by path, numbers first."""
    return {value.path: value for value in (*scenario.numbers(), *scenario.choices())}


def _rows(found: Difference, first: str, values: Mapping[str, Mapping[str, Number | Choice]]) -> Iterator[Row]:
    """A difference; what only one scenario has is followed by all that is in it."""
    yield {name: as_plain(value) for name, value in vars(found).items()}
    if not found.only_in:
        return
    for path, value in values[found.only_in].items():
        if path.startswith(f"{found.path}."):
            both = (value.value, None) if found.only_in == first else (None, value.value)
            yield {
                "path": path,
                "value": as_plain(both[0]),
                "other": as_plain(both[1]),
                "unit": value.unit if isinstance(value, Number) else "",
                "source": value.source,
                "title": value.title,
                "only_in": found.only_in,
            }

"""A scenario file examined: what it changes of what it extends, and which of its numbers cannot matter."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbp_agents import __version__
from vbp_agents.contracts.without_effect import without_effect
from vbp_agents.terms.differing import differences_document
from vbp_agents.terms.document import Node, read_document
from vbp_agents.terms.scenario_file import DEFAULT, extended_name, find_scenario, is_path, read_scenario

SCHEMA = 1
_WHOLE = ("contracts", 0)
"""How long a path is of something that one scenario has and the other has not."""


def examined(path: Path) -> dict[str, Any]:
    """A right file as a document: ``name``, ``extends``, ``changes`` (rows of a `differences_document`), and
    ``without_effect``, the reason by path. Raises WrongInput with every problem and its place.

    A file that extends nothing is held against the default region.
    """
    scenario, document = read_scenario(path), read_document(path)
    extends = extended_name(document) or DEFAULT
    other = find_scenario(path.parent / extends if is_path(extends) else extends)
    rows = differences_document(scenario, other)["differences"]
    changes = [row for row in rows if not _filled_in(row, scenario.name, document)]
    theirs = [row["path"] for row in changes if row["only_in"] in ("", scenario.name)]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "file": str(path),
        "name": scenario.name,
        "extends": extends,
        "changes": changes,
        "without_effect": dict(without_effect(scenario, theirs)),
    }


def _filled_in(row: Mapping[str, Any], name: str, document: Node) -> bool:
    """Whether a value is at its default, unwritten, in something that the file alone has, which is a row by itself."""
    steps = tuple(int(part) if part.isdigit() else part for part in row["path"].split("."))
    return row["only_in"] == name and len(steps) > len(_WHOLE) and document.find(steps) is None

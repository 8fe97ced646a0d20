"""`vbp diff`: the numbers and choices in which two scenarios differ."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.files import check_numbers
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import do_all, write_numbers
from vbp_agents.presentation.terminal import rendered, tell
from vbp_agents.reports.comparison import rows_table, to_json
from vbp_agents.terms.differing import differences_document
from vbp_agents.terms.document import as_written
from vbp_agents.terms.scenario_file import find_scenario, is_path

_ABSENT = "–"


def show_differences(first: str, second: str, files: UserFiles, json: Path | None) -> None:
    """A table to stdout, and the same as JSON where asked for."""
    if json:
        check_numbers(json, [*map(Path, filter(is_path, (first, second))), *files.paths])
    files.load()
    document = differences_document(find_scenario(first), find_scenario(second))
    with deferred() as interruption:
        do_all(lambda: write_numbers(json, to_json(document)), lambda: tell(_said(document)))
        interruption.check()


def _said(document: Mapping[str, Any]) -> str:
    first, second = document["scenarios"]
    if not (rows := document["differences"]):
        return f"{first} and {second} differ in no number and no choice"
    return rendered(rows_table([_cells(row, first, second) for row in rows], f"{first} and {second}"), whole=True)


def _cells(row: Mapping[str, Any], first: str, second: str) -> dict[str, str]:
    return {
        "path": row["path"],
        first: _ABSENT if row["only_in"] == second else as_written(row["value"]),
        second: _ABSENT if row["only_in"] == first else as_written(row["other"]),
        "unit": row["unit"],
        "source": " / ".join(dict.fromkeys(filter(None, (row["source"], row["other_source"])))),
    }

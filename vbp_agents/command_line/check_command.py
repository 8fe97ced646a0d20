"""`vbp check`: all that is wrong in scenario files; of a right one what it changes, and what cannot matter in it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.contracts.examined import examined
from vbp_agents.errors import WrongInput
from vbp_agents.presentation.terminal import line_width, tell
from vbp_agents.presentation.written import many, paragraph
from vbp_agents.terms.document import as_written

_ABSENT = "nothing"


def check_files(paths: Sequence[Path], files: UserFiles) -> None:
    """What each file changes to stdout; raises WrongInput with everything that is wrong in any of them."""
    files.load()
    wrong: list[WrongInput] = []
    for path in paths:
        try:
            answer = examined(path)
        except WrongInput as error:
            wrong.append(error)
        else:
            tell("\n".join(_said(answer, line_width())))
    if wrong:
        raise WrongInput("\n".join(map(str, wrong)), [problem for error in wrong for problem in error.problems])


def _said(answer: Mapping[str, Any], columns: int) -> Iterator[str]:
    """A file in words."""
    changes, extends = answer["changes"], answer["extends"]
    first = f"{answer['file']}: {answer['name']} is right"
    if not changes:
        yield paragraph("", f"{first}, and changes nothing of {extends} yet", columns)
        return
    yield paragraph("", f"{first}; it changes {many(len(changes), 'value')} of {extends}:", columns)
    for row in changes:
        yield paragraph("  ", _change(row, answer["name"]), columns)
    for path, why in answer["without_effect"].items():
        yield paragraph("  ", f"{path} cannot matter: {why}", columns)


def _change(row: Mapping[str, Any], name: str) -> str:
    now = _ABSENT if row["only_in"] not in ("", name) else as_written(row["value"])
    then = _ABSENT if row["only_in"] == name else as_written(row["other"])
    unit = f", {row['unit']}" if row["unit"] else ""
    return f"{row['path']} = {now} instead of {then}{unit}"

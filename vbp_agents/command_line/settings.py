"""`--set`, and what is said on stderr about how scenarios came about."""

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from vbp_agents.errors import Replaced, WrongInput
from vbp_agents.presentation.terminal import note

if TYPE_CHECKING:
    from vbp_agents.study.question import Question


def set_in(question: "Question", texts: Sequence[str]) -> "Question":
    """The question with what `--set` says in its scenarios; each change is a note. Raises WrongInput."""
    if not texts:
        return question
    from vbp_agents.terms.settings import described, read_settings

    try:
        changed = question.with_settings(read_settings(texts))
    except WrongInput as error:
        raise WrongInput("\n".join(f"--set {line}" for line in str(error).splitlines()), error.problems) from None
    for line in described(question.scenarios, changed.scenarios):
        note(f"set: {line}")
    for line in _idle(question, changed):
        note(line)
    return changed


def _idle(before: "Question", after: "Question") -> Iterator[str]:
    """What was set and cannot matter, each reason once."""
    from vbp_agents.contracts.without_effect import without_effect

    names_by_reason: dict[str, list[str]] = {}
    for now, then in zip(after.scenarios, before.scenarios, strict=True):
        paths = [difference.path for difference in now.differences(then) if not difference.only_in]
        for path, why in without_effect(now, paths):
            names_by_reason.setdefault(f"{path} cannot matter ({why})", []).append(now.name)
    for text, names in names_by_reason.items():
        whom = "in any scenario here" if len(names) == len(after.scenarios) > 1 else f"in {', '.join(names)}"
        yield f"{text} {whom}"


@contextlib.contextmanager
def notes_shown() -> Iterator[None]:
    """What a scenario's file resets is a note, each once; other warnings go where they went."""
    said: set[str] = set()
    elsewhere = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> Any:
        if not issubclass(category, Replaced):
            elsewhere(message, category, filename, lineno, file, line)
        elif str(message) not in said:
            said.add(str(message))
            note(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", Replaced)
        warnings.showwarning = show
        yield

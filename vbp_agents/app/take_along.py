"""The question to take along: the command and the Python that give the same numbers, and the scenarios as files."""

from typing import Any

import solara

from vbp_agents.app.files import File
from vbp_agents.app.html import paragraphs, tag
from vbp_agents.app.session import use_session
from vbp_agents.app.vue import Copy, Fold
from vbp_agents.app.written import Written, archive, commands_of, with_files
from vbp_agents.errors import WrongInput


@solara.component
def TakeAlong(replicates: int) -> Any:
    """A fold-out for any view; ``replicates``: how many the command is to run."""
    opened, set_opened = solara.use_state(False)
    fold = Fold(
        label="The same in the command line and in Python",
        note="files to download",
        opened=opened,
        event_toggle=set_opened,
    )
    return tag("section", fold, *([OpenedTakeAlong(replicates)] if opened else []), class_="card")


@solara.component
def OpenedTakeAlong(replicates: int) -> Any:
    """What is in it."""
    question = use_session().settled
    made, problem = solara.use_memo(lambda: _made(question, replicates), [question, replicates])
    if made is None:
        return tag("p", problem, class_="quiet")
    plain, filed = made
    saved = [File(name, name, lambda data=data: data, "") for name, data in filed.files.items()]
    whole = File("All, and the command, as a zip", "vbp-compare.zip", lambda: archive(filed.files, filed.command), "")
    first = [tag("p", "Save the files first; the command runs beside them.", class_="quiet")] if plain.files else []
    return tag(
        "div",
        paragraphs(["Both give these numbers to the last digit, on any machine."], "quiet"),
        tag("h3", "The same command"),
        *first,
        Copy(label="the command", text=plain.command),
        tag("h3", "The same in Python"),
        Copy(label="the Python code", text=plain.python),
        tag("h3", "The scenarios as files"),
        paragraphs(["Each is a file that vbp compare takes unchanged, and that can be uploaded here again."], "quiet"),
        tag("div", *saved, whole, class_="row"),
        *([] if plain.files else [Copy(label="the command with files", text=filed.command)]),
    )


def _made(question: Any, replicates: int) -> tuple[tuple[Written, Written] | None, str]:
    try:
        return (commands_of(question, replicates), with_files(question, replicates)), ""
    except WrongInput as error:
        return None, str(error)

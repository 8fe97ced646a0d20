"""`vbp explain`: the JSON first, and the table even where that cannot be written."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents.answers.patient_story import patient_table, patient_words
from vbp_agents.answers.provider_story import provider_table, provider_words
from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.explain.inquiry import Inquiry
from vbp_agents.files import check_numbers
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import do_all, progress_bar, write_numbers
from vbp_agents.presentation.terminal import note, show
from vbp_agents.reports.comparison import to_json

if TYPE_CHECKING:
    from rich.table import Table

NOT_EXACT = (
    "the months differ from those in the folder: it was made by another version, or on another kind of machine, "
    "or changed since"
)


def explain_results(inquiry: Inquiry, files: UserFiles, json: Path | None) -> None:
    """`vbp explain`."""
    if json:
        check_numbers(json, files.paths, inquiry.folder)
    files.load()
    with deferred() as interruption:
        recorded = inquiry.checked()
        with progress_bar(interruption, transient=True) as advance:
            answer = inquiry.answered(recorded, advance)
        if not answer["replayed_exactly"]:
            note(NOT_EXACT)
        sentences, table = inquiry_text(answer)
        parts = [table, *sentences] if table.row_count else sentences
        do_all(lambda: write_numbers(json, to_json(answer)), lambda: show(*parts))
        interruption.check()


def inquiry_text(answer: dict[str, Any]) -> "tuple[list[str], Table]":
    """The answer for people: sentences and a table."""
    if "provider" in answer:
        return provider_words(answer), provider_table(answer)
    return patient_words(answer), patient_table(answer)

"""`vbp explain`: the JSON first, and the table even where that cannot be written."""

from pathlib import Path

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.explain.inquiry import Inquiry, inquiry_text
from vbp_agents.files import check_numbers
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import do_all, progress_bar, write_numbers
from vbp_agents.presentation.terminal import note, show
from vbp_agents.reports.comparison import to_json

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
            found = inquiry.answered(recorded, advance)
        if not found["replayed_exactly"]:
            note(NOT_EXACT)
        sentences, table = inquiry_text(found)
        parts = [table, *sentences] if table.row_count else sentences
        do_all(lambda: write_numbers(json, to_json(found)), lambda: show(*parts))
        interruption.check()

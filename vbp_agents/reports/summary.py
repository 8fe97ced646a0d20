"""What is printed of a comparison: the headline, what it says, and what a reader must know beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents.presentation.written import paragraph
from vbp_agents.reports.headline import headline_tables
from vbp_agents.reports.reading import reading

BULLET = "- "


def summary(found: Mapping[str, Any], notes: Sequence[str], columns: int) -> list[Any]:
    """The headline's tables and the sentences below them, for a page of so many ``columns``.

    ``found``: the document of a comparison. ``notes``: further sentences (`reports.remarks.brief_remarks`).
    """
    sentences = [paragraph(BULLET, text, columns) for text in (*reading(found), *notes)]
    return [*headline_tables(found, columns), *sentences]

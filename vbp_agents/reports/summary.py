"""What is printed of a comparison: the headline, what it says, and what a reader must know beside it."""

from collections.abc import Mapping, Sequence
from html import escape
from io import StringIO
from typing import Any

from vbp_agents.presentation.written import paragraph
from vbp_agents.reports.headline import headline_frame, headline_tables, headline_title
from vbp_agents.reports.reading import reading

BULLET = "- "
_PAGE = 100
"""Columns of a page that nobody has said the width of."""


def summary(document: Mapping[str, Any], notes: Sequence[str], columns: int) -> list[Any]:
    """The headline's tables and the sentences below them, for a page of so many ``columns``.

    ``document``: the document of a comparison. ``notes``: further sentences (`reports.remarks.brief_remarks`).
    """
    sentences = [paragraph(BULLET, text, columns) for text in (*reading(document), *notes)]
    return [*headline_tables(document, columns), *sentences]


def summary_text(document: Mapping[str, Any], notes: Sequence[str], columns: int = _PAGE) -> str:
    """The same as plain text."""
    from rich.console import Console
    from rich.text import Text

    page = StringIO()
    console = Console(file=page, width=columns, highlight=False, color_system=None, force_terminal=False)
    for part in summary(document, notes, columns):
        console.print(Text(part) if isinstance(part, str) else part)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines())


def summary_html(document: Mapping[str, Any], notes: Sequence[str]) -> str:
    """The same as a piece of a page, as notebooks show it."""
    sentences = "".join(f"<li>{escape(text)}</li>" for text in (*reading(document), *notes))
    table = headline_frame(document).to_html(border=0, justify="right")
    return f"<p><b>{escape(headline_title(document))}</b></p>{table}<ul>{sentences}</ul>"

"""HTML as text: tables and links of the page and of reports. What comes from files is always escaped."""

from collections.abc import Sequence
from html import escape

Cell = str | tuple[str, str]
"""Text, or text and a class (`number` for those that are aligned)."""
_ROW = 'scope="row"'


class Escaped(str):
    """HTML in which all that is text was escaped: a cell that stays as it is."""

    __slots__ = ()


def link(text: str, address: str) -> Escaped:
    """A link that opens beside the page."""
    return Escaped(f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener">{escape(text)}</a>')


def table_text(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]], caption: str = "") -> str:
    """A table whose first column names its rows; without a row of heads where there are none."""
    top = "".join(_cell("th", head, 'scope="col"') for head in heads)
    first = f"<thead><tr>{top}</tr></thead>" if heads else ""
    body = "".join(f"<tr>{_cell('th', row[0], _ROW)}{''.join(_cell('td', c) for c in row[1:])}</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{named}{first}<tbody>{body}</tbody></table>"


def _cell(name: str, cell: Cell, more: str = "") -> str:
    text, class_ = cell if isinstance(cell, tuple) else (cell, "")
    of_class = f' class="{class_}"' if class_ else ""
    given = f" {more}" if more else ""
    return f"<{name}{of_class}{given}>{text if isinstance(text, Escaped) else escape(text)}</{name}>"

"""Plain HTML: elements of the page, and tables as text. What comes from files is always escaped."""

from collections.abc import Sequence
from html import escape
from typing import Any

import solara
from reacton import ipyvuetify

from vbp_agents.app.words import explained

Cell = str | tuple[str, str]
"""Text, or text and a class (`number` for those that are aligned)."""


def tag(name: str, *children: Any, class_: str = "", **attributes: str) -> Any:
    """An HTML element; underscores of attributes become dashes."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return ipyvuetify.Html(tag=name, children=list(children), class_=class_, attributes=given)


def markup(text: str, class_: str = "", name: str = "div") -> Any:
    """HTML as text, which must have been escaped."""
    return solara.HTML(tag=name, unsafe_innerHTML=text, classes=[class_] if class_ else [])


def paragraphs(texts: Sequence[str], class_: str = "") -> Any:
    """Sentences, a paragraph each; words of the field explain themselves."""
    return markup("".join(f"<p>{text}</p>" for text in explained(texts)), class_)


def link(text: str, address: str) -> str:
    """A link that opens beside the page."""
    return f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener">{escape(text)}</a>'


def table(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]], caption: str = "") -> Any:
    """A table whose first column names its rows."""
    return markup(table_text(heads, rows, caption), "scroll")


def table_text(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]], caption: str = "") -> str:
    """The same as text."""
    top = "".join(_cell("th", head, 'scope="col"') for head in heads)
    body = "".join(f"<tr>{_cell('th', row[0], _ROW)}{''.join(_cell('td', c) for c in row[1:])}</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{named}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


_ROW = 'scope="row"'


def _cell(name: str, cell: Cell, more: str = "") -> str:
    text, class_ = cell if isinstance(cell, tuple) else (cell, "")
    of_class = f' class="{class_}"' if class_ else ""
    return f"<{name}{of_class} {more}>{escape(text)}</{name}>"

"""Plain HTML: elements of the page, and tables as text. What comes from files is always escaped."""

from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

import solara
from reacton import ipyvuetify

from vbp_agents.app.words import explained

Cell = str | tuple[str, str]
"""Text, or text and a class (`number` for those that are aligned)."""


class Escaped(str):
    """HTML in which all that is text was escaped: a cell that stays as it is."""

    __slots__ = ()


def tag(name: str, *children: Any, class_: str = "", **attributes: str) -> Any:
    """An HTML element; underscores of attributes become dashes.

    What is drawn at the same place later must be the same kind of element: the browser keeps the first one's.
    """
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return _element(name)(list(children), class_, given)


@cache
def _element(name: str) -> Callable[..., Any]:
    """A component for each kind of element: the browser never makes one kind into another, as when a page changes."""

    @solara.component
    def Element(children: list[Any], class_: str, attributes: dict[str, str]) -> Any:
        return ipyvuetify.Html(tag=name, children=children, class_=class_, attributes=attributes)

    return Element


def markup(text: str, class_: str = "", name: str = "div") -> Any:
    """HTML as text, which must have been escaped."""
    return solara.HTML(tag=name, unsafe_innerHTML=text, classes=[class_] if class_ else [])


def paragraphs(texts: Sequence[str], class_: str = "") -> Any:
    """Sentences, a paragraph each; words of the field explain themselves."""
    return markup("".join(f"<p>{text}</p>" for text in explained(texts)), class_)


def link(text: str, address: str) -> Escaped:
    """A link that opens beside the page."""
    return Escaped(f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener">{escape(text)}</a>')


def table_html(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]], caption: str = "") -> Any:
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
    return f"<{name}{of_class} {more}>{text if isinstance(text, Escaped) else escape(text)}</{name}>"

"""Plain HTML: elements of the page, and text that was made HTML."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import solara
from reacton import ipyvuetify

from vbp_agents.app.words import explained
from vbp_agents.presentation.markup import Cell, table_text


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


def table_html(heads: Sequence[Cell], rows: Sequence[Sequence[Cell]], caption: str = "") -> Any:
    """A table whose first column names its rows."""
    return markup(table_text(heads, rows, caption), "scroll")

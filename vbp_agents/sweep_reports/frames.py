"""An analysis' numbers as a table to read, and as text for other programs."""

import io
import math
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.markup import Cell, Escaped, table_text
from vbp_agents.presentation.written import DASH, minus, spoken

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_ROWS = 200
"""Rows that a table shows; the file has all."""
_DIGITS = 6
"""Digits that count in a table; the file has all."""


def frame_table(frame: "DataFrame", words: Mapping[str, str], most: int = MOST_ROWS) -> str:
    """The first rows as HTML, numbers with six digits that count.

    ``words``: what scenarios, outcomes and paths are called; their names in files stand on hover.
    """
    numeric = {name for name in frame if frame[name].dtype.kind in "iuf"}
    heads: list[Cell] = [(head(str(name), words), "number" if name in numeric else "") for name in frame]
    rows: list[list[Cell]] = [
        [(written(value), "number") if name in numeric else _text(value, words) for name, value in row.items()]
        for row in frame.head(most).to_dict("records")
    ]
    return table_text(heads, rows)


def head(name: str, words: Mapping[str, str]) -> str:
    """A column's name in words."""
    return _text(name, words) if name in words else spoken(name)


def _text(value: Any, words: Mapping[str, str]) -> str:
    if value not in words:
        return written(value)
    return Escaped(f'<span title="{escape(value, quote=True)}">{escape(words[value])}</span>')


def written(value: Any) -> str:
    """A value of a frame."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if value is None or not math.isfinite(value):
        return DASH
    if float(value).is_integer() and abs(value) < 1e15:
        return minus(f"{int(value):,}")
    text = f"{value:.{_DIGITS}g}"
    if "e" not in text:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"
        text = f"-{text}" if value < 0 and not text.startswith("-") else text
    return minus(text)


def frame_csv(frame: "DataFrame") -> bytes:
    """All rows as text, numbers to the last digit."""
    stream = io.StringIO()
    frame.to_csv(stream, index=False, lineterminator="\n")
    return stream.getvalue().encode()

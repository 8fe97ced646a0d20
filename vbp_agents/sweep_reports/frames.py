"""An analysis' numbers as a table to read, and as text for other programs."""

import io
import math
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.markup import Cell, table_text
from vbp_agents.presentation.written import NONE, spoken

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_ROWS = 200
"""Rows that a table shows; the file has all."""
DIGITS = 6
"""Digits that count in a table; the file has all."""


def frame_table(frame: "DataFrame", most: int = MOST_ROWS) -> str:
    """The first rows as HTML, numbers with six digits that count."""
    numeric = {name for name in frame if frame[name].dtype.kind in "iuf"}
    heads: list[Cell] = [(head(str(name)), "number") if name in numeric else head(str(name)) for name in frame]
    rows: list[list[Cell]] = [
        [(written(value), "number") if name in numeric else written(value) for name, value in row.items()]
        for row in frame.head(most).to_dict("records")
    ]
    return table_text(heads, rows)


def head(name: str) -> str:
    """A column's name in words; a path stays one."""
    return name if "." in name else spoken(name)


def written(value: Any) -> str:
    """A value of a frame."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if value is None or not math.isfinite(value):
        return NONE
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    text = f"{value:.{DIGITS}g}"
    if "e" not in text:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"
        text = f"-{text}" if value < 0 and not text.startswith("-") else text
    return text.replace("-", "−")


def frame_csv(frame: "DataFrame") -> bytes:
    """All rows as text, numbers to the last digit."""
    stream = io.StringIO()
    frame.to_csv(stream, index=False, lineterminator="\n")
    return stream.getvalue().encode()

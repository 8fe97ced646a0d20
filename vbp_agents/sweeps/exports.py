"""A sweep's table for other programs: CSV, Stata, Excel. The same bytes each time: there is no date in them."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput
from vbp_agents.files import write_whole

if TYPE_CHECKING:
    from pandas import DataFrame

_LONGEST_NAME = 32
"""Characters of a variable's name in Stata."""
LONGEST_LABEL = 80
LONGEST_NUMBER = 2**53
"""Whole numbers above are not exact in Stata and Excel, and written as texts."""
NO_DATE = datetime(2000, 1, 1)
_MISSING = "Excel files need XlsxWriter; install it with `pip install 'vbp-agents[sweep]'`"


def short_names(names: Iterable[str], longest: int = _LONGEST_NAME) -> dict[str, str]:
    """A name of letters, digits and _ for each, no two alike: the end of a path says most, so the beginning is cut."""
    shortened: dict[str, str] = {}
    for name in names:
        short, number = _short(name, longest), 1
        while short in shortened.values():
            number += 1
            short = f"{_short(name, longest - len(str(number)) - 1)}_{number}"
        shortened[name] = short
    return shortened


def _short(name: str, longest: int) -> str:
    """As many of a name's last words as have room."""
    words = re.sub(r"\W", "_", name, flags=re.ASCII).lstrip("_0123456789").split("_")
    while len("_".join(words)) > longest and len(words) > 1:
        words = words[1:]
    return "_".join(words)[-longest:].lstrip("_0123456789") or "v"


def to_csv(frame: "DataFrame", file: Path) -> None:
    """A table as text, under its own names."""
    write_whole(file, frame.to_csv(index=False, lineterminator="\n").encode())


def to_stata(frame: "DataFrame", file: Path) -> None:
    """A table for Stata: short names, the paths as labels."""
    names = short_names(map(str, frame))
    labels = {short: name[-LONGEST_LABEL:] for name, short in names.items()}
    stream = io.BytesIO()
    plain = _exact(frame).rename(columns=names)
    plain.to_stata(stream, write_index=False, time_stamp=NO_DATE, variable_labels=labels, version=118)
    write_whole(file, stream.getvalue())


def to_excel(frame: "DataFrame", file: Path) -> None:
    """A table for Excel. Raises WrongInput where XlsxWriter is missing."""
    from pandas import ExcelWriter

    stream = io.BytesIO()
    try:
        with ExcelWriter(stream, engine="xlsxwriter") as writer:
            writer.book.set_properties({"created": NO_DATE})
            _exact(frame).to_excel(writer, index=False, sheet_name="runs")
    except ImportError:
        raise WrongInput(_MISSING) from None
    write_whole(file, stream.getvalue())


def _exact(frame: "DataFrame") -> "DataFrame":
    """The table with whole numbers that a double does not hold, such as seeds, as texts."""
    large = [name for name in frame if frame[name].dtype.kind == "i" and (frame[name].abs() > LONGEST_NUMBER).any()]
    return frame.astype(dict.fromkeys(large, str))

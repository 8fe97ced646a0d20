"""What goes to stdout and stderr: whole or not at all, and no reader is waited for."""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import typer

from vbp_agents.errors import CannotWrite

PLENTY = 200
WIDEST = 10_000
"""Columns: wider than any table."""


def note(text: str) -> None:
    """A line on stderr; that nobody can read it stops nothing."""
    with contextlib.suppress(OSError):
        typer.echo(text, err=True)


class Unheeded:
    """A stream to which nothing needs to come through: that it is full, or closed, stops nobody who writes to it."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.encoding = getattr(stream, "encoding", None) or "utf-8"

    def write(self, text: str, /) -> int:
        """Write what can be written."""
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None:
                self.stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what can be passed on."""
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None:
                self.stream.flush()

    def isatty(self) -> bool:
        """Whether somebody looks."""
        return self.stream is not None and self.stream.isatty()

    def fileno(self) -> int:
        """The stream's own. Raises OSError where there is none."""
        if self.stream is None:
            raise OSError("the stream is closed")
        return self.stream.fileno()


def tell(text: str) -> None:
    """Print to stdout. A reader who has seen enough (a closed pipe) is no failure; else raises CannotWrite."""
    if sys.stdout is None:
        raise CannotWrite("stdout is closed: nothing could be printed; what was to be saved is saved")
    try:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        discard_stdout()
        reason = error.strerror or error
        raise CannotWrite(f"stdout could not be written: {reason}; what was to be saved is saved") from None


def discard_stdout() -> None:
    """Let what is still to be flushed go nowhere, so that it does not fail once more at the exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(*parts: Any) -> None:
    """Print rich tables and texts to stdout."""
    tell(rendered(*parts))


def rendered(*parts: Any, whole: bool = False) -> str:
    """Rich tables and texts as wide as stdout is.

    ``whole``: where stdout is no terminal, as wide as they need, whatever the environment says of its columns.
    """
    from rich.console import Console
    from rich.text import Text

    page = io.TextIOWrapper(io.BytesIO(), getattr(sys.stdout, "encoding", "utf-8"), errors="replace")
    columns = _needed(parts) if whole and not _terminal() else width()
    console = Console(file=page, width=columns, highlight=False, force_terminal=_terminal() or None)
    for part in parts:
        console.print(Text(part) if isinstance(part, str) else part)
    page.seek(0)
    return page.read()


def _needed(parts: Sequence[Any]) -> int:
    """Columns of the widest part where nothing is folded or cut."""
    from rich.console import Console
    from rich.measure import Measurement

    endless = Console(width=WIDEST)
    return max(Measurement.get(endless, endless.options, part).maximum for part in parts)


def _terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def line_width() -> int:
    """Columns at which a line of text is folded: a file or a program gets it whole, to be searched."""
    return width() if _terminal() or _columns_said() else WIDEST


def width() -> int:
    """Columns of the terminal; plenty where the table goes to a file or a program."""
    return _columns_said() or (shutil.get_terminal_size().columns if _terminal() else PLENTY)


def width_of_progress() -> int | None:
    """Columns of a bar on stderr; None where it finds them itself, which it does not where COLUMNS=0."""
    return shutil.get_terminal_size().columns if "COLUMNS" in os.environ and not _columns_said() else None


def _columns_said() -> int:
    """What the environment says of the width; 0 where it says nothing, or that it does not know."""
    said = os.environ.get("COLUMNS", "")
    return int(said) if said.isascii() and said.isdigit() else 0

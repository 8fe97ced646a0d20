"""What is said when something cannot be done as asked: one message, no traceback, and an exit code."""

import contextlib
from collections.abc import Iterable, Iterator
from contextvars import ContextVar

_by_options: ContextVar[bool] = ContextVar("_by_options", default=False)


class WrongInput(ValueError):
    """The user asked for something that cannot be: exit code 2. The message says what to write instead.

    ``problems``: each path (`behavior.speed`; "" where the whole is meant) with its own message.
    """

    def __init__(self, message: str, problems: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems) or (("", message),)


class CannotWrite(OSError):
    """A file could not be written (no room, no right): exit code 1. Nothing half-written stays."""


class Lost(RuntimeError):
    """A process was ended from outside before its work was done: exit code 1."""


class Replaced(UserWarning):
    """A scenario's file resets more than it says, in words. The command line prints it as a note."""


@contextlib.contextmanager
def options_meant() -> Iterator[None]:
    """Within it, messages name arguments as options: who asks is on the command line."""
    before = _by_options.set(True)
    try:
        yield
    finally:
        _by_options.reset(before)


def argument(name: str, value: object = None, call: str = "") -> str:
    """An argument as who asked would write it: `--overwrite` on the command line, `overwrite=True` in Python.

    ``value``: what is given to it, "..." in Python where nothing is. ``call``: what Python calls instead.
    """
    if _by_options.get():
        option = f"--{name.replace('_', '-')}"
        return option if value is None or value is True else f"{option} {value}"
    written = "..." if value is None else repr(value if isinstance(value, bool | int) else str(value))
    return f"{call}({written})" if call else f"{name}={written}"


def did_you_mean(name: str, known: list[str]) -> str:
    """`; did you mean 'x'?` where something known is near, however its letters are written, else nothing.

    Near is also what the name is the beginning, or else a word of: "cost" of `cost_per_capita`.
    """
    close = close_match(name, known) or _longer(name.lower().replace("-", "_"), known)
    return f"; did you mean {close!r}?" if close else ""


def _longer(part: str, known: list[str]) -> str:
    """The first that is known and goes on from ``part``, else of which it is a word; "" where none, or for a letter."""
    begun = [name for name in known if name.startswith(part)]
    return next(iter(begun + [name for name in known if part in name.split("_")]), "") if len(part) > 1 else ""


def close_match(name: str, known: list[str], likeness: float = 0.6) -> str:
    """What is known and nearest to ``name``, however its letters are written; "" where nothing is so alike (to 1)."""
    from difflib import get_close_matches

    plain = name.lower().replace("-", "_")
    close = [match for text in (name, plain) for match in get_close_matches(text, known, 1, likeness)]
    return close[0] if close else ""

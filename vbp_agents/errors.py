"""What is said when something cannot be done as asked: one message, no traceback, and an exit code."""

from collections.abc import Iterable


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


def did_you_mean(name: str, known: list[str]) -> str:
    """`; did you mean 'x'?` where something known is near, however its letters are written, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1) or get_close_matches(name.lower().replace("-", "_"), known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""

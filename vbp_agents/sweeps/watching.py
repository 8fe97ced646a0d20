"""How far a sweep is, in words, and in a notebook in one line that changes while it is computed."""

import sys
import time
from importlib import import_module
from typing import Any

from vbp_agents.sweeps.engine import OnProgress, SweepProgress, unwatched
from vbp_agents.sweeps.forecast import spoken_time

_NOTEBOOK = "ZMQInteractiveShell"
"""IPython's class where a notebook shows what is displayed."""
_BETWEEN_LINES = 0.5
"""Seconds between two states of the line."""


def progress_line(state: SweepProgress) -> str:
    """How far it is, in a line."""
    finished = f"{state.kept + state.computed:,} of {state.total:,} runs finished, {state.failed:,} failed"
    rate = f", {state.rate:.2g} a second" if state.rate else ""
    left = f", {spoken_time(state.left)} left" if state.left else ""
    return f"{finished}, {state.running:,} under way{rate}{left}"


def watched_here() -> OnProgress:
    """In a notebook a line that says how far it is; elsewhere nothing, as a script may print what it likes."""
    shell = sys.modules.get("IPython")
    asked = shell.get_ipython() if shell else None
    return _in_notebook() if type(asked).__name__ == _NOTEBOOK else unwatched


def _in_notebook() -> OnProgress:
    show: Any = import_module("IPython.display")
    handle: Any = None
    last = -_BETWEEN_LINES

    def line(state: SweepProgress) -> None:
        nonlocal handle, last
        over = state.kept + state.computed == state.total
        if not over and time.monotonic() - last < _BETWEEN_LINES:
            return
        last, text = time.monotonic(), {"text/plain": progress_line(state)}
        if handle is None:
            handle = show.display(text, raw=True, display_id=True)
        else:
            handle.update(text, raw=True)

    return line

"""How far a sweep is, said in a line; in a notebook in one that changes."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sweeps import RUNS, Quick, swept

from vbp_agents.sweeps import watching
from vbp_agents.sweeps.engine import SweepProgress, unwatched
from vbp_agents.sweeps.watching import progress_line, watched_here


class ZMQInteractiveShell:
    """What IPython runs in a notebook, by name."""


def notebook(monkeypatch: pytest.MonkeyPatch, shell: object) -> list[str]:
    """IPython's part in it: what is displayed, or put in the place of that."""
    lines: list[str] = []
    display: Any = ModuleType("IPython.display")

    def update(text: dict[str, str], raw: bool) -> None:
        lines[-1] = text["text/plain"]

    def first(text: dict[str, str], raw: bool, display_id: bool) -> SimpleNamespace:
        lines.append(text["text/plain"])
        return SimpleNamespace(update=update)

    display.display = first
    ipython: Any = ModuleType("IPython")
    ipython.get_ipython, ipython.display = (lambda: shell), display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return lines


def test_the_line_has_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six of ten runs, two of them in these four seconds: eight more seconds for the other four."""
    monkeypatch.setattr("time.monotonic", lambda: 104.0)
    state = SweepProgress(10, 4, done=1, failed=1, running=2, since=100.0)
    assert progress_line(state) == "6 of 10 runs finished, 1 failed, 2 under way, 0.5 a second, 8 s left"


def test_a_notebook_shows_one_line_that_changes(quick: Quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_BETWEEN_LINES", 0.0)
    lines = notebook(monkeypatch, ZMQInteractiveShell())
    swept(tmp_path)
    [line] = lines
    assert line.startswith(f"{RUNS} of {RUNS} runs finished, 0 failed, 0 under way")


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_a_script_or_a_terminal_shows_nothing(shell: object, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = notebook(monkeypatch, shell)
    assert watched_here() is unwatched
    assert lines == []

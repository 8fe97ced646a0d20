"""Replicates in processes of their own: the same results, errors that say where, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from vbp_agents.errors import Lost
from vbp_agents.model import run_model
from vbp_agents.regime_file import load_regime_file
from vbp_agents.regimes import RegimeFileError
from vbp_agents.study.clock import unheard
from vbp_agents.study.processes import in_processes
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import Task, TaskResult, replicate_seed, replicate_tasks
from vbp_agents.terms.scenario_file import find_scenarios

FAILS_IN_THE_SECOND_YEAR = """
from vbp_agents.regimes.base import Regime

class Fails(Regime):
    title = "Fails"
    source = "a test"

    def pay(self, book):
        if book.performance_year == 2:
            raise ValueError("no second year")
        return book.billed()
"""


def tasks_of(make: Callable[..., Any], names: list[str], count: int, years: int = 1) -> list[Task[Any]]:
    return replicate_tasks(make, find_scenarios(names), Size(300, years, count, seed=5, threads=2))


def apart(tasks: list[Task[Any]], progress: Callable[[int, int], None] = unheard) -> Iterator[TaskResult[Any]]:
    """In two processes, however few months they are."""
    return in_processes(tasks, 2, sum(task.months for task in tasks), progress)


def ends(state: Any, scenario: Any, years: int, progress: Callable[[int], None], threads: int) -> None:
    """As the system ends a process that takes all memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def never_ends(state: Any, scenario: Any, years: int, progress: Callable[[int], None], threads: int) -> None:
    month = 0
    while True:
        month += 1
        progress(month)
        time.sleep(0.001)


def leaves_a_trace(
    state: Any, scenario: Any, years: int, progress: Callable[[int], None], threads: int, *, folder: str
) -> None:
    (Path(folder) / str(state.seed)).touch()


def test_the_same_tables_in_the_same_order_as_one_after_the_other() -> None:
    tasks = tasks_of(run_model, ["fee_for_service", "capitation"], 3)
    progress: list[tuple[int, int]] = []
    in_two = list(apart(tasks, lambda done, total: progress.append((done, total))))
    in_turn = list(run_tasks(tasks, 1))
    assert [result.number for result in in_two] == [1, 2, 3]
    assert [result.seed for result in in_two] == [replicate_seed(5, number) for number in (1, 2, 3)]
    for ours, theirs in zip(in_two, in_turn, strict=True):
        assert list(ours.runs) == list(theirs.runs)
        for name, life in ours.runs.items():
            for table, frame in life.tables.items():
                pd.testing.assert_frame_equal(frame, theirs.runs[name].tables[table])
    assert progress[-1] == (3 * (36 + 2 * 12), 3 * (36 + 2 * 12))
    assert progress == sorted(progress)


def test_an_error_in_a_users_regime_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "fails.py"
    file.write_text(FAILS_IN_THE_SECOND_YEAR)
    load_regime_file(file)
    with pytest.raises(RegimeFileError, match=r"fails\.py:10: ValueError: no second year"):
        list(apart(tasks_of(run_model, ["fails"], 2, years=2)))


def test_processes_run_what_stood_in_the_file_when_it_was_read(tmp_path: Path) -> None:
    """It is edited meanwhile: the results' folder keeps what was read first."""
    file = tmp_path / "edited.py"
    file.write_text(FAILS_IN_THE_SECOND_YEAR.replace("== 2", "== 99"))
    load_regime_file(file)
    file.write_text("nothing that runs(")
    assert len(list(apart(tasks_of(run_model, ["edited"], 2, years=2)))) == 2


def test_a_process_that_is_ended_is_said() -> None:
    with pytest.raises(Lost, match="ended from outside"):
        list(apart(tasks_of(ends, ["fee_for_service"], 2)))


def test_who_stops_waiting_stops_the_others() -> None:
    """The others would live for ever."""

    def impatient(done: int, total: int) -> None:
        if done > 2 * 36:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(apart(tasks_of(never_ends, ["fee_for_service"], 2), impatient))


def children(pid: int) -> list[int]:
    """The processes that a process has begun."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid: int) -> bool:
    """Whether a process is there and is more than its parent's memory of it."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def end_soon(processes: list[int]) -> bool:
    until = time.monotonic() + 30
    while time.monotonic() < until and any(map(runs, processes)):
        time.sleep(0.1)
    return not any(map(runs, processes))


@pytest.fixture
def comparison(tmp_path: Path) -> "subprocess.Popen[str]":
    """`vbp compare` on many replicates, with processes of its own under way."""
    size = ["--patients", "300", "--years", "5", "--replicates", "200", "--threads", "2"]
    command = [sys.executable, "-m", "vbp_agents", "compare", "fee_for_service", "capitation", *size, "--out", "R"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and len(children(process.pid)) < 2:
        time.sleep(0.05)
    return process


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ctrl_c_leaves_one_message_and_no_process(comparison: "subprocess.Popen[str]") -> None:
    """As a terminal sends it: to the whole group, while the processes begin."""
    begun = children(comparison.pid)
    os.killpg(comparison.pid, signal.SIGINT)
    _, said = comparison.communicate(timeout=60)
    assert comparison.returncode == 130
    assert "vbp: interrupted: 0 of 200 replicates were finished" in said
    assert "Traceback" not in said
    assert end_soon(begun)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_processes_end_with_a_parent_that_is_killed(comparison: "subprocess.Popen[str]") -> None:
    begun = children(comparison.pid)
    comparison.kill()
    comparison.communicate(timeout=60)
    assert end_soon(begun)


def test_only_a_few_replicates_are_begun_before_they_are_taken(tmp_path: Path) -> None:
    """Else memory would hold as many as are done before anybody takes them."""
    lives = apart(tasks_of(partial(leaves_a_trace, folder=str(tmp_path)), ["fee_for_service"], 40))
    first = next(lives)
    assert first.number == 1
    time.sleep(1.5)
    begun = len(list(tmp_path.iterdir()))
    assert 1 <= begun <= 8
    assert [result.number for result in lives] == list(range(2, 41))
    assert len(list(tmp_path.iterdir())) == 40

"""A sweep on Dask's workers, with real processes: the same bytes as in one, whoever is killed on the way."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kills
import pytest
from kills import below, workers
from sweeps import RATE, STUDY, study, tables

from vbp_agents.errors import WrongInput
from vbp_agents.regime_file import load_regime_file
from vbp_agents.sweeps.sweeping import sweep

pytest.importorskip("distributed")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

UNGUARDED = """
import vbp_agents as vbp
found = vbp.sweep("study.yaml", out="out", workers=2)
print(len(found.wide()))
"""
ENDS_ITS_PROCESS = """import os

from vbp_agents import Regime


class Ends(Regime):
    title = "Ends"
    source = "a test"

    def pay(self, book):
        if book.performance_year == 2:
            os._exit(3)
        return book.billed()
"""


def vbp(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "vbp_agents", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def runs(process: int) -> bool:
    """Whether a process is there and is more than its parent's memory of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(what: Any, seconds: float = 600) -> bool:
    """Whether something is so before long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_an_unguarded_script_from_stdin_writes_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY.replace("replicates: 2", "replicates: 1"))
    done = subprocess.run(
        [sys.executable, "-"], input=UNGUARDED, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout.split()) == ("", ["18"])
    sweep(tmp_path / "study.yaml", out=tmp_path / "here", workers=0)
    assert tables(tmp_path / "out") == tables(tmp_path / "here")


@pytest.mark.full
def test_a_run_that_waits_for_ever_is_ended_with_its_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "waits.py").write_text(ENDS_ITS_PROCESS.replace("os._exit(3)", "__import__('time').sleep(10_000)"))
    load_regime_file(tmp_path / "waits.py")
    found = sweep(
        study(scenarios=["waits"], levers={}, uncertainties={"behavior.speed": [0.06]}, years=2, time_limit=3),
        out=tmp_path / "out",
        workers=2,
    )
    assert set(found.failures().scenario) == {"waits"}
    assert set(found.failures().status) == {"lost"}
    assert all("or it hung longer than `time_limit`" in text for text in found.failures().error)


WITHOUT = """import sys


class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "vbp_agents":
            raise ModuleNotFoundError("No module named 'vbp_agents'")


sys.meta_path.insert(0, Without())
"""


@contextmanager
def dask(folder: Path, **environment: str) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler and two workers with nannies, each a process of its own, as they might run anywhere: its address."""
    file = folder / "scheduler.json"
    quiet = subprocess.DEVNULL

    def begun(kind: str, *more: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1"]
        everything = [*command, "--scheduler-file", str(file), *more]
        return subprocess.Popen(everything, stdout=quiet, stderr=quiet, env=os.environ | environment)

    processes = [begun("scheduler", "--port", "0", "--no-dashboard")]
    try:
        assert soon(file.exists)
        processes += [begun("worker", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0") for _ in range(2)]
        yield json.loads(file.read_text())["address"], processes[1:]
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait()


@pytest.mark.slow
@linux
def test_killed_workers_and_a_killed_driver_lose_nothing(tmp_path: Path) -> None:
    """kill -9 of a worker, then of the driver; the resumed sweep computes the rest on the same scheduler."""
    text = STUDY.replace("steps: 3", "steps: 40")
    (tmp_path / "study.yaml").write_text(text)
    kept = tmp_path / "out" / ".runs"

    def shards() -> int:
        return len(list(kept.glob("*.jsonl")))

    with dask(tmp_path) as (at, nannies):
        driver = vbp(tmp_path, "sweep", "study.yaml", "--out", "out", "--scheduler", at)
        assert soon(lambda: shards() >= 2)
        [worker] = workers(nannies[0].pid)
        os.kill(worker, signal.SIGKILL)
        before = shards()
        assert soon(lambda: shards() > before)
        driver.kill()
        driver.communicate()
        resumed = vbp(tmp_path, "resume", "out", "--scheduler", at)
        said, noted = resumed.communicate()
    assert resumed.returncode == 0, noted
    assert "took over from the driver in process" in noted
    runs = (40 + 1 + 1) * 2 * 2
    assert f"complete, {runs:,} runs, 0 of them failed" in said
    lines = [line for file in kept.glob("*.jsonl") for line in file.read_text().splitlines()[1:]]
    ids = [re.findall(r'"run": "(\w+)"', line)[0] for line in lines]
    assert len(ids) == len(set(ids)) == runs
    sweep(tmp_path / "study.yaml", out=tmp_path / "here", workers=0)
    assert tables(tmp_path / "out") == tables(tmp_path / "here")


@pytest.mark.full
@linux
def test_no_process_outlives_a_killed_driver(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY.replace("steps: 3", "steps: 40"))
    driver = vbp(tmp_path, "sweep", "study.yaml", "--out", "out", "--workers", "2")
    assert soon(lambda: list((tmp_path / "out" / ".runs").glob("*.jsonl")))
    others = below(driver.pid)
    driver.kill()
    driver.communicate()
    assert soon(lambda: not any(map(runs, others)))


@pytest.mark.full
def test_a_run_that_ends_its_process_is_recorded_and_the_rest_goes_on(tmp_path: Path) -> None:
    """In a user's regime, which the workers get from the driver."""
    (tmp_path / "ends.py").write_text(ENDS_ITS_PROCESS)
    load_regime_file(tmp_path / "ends.py")
    found = sweep(
        study(scenarios=["mssp_enhanced", "ends"], levers={RATE: [0.5, 0.75]}, years=2, replicates=1),
        out=tmp_path / "out",
        workers=2,
    )
    assert set(found.failures().scenario) == {"ends"}
    assert set(found.failures().status) == {"lost"}
    assert len(found.wide()) == 4 * 2


@pytest.mark.slow
@linux
def test_workers_without_the_package_are_told(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY)
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    with dask(tmp_path, PYTHONPATH=str(tmp_path)) as (at, _):
        done = vbp(tmp_path, "sweep", "study.yaml", "--out", "out", "--scheduler", at)
        _, said = done.communicate()
    assert done.returncode == 2, said
    [line] = said.splitlines()
    assert re.fullmatch(r"vbp: \d workers? of the scheduler, such as tcp://.*, without vbp_agents: install .*", line)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["nonsense", "", "tcp://", "http://here:1"])
def test_what_is_no_address_is_told_at_once(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before there is a client: Dask's own waits for 20 s, and then prints a traceback."""
    monkeypatch.setattr("distributed.Client", None)
    with pytest.raises(WrongInput, match=r"no scheduler answers there .*(missing port|unknown address scheme)"):
        sweep(study(), out=tmp_path / "out", scheduler=address)


@pytest.mark.slow
def test_where_no_scheduler_is(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="no scheduler answers there"):
        sweep(study(), out=tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(WrongInput, match="name one of the two"):
        sweep(study(), out=tmp_path / "out", scheduler="tcp://127.0.0.1:9", workers=2)


@pytest.mark.slow
@linux
def test_random_kills_lose_nothing() -> None:
    """A thousand: `python tests/kills.py 1000`."""
    assert kills.check(50) >= 1

"""A sweep on Dask's workers, with real processes: the same bytes as in one, whoever is killed on the way."""

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
from kills import below
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


def soon(what: Any, seconds: float = 120) -> bool:
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
@linux
def test_killed_workers_and_a_killed_driver_lose_nothing(tmp_path: Path) -> None:
    """kill -9 of a worker, then of the driver; the resumed sweep computes the rest, and no process is left."""
    text = STUDY.replace("steps: 3", "steps: 12").replace("years: 1", "years: 2")
    (tmp_path / "study.yaml").write_text(text)
    driver = vbp(tmp_path, "sweep", "study.yaml", "--out", "out", "--workers", "2")
    kept = tmp_path / "out" / ".runs"

    def shards() -> int:
        return len(list(kept.glob("*.jsonl")))

    assert soon(lambda: shards() >= 2)
    workers = [p for p in below(driver.pid) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    before = shards()
    assert soon(lambda: shards() >= before + 2)
    assert driver.poll() is None
    others = below(driver.pid)
    driver.kill()
    driver.communicate()
    assert soon(lambda: not any(map(runs, others)))
    resumed = vbp(tmp_path, "resume", "out", "--workers", "2")
    said, noted = resumed.communicate()
    assert resumed.returncode == 0, noted
    assert "took over from the driver in process" in noted
    assert "complete, 56 runs, 0 of them failed" in said
    lines = [line for file in kept.glob("*.jsonl") for line in file.read_text().splitlines()[1:]]
    ids = [re.findall(r'"run": "(\w+)"', line)[0] for line in lines]
    assert len(ids) == len(set(ids)) == (12 + 1 + 1) * 2 * 2
    sweep(tmp_path / "study.yaml", out=tmp_path / "here", workers=0)
    assert tables(tmp_path / "out") == tables(tmp_path / "here")


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


@contextmanager
def scheduler() -> Iterator[str]:
    """A scheduler and a worker, as they might run anywhere."""
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=0,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        processes=True,
        silence_logs=50,
        threads_per_worker=1,
    )
    with cluster:
        at = cluster.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", at, "--no-dashboard", "--nthreads", "2"]
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield at
        finally:
            worker.terminate()
            worker.wait()


@pytest.mark.full
def test_any_scheduler_has_workers_that_write_the_same_bytes(tmp_path: Path) -> None:
    asked = study(replicates=1)
    with scheduler() as at:
        sweep(asked, out=tmp_path / "there", scheduler=at)
    sweep(asked, out=tmp_path / "here", workers=0)
    assert tables(tmp_path / "there") == tables(tmp_path / "here")


@pytest.mark.slow
def test_where_no_scheduler_is(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="no scheduler answers there"):
        sweep(study(), out=tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(WrongInput, match="name one of the two"):
        sweep(study(), out=tmp_path / "out", scheduler="tcp://127.0.0.1:9", workers=2)


@pytest.mark.full
@linux
def test_random_kills_lose_nothing() -> None:
    """A thousand: `python tests/kills.py 1000`."""
    assert kills.check(5, 100) >= 3

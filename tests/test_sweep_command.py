"""`vbp sweep`, `status` and `resume` as a user meets them: one message, an exit code, and nothing lost."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import posix, vbp
from sweeps import RUNS, STUDY

ONE = STUDY.replace("cost_per_capita, qalys_per_1000", "cost_per_capita")
"""The fake model measures one outcome."""
HERE = ("--workers", "0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "study.yaml").write_text(ONE)
    return tmp_path


def sweep(folder: Path, *more: str, fake: str = "") -> "subprocess.CompletedProcess[str]":
    return vbp(folder, "sweep", "study.yaml", "--out", "out", *HERE, *more, fake=fake)


def test_a_sweep_says_what_it_will_do_and_what_came_of_it(folder: Path) -> None:
    done = sweep(folder)
    assert done.returncode == 0, done.stderr
    first, second, *lines = done.stderr.splitlines()
    assert first == "6 points; 20 runs; 2 worlds to build"
    assert re.fullmatch(
        r"about \d+ s on 1 process \(.* s a run, stated .*\), 0\.4 GB of memory, .* on the disk", second
    )
    assert lines[-1].startswith("20 of 20 runs finished, 0 failed")
    assert done.stdout.splitlines()[0] == "A trial: complete, 20 runs, 0 of them failed"
    assert {"experiments.parquet", "outcomes.parquet", "study.yaml", "metadata.json"} <= {
        file.name for file in (folder / "out").iterdir()
    }
    facts = json.loads((folder / "out" / "metadata.json").read_text())
    assert (facts["seed"], facts["replicates"], facts["complete"]) == (1, 2, True)
    assert vbp(folder, "status", "out").stdout == done.stdout
    again = sweep(folder)
    assert "20 runs, of which 20 are there already; 0 worlds to build" in again.stderr


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    done = sweep(folder, "--dry-run")
    assert (done.returncode, done.stdout) == (0, "")
    assert "6 points; 20 runs" in done.stderr
    assert not (folder / "out").exists()


def test_more_replicates(folder: Path) -> None:
    sweep(folder)
    done = vbp(folder, "resume", "out", "--replicates", "3", *HERE)
    assert done.returncode == 0, done.stderr
    assert "30 runs, of which 20 are there already; 1 world to build" in done.stderr
    assert "A trial: complete, 30 runs" in done.stdout


def test_failed_runs_are_counted_said_and_computed_again(folder: Path) -> None:
    done = sweep(folder, fake="bug")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "A trial: complete, 20 runs, 10 of them failed"
    assert lines[2:] == ["  10 x RuntimeError: a bug", f"`vbp resume {folder / 'out'} --failed` computes them again"]
    assert "10 of them failed" in vbp(folder, "resume", "out", *HERE).stdout
    assert "0 of them failed" in vbp(folder, "resume", "out", "--failed", *HERE).stdout


@posix
def test_an_interruption_says_what_is_kept_and_how_to_go_on(folder: Path) -> None:
    """Two signals come while the second replicate's world is built: it ends at once."""
    done = sweep(folder, fake="SIGINT warm-up")
    assert done.returncode == 130
    said = done.stderr.splitlines()[-1]
    assert re.fullmatch(
        rf"vbp: interrupted at once: \d+ finished runs are kept; `vbp resume {folder}/out` goes on", said
    )
    assert re.search(r"\d+ of 20 runs are finished", vbp(folder, "status", "out").stdout)
    assert "complete, 20 runs, 0 of them failed" in vbp(folder, "resume", "out", *HERE).stdout


def test_bad_input_gets_one_message_and_code_2(folder: Path) -> None:
    (folder / "thesis").mkdir()
    (folder / "thesis" / "draft.txt").write_text("years of work")
    (folder / "other.yaml").write_text(ONE.replace("[0.06, 0.12]", "[0.06, 0.2]"))
    (folder / "bad.yaml").write_text(ONE.replace("behavior.speed", "behavior.sped"))
    assert sweep(folder).returncode == 0
    bad = {
        ("sweep", "nothing.yaml", "--out", "new"): "nothing.yaml: there is no such file",
        ("sweep", "bad.yaml", "--out", "new"): "bad.yaml:6:3: uncertainties.behavior.sped: unknown name 'sped'",
        ("sweep", "study.yaml", "--out", "thesis"): "holds files that are no sweep of ours; name another folder",
        ("sweep", "other.yaml", "--out", "out"): "holds another study (A trial; it differs in uncertainties)",
        ("sweep", "study.yaml", "--out", "new", "--workers", "2", "--scheduler", "x"): "name one of the two",
        ("resume", "new"): "holds no sweep; begin one with",
        ("status", "thesis"): "holds files that are no sweep of ours",
    }
    for arguments, said in bad.items():
        done = vbp(folder, *arguments)
        assert (done.returncode, done.stdout) == (2, ""), done
        [line] = done.stderr.splitlines()
        assert line.startswith("vbp: ")
        assert said in line
    assert not (folder / "new").exists()


@pytest.mark.full
@posix
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ctrl_c_leaves_workers_to_finish_what_they_have(folder: Path) -> None:
    """As a terminal sends it, to the whole group; no process is left."""
    pytest.importorskip("distributed")
    (folder / "study.yaml").write_text(ONE.replace("years: 1", "years: 20").replace("steps: 3", "steps: 30"))
    command = [sys.executable, "-m", "vbp_agents", "sweep", "study.yaml", "--out", "out", "--workers", "2"]
    driver = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while driver.poll() is None and not list((folder / "out" / ".runs").glob("*.jsonl")):
        time.sleep(0.1)
    os.killpg(driver.pid, signal.SIGINT)
    _, said = driver.communicate(timeout=120)
    assert driver.returncode == 130, said
    assert "Traceback" not in said
    kept = re.search(r"interrupted: (\d+) finished runs are kept; `vbp resume", said)
    assert kept
    assert 2 <= int(kept[1]) < RUNS * 6

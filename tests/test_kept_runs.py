"""A comparison's folder keeps what is finished: a killed one goes on, replicates are added, the bytes stay."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import SMALL, listed, posix, vbp

from vbp_agents.lock import locked
from vbp_agents.shards import read_shard, write_shard

PAIR = ("compare", "capitation", "--patients", "100", "--years", "1")


def files(folder: Path) -> dict[str, bytes]:
    """All results, but for the runs that are kept beside them."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def shards(folder: Path) -> list[Path]:
    return sorted((folder / ".runs").glob("*.run"))


def asked(folder: Path, *more: str, fake: str = "", code: int = 0) -> str:
    """What is said on the way."""
    done = vbp(folder, *PAIR, *more, fake=fake)
    assert done.returncode == code, done.stderr
    return done.stderr


def test_replicates_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "4", "--out", "r")
    first = {file: file.stat().st_mtime_ns for file in shards(tmp_path / "r")}
    assert len(first) == 4 * 2
    said = asked(tmp_path, "--replicates", "8", "--out", "r")
    assert "r: 4 of 8 replicates are kept there and not computed again" in said
    assert len(shards(tmp_path / "r")) == 8 * 2
    assert {file: file.stat().st_mtime_ns for file in first} == first
    asked(tmp_path, "--replicates", "8", "--out", "at_once")
    assert files(tmp_path / "r") == files(tmp_path / "at_once")


def test_the_same_again_computes_nothing(tmp_path: Path) -> None:
    """A model that fails in every second replicate is not asked."""
    asked(tmp_path, "--replicates", "3", "--out", "r", "--json", "one.json")
    before = files(tmp_path / "r")
    said = asked(tmp_path, "--replicates", "3", "--out", "r", "--json", "two.json", fake="bug")
    assert "r: all replicates are kept there and not computed again" in said
    assert "simulating" not in said
    assert files(tmp_path / "r") == before
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


@posix
@pytest.mark.parametrize("fake", ["SIGINT second replicate", "SIGKILL second replicate", "bug"])
def test_what_was_stopped_goes_on_to_the_same_bytes(fake: str, tmp_path: Path) -> None:
    codes = {"SIGINT second replicate": 130, "SIGKILL second replicate": -9, "bug": 1}
    asked(tmp_path, "--replicates", "3", "--out", "r", fake=fake, code=codes[fake])
    assert len(shards(tmp_path / "r")) == 2
    assert (tmp_path / "r" / "metadata.json").exists() == ("SIGKILL" not in fake)
    said = asked(tmp_path, "--replicates", "3", "--out", "r")
    assert "r: 1 of 3 replicates are kept there" in said
    asked(tmp_path, "--replicates", "3", "--out", "undisturbed")
    assert files(tmp_path / "r") == files(tmp_path / "undisturbed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r", "undisturbed"]


def test_a_damaged_shard_is_computed_again_and_nothing_else(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "3", "--out", "r")
    before, (torn, turned, *others) = files(tmp_path / "r"), shards(tmp_path / "r")
    torn.write_bytes(torn.read_bytes()[:200])
    turned.write_bytes(turned.read_bytes()[:-1] + b"?")
    times = [file.stat().st_mtime_ns for file in others]
    asked(tmp_path, "--replicates", "3", "--out", "r")
    assert [file.stat().st_mtime_ns for file in others] == times
    assert all(read_shard(file) for file in (torn, turned))
    assert files(tmp_path / "r") == before


def test_killed_while_files_get_their_place(tmp_path: Path) -> None:
    """Some tables are there and nothing says whose they are, but for the question beside the runs."""
    asked(tmp_path, "--replicates", "2", "--out", "r")
    before = files(tmp_path / "r")
    (tmp_path / "r" / "metadata.json").unlink()
    (tmp_path / "r" / "months.parquet").unlink()
    half = tmp_path / "r" / ".runs" / "results"
    half.mkdir()
    (half / "months.parquet").write_text("a write that a power cut ended")
    asked(tmp_path, "--replicates", "2", "--out", "r")
    assert files(tmp_path / "r") == before
    assert not half.exists()


@pytest.mark.parametrize(
    ("other", "said"),
    {
        ("compare", "bundled", *SMALL): "(different: scenarios, what the scenarios say)",
        ("compare", "capitation", *SMALL, "--years", "2"): "(different: years)",
        ("compare", "capitation", *SMALL, "--seed", "2"): "(different: seed)",
        ("compare", "capitation", *SMALL, "--set", "behavior.speed=0.5"): "(different: what the scenarios say)",
        ("run", "capitation", "--patients", "100", "--years", "1"): "(different: the command, scenarios,",
    }.items(),
)
def test_another_question_is_told(other: tuple[str, ...], said: str, tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "3", "--out", "r")
    before = files(tmp_path / "r"), shards(tmp_path / "r")
    done = vbp(tmp_path, *other, "--out", "r")
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert "add --overwrite to replace them" in done.stderr
    assert (files(tmp_path / "r"), shards(tmp_path / "r")) == before
    replaced = vbp(tmp_path, *other, "--out", "r", "--overwrite")
    assert replaced.returncode == 0, replaced.stderr
    assert vbp(tmp_path, *other, "--out", "alone").returncode == 0
    ours, theirs = files(tmp_path / "r"), files(tmp_path / "alone")
    assert {name: ours[name] for name in ours if name != "timing.json"} == {
        name: theirs[name] for name in theirs if name != "timing.json"
    }
    assert {file.name for file in shards(tmp_path / "r")} == {file.name for file in shards(tmp_path / "alone")}


def test_fewer_replicates_throw_nothing_away(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "3", "--out", "r")
    said = asked(tmp_path, "--replicates", "2", "--out", "r", code=2)
    assert "holds 3 replicates already, more than the 2 asked for" in said
    asked(tmp_path, "--replicates", "2", "--out", "r", "--overwrite")
    assert json.loads((tmp_path / "r" / "metadata.json").read_text())["replicates"] == 2


def test_another_version_of_the_model_is_told(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "2", "--out", "r")
    question = tmp_path / "r" / ".runs" / "question.json"
    facts = json.loads(question.read_text())
    question.write_text(json.dumps(facts | {"model": "0123456789abcdef"}))
    assert "(different: the version of the model)" in asked(tmp_path, "--replicates", "2", "--out", "r", code=2)


def test_overwrite_computes_anew_and_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "3", "--out", "r")
    if os.name == "posix":
        asked(tmp_path, "--replicates", "3", "--out", "r", "--overwrite", fake="SIGKILL second replicate", code=-9)
        assert len(shards(tmp_path / "r")) == 2
        said = asked(tmp_path, "--replicates", "3", "--out", "r", "--overwrite")
        assert "1 of 3 replicates are kept there" in said
    assert "kept there" not in asked(tmp_path, "--replicates", "3", "--out", "r", "--overwrite")


def test_a_run_is_kept_with_its_seconds(tmp_path: Path) -> None:
    single = ("run", "capitation", "--patients", "100", "--years", "1", "--out", "r")
    assert vbp(tmp_path, *single).returncode == 0
    before = files(tmp_path / "r")
    again = vbp(tmp_path, *single, fake="bug")
    assert (again.returncode, "simulating" in again.stderr) == (0, False), again.stderr
    assert files(tmp_path / "r") == before
    assert "timing.json" in before


def test_a_second_one_at_work_is_told(tmp_path: Path) -> None:
    asked(tmp_path, "--replicates", "2", "--out", "r")
    with locked(tmp_path / "r" / ".runs", pytest.fail):
        said = asked(tmp_path, "--replicates", "2", "--out", "r", code=2)
    assert f"the driver in process {os.getpid()} on" in said


def test_a_folder_that_is_filled_meanwhile_keeps_its_files(tmp_path: Path) -> None:
    """The results and their runs go beside it."""
    said = asked(tmp_path, "--replicates", "2", "--out", "r", fake="somebody fills r", code=1)
    assert "was filled by something else meanwhile: the results are in" in said
    assert listed(tmp_path / "r") == ["mine.txt"]
    assert len(shards(tmp_path / "r_2")) == 4
    assert "all replicates are kept there" in asked(tmp_path, "--replicates", "2", "--out", "r_2")


def test_a_sweep_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "metadata.json").write_text('{"made_by": "vbp-agents", "sweep": 1}')
    assert "r holds a sweep; name another folder" in asked(tmp_path, "--out", "r", "--overwrite", code=2)


def test_a_torn_shard_is_none(tmp_path: Path) -> None:
    write_shard(tmp_path / "a", b"some\nlines\n")
    assert read_shard(tmp_path / "a") == b"some\nlines\n"
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-1])
    assert read_shard(tmp_path / "a") is None
    assert read_shard(tmp_path / "b") is None


@posix
@pytest.mark.slow
def test_a_real_comparison_that_is_killed_goes_on(tmp_path: Path) -> None:
    """The real model, in processes of its own, ended at a moment that nobody chose."""
    arguments = ("compare", "capitation", "mssp_enhanced", "--patients", "2000", "--years", "1", "--replicates", "8")
    command = [sys.executable, "-m", "vbp_agents", *arguments, "--threads", "2", "--out"]

    def begun(folder: str) -> "subprocess.Popen[bytes]":
        quiet = subprocess.DEVNULL
        return subprocess.Popen([*command, folder], cwd=tmp_path, stdout=quiet, stderr=quiet)

    killed = begun("r")
    while killed.poll() is None and len(shards(tmp_path / "r")) < 4:
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    for folder in ("r", "undisturbed"):
        assert begun(folder).wait() == 0
    assert files(tmp_path / "r") == files(tmp_path / "undisturbed")
    names = [{file.name for file in shards(tmp_path / folder)} for folder in ("r", "undisturbed")]
    assert names[0] == names[1]
    assert len(names[0]) == 8 * 3

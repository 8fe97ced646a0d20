"""A sweep's folder: of one driver at a time, nobody else's files, and all that can be read from it."""

import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sweeps import OUTCOMES, RUNS, Quick, study, swept

import vbp_agents
from vbp_agents.errors import CannotWrite, WrongInput
from vbp_agents.files import write_whole
from vbp_agents.regime_file import load_regime_file
from vbp_agents.sweeps.exports import short_names
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.reading import read_sweep
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.study import read_study


def test_folders_of_something_else(quick: Quick, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "metadata.json").write_text('{"made_by": "vbp-agents"}')
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "metadata.json").write_text('{"made_by": "vbp-agents", "sweep": 0, "version": "0.1.9"}')
    said = {
        "else": "holds files that are no sweep of ours",
        "file": "is a file; name a folder",
        "results": "holds results of `vbp compare`",
        "older": "a sweep of another version \\(0.1.9\\)",
    }
    for name, text in said.items():
        with pytest.raises(WrongInput, match=text):
            swept(tmp_path / name)
    with pytest.raises(WrongInput, match="holds no sweep; begin one"):
        read_sweep(tmp_path / "nothing")
    assert quick.lived == []


def test_a_second_driver_is_told(quick: Quick, tmp_path: Path) -> None:
    from vbp_agents.lock import locked

    swept(tmp_path)
    with locked(tmp_path / ".runs", pytest.fail), pytest.raises(WrongInput, match=r"in process \d+ on .* is at work"):
        swept(tmp_path)


def test_a_lock_of_a_driver_that_is_gone_is_taken_over_and_said(tmp_path: Path) -> None:
    from vbp_agents.lock import locked

    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    said: list[str] = []
    for host in ("elsewhere", __import__("socket").gethostname()):
        (tmp_path / ".driver.json").write_text(f'{{"host": "{host}", "process": {gone.stdout}}}')
        with locked(tmp_path, said.append):
            pass
        assert f"on {host}, which ended without saying so" in said.pop()


def test_where_the_system_keeps_no_locks_a_heartbeat_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os
    import time

    from vbp_agents import lock

    monkeypatch.setitem(sys.modules, "fcntl", None)
    note, said = tmp_path / ".driver.json", list[str]()
    note.write_text('{"host": "elsewhere", "process": 1}')
    with pytest.raises(WrongInput, match="process 1 on elsewhere is at work"), lock.locked(tmp_path, said.append):
        pass
    os.utime(note, (time.time() - 2 * lock.STALE,) * 2)
    with lock.locked(tmp_path, said.append):
        assert "took over from the driver in process 1 on elsewhere" in said[0]
        assert note.stat().st_mtime > time.time() - lock.STALE
    assert not note.exists()


def test_a_full_disk_loses_the_batch_under_way(quick: Quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, written = write_whole, list[Path]()

    def until_full(path: Path, data: bytes, durable: bool = False) -> None:
        written.append(path)
        if sum(file.suffix == ".jsonl" for file in written) > 3:
            raise CannotWrite(f"{path} could not be written: no room")
        real(path, data, durable)

    monkeypatch.setattr("vbp_agents.shards.write_whole", until_full)
    with pytest.raises(CannotWrite):
        swept(tmp_path)
    monkeypatch.setattr("vbp_agents.shards.write_whole", real)
    done = len(Store(tmp_path).statuses())
    assert 0 < done < RUNS
    quick.lived.clear()
    swept(tmp_path)
    assert len(quick.lived) == RUNS - done


def test_from_python_and_from_its_folder_alone(quick: Quick, tmp_path: Path) -> None:
    """The scenarios and a user's regime stand in the folder: it can be moved to another machine."""
    file = tmp_path / "mine.py"
    file.write_text(
        "from vbp_agents import Regime\n\n\nclass Mine(Regime):\n    title = 'Mine'\n    source = 'a test'\n"
    )
    load_regime_file(file)
    found = swept(tmp_path / "out", study=study(scenarios=["mssp_enhanced", "mine"]))
    assert sorted(f.name for f in (tmp_path / "out").iterdir() if f.suffix in (".py", ".yaml")) == [
        *("mine.py", "scenario_fee_for_service.yaml", "scenario_mine.yaml", "scenario_mssp_enhanced.yaml", "study.yaml")
    ]
    again = swept(tmp_path / "out", study=Store(tmp_path / "out").study())
    assert len(quick.lived) == RUNS
    pd.testing.assert_frame_equal(found.wide(), again.wide())


def test_files_for_other_programs_are_the_same_bytes_twice(quick: Quick, tmp_path: Path) -> None:
    """Seeds have 63 bits, more than a double holds: they are texts where numbers are doubles."""
    pytest.importorskip("xlsxwriter")
    found = swept(tmp_path / "out")
    for name in ("one", "two"):
        found.to_csv(tmp_path / f"{name}.csv")
        found.to_stata(tmp_path / f"{name}.dta")
        found.to_excel(tmp_path / f"{name}.xlsx")
    for ending in ("csv", "dta", "xlsx"):
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    assert b"01 Jan 2000" in (tmp_path / "one.dta").read_bytes()
    assert b"2000-01-01T00:00:00Z" in zipfile.ZipFile(tmp_path / "one.xlsx").read("docProps/core.xml")
    wide = found.wide()
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "one.csv"), wide, check_dtype=False)
    stata = pd.read_stata(tmp_path / "one.dta")
    assert list(stata)[-4:] == ["contracts_0_terms_sharing_rate", "behavior_speed", *OUTCOMES]
    assert list(stata.seed) == [str(seed) for seed in wide.seed]
    assert list(stata.cost_per_capita) == list(wide.cost_per_capita)


def test_names_for_stata_are_short_and_no_two_alike() -> None:
    paths = [f"scenario_{n}:contracts.{n % 2}.terms.minimum_savings_rate_of_it" for n in range(12)]
    short = list(short_names([*paths, "0.1", "run"]).values())
    assert len(set(short)) == 14
    assert all(re.fullmatch(r"[a-z]\w{0,31}", name) for name in short)


def test_what_the_documentation_shows_works(quick: Quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[1] / "docs" / "sweeps.md"
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    files = [text for language, text in shown if language == "yaml" and "scenarios:" in text]
    scripts = [text for language, text in shown if language == "python"]
    assert (len(files), len(scripts)) == (1, 5)
    Path("study.yaml").write_text(files[0])
    assert len(planned(read_study("study.yaml"), "model").points) == 40
    names: dict[str, Any] = {"vbp": vbp_agents}
    for script in scripts:
        exec(script, names)
    found = read_sweep("results")
    assert len(found.wide()) == 4 * 2 * 2
    joined = found.experiments.merge(found.outcomes, on="run")
    assert sorted(names["frame"].select("run", "point", "value").rows()) == sorted(
        joined[["run", "point", "value"]].itertuples(index=False, name=None)
    )
    means = joined.groupby(["scenario", "outcome"]).value.mean()
    told = {(scenario, outcome): value for scenario, outcome, value in names["table"].fetchall()}
    assert told == pytest.approx(dict(means))


def test_reading_warns_of_nothing(quick: Quick, tmp_path: Path) -> None:
    swept(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "6 points" not in repr(read_sweep(tmp_path))
        assert "36 experiments, complete" in repr(read_sweep(tmp_path))

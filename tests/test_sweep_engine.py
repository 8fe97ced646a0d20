"""A sweep in this process: nothing lost, nothing twice, and the same bytes whatever happened on the way."""

import random
import re
import signal
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sweeps import OUTCOMES, RATE, RUNS, Quick, quick, study, tables

import vbp_agents
from vbp_agents.errors import CannotWrite, WrongInput
from vbp_agents.files import write_whole
from vbp_agents.presentation.interruption import Interrupted
from vbp_agents.regime_file import load_regime_file
from vbp_agents.sweeps import batches
from vbp_agents.sweeps.batches import Dispenser
from vbp_agents.sweeps.engine import State
from vbp_agents.sweeps.exports import short_names
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.reading import Sweep, read_sweep
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.study import read_study
from vbp_agents.sweeps.sweeping import sweep
from vbp_agents.sweeps.work import compute

__all__ = ["quick"]


def swept(folder: Path, **more: Any) -> Sweep:
    return sweep(more.pop("study", study()), out=folder, workers=0, **more)


def shards(folder: Path) -> list[Path]:
    return sorted((folder / ".runs").glob("*.jsonl"))


def test_two_tables_of_every_run(quick: Quick, tmp_path: Path) -> None:
    found = swept(tmp_path / "out")
    assert len(quick.lived) == len(set(quick.lived)) == RUNS
    assert found.complete
    assert len(found.experiments) == 6 * 3 * 2
    assert list(found.experiments) == [
        "run",
        "point",
        "scenario",
        "replicate",
        "seed",
        "status",
        RATE,
        "behavior.speed",
    ]
    assert found.experiments.run.is_monotonic_increasing
    assert found.outcomes.run.is_monotonic_increasing
    assert len(found.outcomes) == RUNS * len(OUTCOMES)
    wide = found.wide()
    assert list(wide)[-2:] == list(OUTCOMES)
    assert len(wide) == 6 * 3 * 2
    first = found.experiments[found.experiments.replicate == 1]
    assert set(first.seed) == {1}
    by = wide.set_index(["point", "scenario", "replicate"]).cost_per_capita
    assert by[1, "fee_for_service", 1] == by[5, "fee_for_service", 1] != by[2, "fee_for_service", 1]


def test_the_same_bytes_in_batches_of_one_and_of_seven(
    quick: Quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (1, 7):
        monkeypatch.setattr(Dispenser, "_size", lambda self, size=size: size)
        swept(tmp_path / str(size))
    assert len(shards(tmp_path / "1")) == RUNS > len(shards(tmp_path / "7"))
    assert tables(tmp_path / "1") == tables(tmp_path / "7")


@pytest.mark.parametrize("seed", range(5))
def test_what_is_lost_is_computed_again_and_nothing_else(quick: Quick, tmp_path: Path, seed: int) -> None:
    """Some shards are gone, one is torn, one has a bit turned, one is somebody else's."""
    luck = random.Random(seed)
    swept(tmp_path)
    before = tables(tmp_path)
    quick.lived.clear()
    files = luck.sample(shards(tmp_path), 4)
    lost = sum(file.read_text().count("\n") - 1 for file in files)
    files[0].unlink()
    files[1].write_bytes(files[1].read_bytes()[: luck.randrange(200)])
    turned = bytearray(files[2].read_bytes())
    turned[luck.randrange(len(turned))] ^= 1 << luck.randrange(8)
    files[2].write_bytes(turned)
    files[3].write_text("no shard\n")
    (tmp_path / ".runs" / ".half.jsonl").write_text("a write that a power cut ended")
    swept(tmp_path)
    assert len(quick.lived) == lost
    assert tables(tmp_path) == before


def test_what_is_there_is_not_computed_again(quick: Quick, tmp_path: Path) -> None:
    swept(tmp_path)
    quick.lived.clear()
    swept(tmp_path)
    assert quick.lived == []


def test_an_interrupted_sweep_finishes_what_is_under_way_and_goes_on(quick: Quick, tmp_path: Path) -> None:
    def at(scenario: Any, seed: int, progress: Any) -> None:
        if len(quick.lived) == 7:
            signal.raise_signal(signal.SIGINT)

    quick.first = at
    with pytest.raises(Interrupted, match="the same call goes on") as stopped:
        swept(tmp_path / "out")
    assert stopped.value.code == 130
    done = len(quick.lived)
    assert 8 <= done < RUNS
    assert len(Store(tmp_path / "out").statuses()) == done
    found = read_sweep(tmp_path / "out")
    assert not found.complete
    assert len(found.experiments.drop_duplicates("run")) == done
    quick.first = lambda *run: None
    swept(tmp_path / "out")
    assert len(quick.lived) == len(set(quick.lived)) == RUNS
    swept(tmp_path / "other")
    assert tables(tmp_path / "out") == tables(tmp_path / "other")


def test_a_second_interruption_ends_it_at_once(quick: Quick, tmp_path: Path) -> None:
    def twice(scenario: Any, seed: int, progress: Any) -> None:
        if len(quick.lived) == 3:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    quick.first = twice
    with pytest.raises(Interrupted, match="at once"):
        swept(tmp_path)
    assert len(quick.lived) == 3


def test_a_run_that_raises_is_recorded_and_the_rest_goes_on(quick: Quick, tmp_path: Path) -> None:
    def fails(scenario: Any, seed: int, progress: Any) -> None:
        if scenario.name == "capitation" and seed == 1:
            raise ArithmeticError("no such number")

    quick.first = fails
    found = swept(tmp_path)
    assert len(quick.lived) == RUNS - 2
    assert found.complete
    failures = found.failures()
    assert set(failures.status) == {"failed"}
    assert len(failures) == 6
    assert set(failures.error) == {"ArithmeticError: no such number"}
    assert all("Traceback" in text and "fails" in text for text in failures.traceback)
    assert set(failures[RATE]) == {0.5, 0.625, 0.75}
    assert len(found.wide()) == 6 * 3 * 2 - 6
    quick.first = lambda *run: None
    swept(tmp_path)
    assert len(quick.lived) == RUNS - 2
    again = swept(tmp_path, failed=True)
    assert len(quick.lived) == RUNS
    assert again.failures().empty
    swept(tmp_path / "other")
    assert tables(tmp_path) == tables(tmp_path / "other")


def test_a_run_past_its_time_limit_is_recorded(quick: Quick, tmp_path: Path) -> None:
    import time

    quick.first = lambda scenario, seed, progress: time.sleep(0.3 if scenario.name == "mssp_enhanced" else 0)
    found = swept(tmp_path, study=study(time_limit=0.2, replicates=1))
    assert set(found.failures().scenario) == {"mssp_enhanced"}
    assert set(found.failures().status) == {"late"}
    assert set(found.failures().error) == {"Late: took longer than 0.2 s; it was in month 1"}


def test_more_replicates_go_on_with_the_sequence(quick: Quick, tmp_path: Path) -> None:
    swept(tmp_path / "out")
    with pytest.raises(WrongInput, match=r"holds another study \(A trial; it differs in replicates\)"):
        swept(tmp_path / "out", study=study(replicates=3))
    swept(tmp_path / "out", study=study().with_replicates(3), changed=True)
    assert len(quick.lived) == len(set(quick.lived)) == RUNS * 3 // 2
    swept(tmp_path / "at_once", study=study(replicates=3))
    assert tables(tmp_path / "out") == tables(tmp_path / "at_once")


def test_a_changed_study_keeps_what_it_shares(quick: Quick, tmp_path: Path) -> None:
    """One speed of two is new: half of the runs are there already. Another outcome needs no run at all."""
    swept(tmp_path)
    quick.lived.clear()
    changed = {"uncertainties": {"behavior.speed": [0.12, 0.2]}}
    swept(tmp_path, study=study(**changed), changed=True)
    assert len(quick.lived) == RUNS // 2
    found = swept(tmp_path, study=study(**changed, outcomes=["procedures_per_1000"]), changed=True)
    assert len(quick.lived) == RUNS // 2
    assert set(found.outcomes.outcome) == {"procedures_per_1000"}
    assert found.outcomes.value.isna().all()


def test_replicates_are_added_until_the_interval_is_narrow(quick: Quick, tmp_path: Path) -> None:
    """Values have a spread of a third or so, differences of a half: 1 is wide enough at 4 replicates, 0.0001 never."""

    def rule(half_width: float) -> dict[str, Any]:
        until = {"outcome": "cost_per_capita", "scenario": "capitation", "half_width": half_width}
        return {"until": until, "check": [2, 4], "most": 6}

    few, many = (study(replicates=rule(half_width)) for half_width in (100.0, 0.0001))
    assert swept(tmp_path / "few", study=few).experiments.replicate.max() == 2
    quick.lived.clear()
    assert swept(tmp_path / "many", study=many).experiments.replicate.max() == 6
    assert len(quick.lived) == RUNS * 3
    swept(tmp_path / "six", study=study(replicates=6))
    assert tables(tmp_path / "many") == tables(tmp_path / "six")
    swept(tmp_path / "few", study=few)
    assert Store(tmp_path / "few").facts["replicates"] == 2


def test_another_model_is_said(quick: Quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swept(tmp_path)
    for module in ("sweeping", "engine", "work"):
        monkeypatch.setattr(f"vbp_agents.sweeps.{module}.fingerprint", lambda: "another")
    with pytest.raises(WrongInput, match=r"another version of the model .* add accept_model=True"):
        swept(tmp_path)
    quick.lived.clear()
    with pytest.warns(RuntimeWarning, match="another version of the model"):
        swept(tmp_path, accept_model=True, study=study(replicates=3), changed=True)
    assert len(quick.lived) == RUNS // 2
    assert Store(tmp_path).facts["accepted"] == ["another"]
    swept(tmp_path, study=study(replicates=3))


def test_a_worker_with_another_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from vbp_agents.sweeps.work import Batch

    with pytest.raises(WrongInput, match="install the same version on both"):
        compute(Batch((), {}, "another"))


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
    from vbp_agents.sweeps.lock import locked

    swept(tmp_path)
    with locked(tmp_path / ".runs", pytest.fail), pytest.raises(WrongInput, match=r"in process \d+ on .* is at work"):
        swept(tmp_path)


def test_a_lock_of_a_driver_that_is_gone_is_taken_over_and_said(tmp_path: Path) -> None:
    from vbp_agents.sweeps.lock import locked

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

    from vbp_agents.sweeps import lock

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

    monkeypatch.setattr("vbp_agents.sweeps.store.write_whole", until_full)
    with pytest.raises(CannotWrite):
        swept(tmp_path)
    monkeypatch.setattr("vbp_agents.sweeps.store.write_whole", real)
    done = len(Store(tmp_path).statuses())
    assert 0 < done < RUNS
    quick.lived.clear()
    swept(tmp_path)
    assert len(quick.lived) == RUNS - done


def test_progress_counts_up_to_all(quick: Quick, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    swept(tmp_path, progress=lambda state: told.append((state.kept + state.computed, state.total)))
    assert told[0][0] == 0
    assert told[-1] == (RUNS, RUNS)
    assert told == sorted(told)
    assert State(10, 4, done=2).computed == 2


def test_one_world_is_built_once_for_all_that_live_in_it() -> None:
    """Two places and two seeds: each place stays with its own world while there is another one."""
    runs = list(planned(study(), "model").runs(2))
    dispenser = Dispenser(runs, 2)
    seeds: dict[str, set[int]] = {"a": set(), "b": set()}
    taken = []
    while dispenser.left:
        for place in seeds:
            batch = dispenser.take(place)
            taken += [run.run for run in batch]
            seeds[place] |= {run.seed for run in batch}
    assert [len(found) for found in seeds.values()] == [1, 1]
    assert sorted(taken) == sorted(run.run for run in runs)


def test_batches_are_as_long_as_their_runs_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 runs of a tenth of a second are two seconds; towards the end batches get smaller, so that nobody waits."""
    from vbp_agents.sweeps.work import DONE, Outcome

    some = planned(study(replicates=20), "model")
    dispenser = Dispenser([run for run in some.runs(20) for _ in range(40)], 2)
    assert len(dispenser.take("a")) == 1
    dispenser.learn([Outcome("x", DONE, {}, 0.1)])
    assert len(dispenser.take("a")) == batches.SECONDS / 0.1
    dispenser.left = 20
    assert len(dispenser.take("a")) == 5
    dispenser.learn([Outcome("x", DONE, {}, 60.0)])
    assert len(dispenser.take("a")) == 1


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
    if not page.is_file():
        pytest.skip("needs the checkout")
    monkeypatch.chdir(tmp_path)
    shown = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S)
    files = [text for language, text in shown if language == "yaml" and "scenarios:" in text]
    scripts = [text for language, text in shown if language == "python"]
    assert (len(files), len(scripts)) == (1, 2)
    Path("study.yaml").write_text(files[0])
    assert len(planned(read_study("study.yaml"), "model").points) == 40
    for script in scripts:
        exec(script, {"vbp": vbp_agents})
    assert len(read_sweep("results").wide()) == 4 * 2 * 2


def test_reading_warns_of_nothing(quick: Quick, tmp_path: Path) -> None:
    swept(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "6 points" not in repr(read_sweep(tmp_path))
        assert "36 experiments, complete" in repr(read_sweep(tmp_path))

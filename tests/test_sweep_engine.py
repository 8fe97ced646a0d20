"""A sweep in this process: nothing lost, nothing twice, and the same bytes whatever happened on the way."""

import contextlib
import random
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from sweeps import OUTCOMES, RATE, RUNS, Quick, study, swept, tables

from vbp_agents.errors import WrongInput
from vbp_agents.presentation.interruption import Interrupted
from vbp_agents.sweeps import batches
from vbp_agents.sweeps.batches import Dispenser
from vbp_agents.sweeps.engine import SweepProgress
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.reading import read_sweep
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.time_limit import Late, limited
from vbp_agents.sweeps.work import compute


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


def test_a_run_that_hangs_within_a_month_is_ended(quick: Quick, tmp_path: Path) -> None:
    """Also where the code catches whatever it raises; the next run is not touched."""

    def hangs(scenario: Any, seed: int, progress: Any) -> None:
        while scenario.name == "mssp_enhanced":
            with contextlib.suppress(Exception):
                sum(range(1000))

    quick.first = hangs
    found = swept(tmp_path, study=study(time_limit=0.2, replicates=1, levers={RATE: [0.5]}))
    assert set(found.failures().scenario) == {"mssp_enhanced"}
    assert set(found.failures().error) == {"Late: took longer than 0.2 s; it was in month 1"}
    assert len(found.wide()) == 2 * 2


def forever() -> None:
    """In Python, step by step: within a function in C no exception arrives."""
    while True:
        pass


def test_a_limit_that_is_not_reached_leaves_nothing_behind() -> None:
    before = threading.active_count()
    with limited(30.0, apart=True):
        assert threading.active_count() == before + 2
    assert threading.active_count() == before
    with pytest.raises(Late), limited(0.05, apart=False):
        forever()
    assert threading.active_count() == before


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


def test_progress_counts_up_to_all(quick: Quick, tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    swept(tmp_path, progress=lambda state: told.append((state.kept + state.computed, state.running, state.total)))
    assert told[0][0] == 0
    assert told[-1] == (RUNS, 0, RUNS)
    assert [finished for finished, _, _ in told] == sorted(finished for finished, _, _ in told)
    assert max(running for _, running, _ in told) > 1  # runs, where batches have several
    assert all(finished + running <= RUNS for finished, running, _ in told)
    assert SweepProgress(10, 4, done=2).computed == 2


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
    assert len(dispenser.take("a")) == batches.BATCH_SECONDS / 0.1
    dispenser.left = 20
    assert len(dispenser.take("a")) == 5
    dispenser.learn([Outcome("x", DONE, {}, 60.0)])
    assert len(dispenser.take("a")) == 1

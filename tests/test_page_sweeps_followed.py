"""The page's sweeps while they are looked at: what is analyzed and drawn, how far a sweep is, one that grows."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sweeps import Quick, study, swept
from swept_models import Lived, modelled

import vbp_agents as vbp
from vbp_agents.analysis.paired_differences import paired_differences
from vbp_agents.app.runner import READERS, Job
from vbp_agents.app.swept import followed
from vbp_agents.app.swept.followed import Seen, Wanted, follow
from vbp_agents.app.swept.narrowed import parts_of_path
from vbp_agents.app.swept.points import point_values
from vbp_agents.app.swept.shelf import entries, set_results
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import Follower, Standing, standing
from vbp_agents.sweeps.sweeping import sweep

LONG = 60.0
pytestmark = pytest.mark.usefixtures("told_no_folder")


def cheaper(lived: Lived) -> dict[str, float | None]:
    """Capitation costs 1,000 times the speed less."""
    less = 1_000 * lived["behavior.speed"] if lived.name == "capitation" else 0.0
    return {"cost_per_capita": 9_000 - less + lived.own(), "qalys_per_1000": 700.0}


def collected(wanted: Wanted) -> list[Seen]:
    """All that a visitor sees of a sweep that is complete."""
    return list(follow(wanted, Job(lambda job: iter(()), 1, lambda: None)))


def difference(seen: Seen, scenario: str) -> float:
    frame = next(a.frame for a in seen.made or () if a.name == "paired_differences-cost_per_capita")
    return float(frame.set_index("scenario").difference[scenario])


def test_a_part_of_the_points_is_analyzed_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    modelled(monkeypatch, tmp_path / "swept", cheaper, replicates=4)
    set_results(tmp_path)
    whole = collected(Wanted("swept", "cost_per_capita"))
    [slow, fast] = parts_of_path("behavior.speed", point_values(whole[-1].sweep))
    assert difference(whole[-1], "capitation") == pytest.approx(-90, abs=4)
    for part, expected in ((slow, -60), (fast, -120)):
        wanted = Wanted("swept", "cost_per_capita", path="behavior.speed", points=part.points)
        assert difference(collected(wanted)[-1], "capitation") == pytest.approx(expected, abs=4)


def test_what_is_wanted_alone_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    modelled(monkeypatch, tmp_path / "swept", cheaper)
    set_results(tmp_path)
    first, *_, last = collected(Wanted("swept", "qalys_per_1000"))
    assert (first.made, first.pictures) == (None, {})
    assert last.made
    assert {analysis.outcome for analysis in last.made} <= {"", "qalys_per_1000"}
    answered = {analysis.name: analysis for analysis in last.made if analysis.answered}
    assert last.pictures.keys() == answered.keys()
    name = "paired_differences-qalys_per_1000"
    assert last.pictures[name] == (answered[name].svg(), answered[name].svg(dark=True))


def test_a_sweep_that_grows_is_followed_to_its_end(
    quick: Quick,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(followed, "BETWEEN_LOOKS", 0.02)
    monkeypatch.setattr(followed, "BETWEEN_READINGS", 0.02)
    set_results(tmp_path)
    go_on = threading.Event()
    stages: list[Standing] = []

    def watch(job: Job[Seen]) -> Iterator[Seen]:
        for seen in follow(Wanted("swept"), job):
            stages.append(seen.standing)
            if seen.pictures:
                go_on.set()
            yield seen

    job = Job(watch, 1, lambda: None, READERS)

    def begins(scenario: Any, seed: int, progress: Any) -> None:
        if len(quick.lived) == 8:
            job.start()
            go_on.wait(LONG)

    quick.first = begins
    swept(tmp_path / "swept")
    assert job.wait(LONG)
    assert job.status == "done", job.problem
    assert job.latest is not None
    assert (stages[0].complete, stages[0].total) == (False, 20)
    assert stages[0].finished < 20
    assert job.latest.standing == Standing(total=20, done=20, failed=0, complete=True)
    assert len(job.latest.pictures) == len([a for a in job.latest.made or () if a.answered])


def test_a_sweep_that_nobody_looks_at_any_more_is_left(quick: Quick, tmp_path: Path) -> None:
    set_results(tmp_path)
    half_of(quick, tmp_path / "swept")
    job = Job(lambda job: follow(Wanted("swept"), job), 1, lambda: None, READERS).start()
    while job.latest is None:
        assert not job.wait(0.01), job.problem
    job.stop()
    assert job.wait(LONG)


def half_of(quick: Quick, folder: Path) -> Sweep:
    """A sweep whose process was killed after some runs."""

    def ends(scenario: Any, seed: int, progress: Any) -> None:
        if len(quick.lived) >= 12:
            raise KeyboardInterrupt
        if scenario.name == "capitation":
            raise RuntimeError("a bug")

    quick.first = ends
    with pytest.raises(KeyboardInterrupt):
        sweep(study(), out=folder, workers=0)
    return Sweep(folder)


def test_how_far_a_sweep_is(quick: Quick, tmp_path: Path) -> None:
    half = half_of(quick, tmp_path / "swept")
    kept = half.store.statuses()
    done = sum(status == "done" for status in kept.values())
    now = standing(half)
    assert (now.total, now.done, now.failed, now.complete) == (20, done, len(kept) - done, False)
    assert now.failed > 0
    assert not now.at_work
    assert now.left is None
    assert now.sentence() == (
        f"Stopped: {len(kept)} of 20 runs are finished, {now.failed} of them failed; `vbp resume` goes on."
    )
    quick.first = lambda scenario, seed, progress: None
    whole = swept(tmp_path / "swept", failed=True)
    assert standing(whole).sentence() == "Complete: 20 runs, none of them failed."


def test_its_pace_and_what_is_left_follow_from_when_runs_came(
    quick: Quick,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Files of one run each, ten seconds apart, the last ten seconds ago: a run in ten seconds."""
    half = half_of(quick, tmp_path / "swept")
    half.store.add([])
    shards = [file for file in half.store.shards() if file.read_text().count("\n") > 1]
    counts = [file.read_text().count("\n") - 1 for file in shards]
    for number, file in enumerate(shards):
        os.utime(file, (1e9 + 10 * number, 1e9 + 10 * number))
    monkeypatch.setattr("vbp_agents.sweeps.standing.time.time", lambda: 1e9 + 10 * len(shards))
    monkeypatch.setattr("vbp_agents.sweeps.standing.is_at_work", lambda folder: True)
    now = Follower(half).look()
    rate = sum(counts[1:]) / (10 * len(shards))
    assert now.rate == pytest.approx(rate)
    assert now.left == pytest.approx((20 - sum(counts)) / rate)
    assert now.sentence().startswith(f"Running: {sum(counts)} of 20 runs are finished, {now.failed} of them failed; ")
    assert now.sentence().endswith(" left.")


def test_with_a_rule_there_are_at_most_so_many(quick: Quick, tmp_path: Path) -> None:
    rule = {
        "until": {"outcome": "cost_per_capita", "scenario": "capitation", "half_width": 1e-9},
        "check": [2],
        "most": 3,
    }

    def ends(scenario: Any, seed: int, progress: Any) -> None:
        if len(quick.lived) >= 12:
            raise KeyboardInterrupt

    quick.first = ends
    with pytest.raises(KeyboardInterrupt):
        sweep(study(replicates=rule), out=tmp_path / "swept", workers=0)
    assert " of at most 30 runs are finished" in standing(vbp.read_sweep(tmp_path / "swept")).sentence()


def test_pictures_that_are_drawn_at_the_same_time_do_not_mix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Matplotlib's settings are of the whole process; a visitor saves a picture while others are drawn."""
    found = modelled(monkeypatch, tmp_path / "swept", cheaper, replicates=3)
    both = [paired_differences(found, outcome=name) for name in found.study.outcomes]
    alone = [analysis.svg() for analysis in both]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda number: both[number % 2].svg(dark=number % 3 == 0), range(12)))
    assert all(together[number] == alone[number % 2] for number in range(12) if number % 3)


def test_runs_are_listed_once_however_often_they_were_computed(quick: Quick, tmp_path: Path) -> None:
    set_results(tmp_path)
    half = half_of(quick, tmp_path / "swept")
    [entry] = entries()
    assert (entry.runs, entry.state) == (len(half.store.statuses()), "stopped")
    quick.first = lambda scenario, seed, progress: None
    swept(tmp_path / "swept", failed=True)
    [entry] = entries()
    assert (entry.runs, entry.state) == (20, "complete")

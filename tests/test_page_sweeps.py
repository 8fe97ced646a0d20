"""The page's sweeps without a browser: what may be read and is listed, which points there are, a sweep that grows."""

import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from command_line import posix
from sweeps import RATE, Quick, quick, study, swept  # noqa: F401
from swept_models import Lived, modelled

import vbp_agents as vbp
from vbp_agents.analysis.paired_differences import paired_differences
from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.links import linked_question
from vbp_agents.app.runner import READERS, Job
from vbp_agents.app.swept import followed, shelf
from vbp_agents.app.swept.followed import Seen, Wanted, follow
from vbp_agents.app.swept.narrowed import can_be_narrowed, parts_of_path
from vbp_agents.app.swept.points import link_to, planned_values, point_values, scenario_archive, scenarios_of
from vbp_agents.app.swept.shelf import entries, opened, set_results
from vbp_agents.errors import WrongInput
from vbp_agents.sweeps.plan import scenarios_at
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import Follower, Standing, standing
from vbp_agents.sweeps.sweeping import sweep
from vbp_agents.terms.scenario_file import read_scenario

LONG = 60.0
SECRET = "secret: do not tell"


@pytest.fixture(autouse=True)
def told_no_folder() -> Iterator[None]:
    """No test leaves a folder or limits for another."""
    yield
    shelf._chosen.clear()
    set_limits(ServerLimits())


@pytest.fixture
def results(tmp_path: Path, quick: Quick) -> Path:  # noqa: F811
    """A folder with a sweep in it, and something to steal beside it."""
    (tmp_path / "outside.yaml").write_text(SECRET)
    swept(tmp_path / "results" / "of_me" / "first")
    set_results(tmp_path / "results")
    return tmp_path / "results"


def test_every_sweep_below_the_folder_is_listed(results: Path) -> None:
    swept(results / "second", study=study(title="<b>Later</b>", replicates=1))
    (results / "no_sweep").mkdir()
    (results / "no_sweep" / "metadata.json").write_text("{}")
    os.utime(results / "of_me" / "first" / ".runs", (1e9, 1e9))
    os.utime(results / "of_me" / "first" / "metadata.json", (1e9, 1e9))
    listed = [(entry.name, entry.title, entry.runs, entry.state) for entry in entries()]
    assert listed == [("second", "<b>Later</b>", 10, "complete"), ("of_me/first", "A trial", 20, "complete")]


def test_the_folder_may_be_a_sweep_itself(results: Path) -> None:
    set_results(results / "of_me" / "first")
    assert [entry.name for entry in entries()] == ["."]
    assert opened(".").study.title == "A trial"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="there is no such folder"):
        set_results(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../other",
        "of_me/../../other",
        "/etc",
        "",
        "of_me//first",
        "of_me/./first",
        "of_me\\first",
        "of_me",
        "x\0",
    ],
)
def test_a_name_leads_nowhere_else(name: str, results: Path) -> None:
    swept(results.parent / "other")
    with pytest.raises(WrongInput, match="there is no sweep"):
        opened(name)


def test_a_name_is_asked_of_the_folder_that_was_named(tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match="there is no sweep"):
        opened(str(tmp_path))


@posix
def test_links_are_not_followed(results: Path) -> None:
    swept(results.parent / "other")
    (results / "linked").symlink_to(results.parent / "other", target_is_directory=True)
    assert [entry.name for entry in entries()] == ["of_me/first"]
    with pytest.raises(WrongInput, match="there is no sweep"):
        opened("linked")


@posix
@pytest.mark.parametrize("name", ["study.yaml", "experiments.parquet", "scenario_capitation.yaml", ".runs/x.jsonl"])
def test_a_sweep_with_a_link_among_its_files_is_not_read(name: str, results: Path) -> None:
    file = results / "of_me" / "first" / name
    file.unlink(missing_ok=True)
    file.symlink_to(results.parent / "outside.yaml")
    with pytest.raises(WrongInput, match="is a link, which the page does not follow") as raised:
        opened("of_me/first")
    assert "secret" not in str(raised.value)
    [entry] = entries()
    assert "is a link" in entry.problem
    assert "secret" not in entry.title + entry.problem


@pytest.mark.parametrize("section", ["scenarios:\n- {}\n", "baseline: {}\nscenarios: [capitation]\n"])
def test_a_study_that_names_a_file_of_elsewhere_is_not_read(section: str, results: Path) -> None:
    folder = results / "of_me" / "first"
    for outside in ("../../../outside.yaml", str(results.parent / "outside.yaml")):
        (folder / "study.yaml").write_text(section.format(outside))
        with pytest.raises(WrongInput, match="which is not in its folder") as raised:
            opened("of_me/first")
        assert "secret" not in str(raised.value)


def test_a_scenario_that_extends_a_file_is_not_read(results: Path) -> None:
    (results / "of_me" / "first" / "scenario_capitation.yaml").write_text("extends: ../../../outside.yaml\n")
    with pytest.raises(WrongInput, match="extends a file, which the page does not read"):
        opened("of_me/first")


def test_code_of_somebody_is_not_run(results: Path) -> None:
    folder = results / "of_me" / "first"
    facts = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps(facts | {"users": {"evil.py": "regime"}}))
    (folder / "evil.py").write_text(f"open({str(results / 'ran')!r}, 'w')")
    with pytest.raises(WrongInput, match=r"code of its own \(evil.py\), which the page does not run"):
        opened("of_me/first")
    assert not (results / "ran").exists()


def test_a_point_opens_as_just_its_scenarios(results: Path) -> None:
    found = opened("of_me/first")
    values = point_values(found)
    assert list(values) == [1, 2, 3, 4, 5, 6]
    for point in values:
        there = scenarios_of(found.study, values[point], "")
        link = link_to(found.study, there)
        assert link is not None
        path, _, query = link.partition("?")
        assert path == "/compare"
        question = linked_question(query)
        assert (question.people, question.years, question.seed) == (100, 1, 1)
        planned = scenarios_at(found.study, found.plan.points[point - 1])
        assert [s.hash for s in question.scenarios()] == [s.hash for s in planned]
        at = found.plan.points[point - 1]
        for path, own in ((RATE, 0.75), ("behavior.speed", 0.12)):  # what presets have themselves needs no words
            part = f"{path.replace('mssp_enhanced:', 'to.')}={at[path]}"
            assert (part in query.split("&")) is (at[path] != own)


def test_one_scenario_beside_the_baseline(results: Path) -> None:
    found = opened("of_me/first")
    there = scenarios_of(found.study, point_values(found)[1], "capitation")
    assert [scenario.name for scenario in there] == ["fee_for_service", "capitation"]


def test_what_no_link_can_say_is_files(results: Path, tmp_path: Path) -> None:
    """A contract that no preset has."""
    file = tmp_path / "own.yaml"
    own = "extends: capitation\ncontracts:\n"
    contract = "- {payer: medicare, regime: capitation, terms: {discount: 0.05}}\n"
    file.write_text(
        own + contract + contract.replace("capitation", "pay_for_performance").replace("discount: 0.05", "")
    )
    mine = study(scenarios=[file], levers={"own:contracts.0.terms.discount": [0.01, 0.02]})
    swept(results / "own", study=mine)
    found = opened("own")
    there = scenarios_of(found.study, point_values(found)[3], "")
    assert link_to(found.study, there) is None
    with zipfile.ZipFile(io.BytesIO(scenario_archive(found.study, there, 2))) as archive:
        archive.extractall(tmp_path / "out")
        command = archive.read("command.txt").decode()
    assert command == (
        "vbp compare fee_for_service.yaml own.yaml --baseline fee_for_service.yaml "
        "--patients 100 --years 1 --replicates 2 --seed 1\n"
    )
    read = [read_scenario(tmp_path / "out" / f"{scenario.name}.yaml") for scenario in there]
    assert [scenario.hash for scenario in read] == [scenario.hash for scenario in there]


def test_a_server_that_computes_less_makes_no_link(results: Path) -> None:
    found = opened("of_me/first")
    there = scenarios_of(found.study, point_values(found)[1], "")
    set_limits(ServerLimits(people=99))
    assert link_to(found.study, there) is None


def test_a_tables_values_are_the_studys_again() -> None:
    """A column of whole numbers and others holds them all as the latter, one of mixed kinds as text."""
    mine = study(levers={"region.patients_per_practice": [400, 600]}, uncertainties={"behavior.speed": [0.06]})
    assert planned_values(mine, {"region.patients_per_practice": 400.0, "behavior.speed": 0.06}) == {
        "region.patients_per_practice": 400,
        "behavior.speed": 0.06,
    }


def test_points_by_their_values() -> None:
    few = {number: {"a": [0.1, 0.2][number % 2], "b": "x"} for number in range(1, 7)}
    assert [(part.title, part.points) for part in parts_of_path("a", few)] == [
        ("0.1", frozenset({2, 4, 6})),
        ("0.2", frozenset({1, 3, 5})),
    ]
    assert parts_of_path("b", few) == []
    many = {number: {"a": number / 100} for number in range(30, 0, -1)}
    thirds = parts_of_path("a", many)
    assert [part.points for part in thirds] == [
        frozenset(range(1, 11)),
        frozenset(range(11, 21)),
        frozenset(range(21, 31)),
    ]
    assert [part.title for part in thirds] == [
        "lowest third, 0.01 to 0.1",
        "middle third, 0.11 to 0.2",
        "highest third, 0.21 to 0.3",
    ]


@pytest.mark.parametrize(("design", "whole"), [({"kind": "grid"}, True), ({"kind": "sobol", "points": 4}, False)])
def test_designs_for_indices_are_not_narrowed(design: dict[str, object], whole: bool) -> None:
    assert can_be_narrowed(study(design=design)) is whole


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
    quick: Quick,  # noqa: F811
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


def test_a_sweep_that_nobody_looks_at_any_more_is_left(quick: Quick, tmp_path: Path) -> None:  # noqa: F811
    set_results(tmp_path)
    half_of(quick, tmp_path / "swept")
    job = Job(lambda job: follow(Wanted("swept"), job), 1, lambda: None, READERS).start()
    while job.latest is None:
        assert not job.wait(0.01), job.problem
    job.stop()
    assert job.wait(LONG)


def half_of(quick: Quick, folder: Path) -> Sweep:  # noqa: F811
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


def test_how_far_a_sweep_is(quick: Quick, tmp_path: Path) -> None:  # noqa: F811
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
    quick: Quick,  # noqa: F811
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


def test_with_a_rule_there_are_at_most_so_many(quick: Quick, tmp_path: Path) -> None:  # noqa: F811
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


def test_runs_are_listed_once_however_often_they_were_computed(quick: Quick, tmp_path: Path) -> None:  # noqa: F811
    set_results(tmp_path)
    half = half_of(quick, tmp_path / "swept")
    [entry] = entries()
    assert (entry.runs, entry.state) == (len(half.store.statuses()), "stopped")
    quick.first = lambda scenario, seed, progress: None
    swept(tmp_path / "swept", failed=True)
    [entry] = entries()
    assert (entry.runs, entry.state) == (20, "complete")

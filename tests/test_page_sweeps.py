"""The page's sweeps without a browser: what may be read and is listed, which points there are, as what they open."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from command_line import posix
from sweeps import RATE, Quick, study, swept

from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.links import linked_question
from vbp_agents.app.swept.narrowed import can_be_narrowed, parts_of_path
from vbp_agents.app.swept.points import link_to, planned_values, point_values, scenario_archive, scenarios_of
from vbp_agents.app.swept.shelf import entries, opened, set_results
from vbp_agents.errors import WrongInput
from vbp_agents.sweeps.plan import scenarios_at
from vbp_agents.terms.scenario_file import read_scenario

SECRET = "secret: do not tell"
pytestmark = pytest.mark.usefixtures("told_no_folder")


@pytest.fixture
def results(tmp_path: Path, quick: Quick) -> Path:
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
        for path, own in ((RATE, 0.75), ("behavior.speed", 0.085)):  # what presets have themselves needs no words
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

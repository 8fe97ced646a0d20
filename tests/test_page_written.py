"""What a visitor takes along: files, a command and Python that mean just what the page shows."""

import io
import json
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from vbp_agents.app.question import PageQuestion, ScenarioChoice
from vbp_agents.app.written import archive, commands_of, scenario_file, with_files
from vbp_agents.study.comparing import compare
from vbp_agents.terms.scenario_file import find_scenario, presets, scenario_in
from vbp_agents.terms.settings import read_settings

DISCOUNT = "contracts.0.terms.discount"
SHARED = {"behavior.speed": 0.06, "behavior.levers": ["intensity", "lists"], "behavior.name": "imitation"}
SMALL: dict[str, Any] = {"people": 200, "years": 1, "seed": 3}
PLAIN = PageQuestion(
    (ScenarioChoice("fee_for_service"), ScenarioChoice("capitation", {DISCOUNT: 0.07})), SHARED, **SMALL
)
TWICE = PageQuestion((ScenarioChoice("capitation"), ScenarioChoice("capitation", {DISCOUNT: 0.07})), SHARED, **SMALL)
MINE = find_scenario("capitation").with_values({DISCOUNT: 0.07}, name="mine")
UPLOADED = PageQuestion(
    (ScenarioChoice("fee_for_service"), ScenarioChoice("mine", {}, MINE)), {"behavior.speed": 0.06}, **SMALL
)
QUESTIONS = {"settings": PLAIN, "one scenario twice": TWICE, "an uploaded file": UPLOADED}


def saved(files: dict[str, bytes], folder: Path) -> None:
    """As the browser saves them."""
    for name, data in files.items():
        (folder / name).write_bytes(data)


def numbers(document: dict[str, Any]) -> list[Any]:
    """All numbers, by metric and scenario in order, whatever the scenarios are called."""
    return [[list(values.values()) for values in metric["values"].values()] for metric in document["metrics"].values()]


def page(question: PageQuestion) -> dict[str, Any]:
    """What the page shows of two replicates."""
    asked = question.asked()
    found = compare(
        list(asked.scenarios), baseline=asked.scenarios[0], patients=200, years=1, replicates=2, seed=3, threads=1
    )
    return found.document


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_command_gives_the_numbers_of_the_page(name: str, tmp_path: Path) -> None:
    made = commands_of(QUESTIONS[name], 2)
    saved(made.files, tmp_path)
    program, *arguments = shlex.split(made.command)
    assert program == "vbp"
    command = [sys.executable, "-P", "-m", "vbp_agents", *arguments, "--json", "found.json"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert numbers(found) == numbers(page(QUESTIONS[name]))


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_python_gives_the_numbers_of_the_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = commands_of(QUESTIONS[name], 2)
    saved(made.files, tmp_path)
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    exec(made.python, space)
    assert numbers(json.loads(space["comparison"].to_json())) == numbers(page(QUESTIONS[name]))
    assert "Differences from" in capsys.readouterr().out


def test_the_command_is_short_where_presets_will_do() -> None:
    assert commands_of(PLAIN, 10).command == (
        "vbp compare fee_for_service capitation --patients 200 --years 1 --replicates 10 --seed 3 "
        """--set behavior.speed=0.06 --set 'behavior.levers=["intensity", "lists"]' --set behavior.name=imitation """
        "--set capitation:contracts.0.terms.discount=0.07"
    )
    assert commands_of(PLAIN, 10).files == {}


def test_another_baseline_and_another_behavior_are_said() -> None:
    question = PageQuestion((ScenarioChoice("capitation"), ScenarioChoice("owner_practice")))
    assert commands_of(question, 3).command == (
        "vbp compare capitation owner_practice --baseline capitation --patients 20000 --years 5 --replicates 3 "
        "--seed 1 --behavior owner_practice"
    )


@pytest.mark.parametrize("value", ["true", "0.5", "null", "a: b", "[x", "x", None, True, 3, 0.1, 1e-7, ("a", "b")])
def test_a_value_is_written_so_that_it_is_read_back(value: object) -> None:
    question = PageQuestion((ScenarioChoice("fee_for_service"), ScenarioChoice("capitation")), {"title": value})
    given = shlex.split(commands_of(question, 1).command)
    [(path, found)] = read_settings([given[given.index("--set") + 1]]).items()
    assert (path, found) == ("title", list(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("name", presets())
def test_every_preset_changed_is_a_short_file_that_means_it(name: str) -> None:
    scenario = find_scenario(name).with_values({"behavior.speed": 0.07, "care.rate.primary": 4.0}, name=name)
    data = scenario_file(scenario, name)
    found, resets = scenario_in(data, f"{name}.yaml")
    assert (found, resets) == (scenario, [])
    assert data.startswith(f"extends: {name}\n".encode())
    assert len(data) < 1_500


def test_a_scenario_that_is_no_preset_is_a_file_with_every_value() -> None:
    scenario = find_scenario("shared_savings")
    found, resets = scenario_in(scenario_file(scenario, "shared_savings"), "shared_savings.yaml")
    assert (found.hash, resets) == (scenario.hash, [])


def test_the_zip_has_the_files_and_the_command() -> None:
    made = with_files(TWICE, 2)
    with zipfile.ZipFile(io.BytesIO(archive(made.files, made.command))) as content:
        assert content.namelist() == ["capitation.yaml", "capitation_2.yaml", "command.txt"]
        assert content.read("capitation.yaml") == made.files["capitation.yaml"]
        assert content.read("command.txt").decode() == made.command + "\n"

"""What `vbp new` writes works as it is: each kind, and a scenario from each preset."""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import listed, vbp

from vbp_agents.app.lessons import read_lesson
from vbp_agents.behavior_file import load_behavior_file, moves_by_itself
from vbp_agents.behaviors import behavior_names
from vbp_agents.contracts.contract import explain_contract
from vbp_agents.errors import WrongInput
from vbp_agents.metric_file import load_metric_file
from vbp_agents.metrics import measure
from vbp_agents.model import VbpModel
from vbp_agents.regime_file import load_regime_file
from vbp_agents.regimes import regimes
from vbp_agents.rule_check import adds_up
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.study import read_study
from vbp_agents.templates import TEMPLATES, new_file
from vbp_agents.terms.scenario_file import find_scenario, presets, read_scenario
from vbp_agents.warm_up import warmed_world


def new(folder: Path, kind: str, name: str, begin_from: str | None = None) -> Path:
    """A file as the command writes it."""
    file, text, _ = new_file(kind, name, begin_from)
    path = folder / file
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("preset", presets())
def test_a_scenario_from_a_preset_is_that_preset_until_something_is_changed(tmp_path: Path, preset: str) -> None:
    """Also with every line uncommented: all that it shows is as the preset has it."""
    path = new(tmp_path, "scenario", "mine", preset)
    assert not read_scenario(path).differences(find_scenario(preset))
    text = path.read_text("utf-8")
    shown = text.replace("\n  # ", "\n  ")
    assert shown.count("\n  contracts.") == text.count("contracts.") - (preset in text.split("contracts.")[0]) * 0
    path.write_text(shown, encoding="utf-8")
    assert not read_scenario(path).differences(find_scenario(preset))


def test_what_is_changed_in_it_is_changed(tmp_path: Path) -> None:
    path = new(tmp_path, "scenario", "mine", "mssp_enhanced")
    path.write_text(path.read_text("utf-8").replace("sharing_rate: 0.75", "sharing_rate: 0.6"), encoding="utf-8")
    [difference] = read_scenario(path).differences(find_scenario("mssp_enhanced"))
    assert (difference.path, difference.value) == ("contracts.0.terms.sharing_rate", 0.6)


def test_a_regime_pays_is_explained_and_lives(tmp_path: Path) -> None:
    regime = load_regime_file(new(tmp_path, "regime", "my_rule"))
    assert (regime.title, regime.__name__) == ("My rule", "MyRule")
    assert adds_up(regime().pay)
    scenario = find_scenario("my_rule")
    [shown] = explain_contract(scenario, 10_000, 2)["shown"]
    assert "my_rule" in shown["heading"]
    with VbpModel(world=warmed_world(scenario, 500, 1, 1), studied=scenario) as model:
        model.run_for(13)
        assert measure(model.recorder.tables())["cost_per_capita"]


@pytest.mark.parametrize("name", sorted(regimes()))
def test_a_regime_from_a_shipped_one_pays_the_same(tmp_path: Path, name: str) -> None:
    load_regime_file(new(tmp_path, "regime", "my_rule", name))
    mine, shipped = find_scenario("my_rule"), find_scenario(name)
    assert [c.terms for c in mine.contracts] == [c.terms for c in shipped.contracts]


def test_a_behavior_decides_and_is_at_baseline_where_nothing_is_to_be_decided(tmp_path: Path) -> None:
    behavior = load_behavior_file(new(tmp_path, "behavior", "my_way"))
    assert (behavior.title, behavior.__name__) == ("My way", "MyWay")
    assert not moves_by_itself(behavior())
    scenario = find_scenario("capitation").with_values({"behavior.name": "my_way"}, name="mine")
    with VbpModel(world=warmed_world(scenario, 500, 1, 1), studied=scenario) as model:
        model.run_for(3)
        assert model.providers.levers.completeness.any()


@pytest.mark.parametrize("name", behavior_names())
def test_a_behavior_from_a_shipped_one_loads(tmp_path: Path, name: str) -> None:
    assert load_behavior_file(new(tmp_path, "behavior", "my_way", name)).__doc__


def test_metrics_measure(tmp_path: Path) -> None:
    metrics = load_metric_file(new(tmp_path, "metric", "my_number"))
    assert [metric.name for metric in metrics] == ["my_number", "my_number_to_others"]
    scenario = find_scenario("capitation")
    with VbpModel(world=warmed_world(scenario, 6_000, 1, 1), studied=scenario) as model:
        model.run_for(24)
        tables = model.recorder.tables()
    measured = measure(tables)
    everybody = tables["groups"].query("grouping == 'deprivation_quintile'")
    per_1000 = 1_000 * everybody.refusals.sum() / (everybody.person_months.sum() / 12)
    assert per_1000 > 0
    assert measured["my_number"] == pytest.approx(per_1000)
    assert 0 < (measured["my_number_to_others"] or 0) < 1


@pytest.mark.parametrize("preset", [None, "mssp_enhanced"])
def test_a_lesson_can_be_given(tmp_path: Path, preset: str | None) -> None:
    """Its scenarios, metrics and view are there."""
    lesson = read_lesson(new(tmp_path, "lesson", "my_lesson", preset))
    assert [case.scenario for case in lesson.cases] == ["fee_for_service", preset or "capitation"]
    for case in lesson.cases:
        find_scenario(case.scenario)
        assert case.metric == "cost_per_capita"
    assert lesson.said([*lesson.question, *lesson.why])


@pytest.mark.parametrize("preset", [None, *presets()])
def test_a_study_of_a_preset_can_be_run(tmp_path: Path, preset: str | None) -> None:
    """It is valid, and its levers are terms of the preset, around what they are there."""
    study = read_study(new(tmp_path, "study", "my_study", preset))
    scenario = find_scenario(preset or "mssp_enhanced")
    known = {number.path: number.value for number in scenario.numbers()}
    for each in study.varied:
        if each.role == "lever":
            value = known[each.path]
            assert each.path.startswith("contracts.")
            assert value is not None
            assert each.low is not None
            assert each.high is not None
            assert each.low <= value <= each.high


@pytest.mark.parametrize("preset", ["mssp_enhanced", "cjr", "fee_for_service", "owner_practice"])
def test_every_point_of_a_study_to_begin_with_can_be(tmp_path: Path, preset: str) -> None:
    study = read_study(new(tmp_path, "study", "my_study", preset))
    assert len(planned(study, "any").points) == 30


def test_a_study_says_every_lever_that_it_could_have(tmp_path: Path) -> None:
    """Uncommented too, each term alone is possible; those of one-sided contracts that cannot matter are not shown."""
    text = new(tmp_path, "study", "my_study", "mssp_basic_e").read_text("utf-8")
    assert "\n  contracts.0.terms.sharing_rate: {from: 0.375, to: 0.625}   # is 0.5; share of savings\n" in text
    assert "\n  # contracts.0.terms.loss_rate_high: {from: 0.225, to: 0.375}" in text
    assert "loss_rate" not in new_file("study", "mine", "mssp_basic_a")[1]


def test_a_study_of_ones_own_contract_is_about_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = new(tmp_path, "scenario", "mine", "mssp_enhanced")
    path.write_text(path.read_text("utf-8").replace("sharing_rate: 0.75", "sharing_rate: 0.4"), encoding="utf-8")
    study = read_study(new(tmp_path, "study", "my_study", "mine.yaml"))
    assert [scenario.name for scenario in study.scenarios] == ["fee_for_service", "mine"]
    [rate] = [each for each in study.varied if each.path == "contracts.0.terms.sharing_rate"]
    assert (rate.low, rate.high) == (0.3, 0.5)


@pytest.mark.slow
def test_three_commands_lead_from_nothing_to_a_tornado(tmp_path: Path) -> None:
    """As docs/sweeps.md and the README have them, with few people."""
    commands = [
        "new mine --from mssp_enhanced",
        "new mine_study --kind study --from mine.yaml",
        "sweep mine_study.yaml --out results --report",
    ]
    for page in ("docs/sweeps.md", "README.md"):
        text = (Path(__file__).parents[1] / page).read_text("utf-8")
        assert all(f"vbp {command}" in text for command in commands)

    def done(command: str) -> subprocess.CompletedProcess[str]:
        """The command on the model itself."""
        whole = [sys.executable, "-m", "vbp_agents", *command.split()]
        return subprocess.run(whole, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert [done(command).returncode for command in commands[:2]] == [0, 0]
    study = tmp_path / "mine_study.yaml"
    text = study.read_text("utf-8")
    for large, small in (("20000    #", "100    #"), ("years: 3", "years: 1"), ("replicates: 5", "replicates: 3")):
        assert large in text
        text = text.replace(large, small)
    study.write_text(text, encoding="utf-8")
    assert done(TEMPLATES["study"].use.removeprefix("vbp ").format(file="mine_study.yaml")).returncode == 0
    last = done(f"{commands[2]} --workers 0")
    assert last.returncode == 0, last.stderr
    assert "tornado" in str(listed(tmp_path / "results" / "report_figures"))
    assert "what moves it most" in (tmp_path / "results" / "report.html").read_text("utf-8")


WRONG = [
    (("study", "mine", "capitatoin"), "did you mean 'capitation'"),
    (("scenario", "Mine", None), "cannot name a scenario"),
    (("regime", "my-rule", None), "cannot name a regime: use small letters, digits and _"),
    (("scenario", "capitation", None), "'capitation' is there already"),
    (("behavior", "imitation", None), "'imitation' is there already"),
    (("regim", "mine", None), "did you mean 'regime'"),
    (("scenario", "mine", "capitatoin"), "did you mean 'capitation'"),
    (("regime", "mine", "capitatoin"), "did you mean 'capitation'"),
    (("behavior", "mine", "imitatoin"), "did you mean 'imitation'"),
    (("metric", "mine", "mortality"), "begins from nothing"),
]


@pytest.mark.parametrize(("asked", "message"), WRONG)
def test_what_cannot_be_written_is_said(asked: tuple[str, str, str | None], message: str) -> None:
    with pytest.raises(WrongInput, match=message):
        new_file(*asked)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_command_writes_once_and_says_how_to_go_on(tmp_path: Path, kind: str) -> None:
    done = vbp(tmp_path, "new", "my_first", "--kind", kind)
    assert done.returncode == 0, done.stderr
    [file] = listed(tmp_path)
    assert f"written: {file}; to try it: vbp " in done.stderr
    text = (tmp_path / file).read_text("utf-8")
    again = vbp(tmp_path, "new", "my_first", "--kind", kind)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert (tmp_path / file).read_text("utf-8") == text


@pytest.mark.slow
def test_what_it_says_to_try_works(tmp_path: Path) -> None:
    """The commands as they are written, with few people; but the page's, and a study's: its metrics are the model's."""
    for kind, template in TEMPLATES.items():
        vbp(tmp_path, "new", f"my_{kind}", "--kind", kind)
        if kind in ("lesson", "study"):
            continue
        words = template.use.format(file=f"my_{kind}{template.suffix}", name=f"my_{kind}").split()
        few = ["--patients", "100"] if "compare" in words else []
        done = vbp(tmp_path, *words[1:], *few)
        assert done.returncode == 0, done.stderr

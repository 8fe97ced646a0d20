"""`vbp explain`: a recorded run lived again exactly, providers and patients explained, wrong questions refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from vbp_agents import __version__
from vbp_agents.answers.patient_story import weighed
from vbp_agents.command_line.entries import app
from vbp_agents.command_line.explain_command import NOT_EXACT, inquiry_text
from vbp_agents.explain.inquiry import Inquiry
from vbp_agents.explain.replay import Attempt, run_to
from vbp_agents.model import VbpModel
from vbp_agents.regime_file import load_regime_file
from vbp_agents.reports.comparison import to_json
from vbp_agents.results import Results
from vbp_agents.study.recorded import read_recorded
from vbp_agents.study.replicates import replicates
from vbp_agents.study.worlds import warm_world
from vbp_agents.terms.scenario_file import find_scenarios

ROOT = Path(__file__).parents[1]
PATIENTS = 2_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of three scenarios, two replicates and one year, as `vbp compare --out` writes them."""
    scenarios = find_scenarios(["fee_for_service", "capitation", "pay_for_performance"])
    facts = {
        "version": __version__,
        "seed": 5,
        "patients": PATIENTS,
        "years": 1,
        "scenarios": [scenario.name for scenario in scenarios],
    }
    path = tmp_path_factory.mktemp("explain") / "results"
    with Results(path, scenarios, facts) as results:
        for replicate in replicates(scenarios, patients=PATIENTS, years=1, count=2, seed=5, threads=1):
            results.add({name: run.tables for name, run in replicate.runs.items()}, replicate.number, replicate.seed)
        results.attach("comparison.json", b'{"baseline": "fee_for_service"}')
        results.finish()
    return path


def inquiry(folder: Path, **asked: Any) -> Inquiry:
    empty: dict[str, Any] = dict.fromkeys(("provider", "patient", "month", "scenario", "beside"))
    return Inquiry(folder, **{**empty, "replicate": 1, "threads": 1, **asked})


def copied(folder: Path, to: Path) -> None:
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())


def change_facts(folder: Path, facts: dict[str, Any]) -> None:
    file = folder / "metadata.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | facts))


def answer(folder: Path, **asked: Any) -> dict[str, Any]:
    question = inquiry(folder, **asked)
    return question.answered(question.checked(), lambda done, total: None)


def test_the_balance_is_told_with_its_parts() -> None:
    """-9,000 - 100 + 500 + 2,000 - 1,400 = -8,000."""
    attempt = Attempt(3, False, False, -9_000.0, 100.0, 500.0, 2_000.0, -1_400.0)
    assert attempt.balance == -8_000.0
    assert weighed(attempt) == (
        "expected margin −$9,000, hours −$100, altruism +$500, scruple +$2,000, "
        "error of its idea −$1,400: −$8,000 a year."
    )


def test_a_provider_is_explained_from_the_run_itself(folder: Path) -> None:
    document = answer(folder, provider=0)
    assert (document["scenario"], document["month"], document["decided_in"]) == ("capitation", 12, 10)
    assert document["replayed_exactly"]
    for row in document["reasons"]:
        total = sum(cause["dollars"] for cause in row["because"]) + row["besides_contracts"]
        assert total == pytest.approx(row["drive"], rel=1e-9, abs=1e-9)
    (sentence,), table = inquiry_text(document)
    assert sentence.startswith("In month 12 under capitation, what contracts pay moves practice 0 (organization ")
    assert "capitation (medicare)" in sentence
    assert table.row_count == len([row for row in document["reasons"] if row["drive"] or row["is_now"]]) > 5
    levers = pd.read_parquet(folder / "levers.parquet")
    rows = levers[(levers.scenario == "capitation") & (levers.replicate == 1) & (levers.lever == "completeness")]
    ours = rows[rows.organization == document["provider"]["organization"]].value.item()
    assert next(row["is_now"] for row in document["reasons"] if row["what"] == "coded") == pytest.approx(ours)


def test_without_a_contract_nothing_is_moved(folder: Path) -> None:
    document = answer(folder, provider=0, scenario="fee_for_service", month=3, replicate=2)
    assert (document["month"], document["decided_in"], document["replicate"]) == (3, 1, 2)
    assert "no contract moves any lever of practice 0" in inquiry_text(document)[0][0]


def test_where_no_lever_moves_there_is_a_sentence_and_no_empty_table(folder: Path) -> None:
    asked = ["explain", str(folder), "--provider", "0", "--scenario", "fee_for_service", "--month", "1"]
    done = CliRunner().invoke(app, [*asked, "--threads", "1"])
    assert done.exit_code == 0
    assert done.stdout.startswith("In month 1 under fee_for_service, no contract moves any lever of practice 0")


def test_a_patient_stands_beside_itself(folder: Path) -> None:
    document = answer(folder, patient=18)
    assert list(document["months"]) == ["capitation", "fee_for_service"]
    assert document["replayed_exactly"]
    sentences, table = inquiry_text(document)
    assert [column.header for column in table.columns] == ["month", "capitation", "fee_for_service"]
    busy = {month["month"] for story in document["months"].values() for month in story if month["given"]}
    assert busy <= {int(str(cell)) for cell in table.columns[0].cells}
    for sentence, name in zip(sentences, document["months"], strict=False):
        services = sum(sum(month["given"].values()) for month in document["months"][name])
        dollars = sum(month["dollars"] for month in document["months"][name])
        assert sentence.startswith(
            f"Under {name} patient 18 lived 12 months: {services} services for ${dollars:,.0f}, "
        )
    other = answer(folder, patient=18, scenario="pay_for_performance", beside="capitation", month=2)
    assert list(other["months"]) == ["pay_for_performance", "capitation"]
    assert other["months"]["capitation"] == document["months"]["capitation"][:2]
    assert json.loads(to_json(document))["months"]["capitation"][11]["month"] == 12


def test_the_dead_and_who_took_their_places(folder: Path) -> None:
    """Of 2,000 some die within the year (4.8% do); the successor has the number of the dead plus 2,000."""
    recorded = read_recorded(folder)
    scenario = recorded.scenario("capitation")
    world = warm_world(scenario, PATIENTS, recorded.seed(1), 1)
    model = VbpModel(world=world.copy(), studied=scenario)
    run_to(12, model, lambda months: None)
    slot = np.flatnonzero(model.world.patients.id != world.patients.id)[0]
    dead = int(world.patients.id[slot])
    story = answer(folder, patient=dead)["months"]["capitation"]
    assert story[-1]["event"] == "died"
    document = answer(folder, patient=dead + PATIENTS)
    successor = document["months"]["capitation"]
    assert (successor[0]["event"], successor[0]["month"]) == ("entered", story[-1]["month"])
    assert document["totals"]["capitation"]["months"] == 13 - story[-1]["month"]
    (who, *_), _ = inquiry_text(document)
    assert who.startswith(f"Patient {dead + PATIENTS} is a newcomer, who took the place of patient {dead} when")
    sentences, _ = inquiry_text(answer(folder, patient=dead))
    assert f"newcomer {dead + PATIENTS} took the place" in sentences[0]


MISTAKES = {
    "no such folder": (["nowhere", "--provider", "1"], "is not a folder of results"),
    "a folder of something else": ([".", "--provider", "1"], "is not a folder of results"),
    "neither": (["R"], "name one of --provider ID and --patient ID"),
    "both": (["R", "--provider", "1", "--patient", "1"], "name one of --provider ID and --patient ID"),
    "no such provider": (["R", "--provider", "9999"], "has no provider 9999; its practices are 0 to"),
    "negative provider": (["R", "--provider", "-1"], "'--provider'"),
    "no such scenario": (["R", "--provider", "1", "--scenario", "capitatoin"], "did you mean 'capitation'?"),
    "no such scenario beside": (["R", "--patient", "1", "--beside", "x"], "has no scenario 'x'"),
    "beside a provider": (["R", "--provider", "1", "--beside", "capitation"], "it goes with --patient"),
    "no such replicate": (["R", "--provider", "1", "--replicate", "3"], "has no replicate 3; it has 1 to 2"),
    "beyond the run": (["R", "--provider", "1", "--month", "13"], "has no month 13; its runs have months 1 to 12"),
    "month 0": (["R", "--provider", "1", "--month", "0"], "'--month'"),
    "no such patient": (
        ["R", "--patient", "999999", "--threads", "1"],
        "has no patient 999999; those of the first",
    ),
    "not there yet": (
        ["R", "--patient", "2018", "--threads", "1"],
        "patient 2018 was not there in any of the months 1",
    ),
    "json among the results": (["R", "--patient", "1", "--json", "R/x.json"], "is in the folder of results"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_wrong_questions_are_one_message_and_2(what: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, said = MISTAKES[what]
    monkeypatch.chdir(folder.parent)
    words = [word.replace("R", folder.name) if word.startswith("R") else word for word in arguments]
    done = CliRunner().invoke(app, ["explain", *words])
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "simulating" not in done.stderr
    assert done.stdout == ""


def test_it_says_where_the_months_are_not_those_recorded(folder: Path, tmp_path: Path) -> None:
    copied(folder, tmp_path)
    months = pd.read_parquet(tmp_path / "months.parquet")
    months.assign(payer_outlay=months.payer_outlay + 0.01).to_parquet(tmp_path / "months.parquet")
    asked = ["explain", str(tmp_path), "--provider", "0", "--month", "1", "--json", str(tmp_path.parent / "p.json")]
    done = CliRunner().invoke(app, [*asked, "--threads", "1"])
    assert done.exit_code == 0, done.output
    assert NOT_EXACT in done.stderr
    assert json.loads((tmp_path.parent / "p.json").read_text())["replayed_exactly"] is False


def test_a_scenario_that_was_changed_since_is_refused(folder: Path, tmp_path: Path) -> None:
    copied(folder, tmp_path)
    path = tmp_path / "scenario_capitation.yaml"
    path.write_text(path.read_text().replace("salience: 1.0", "salience: 0.5"))
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--provider", "0"])
    assert (done.exit_code, "is not what was run" in done.stderr) == (2, True)


def test_results_of_another_version_are_not_lived_again(folder: Path, tmp_path: Path) -> None:
    """The same seed gives other numbers; the command that makes such results is said."""
    copied(folder, tmp_path)
    change_facts(tmp_path, {"version": "0.1.0"})
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--provider", "0"])
    assert done.exit_code == 2
    said = " ".join(done.stderr.split())
    assert f"was made by 0.1.0, and this is {__version__}" in said
    names = "fee_for_service capitation pay_for_performance"
    size = f"--patients {PATIENTS} --years 1 --seed 5 --replicates 2"
    assert f"`vbp compare {names} --baseline fee_for_service {size} --out {tmp_path}-again`" in said


def test_a_users_regime_is_asked_for_by_name(folder: Path, tmp_path: Path) -> None:
    """Code that lies beside results is not run unasked."""
    copied(folder, tmp_path)
    change_facts(tmp_path, {"files": ["months.parquet", "mine.py"]})
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--provider", "0"])
    assert (done.exit_code, f"add --regime-file {tmp_path / 'mine.py'}" in done.stderr) == (2, True)


@pytest.mark.parametrize("damage", ["missing", "damaged", "of another shape"])
def test_a_table_that_cannot_be_read_is_said_before_anything_is_lived(
    damage: str, folder: Path, tmp_path: Path
) -> None:
    copied(folder, tmp_path)
    months = tmp_path / "months.parquet"
    if damage == "missing":
        months.unlink()
    elif damage == "damaged":
        months.write_bytes(months.read_bytes()[:500])
    else:
        pd.read_parquet(months).drop(columns="regime").to_parquet(months)
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--provider", "0"])
    said = {"missing": "is missing", "damaged": "is damaged (", "of another shape": "has no column regime"}[damage]
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{months} {said}" in done.stderr
    assert "simulating" not in done.stderr


CODE = """from vbp_agents.regimes.base import Regime


class Mine(Regime):
    title, source = "Mine", "made up"
"""


def test_a_regime_that_was_changed_since_is_named_rather_than_the_scenario(tmp_path: Path) -> None:
    """The scenario's hash has the regime's code in it; the code that was run lies in the folder."""
    (tmp_path / "mine.py").write_text(CODE)
    load_regime_file(tmp_path / "mine.py")
    scenarios = find_scenarios(["mine"])
    facts = {"version": __version__, "seed": 5, "patients": PATIENTS, "years": 1, "scenarios": ["mine"]}
    with Results(tmp_path / "r", scenarios, facts) as results:
        results.finish()
    (tmp_path / "mine.py").write_text(CODE.replace("made up", "made up anew"))
    asked = ["explain", str(tmp_path / "r"), "--provider", "0", "--regime-file", str(tmp_path / "mine.py")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 2
    assert "the mine.py given with --regime-file is not the one that was run" in done.stderr
    assert f"add --regime-file {tmp_path / 'r' / 'mine.py'}" in done.stderr


DAMAGED = {
    "patients": (10**12, "patients: Input should be less than or equal to 100000000, not 1000000000000"),
    "years": ("3", "years: Input should be a valid integer, not '3'"),
    "hashes": ([], "hashes: Input should be a valid dictionary"),
    "replicate_seeds": ([None], "replicate_seeds.0: Input should be a valid integer, not None"),
    "scenarios": ("capitation", "scenarios: Input should be a valid list, not 'capitation'"),
    "files": (3, "files: Input should be a valid list, not 3"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_folder_that_says_what_no_run_has_is_refused_at_once(name: str, tmp_path: Path) -> None:
    value, said = DAMAGED[name]
    facts: dict[str, object] = {"made_by": "vbp-agents", "seed": 1, "patients": 1_000, "years": 1}
    facts |= {"scenarios": ["capitation"], "hashes": {}, "replicate_seeds": [1]}
    (tmp_path / "metadata.json").write_text(json.dumps(facts | {name: value}))
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "--provider", "1"])
    assert done.exit_code == 2
    assert said in done.stderr


def test_the_readme_quotes_the_page_of_examples() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Why?")[1].split("\n## ")[0]
    quoted = [line for line in section.splitlines() if line.startswith("    ") and "…" not in line]
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8").splitlines()
    assert len(quoted) > 5
    assert [line for line in quoted if line not in page] == []


@pytest.mark.full
def test_the_page_of_examples_is_what_the_commands_print(tmp_path: Path) -> None:
    """Where this fails after a change of results: `python experiments/05_worked_explanations.py`, then the README."""
    script = ROOT / "experiments" / "05_worked_explanations.py"
    subprocess.run([sys.executable, script, "--out", tmp_path / "explain.md"], check=True)
    assert (tmp_path / "explain.md").read_text("utf-8") == (ROOT / "docs" / "explain.md").read_text("utf-8")

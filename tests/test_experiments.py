"""Experiments: their answers say what their numbers say, from numbers that are known; each runs small, to the end."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from experiment_scripts import FOLDER, STUDIED, loaded
from swept_models import Lived, modelled

from vbp_agents.analysis.base import Analysis
from vbp_agents.sweeps.plan import planned
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.study import read_study
from vbp_agents.sweeps.sweeping import sweep

RATE, MINIMUM = "contracts.0.terms.sharing_rate", "contracts.0.terms.chosen_minimum"


def fixed(lived: Lived) -> bool:
    """Whether practice stays as it was."""
    return bool(lived.scenario.behavior.name == "fixed_practice")


def by_regime(lived: Lived) -> dict[str, float | None]:
    """Capitation lowers cost by 100 and more or less by luck, where providers respond; it alone moves payments too.

    Bundles differ by luck alone; all else is the same.
    """
    base = 10_000.0 + 500.0 * lived.shared()
    names = ("qalys_per_1000", "experience", "underuse_per_1000", "harmful_share", "provider_margin")
    found: dict[str, float | None] = dict.fromkeys(names, 0.5)
    capitated, luck = lived.name == "capitation", lived.own()
    cost = base - (100.0 - luck if capitated else 0.0) * (not fixed(lived))
    cost += luck if lived.name == "bundled" and not fixed(lived) else 0.0
    return {**found, "cost_per_capita": cost, "payer_outlay_per_capita": cost + (50.0 + luck if capitated else 0.0)}


def by_terms(lived: Lived) -> dict[str, float | None]:
    """Providers who respond save 200 x the sharing rate and are paid half of it; others are paid 40 without a minimum.

    Give or take luck of a dollar.
    """
    base = 10_000.0 + 500.0 * lived.shared()
    if lived.name == "fee_for_service":
        saved = paid = 0.0
    else:
        saved = 0.0 if fixed(lived) else 200.0 * lived[RATE] + lived.own()
        lucky = 40.0 + lived.own() if lived[MINIMUM] == 0 else 0.0
        paid = lucky if fixed(lived) else saved / 2
    return {
        **dict.fromkeys(("savings_earned_share", "qalys_per_1000"), 0.5),
        "cost_per_capita": base - saved,
        "payer_outlay_per_capita": base - saved + paid,
    }


def swept_as(script: dict[str, Any], monkeypatch: pytest.MonkeyPatch, folder: Path, model: Any) -> Sweep:
    """The experiment's whole study, computed by a function."""
    modelled(monkeypatch, folder / "first", model)
    return sweep(script["EXPERIMENT"].study(quick=False), out=folder / "runs", workers=0)


def test_seven_regimes_say_what_is_clear_of_luck_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = loaded("13_seven_regimes", monkeypatch)
    found: Analysis = script["answer"](swept_as(script, monkeypatch, tmp_path, by_regime))
    lines = found.sentence.splitlines()
    assert re.fullmatch(
        r"- Cost of care, \$ a person and year: lower under capitation \(-(99|100|101)\.?\d* ± \d\.?\d*\); "
        r"under bundled it cannot be told apart from luck\.",
        lines[0],
    )
    assert lines[1].startswith("- Payments to providers, $ a person and year: lower under capitation (-")
    assert lines[3] == "- Experience of care, points of 100: the same under all."
    assert lines[-1] == "Where practice stays as it was, regimes move nothing but payments to providers."
    frame = found.frame.set_index(["outcome", "scenario", "behavior"])
    assert frame.loc[("payer_outlay_per_capita", "capitation", "fixed_practice"), "difference"] == pytest.approx(
        50, 0.1
    )
    assert frame.loc[("cost_per_capita", "capitation", "fixed_practice"), "verdict"] == "the same"
    assert said_numbers_are_in(found.sentence, found.frame)
    assert found.svg().startswith(b"<?xml")


def test_incentives_bite_and_luck_pays_where_they_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 12 points of terms, all save (at 25% and 75%), and the 4 without a minimum pay luck; payers keep half."""
    script = loaded("14_incentives_and_luck", monkeypatch)
    found: Analysis = script["answer"](swept_as(script, monkeypatch, tmp_path, by_terms))
    bite, luck, gain, lose = found.sentence.splitlines()
    assert bite.startswith(
        "- Incentives bite (care costs less than under fees) at 12 of 12 points: most at a sharing rate of 75%"
    )
    assert re.search(r"least at a sharing rate of 25%.*\(-(49|50|51)\.?\d* ± ", bite)
    assert luck.startswith("- Luck pays (payers pay more though practice is as it was) at 4 of 12 points: most at a ")
    assert luck.count("a minimum of 0%") == 2
    assert gain.startswith("- Payers gain (they pay less in all, with what they share) at 12 of 12 points")
    assert lose == "- Payers lose (they pay more in all, with what they share) at none of 12 points."
    assert len(found.frame) == 3 * 12
    assert said_numbers_are_in(found.sentence, found.frame)
    assert found.svg().startswith(b"<?xml")


def by_ignorance(lived: Lived) -> dict[str, float | None]:
    """Capitation lowers cost everywhere; it lowers tests where tasks compete, and raises them where they do not."""
    base, capitated = 10_000.0 + 500.0 * lived.shared(), lived.name == "capitation"
    tests = (1.0 - 2.0 * (lived["behavior.task_tradeoff"] < 0.45)) * (10.0 + 0.1 * lived.own())
    return {"cost_per_capita": base - 100.0 * capitated, "tests_per_1000": base - tests * capitated}


def test_a_sign_that_survives_and_one_that_turns_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the defaults task_tradeoff is 0.5; of its range, drawn in its log, 0.2 to 0.45 is 35%."""
    script = loaded("12_what_survives_ignorance", monkeypatch)
    modelled(monkeypatch, tmp_path / "first", by_ignorance)
    size = replace(script["QUICK"], points=100)
    findings = script["found_in"](size, tmp_path / "runs", 0)
    known = script["facts"](findings, size)
    holds, turns = known["rows"]
    assert (holds["metric"], holds["kind"], holds["sign"], holds["same"]) == ("cost_per_capita", "holds", -1, 1.0)
    assert (turns["kind"], turns["sign"], turns["driver"]) == ("turns", -1, "behavior.task_tradeoff")
    assert turns["other"] == pytest.approx(0.35, abs=0.04)
    text = "\n".join(script["page"](findings, size.whole))
    assert "100 points of 100 people, 1 year, replicates: 1; 3 replicates at the defaults." in text
    assert "  - turns: tests_per_1000 (`behavior.task_tradeoff`)" in text
    answer = script["answer"](known)
    assert "1 of 2 signs that are clear of luck at the defaults hold" in answer.sentence
    assert "tests per 1000 (with `behavior.task_tradeoff`) turns" in answer.sentence


def said_numbers_are_in(sentence: str, frame: pd.DataFrame) -> bool:
    """Every `difference ± reach` that is said is a row's, to the digits that are said."""
    rows = list(zip(frame.difference, (frame.high - frame.low) / 2, strict=True))
    said = re.findall(r"\((-?[\d,.]+) ± ([\d,.]+)\)", sentence)
    assert said
    for texts in said:
        middle, reach = (float(text.replace(",", "")) for text in texts)
        ends = [10.0 ** -len(text.partition(".")[2]) / 2 + 1e-3 * abs(middle) for text in texts]
        assert any(abs(m - middle) <= ends[0] and abs(r - reach) <= ends[1] + 1e-3 * r for m, r in rows), texts
    return True


@pytest.mark.parametrize("file", sorted((FOLDER / "studies").glob("*.yaml")), ids=lambda file: file.stem)
def test_an_example_study_can_be_run(file: Path) -> None:
    """Valid, planned, every point possible, and it explains itself."""
    study = read_study(file)
    assert planned(study, "any").points
    assert file.read_text("utf-8").count("#") > 8
    assert study.document.title


def test_the_examples_are_of_four_designs() -> None:
    kinds = {read_study(file).document.design.kind for file in (FOLDER / "studies").glob("*.yaml")}
    assert kinds == {"grid", "latin_hypercube", "morris", "sobol"}


@pytest.mark.parametrize("name", sorted(file.stem for file in (FOLDER / "results").glob("*.md")))
def test_committed_results_are_whole_and_their_words_are_their_numbers(name: str) -> None:
    folder = FOLDER / "results"
    page, frame = (folder / f"{name}.md").read_text("utf-8"), pd.read_csv(folder / f"{name}.csv")
    assert (folder / f"{name}.svg").read_text("utf-8").startswith("<?xml")
    assert f"Written by `python experiments/{name}.py`." in page
    assert f"![{page.splitlines()[0].removeprefix('# ')}]({name}.svg)" in page
    if "difference" in frame:
        assert said_numbers_are_in(page, frame)
    else:
        data = json.loads((FOLDER.parent / "vbp_agents" / "reports" / "ranges.json").read_text("utf-8"))
        assert list(frame.kind) == [one["kind"] for one in data["rows"]]
        assert list(frame.same) == [one["same"] for one in data["rows"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIED)
def test_an_experiment_runs_small_to_its_end(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its table, figure and paragraph are there; the committed ones are left alone."""
    before = {file: file.read_bytes() for file in (FOLDER / "results").iterdir() if file.is_file()}
    script = loaded(name, monkeypatch)
    main = script["EXPERIMENT"].main if "EXPERIMENT" in script else script["main"]
    main(["--quick", "--out", str(tmp_path), "--workers", "0"])
    assert len(pd.read_csv(tmp_path / f"{name}.csv")) > 1
    assert (tmp_path / f"{name}.svg").read_bytes().startswith(b"<?xml")
    assert "What it rests on" in (tmp_path / f"{name}.md").read_text("utf-8")
    assert before == {file: file.read_bytes() for file in (FOLDER / "results").iterdir() if file.is_file()}


def test_a_quick_look_replaces_no_results(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    script = loaded("13_seven_regimes", monkeypatch)
    with pytest.raises(SystemExit):
        script["EXPERIMENT"].main(["--quick"])
    assert "name a folder of its own by --out" in capsys.readouterr().err


def test_run_all_has_every_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose script says so by its name and study."""
    script = loaded("run_all", monkeypatch)
    assert script["EXPERIMENTS"] == STUDIED
    assert set(STUDIED) >= {file.stem for file in FOLDER.glob("[0-9]*.yaml")}

"""The evidence report: it holds every row with our interval and verdict, and says miss where it misses.

No test here compares a magnitude of the model with an estimate.
"""

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_rows import a_row
from typer.testing import CliRunner

from vbp_agents import machine
from vbp_agents.answers.evidence_report import markdown, published, size_line, summary_lines
from vbp_agents.command_line.entries import app
from vbp_agents.command_line.evidence_command import default_first
from vbp_agents.evidence.arms import BASE, FEE_CUT, LUCK_ARM, SAME_LIST, arms, luck
from vbp_agents.evidence.measures import percent_key
from vbp_agents.evidence.report import document
from vbp_agents.evidence.rows import evidence_rows
from vbp_agents.evidence.signs import SIGNS
from vbp_agents.study import worlds
from vbp_agents.study.size import Size


@pytest.fixture(scope="module")
def by_hand() -> dict[str, Any]:
    """Eight replicates of two behaviors; nearly everything else has no number.

    E31, -14 (-27 to -3), is -20 (inside) and 0 (missed). K05, 0 (-14 to 14), is 1 and 0: both hit it. B03, -453 (-909
    to 3) of 22,872 dollars is -1.98% (-3.97 to 0.01): ours is -2% (inside) and 0 (inside). One replicate has Basu's
    surplus, which falls by 20,000, and the elasticity is -0.2 where 1.5 was published.
    """
    nothing: dict[str, float | None] = dict.fromkeys((row.id for row in evidence_rows()), None)
    nothing |= dict.fromkeys((percent_key(row.id) for row in evidence_rows() if row.in_percent), None)
    bundles = {"B03_episode": -300.0, percent_key("B03_episode"): -2.0}
    nulls = {"K05_selection": 0.0, "B03_episode": 0.0, percent_key("B03_episode"): 0.0}
    basu = {"K14_surplus_0": 180_000.0, "K14_surplus_100": 160_000.0}
    mine = nothing | {"F01_elasticity": -0.2, "K05_selection": 1.0} | bundles
    values = {
        "profit_and_benefit": [mine | {"E31_coordination": -20.0 + turn} for turn in (-1.0, 1.0) * 4],
        "fixed_practice": [nothing | nulls | {"E31_coordination": 0.0}] * 8,
    }
    values["profit_and_benefit"][0] |= basu
    hashes = {"profit_and_benefit": "a", "fixed_practice": "b"}
    signs = {"owner_practice": [dict.fromkeys((sign.id for sign in SIGNS), change) for change in (-1.0, -3.0)]}
    return document(values, signs, hashes, patients=2_000, years=1, replicates=8, seed=7)


def test_the_document_holds_every_row_with_our_interval_and_verdict(by_hand: dict[str, Any]) -> None:
    """E31: sd of four -21 and four -19 is sqrt(8 / 7), t(7) 2.364624: -20 -+ 2.364624 x 1.069045 / sqrt(8)."""
    assert [row["id"] for row in by_hand["rows"]] == [row.id for row in evidence_rows()]
    known = {row["id"]: row for row in by_hand["rows"]}
    ours = known["E31_coordination"]["ours"]
    assert (ours["profit_and_benefit"]["n"], ours["profit_and_benefit"]["mean"]) == (8, -20.0)
    assert ours["profit_and_benefit"]["high"] == pytest.approx(-20 + 0.893741, abs=1e-5)
    assert [ours[name]["verdict"] for name in ours] == ["inside", "missed"]
    bundles = known["B03_episode"]
    assert bundles["percent"]["target"] == pytest.approx(-1.98059, abs=1e-5)
    assert bundles["ours"]["profit_and_benefit"]["percent"]["mean"] == -2.0
    assert {id for id, row in known.items() if row["ours"]["profit_and_benefit"]["tests_nothing"]} == {
        "K05_selection",
        "B03_episode",
    }
    json.dumps(by_hand, allow_nan=False)


def test_the_summary_counts_rows_by_what_they_are_for(by_hand: dict[str, Any]) -> None:
    none = "0 inside (0 test nothing), 0 missed, 0 cannot tell, 0 cannot move"
    assert summary_lines(by_hand) == [
        "profit_and_benefit, calibrated: 1 inside (0 test nothing), 0 missed, 0 cannot tell, 0 cannot move",
        "profit_and_benefit, informed: 2 inside (2 test nothing), 0 missed, 0 cannot tell, 0 cannot move",
        f"profit_and_benefit, predicted: {none}",
        "fixed_practice, calibrated: 0 inside (0 test nothing), 1 missed, 0 cannot tell, 0 cannot move",
        "fixed_practice, informed: 2 inside (2 test nothing), 0 missed, 0 cannot tell, 0 cannot move",
        f"fixed_practice, predicted: {none}",
        "profit_and_benefit: 1 figures without an interval have the other sign; "
        "1 of 7 steps from row to row go the other way",
        "fixed_practice: 0 figures without an interval have the other sign; "
        "0 of 7 steps from row to row go the other way",
        "owner_practice: 0 of theory's 15 signs are clear, and as theory has them",
    ]
    assert sum(by_hand["summary"]["profit_and_benefit"].values()) == len(evidence_rows())


def test_the_page_says_miss_where_it_misses(by_hand: dict[str, Any]) -> None:
    page = markdown(by_hand)
    line = next(line for line in page.splitlines() if line.startswith("| `E31_coordination`"))
    assert "-20.00 (-20.89 to -19.11) inside" in line
    assert "0 (0 to 0) **missed**" in line
    assert page.count("**missed**") == 1
    assert all(f"`{row.id}`" in page for row in evidence_rows())


def test_the_null_model_stands_on_top_of_every_column(by_hand: dict[str, Any]) -> None:
    tops = [line for line in markdown(by_hand).splitlines() if "**score**" in line]
    assert tops[1] == (
        "|  | **score** |  |  | 2 of 2 inside (the null model: 2; 2 of ours test nothing) "
        "| 2 of 2 inside: the null model |  |  |"
    )
    assert len(tops) == 3


def test_percent_stands_beside_dollars(by_hand: dict[str, Any]) -> None:
    [line] = [line for line in markdown(by_hand).splitlines() if line.startswith("| `B03_episode`")]
    assert "| -453.0 (-909.0 to 3.000) = -1.981 (-3.974 to 0.0131) % |" in line
    assert "| -300.0 (-300.0 to -300.0) = -2.000 (-2.000 to -2.000) % inside, tests nothing |" in line


def test_the_page_says_how_a_figure_without_interval_compares(by_hand: dict[str, Any]) -> None:
    """180,000 of 35,890 is 5.0; 160,000 of 205,418 is 0.78; published they rise by 169,528, ours fall by 20,000."""
    page = markdown(by_hand)
    assert "| 35,890 | 180,000 (in 1 of 8 replicates) no interval, 5.0 times it |" in page
    assert "| 205,418 | 160,000 (in 1 of 8 replicates) no interval, 0.78 times it |" in page
    assert "| 1.500 | -0.2000 (-0.2000 to -0.2000) no interval, other sign |" in page
    assert "| K14_surplus_0 | K14_surplus_100 | +169,528 | -20,000 the other way | – |" in page


def test_the_report_says_first_what_size_verdicts_need(by_hand: dict[str, Any]) -> None:
    lines = [line for line in markdown(by_hand).splitlines() if line]
    needed = "Verdicts need 8 replicates, and narrow intervals 200,000 people"
    assert lines[3] == f"{needed}. Here: 2,000 people, replicates: 8."
    for patients, replicates, enough in ((200_000, 8, True), (199_999, 8, False), (1_000_000, 7, False)):
        said = size_line(by_hand | {"patients": patients, "replicates": replicates})
        assert said.endswith("with fewer there is no telling.") is enough


def test_the_page_shows_each_sign_of_theory(by_hand: dict[str, Any]) -> None:
    """-1 and -3: mean -2, and two numbers are never clear: t(1) 12.7062 x sd 1.414 / sqrt(2) = 12.71."""
    page = markdown(by_hand)
    assert "| tests_per_1000 | fee_for_service | shared_savings_two_sided | falls | -2.00 (-14.71 to 10.71) " in page
    assert page.count(" unclear |") == len(SIGNS)


def test_published_figures_as_people_read_them() -> None:
    assert published(a_row(target=-14, low=-27, high=-3).model_dump()) == "-14.00 (-27.00 to -3.000)"
    assert published(a_row(sign=-1).model_dump()) == "negative"
    assert published(a_row(target=-25).model_dump()) == "-25.00"


def test_arms_live_in_one_world_and_behave_alike() -> None:
    found = arms(3, "imitation")
    assert len({scenario.world_hash for scenario in (*found.values(), luck())}) == 1
    different = {name for name, s in found.items() if s.behavior_hash != found[BASE].behavior_hash}
    assert different == {"coordination_only", SAME_LIST}
    assert set(found[BASE].behavior.levers) - set(found[SAME_LIST].behavior.levers) == {"lists"}
    assert luck().behavior.name == "fixed_practice"
    assert LUCK_ARM not in found
    assert found["coordination_only"].behavior.levers == ("coordination",)
    assert found["coordination_only"].behavior.name == "imitation"
    assert found["performance_25"].contracts[0].rule().model_dump()["at_stake"] == 0.25
    assert found["fee_cut"].payers[0].prices_in(1) == (FEE_CUT, 1.0)
    assert [(c.start, c.until, c.share) for c in found["capitation_then_half"].contracts] == [
        (1, 24, 1.0),
        (25, None, 0.5),
    ]
    assert len(arms(1, "imitation")["capitation_then_half"].contracts) == 1


def test_the_default_behavior_comes_first_and_each_once() -> None:
    assert default_first()[0] == "profit_and_benefit"
    assert set(default_first()) >= {"fixed_practice", "target_income", "imitation"}
    assert len(set(default_first())) == len(default_first())


def test_help() -> None:
    done = CliRunner().invoke(app, ["evidence", "--help"])
    assert done.exit_code == 0
    assert all(
        option in done.output for option in ("--patients", "--years", "--replicates", "--behavior", "--markdown")
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--behavior", "imitatoin"], "did you mean 'imitation'?"),
        (["--json", "nowhere/x.json"], "there is no folder"),
        (["--json", "x", "--markdown", "x"], "is read or written here already"),
        (["--markdown", "."], "is a folder"),
        (["--patients", "10"], "Invalid value"),
        (["--patients", "20000000"], "needs about 9 GB of memory and 4 may be used here"),
    ],
)
def test_wrong_input_is_one_message_before_anything_is_simulated(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "memory", lambda: 4_300_000_000)
    done = CliRunner().invoke(app, ["evidence", *arguments])
    assert done.exit_code == 2
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_progress_ends_at_its_total_and_each_replicate_has_every_behavior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins say the months that the model would: a warm-up for luck and two for each behavior's tasks."""
    from vbp_agents import warm_up
    from vbp_agents.evidence import running

    def build_world(scenario: Any, patients: int, seed: int, threads: int, progress: Any) -> SimpleNamespace:
        progress(36)
        return SimpleNamespace(patients=SimpleNamespace(nbytes=0))

    def tables(world: Any, scenario: Any, years: int, progress: Any, threads: int) -> dict[str, Any]:
        progress(12 * years)
        return {}

    monkeypatch.setattr(worlds, "shelf", worlds.Shelf(1))
    monkeypatch.setattr(warm_up, "warmed_world", build_world)
    for name, stand_in in {"run_tables": tables, "first_year": tables, "row_numbers": lambda *_: {"a": 1.0}}.items():
        monkeypatch.setattr(running, name, stand_in)
    told: list[tuple[int, int]] = []
    size = Size(patients=100, years=2, replicates=2, seed=1, threads=1)
    found = list(running.observe_rows(["imitation", "fixed_practice"], size, lambda *at: told.append(at)))
    assert found == [{"imitation": {"a": 1.0}, "fixed_practice": {"a": 1.0}}] * 2
    arms_each = len(arms(2, "imitation"))
    assert told[-1] == (told[-1][1], 2 * (36 + 24 + 2 * (2 * 36 + 12 + 24 * arms_each)))


@pytest.mark.slow
def test_a_small_run_measures_what_there_is(tmp_path: Path) -> None:
    """2,000 people for a year: ACOs are too small for shared savings, all else has numbers, none of them odd."""
    file, page = tmp_path / "found.json", tmp_path / "found.md"
    size = ["--patients", "2000", "--years", "1", "--replicates", "1", "--threads", "1"]
    files = ["--json", str(file), "--markdown", str(page)]
    done = CliRunner().invoke(app, ["evidence", *size, "--behavior", "fixed_practice", *files])
    assert done.exit_code == 0, done.output
    found = json.loads(file.read_text(), parse_constant=pytest.fail)
    ours = {row["id"]: row["ours"]["fixed_practice"]["mean"] for row in found["rows"]}
    assert ours["E01_year_1"] is None
    assert ours["F01_elasticity"] == 0.0
    assert ours["B01_institutional"] == 0.0
    assert ours["pcf_break_even"] == pytest.approx(387.96 / 75.096)
    assert ours["N16_primary_visits"] > 0
    assert all(value is None or math.isfinite(value) for value in ours.values())
    assert "fixed_practice: " in done.output
    assert page.read_text().startswith("# The evidence")

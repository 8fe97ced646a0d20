"""The evidence report: its rows are the frozen ones, its verdicts and intervals are arithmetic, and it says miss.

No test here compares a magnitude of the model with an estimate.
"""

import inspect
import json
import math
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from vbp_agents import machine
from vbp_agents.answers.evidence_report import markdown, published, size_line, summary_lines
from vbp_agents.command_line.entries import app
from vbp_agents.command_line.evidence_command import default_first
from vbp_agents.evidence.arms import BASE, FEE_CUT, LUCK_ARM, SAME_LIST, arms, luck
from vbp_agents.evidence.measures import find, percent_key
from vbp_agents.evidence.population import NETWORK_TARGETS, TARGETS
from vbp_agents.evidence.report import document
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows, split_hash
from vbp_agents.evidence.scores import nothing_tested, scores_by_role
from vbp_agents.evidence.series import SERIES
from vbp_agents.evidence.signs import SIGNS
from vbp_agents.evidence.verdict import against, verdict
from vbp_agents.metrics.intervals import Interval, interval
from vbp_agents.study import worlds
from vbp_agents.study.size import Size

FROZEN = "309f150d7193ae65dac8a124438c03ab6613ca541bdcfabefe7955b6b3d38e34"
"""The split as docs/frozen.md froze it. It changes only with a line in the changelog that says why."""
OF_SECTION_9 = {
    "calibrated": "N11 Mcomp N13 N14 N15 N16 N20 N17 N01 F08 E31 E32 Mexit Mvc Mac1 Mq",
    "informed": "K11 W01 W02 W10 W03 E02 E03 E04 E05 E06 E09 E10 E11 E12 E20 E22 K04 K05 E26 E27 B03 B04 F05 "
    "M2024s M2024p M2024c K10 Mhcc",
    "predicted": "B01 E01 E07 E08 E23 E24 E38 Mexit2 M2024n",
    "illustrated": "B18 B13 K14",
}
"""The ids that the specification names, by role."""
WITHOUT_ID = ("pcf_break_even", "aw_admissions", "aw_payer", "luck_small")
"""Its rows without an id: Primary Care First's arithmetic, two directions, and the chance of earning by size."""


def a_row(**fields: Any) -> EvidenceRow:
    """A row made by hand."""
    words = {"title": "A row", "unit": "$", "evidence": [], "source": "made up", "seen": "derived", "how": "by hand"}
    return EvidenceRow.model_validate({"id": "a", "role": "predicted"} | words | fields)


def test_the_split_is_the_frozen_one() -> None:
    assert split_hash() == FROZEN


@pytest.mark.parametrize("role", OF_SECTION_9)
def test_every_row_of_the_specification_is_there_in_its_role(role: str) -> None:
    known = {id for row in evidence_rows() if row.role == role for id in row.evidence}
    assert set(OF_SECTION_9[role].split()) <= known


def test_rows_have_one_id_each_and_the_ones_without_evidence_are_there() -> None:
    ids = [row.id for row in evidence_rows()]
    assert len(set(ids)) == len(ids)
    assert set(WITHOUT_ID) <= set(ids)


def test_population_rows_are_those_of_the_population_table() -> None:
    """Each stands once; what is hard lies within 5% of its figure, or so many points: 5% of 13,166 is 658.3."""
    table = {target.measure: target for target in (*TARGETS, *NETWORK_TARGETS)}
    own = {row.given["name"]: row for row in evidence_rows() if row.measure == "population.of_year"}
    assert own.keys() == {name for name, target in table.items() if target.value is not None}
    for name, target in table.items():
        if target.hard:
            assert isinstance(target.row, EvidenceRow)
            assert target.row.target is not None
            points = {"readmissions": 1.0}.get(name, 2.0) if target.points else 0.05 * target.row.target
            assert (target.row.low, target.row.high) == pytest.approx(
                (target.row.target - points, target.row.target + points), rel=1e-5
            )
    spending = table["spending_truncated"]
    assert spending.is_met(13_166 - 658)
    assert not spending.is_met(13_166 - 659)
    assert spending.miss(13_166 * 1.1) == pytest.approx(0.1)


@pytest.mark.parametrize("row", [row for row in evidence_rows() if row.measure], ids=lambda row: row.id)
def test_what_a_row_is_measured_by_takes_what_it_is_given(row: EvidenceRow) -> None:
    """A misspelt argument, run or size would be found by the long runs alone."""
    for measure in filter(None, (row.measure, row.in_percent)):
        inspect.signature(find(measure)).bind(None, **row.given)
    assert row.given.get("arm", BASE) in {*arms(3, "imitation"), LUCK_ARM}
    assert row.given.get("year", "all") in {"all", "last", 1, 2, 3}


def test_sources_give_no_internal_addresses() -> None:
    assert not [row.id for row in evidence_rows() if re.search(r"public GitHub|shared/", row.source + row.how)]


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((8, -20.0, -26.0, -14.0), "inside"),
        ((8, -15.0, -27.0, -3.0), "inside"),
        ((8, -20.0, -30.0, -10.0), "cannot tell"),
        ((8, -15.0, -40.0, 10.0), "cannot tell"),
        ((8, -30.0, -33.0, -27.0), "cannot tell"),
        ((8, -30.0, -32.0, -28.0), "missed"),
        ((8, 5.0, 1.0, 9.0), "missed"),
        ((7, -20.0, -26.0, -14.0), "cannot tell"),
        ((7, 5.0, 1.0, 9.0), "cannot tell"),
        ((1, -20.0, None, None), "cannot tell"),
        ((0, None, None, None), "no interval"),
    ],
)
def test_our_interval_must_lie_in_the_published_one(ours: tuple[Any, ...], said: str) -> None:
    """Published: -14 (-27 to -3); both ends count as inside. Seven replicates are too few."""
    assert verdict(a_row(target=-14, low=-27, high=-3), Interval(*ours), "mine") == said


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((8, -5.0, -9.0, -1.0), "inside"),
        ((8, -5.0, -11.0, 1.0), "cannot tell"),
        ((8, -5.0, -10.0, 0.0), "cannot tell"),
        ((8, 5.0, 1.0, 9.0), "missed"),
        ((8, 5.0, 0.0, 10.0), "missed"),
        ((8, 0.0, 0.0, 0.0), "missed"),
        ((7, -5.0, -9.0, -1.0), "cannot tell"),
        ((0, None, None, None), "no interval"),
    ],
)
def test_a_direction_is_met_where_our_interval_leaves_zero_out(ours: tuple[Any, ...], said: str) -> None:
    assert verdict(a_row(sign=-1), Interval(*ours), "mine") == said


def test_a_null_that_nothing_leads_away_from_is_no_hit() -> None:
    """Published: 0 (-14 to 14). What no replicate moved at all is none but where nobody may move anything."""
    row, held = a_row(target=0, low=-14, high=14), a_row(target=0, low=-14, high=14, cannot_move="by arithmetic")
    still, moved, away = Interval(8, 0.0, 0.0, 0.0), Interval(8, 1.0, 0.5, 1.5), Interval(8, 20.0, 19.0, 21.0)
    assert [verdict(row, still, name) for name in ("mine", "fixed_practice")] == ["cannot move", "inside"]
    assert verdict(row, moved, "mine") == "inside"
    assert [verdict(held, one, "mine") for one in (moved, still, away)] == ["cannot move", "cannot move", "missed"]


def test_dollars_of_another_year_are_judged_in_percent_of_each_base() -> None:
    """-146 (-274 to -18) of 10,000 is -1.46% (-2.74 to -0.18): -2% of ours is inside, whatever dollars that is."""
    row = a_row(target=-146, low=-274, high=-18, base=10_000, base_source="made up", in_percent="savings.x")
    assert row.ends == pytest.approx((-2.74, -0.18))
    assert row.of_base(-146) == pytest.approx(-1.46)
    assert verdict(row, Interval(8, -2.0, -2.5, -1.5), "mine") == "inside"
    assert verdict(row, Interval(8, -0.1, -0.15, -0.05), "mine") == "missed"


def test_what_both_models_hit_tests_nothing() -> None:
    verdicts = {"mine": "inside", "other": "missed", "fixed_practice": "inside"}
    assert nothing_tested(verdicts) == {"mine": True, "other": False, "fixed_practice": True}
    assert nothing_tested(verdicts | {"fixed_practice": "cannot tell"})["mine"] is False
    assert nothing_tested({"mine": "inside"}) == {"mine": None}


def test_dollar_rows_have_a_base_or_say_why_not() -> None:
    """Effects in dollars of published studies; what is a level of the model's own population has no base."""
    for row in evidence_rows():
        effect = row.measure not in ("", "population.of_year") and row.role != "illustrated"
        if "$" in row.unit and effect and any(id[0] in "EKB" for id in row.evidence):
            assert row.base or re.match(r"(unknown|none): ", row.base_source), row.id


def test_the_pooled_row_is_the_random_effects_mean_of_its_four_cohort_years() -> None:
    """By DerSimonian and Laird, step by step: se = width / 3.92; Q about the fixed mean; tau^2; weights anew.

    1/se^2: .000234, .000214, .000362, .000384 (x 1e0); fixed mean -99.6; Q 10.07 on 3 degrees; tau^2 8,064 (sd 90).
    """
    known = {row.id: row for row in evidence_rows()}
    parts = [known[id] for id in ("E01_year_1", "E02_year_2", "E07_year_1", "E08_year_2")]
    variances = [((part.high - part.low) / 3.92) ** 2 for part in parts if part.low is not None and part.high]
    means = [part.target or 0.0 for part in parts]
    precise = [1 / one for one in variances]
    fixed = sum(w * y for w, y in zip(precise, means, strict=True)) / sum(precise)
    q = sum(w * (y - fixed) ** 2 for w, y in zip(precise, means, strict=True))
    assert q == pytest.approx(10.07, abs=0.01)
    between = (q - 3) / (sum(precise) - sum(w * w for w in precise) / sum(precise))
    assert between == pytest.approx(8_064, abs=1)
    weights = [1 / (one + between) for one in variances]
    mean = sum(w * y for w, y in zip(weights, means, strict=True)) / sum(weights)
    reach = 1.96 / math.sqrt(sum(weights))
    pooled = known["mssp_pooled"]
    assert (pooled.target, pooled.low, pooled.high) == pytest.approx((mean, mean - reach, mean + reach), abs=0.05)
    assert pooled.given["first"] == pytest.approx((weights[0] + weights[2]) / sum(weights), abs=5e-4)


def test_rows_beside_another_are_of_its_evidence_and_count_nowhere() -> None:
    known = {row.id: row for row in evidence_rows()}
    beside = {row.id for row in known.values() if row.part_of}
    assert {row.part_of for row in known.values() if row.part_of} == {"mssp_pooled"}
    assert set(known["mssp_pooled"].evidence) <= {id for name in beside for id in known[name].evidence}
    one = {"verdict": "inside", "tests_nothing": True}
    rows = [{"role": "predicted", "part_of": part, "ours": {"mine": one}} for part in ("", "mssp_pooled")]
    assert scores_by_role(rows, ["mine"])["mine"]["predicted"] == {
        "inside": 1,
        "missed": 0,
        "cannot tell": 0,
        "cannot move": 0,
        "no interval": 0,
        "tests nothing": 1,
    }


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ((5, -25.0, -26.0, -24.0), "1.0 times it"),
        ((5, -5.0, -6.0, -4.0), "0.2 times it"),
        ((5, -3_000.0, -3_100.0, -2_900.0), "120.0 times it"),
        ((5, 0.0, 0.0, 0.0), "0 times it"),
        ((5, 5.0, 4.0, 6.0), "other sign"),
        ((5, 5.0, -1.0, 11.0), "other sign, unclear"),
        ((1, 5.0, None, None), "other sign, unclear"),
        ((0, None, None, None), ""),
    ],
)
def test_a_figure_without_interval_has_no_verdict_but_is_compared(ours: tuple[Any, ...], said: str) -> None:
    """Published: -25."""
    row = a_row(target=-25)
    assert (verdict(row, Interval(*ours), "mine"), against(row, Interval(*ours))) == ("no interval", said)


def test_only_a_figure_without_interval_is_compared() -> None:
    ours = Interval(5, 5.0, 4.0, 6.0)
    others = (a_row(target=-14, low=-27, high=-3), a_row(sign=-1), a_row(), a_row(target=0))
    assert [against(row, ours) for row in others] == [""] * 4


def test_steps_are_between_rows_of_one_unit_with_figures_and_without_intervals() -> None:
    known = {row.id: row for row in evidence_rows()}
    for first, second in ((known[one], known[other]) for one, other in SERIES):
        assert first.unit == second.unit
        assert {type(row.target) for row in (first, second)} == {float}
        assert (first.low, second.low) == (None, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"target": 1, "low": 0},
        {"target": 1, "low": 2, "high": 3},
        {"low": 2, "high": 3},
        {"target": 1, "low": 0, "high": 3, "sign": 1},
        {"role": "illustrated", "sign": 1},
        {"constrains": ["behavior.speed"]},
        {"target": 1, "base": 100.0, "base_source": "made up"},
        {"target": 1, "base": 100.0, "in_percent": "savings.spending_percent"},
        {"target": 1, "in_percent": "savings.spending_percent", "base_source": "made up"},
    ],
)
def test_rows_that_cannot_be_judged_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a: "):
        a_row(**fields)


def test_interval_arithmetic() -> None:
    """1, 2, 3: mean 2, sd 1, t(2) 4.302653, so 2 -+ 4.302653 / sqrt(3) = 2.484138."""
    found = interval([1.0, None, 2.0, 3.0])
    assert (found.n, found.mean) == (3, 2.0)
    assert found.high == pytest.approx(2 + 2.4841377, abs=1e-6)


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

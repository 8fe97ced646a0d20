"""The rows of the evidence: the split is the frozen one, and each row can be judged by what it gives."""

import inspect
import math
import re
from typing import Any

import pytest
from made_rows import a_row

from vbp_agents.evidence.arms import BASE, LUCK_ARM, arms
from vbp_agents.evidence.measures import find
from vbp_agents.evidence.population import NETWORK_TARGETS, TARGETS
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows, split_hash
from vbp_agents.evidence.scores import scores_by_role
from vbp_agents.evidence.series import SERIES

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

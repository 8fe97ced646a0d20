"""Measurements of the evidence on tables made by hand: expected values by hand, from the definitions."""

import math
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest

from vbp_agents.evidence.arms import BASE, LUCK_ARM, arms
from vbp_agents.evidence.lived import EvidenceRuns
from vbp_agents.evidence.measures import (
    bundles,
    capitation,
    coordination,
    fees,
    measured_row,
    participation,
    reported,
    savings,
)
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows
from vbp_agents.tables import TABLES

ARM = "mssp_track1_same_list"


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """A declared table; columns that a row leaves out are 0, or empty."""
    empty = {name: "" if column.dtype == "string" else 0 for name, column in TABLES[table].columns.items()}
    return TABLES[table].frame([empty | row for row in rows])


def tables(**given: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """A run's tables, empty where nothing is given."""
    return {name: frame(name, *given.get(name, [])) for name in TABLES}


def contract(name: str, year: int, **more: Any) -> dict[str, Any]:
    kind = name.rsplit("_", 1)[0]
    return {"payer": "medicare", "contract": name, "kind": kind, "year": year} | more


A, B = "physician_led_1", "hospital_led_1"
MONTHS = [{"month": 1, "payer": "medicare", "contract": c, "kind": c[:-2], "value_based": True} for c in (A, B)]


def spent(a: float, b: float, **risk: float) -> dict[str, list[dict[str, Any]]]:
    """Two ACOs of 1,000 people each in one year; what they spend and what of it in nursing facilities (a tenth)."""
    return {
        "contracts": [contract(c, 1, member_months=12_000, baseline_coded_risk=12_000, **risk) for c in (A, B)],
        "services": [
            contract(c, 1, service=service, count=1_000, dollars=share * 1_000 * dollars)
            for c, dollars in ((A, a), (B, b))
            for service, share in (("admission", 0.9), ("post_acute", 0.1))
        ],
    }


@pytest.fixture(name="two_acos")
def _two_acos() -> EvidenceRuns:
    """Physician-led 10,000 to 9,800 dollars a person-year, hospital-led 12,000 to 11,900."""
    return EvidenceRuns({BASE: tables(**spent(10_000, 12_000)), ARM: tables(months=MONTHS, **spent(9_800, 11_900))}, {})


def test_effects_are_differences_per_person_year(two_acos: EvidenceRuns) -> None:
    assert savings.spending_change(two_acos, 1) == pytest.approx(-150)
    assert savings.spending_change(two_acos, 1, "physician_led") == pytest.approx(-200)
    assert savings.physician_less_hospital(two_acos) == pytest.approx(-100)
    assert savings.post_acute_change(two_acos, 1) == pytest.approx(-15)
    assert savings.post_acute_share(two_acos, 1) == pytest.approx(10)
    assert savings.spending_change(two_acos, 2) is None


def test_effects_in_percent_are_of_what_the_same_members_spend_on_fees(two_acos: EvidenceRuns) -> None:
    """Both: 11,000 to 10,850, -1.3636%. Physician-led: -2%. A tenth of it is nursing: the same percent."""
    assert savings.spending_percent(two_acos, 1) == pytest.approx(-100 * 150 / 11_000)
    assert savings.spending_percent(two_acos, 1, "physician_led") == pytest.approx(-2)
    assert savings.post_acute_percent(two_acos, 1) == pytest.approx(-100 * 150 / 11_000)
    assert savings.percent_by_start(two_acos, 1, above=True) == pytest.approx(-100 * 100 / 12_000)
    assert savings.percent_by_start(two_acos, 2, above=True) is None
    assert savings.spending_percent(two_acos, 2) is None


def test_the_pooled_effect_weighs_the_first_two_years() -> None:
    """-150 dollars in year 1, -450 in year 2: 0.6 x -150 + 0.4 x -450 = -270; and nothing without a second year."""
    fees = {name: rows + [row | {"year": 2} for row in rows] for name, rows in spent(10_000, 12_000).items()}
    first, second = spent(9_800, 11_900), spent(9_500, 11_600)
    paid = {name: first[name] + [row | {"year": 2} for row in second[name]] for name in first}
    lived = EvidenceRuns({BASE: tables(**fees), ARM: tables(months=MONTHS, **paid)}, {})
    assert savings.pooled_change(lived, 0.6) == pytest.approx(-270)
    assert savings.pooled_percent(lived, 0.6) == pytest.approx(-100 * 270 / 11_000)
    once = EvidenceRuns({BASE: tables(**spent(10_000, 12_000)), ARM: tables(months=MONTHS, **first)}, {})
    assert savings.pooled_change(once, 0.6) is None


def test_acos_above_and_below_their_region(two_acos: EvidenceRuns) -> None:
    """Equal risk, so that 12,000 is above and 10,000 below the mean of 11,000."""
    assert savings.change_by_start(two_acos, 1, above=True) == pytest.approx(-100)
    assert savings.change_by_start(two_acos, 1, above=False) == pytest.approx(-200)


def test_other_patients_are_worth_their_risk() -> None:
    """Risk 1 to 1.01 at 11,000 dollars for risk 1: 110 dollars."""
    more = spent(10_000, 12_000, unpriced_attached=120)
    lived = EvidenceRuns({BASE: tables(**spent(10_000, 12_000)), "mssp_track1": tables(months=MONTHS, **more)}, {})
    assert savings.patients_change(lived) == pytest.approx(110)


def test_settlements_count_in_what_is_paid(two_acos: EvidenceRuns) -> None:
    """Spending 10,850 instead of 11,000, and 95 dollars a head paid: -0.5%."""
    arm = dict(two_acos.runs[ARM])
    paid = {"year": 1, "payer": "medicare", "contract": A, "line": "settlement", "amount": 190_000.0}
    arm["settlements"] = frame("settlements", paid)
    assert savings.net_change(EvidenceRuns({BASE: two_acos.runs[BASE], ARM: arm}, {}), 1) == pytest.approx(-0.5)


def settled(name: str, year: int, rate: float, paid: float) -> list[dict[str, Any]]:
    """A contract-year of $10 million: its savings rate, and what it is paid."""
    lines = {"savings": rate * 1e7, "savings_rate": rate, "settlement": paid, "quality": 80.0, "trend": 1.0}
    lines |= {"risk_ratio": 1.0, "regional_adjustment": 5.0}
    where = {"year": year, "payer": "medicare", "contract": name, "regime": "shared_savings"}
    return [where | {"line": line, "amount": amount} for line, amount in lines.items()]


@pytest.fixture(name="reports")
def _reports() -> EvidenceRuns:
    """Three ACOs of 1,000 people, savings rates in percent: 1 and 3, -2 and 0, 5 and 9; the third is paid."""
    rates = {A: (1, 3), B: (-2, 0), "independents_1": (5, 9)}
    lines = [
        line
        for name, both in rates.items()
        for year, rate in enumerate(both, 1)
        for line in settled(name, year, rate / 100, 240_000.0 if rate >= 5 else 0.0)
    ]
    people = [contract(name, year, member_months=12_000) for name in rates for year in (1, 2)]
    run = tables(settlements=lines, contracts=people)
    return EvidenceRuns({BASE: run, ARM: run}, {})


def test_reported_savings(reports: EvidenceRuns) -> None:
    assert reported.savings_rate(reports, ARM, 1) == pytest.approx(4 / 3)
    assert reported.savings_rate(reports, ARM, "last") == pytest.approx(4)
    assert reported.share_earning(reports, ARM) == pytest.approx(100 / 3)
    assert reported.share_earning(reports, ARM, "all", 1_001, 9_999) is None
    assert reported.share_under(reports, ARM, "last") == pytest.approx(200 / 3)
    assert reported.share_unpaid(reports, ARM, "last") == pytest.approx(100 / 3)
    assert reported.paid(reports, ARM) == pytest.approx(80)
    # 16% of $10 million in all, less $480,000, over 6,000 person-years
    assert reported.net(reports, ARM) == pytest.approx((1.6e6 - 480_000) / 6_000)
    # 5 dollars x 36,000 months against 12% of $10 million
    assert reported.regional_share(reports, ARM) == pytest.approx(100 * 180_000 / 1.2e6)
    assert reported.contracts(reports, ARM) == 3
    assert reported.quality_mean(reports, ARM) == 80


def test_reported_savings_from_year_to_year(reports: EvidenceRuns) -> None:
    """Changes of 2, 2 and 4: mean 8/3; sd of changes sqrt(4/3). Means 2, -1, 7; within-variances 2, 2 and 8."""
    assert reported.slope(reports, ARM) == pytest.approx(8 / 3)
    assert reported.noise(reports, ARM, 0, 8_000) == pytest.approx((4 / 3) ** 0.5 / 2**0.5)
    assert reported.spread_within(reports, ARM) == pytest.approx(4**0.5)
    # variance of 2, -1, 7 is 49/3; less 4/2
    assert reported.spread_between(reports, ARM) == pytest.approx((49 / 3 - 2) ** 0.5)
    # deviations (-1/3, -10/3, 11/3) and (-1, -4, 5): 32 / sqrt(74/3 x 42)
    assert reported.correlation(reports, ARM) == pytest.approx(32 / (74 / 3 * 42) ** 0.5)


def test_exits_by_what_the_year_brought(reports: EvidenceRuns) -> None:
    """Three are in the program in year 1; the loser at -2.5% leaves."""
    people = [contract(name, 1, program="voluntary", member_months=12_000) for name in (A, B, "independents_1")]
    people += [contract(name, 2, program="voluntary", member_months=12_000) for name in (A, "independents_1")]
    lines = [*settled(A, 1, 0.01, 0), *settled(B, 1, -0.025, 0), *settled("independents_1", 1, 0.09, 0)]
    lived = EvidenceRuns({BASE: reports.runs[BASE], participation.ARM: tables(contracts=people, settlements=lines)}, {})
    assert participation.exits(lived) == pytest.approx(100 / 3)
    assert participation.exits_by_rate(lived, above=-100, below=-2) == 100
    assert participation.exits_by_rate(lived, above=8, below=100) == 0
    assert participation.exits_by_rate(lived, above=2, below=4) is None
    assert participation.losers_less_others(lived) == 100


def hospital(name: str, program: str, institutional: int, dollars: float, **more: Any) -> dict[str, Any]:
    found = {"hospital": name, "program": program, "joint_institutional": institutional, "joint_dollars": dollars}
    return {"year": 1, "payer": "medicare", "joint_episodes": 90, "fracture_episodes": 10} | found | more


def test_bundles_are_treated_less_controls_each_against_no_bundle() -> None:
    """Treated 30 to 27 of 100, controls 34 to 33: -3 - (-1) = -2 points; dollars -500 - (-100) = -400 an episode."""
    before = [hospital("hospital_1", "", 30, 2_200_000), hospital("hospital_2", "", 34, 2_300_000)]
    after = [
        hospital("hospital_1", "treated", 27, 2_150_000, declined_cases=10),
        hospital("hospital_2", "control", 33, 2_290_000),
    ]
    paid = {"year": 1, "payer": "medicare", "contract": "hospital_1", "line": "settlement", "amount": 45_000.0}
    year = [contract(A, 1)]
    runs = {
        BASE: tables(hospitals=before, contracts=year),
        bundles.ARM: tables(hospitals=after, settlements=[paid], contracts=year),
    }
    lived = EvidenceRuns(runs, {})
    assert bundles.institutional_change(lived, 1) == pytest.approx(-2)
    assert bundles.episode_change(lived, 1) == pytest.approx(-400)
    assert bundles.net_change(lived, 1) == pytest.approx(50)
    assert bundles.declined_share(lived) == pytest.approx(10)
    assert bundles.operations_change(lived) == pytest.approx(0)
    assert bundles.institutional_change(lived, 2) is None


def test_fee_elasticity_and_offset() -> None:
    """100 visits of $100; at $90 there are 105. 200 tests of $100, at $95 as many. Volume 30,500 instead of 30,000.

    The price index of what is given after the cut is (105 x 90 + 200 x 95) / 30,500.
    """
    where = {"payer": "medicare", "contract": A, "year": 1}

    def services(visits: int, visit: float, test: float) -> list[dict[str, Any]]:
        return [
            where | {"service": "primary", "count": visits, "dollars": visits * visit},
            where | {"service": "test", "count": 200, "dollars": 200 * test},
        ]

    year = [contract(A, 1)]
    runs = {
        BASE: tables(services=services(100, 100.0, 100.0), contracts=year),
        fees.CUT: tables(services=services(105, 90.0, 95.0), contracts=year),
    }
    lived, index = EvidenceRuns(runs, {}), (105 * 90 + 200 * 95) / 30_500
    assert fees.volume_change(lived, 1) == pytest.approx(100 * 500 / 30_000)
    assert fees.offset(lived) == pytest.approx(100 * index * 500 / ((1 - index) * 30_000))
    assert fees.elasticity(lived) == pytest.approx(math.log(30_500 / 30_000) / math.log(index))


def test_surplus_is_per_full_time_physician() -> None:
    """12,000 dollars of margin over the 20,208 months that 1,684 people live in a year: one physician's."""
    own = {"year": 1, "kind": "independent_practice", "attached_months": 20_208, "fees": 20_000.0}
    run = tables(organizations=[own | {"variable_cost": 8_000.0}], contracts=[contract(A, 1)])
    assert capitation.surplus(EvidenceRuns({BASE: run}, {}), 0) == pytest.approx(12_000)


def test_coordination_counts_its_cost() -> None:
    """Spending down by 120 a year, 10 a month; effort up from 1 to 4 dollars an attached month."""

    def run(dollars: float, effort: float) -> dict[str, pd.DataFrame]:
        own = {"year": 1, "contract": A, "attached_months": 1_000, "care_management": 1_000 * effort}
        return tables(
            months=MONTHS[:1],
            contracts=[contract(A, 1, member_months=12_000)],
            services=[contract(A, 1, service="test", dollars=1_000 * dollars)],
            organizations=[own],
        )

    lived = EvidenceRuns({BASE: run(1_000, 1), coordination.ARM: run(880, 4)}, {})
    assert coordination.spending_change(lived) == pytest.approx(-10)
    assert coordination.net_change(lived) == pytest.approx(-7)


OF_NOTHING = {"M2024_acos": 0.0, "pcf_break_even": 387.96 / 75.096, "pcf_break_even_ours": 387.96 / 45.0}
"""ACOs are counted, and two rows follow from terms alone: at fees of $135.096 and of $105 a visit, $60 of them paid."""


@pytest.mark.parametrize("row", evidence_rows(), ids=lambda row: row.id)
def test_where_nobody_lived_a_row_has_no_number_and_nothing_stops(row: EvidenceRow) -> None:
    nobody = tables(contracts=[contract(A, 1)])
    lived = EvidenceRuns(dict.fromkeys((*arms(1, "imitation"), LUCK_ARM), nobody), defaultdict(lambda: math.nan))
    assert measured_row(row, lived) == OF_NOTHING.get(row.id)


def test_a_rate_that_never_changes_correlates_with_nothing() -> None:
    """Four contracts at 1% for two years: 0/0, of which nothing is warned."""
    names = [f"physician_led_{number}" for number in range(1, 5)]
    lines = [contract(c, year, line="savings_rate", amount=0.01) for c in names for year in (1, 2)]
    settled = [{k: v for k, v in line.items() if k != "kind"} for line in lines]
    people = [contract(c, year, member_months=12) for c in names for year in (1, 2)]
    run = tables(settlements=settled, contracts=people)
    assert reported.correlation(EvidenceRuns({BASE: run, ARM: run}, {}), ARM) is None

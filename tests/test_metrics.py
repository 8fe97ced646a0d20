"""Every metric on tables made by hand; each expected value is worked out in the comment beside it."""

import math
from typing import Any

import numpy as np
import pytest

from vbp_agents.errors import WrongInput
from vbp_agents.metrics import METRICS, measure
from vbp_agents.metrics.base import Frames, sums_by
from vbp_agents.tables import TABLES

Rows = list[dict[str, Any]]
ACO = {"payer": "medicare", "contract": "physician_led_1", "kind": "physician_led"}
REST = {"payer": "medicare", "contract": "unattached", "kind": "unattached"}
COUNTED = {
    "primary": (600, 150),
    "specialist": (300, 210),
    "test": (200, 50),
    "procedure": (20, 25),
    "ed": (40, 20),
    "admission": (20, 5),
    "post_acute": (3, 1),
    "other": (90, 10),
}
"""Services billed for the two rows below."""


LEVERS = {
    "coordination": (0.2, -0.1),
    "measured_tasks": (0.4, 0.0),
    "documentation": (0.04, 0.08),
    "completeness": (0.08, 0.0),
}
"""How far the two organizations below are from baseline."""


def tables(**rows: Rows) -> Frames:
    """Tables with these rows; columns that a row leaves out are 0 (or no name)."""
    empty = {name: {c: "" if d == "string" else 0 for c, d in t.dtypes().items()} for name, t in TABLES.items()}
    return {
        name: table.frame([{c: [value] for c, value in (empty[name] | row).items()} for row in rows.get(name, [])])
        for name, table in TABLES.items()
    }


def a_year() -> dict[str, Rows]:
    """One year of 100 people (1,200 person-months): 80 under an ACO's contract, 20 attributed to none."""
    in_aco: dict[str, Any] = {"member_months": 960, "deaths": 3, "avoidable_admissions": 2, "duplicate_tests": 15}
    in_aco |= {"referrals": 150, "referrals_inside": 60, "live_discharges": 20, "followed_up": 8, "readmitted": 3}
    in_aco |= {"regular_visitors": 50, "continuity_clinicians": 10.0, "usual_provider": 22.0}
    in_aco |= {"continuity_practices": 20.0, "control": 480.0}
    in_aco |= {"unattached_months": 0, "unpriced_attached": -48.0, "coded_risk": 990.0, "baseline_coded_risk": 900.0}
    in_rest: dict[str, Any] = {"member_months": 240, "deaths": 2, "avoidable_admissions": 1, "duplicate_tests": 5}
    in_rest |= {"referrals": 50, "referrals_inside": 0, "live_discharges": 5, "followed_up": 2, "readmitted": 1}
    in_rest |= {"regular_visitors": 10, "continuity_clinicians": 2.0, "usual_provider": 5.0}
    in_rest |= {"continuity_practices": 4.0, "control": 108.0}
    in_rest |= {"unattached_months": 120, "unpriced_attached": 6.0, "unpriced_unattached": 36.0}
    in_rest |= {"coded_risk": 300.0, "baseline_coded_risk": 300.0}
    return {
        "contracts": [{"year": 1} | ACO | in_aco, {"year": 1} | REST | in_rest],
        "services": [
            {"year": 1, "service": service, "side": "outside", "count": count, "dollars": 400.0 * count} | row
            for service, counts in COUNTED.items()
            for row, count in zip((ACO, REST), counts, strict=True)
        ],
        "months": [
            {"month": 1, "value_based": True, "payer_outlay": 700_000.0, "patient_outlay": 100_000.0} | ACO,
            {"month": 1, "value_based": False, "payer_outlay": 150_000.0, "patient_outlay": 40_000.0} | REST,
        ],
        "decisions": [
            {"year": 1, "decision": "test", "given": 300, "harmful": 60, "low_value": 30, "underuse": 4},
            {"year": 1, "decision": "primary", "given": 700, "harmful": 40, "low_value": 20, "underuse": 5},
        ],
        "organizations": [
            {"year": 1, "kind": "physician_group", "contract": "physician_led_1", "attached_months": 900}
            | {"fees": 600_000.0, "beyond_fees": 20_000.0, "settlements": 10_000.0}
            | {"standard_dollars": 580_000.0}
            | {"variable_cost": 300_000.0, "fixed_cost": 200_000.0, "care_management": 5_000.0},
            {"year": 1, "organization": 1, "kind": "hospital_system", "contract": "unattached", "attached_months": 300}
            | {"fees": 370_000.0, "standard_dollars": 400_000.0}
            | {"variable_cost": 150_000.0, "fixed_cost": 194_000.0, "care_management": 1_000.0},
        ],
        "levers": [
            {"year": 1, "organization": organization, "lever": lever, "value": value}
            for lever, values in LEVERS.items()
            for organization, value in enumerate(values)
        ],
        "hospitals": [
            {"year": 1, "payer": "medicare", "hospital": "hospital_1", "declined_cases": 2},
            {"year": 1, "payer": "medicare", "hospital": "hospital_2", "declined_cases": 1},
        ],
        "settlements": a_settlement("physician_led_1", 10_000.0) + a_settlement("hospital_led_1", 0.0),
        "practices": [
            {"year": 1, "practice": 0, "member_months": 810, "unpriced_risk": -81.0, "first_unpriced_risk": -162.0},
            {"year": 1, "practice": 1, "organization": 1, "member_months": 270}
            | {"unpriced_risk": 27.0, "first_unpriced_risk": 54.0},
        ],
        "groups": [
            group("deprivation_quintile", 1, at_start=20, qalys=16.0, experience=18_000.0, attempts=4, refusals=1)
            | {"unattached_months": 10, "kept": 4},
            group("deprivation_quintile", 3, at_start=60, qalys=45.0, experience=53_000.0, attempts=10, refusals=0)
            | {"person_months": 720, "kept": 10, "first_unpriced_risk": -60.0},
            group("deprivation_quintile", 5, at_start=20, qalys=14.0, experience=16_800.0, attempts=6, refusals=3)
            | {"unattached_months": 40, "kept": 6},
            group("true_risk_decile", 1, experience=18_000.0),
            group("true_risk_decile", 9, unattached_months=60, experience=16_800.0),
            group("true_risk_decile", 10, person_months=120, unattached_months=30, experience=7_800.0),
            group("unpriced_risk_decile", 1, attempts=10, refusals=1, marginal=50, marginal_given=40) | {"kept": 10},
            group("unpriced_risk_decile", 10, attempts=12, refusals=4, marginal=200, marginal_given=90) | {"kept": 8},
        ],
    }


def group(grouping: str, number: int, **values: float) -> dict[str, Any]:
    return {"year": 1, "grouping": grouping, "group": number, "person_months": 240} | values


def a_settlement(contract: str, dollars: float) -> Rows:
    where = {"year": 1, "payer": "medicare", "contract": contract, "regime": "shared_savings"}
    lines = {"benchmark": 500_000.0, "minimum_savings_rate": 0.039, "settlement": dollars}
    return [where | {"line": line, "amount": amount} for line, amount in lines.items()]


EXPECTED: dict[str, float | None] = {
    # 750, 510, 250, 45, 60, 25 and 4 services in 100 person-years
    "primary_visits_per_1000": 7500,
    "specialist_visits_per_1000": 5100,
    "tests_per_1000": 2500,
    "procedures_per_1000": 450,
    "ed_visits_per_1000": 600,
    "admissions_per_1000": 250,
    "post_acute_stays_per_1000": 40,
    "underuse_per_1000": 90,  # 9 in 100 person-years
    "harmful_share": 0.1,  # 100 of 1,000
    "low_value_share": 0.05,  # 50 of 1,000
    "continuity_of_care": 0.2,  # 12 over 60 people
    "usual_provider_share": 0.45,  # 27 over 60 people
    "follow_up_7_day_share": 0.4,  # 10 of 25
    "readmission_share": 0.16,  # 4 of 25
    "duplicate_test_share": 0.08,  # 20 of 250
    "in_network_share": 0.3,  # 60 of 200
    "unpriced_risk_gap": 0.3 + 42 / 1080,  # 36 / 120 without a practice, (-48 + 6) / 1,080 with one
    # panels at -0.1 (three quarters of months) and +0.1: mean -0.05, variance 0.75 x 0.05^2 + 0.25 x 0.15^2 = 0.0075
    "unpriced_risk_sorting": 0.0075**0.5,
    "refused_per_100": 4,  # 4 in 100 person-years
    "months_unattached": 0.5,  # 50 months in 100 person-years
    "unpriced_risk_mix": -0.15,  # -162 / 810 in the ACO's practice, -60 / 1,200 of everybody
    "refusal_share": 0.1,  # 4 of 20 who asked and 20 who were kept
    "refusal_odds_ratio": (4.5 / 16.5) / (1.5 / 19.5),  # 4 of 20 against 1 of 20, a half added per cell
    "months_unattached_top_decile": 3,  # 30 months in 10 person-years
    "experience": 73 + 1 / 6,  # (18,000 + 53,000 + 16,800) points over 240 + 720 + 240 months
    "qalys_per_1000": 750,  # 75 by the 100 alive at the start, in 1 year
    "mortality": 50,  # 5 in 100 person-years
    "avoidable_admissions_per_1000": 30,  # 3 in 100 person-years
    "cost_per_capita": 9860,  # 980,000 + 6,000 over 100 person-years
    "payer_outlay_per_capita": 10_000,  # 850,000 + 140,000 + 10,000 over 100 person-years
    "provider_margin": 0.15,  # revenue 1,000,000, costs 450,000 + 394,000 + 6,000
    "savings_earned_share": 0.5,  # one of two
    "coding_wedge": 0.1,  # 990 / 900, the ACO's people alone
    "equity_gap_experience": 5,  # 18,000 / 240 = 75 against 16,800 / 240 = 70
    "equity_gap_qalys": 100,  # 16 / 20 against 14 / 20
    "continuity_of_care_practices": 0.4,  # 24 over 60 people
    "specialist_outside_share": 1,  # all 300 of the ACO's people
    # three quarters of people with the first organization: 0.75 x 0.2 - 0.25 x 0.1 and so on
    "coordination_lever": 0.125,
    "measured_tasks_lever": 0.3,
    "documentation_lever": 0.05,
    "completeness_lever": 0.06,
    "refusal_difference": 4 / 20 - 1 / 20,
    "refused_top_decile": 4 / 20,
    "given_to_bottom_decile": 0.8,  # 40 of 50
    "given_to_top_decile": 0.45,  # 90 of 200
    "declined_cases_per_1000": 30,  # 3 in 100 person-years
    "disease_control": 0.49,  # (480 + 108) / 1,200
    # true risk 900 + 300 - 48 + 6 + 36 = 1,194 months, 99.5 years
    "cost_per_true_risk": 986_000 / 99.5,
    # 1,273 services at $400 and $5,000 of care management; true risk 900 - 48 = 852 months, 71 years
    "cost_per_true_risk_physician_led": 514_200 / 71,
    "cost_per_true_risk_hospital_led": None,
    "cost_per_true_risk_independents": None,
    "provider_margin_physician_groups": 125 / 600,  # 600 + 20 + 10 thousand, less 300 + 200 + 5
    "provider_margin_hospital_systems": 25 / 370,  # 370 thousand, less 150 + 194 + 1
    "provider_margin_independent_practices": None,
    "outcomes_per_dollar": 75_000 / 9860,  # 0.75 QALYs a person, per $100,000
    "net_monetary_benefit": 65_140,  # 0.75 x 100,000 - 9,860
    "equity_gap_refusals": 0.125,  # 3 of 12 against 1 of 8
    "equity_gap_unattached": 1.5,  # 12 x (40 - 10) / 240
    "need_gap_experience": 75 - 24_600 / 360,  # deciles 9 and 10: (16,800 + 7,800) over 240 + 120 months
    # Fifths of 20, 60 and 20 people with .7, .75 and .8 QALYs at ranks .1, .5 and .9: .014 + .225 + .144 = .383,
    # twice that over the mean of .75, less 1
    "concentration_index_qalys": 2 * 0.383 / 0.75 - 1,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_year_by_hand(name: str) -> None:
    expected = EXPECTED[name]
    assert METRICS[name](tables(**a_year())) == (None if expected is None else pytest.approx(expected, rel=1e-12))


def test_every_metric_has_a_value_by_hand_and_says_what_it_is() -> None:
    assert set(METRICS) == set(EXPECTED)
    for metric in METRICS.values():
        assert metric.aim in {"volume", "coordination", "selection", "triple_aim", "money", "equity"}
        assert metric.better in {"higher", "lower", None}
        assert metric.about[0].isupper()
        assert metric.unit
        assert metric.source


def test_nothing_happened_is_none_and_never_nan() -> None:
    measured = measure(tables())
    assert list(measured) == list(METRICS)
    assert set(measured.values()) == {None}


def changed(table: str, **columns: Any) -> Frames:
    """The year with some columns of one table set to other values."""
    year = dict(tables(**a_year()))
    year[table] = year[table].assign(**columns)
    return year


def without_attempts(decile: int) -> Frames:
    """The year in which one decile of unpriced risk asked no practice; the others did."""
    groups = tables(**a_year())["groups"]
    asked = (groups["grouping"] != "unpriced_risk_decile") | (groups["group"] != decile)
    return changed("groups", **{name: groups[name].where(asked, 0) for name in ("attempts", "kept", "refusals")})


UNDEFINED = {
    "nobody is unattached": ("unpriced_risk_gap", changed("contracts", unattached_months=0)),
    "everybody is unattached": ("unpriced_risk_gap", changed("contracts", unattached_months=[960, 240])),
    "no contract shares savings": ("savings_earned_share", changed("settlements", line="settlement")),
    "nobody under a value contract": ("coding_wedge", changed("months", value_based=False)),
    "no attempts": ("refusal_share", changed("groups", attempts=0, kept=0, refusals=0)),
    "no attempts of the top decile": ("refusal_odds_ratio", without_attempts(10)),
    "no attempts of the bottom decile": ("refusal_odds_ratio", without_attempts(1)),
    "one practice": ("unpriced_risk_sorting", changed("practices", practice=0)),
    "no discharges": ("readmission_share", changed("contracts", live_discharges=0)),
    "no attempts of the top decile to compare": ("refusal_difference", without_attempts(10)),
    "no attempts of the bottom decile to compare": ("refusal_difference", without_attempts(1)),
    "nobody under a contract": ("specialist_outside_share", changed("services", kind="unattached")),
    "nobody lived": ("concentration_index_qalys", changed("groups", qalys=0.0)),
    "no QALYs known": ("net_monetary_benefit", changed("groups", at_start=0)),
    "no regular visitors": ("continuity_of_care", changed("contracts", regular_visitors=0)),
}


@pytest.mark.parametrize("why", UNDEFINED)
def test_undefined_is_none(why: str) -> None:
    name, found = UNDEFINED[why]
    assert METRICS[name](found) is None


def test_odds_where_one_decile_alone_is_never_refused() -> None:
    """A half added per cell. 4 of 20 against 0 of 20: 4.5/16.5 over 0.5/20.5; 0 of 20 against 1 of 20: 0.5/20.5 ..."""
    groups = tables(**a_year())["groups"]
    spared = groups["refusals"] * (groups["group"] != 1)
    assert METRICS["refusal_odds_ratio"](changed("groups", refusals=spared)) == pytest.approx(4.5 / 16.5 * 20.5 / 0.5)
    spared = groups["refusals"] * (groups["group"] != 10)
    assert METRICS["refusal_odds_ratio"](changed("groups", refusals=spared)) == pytest.approx(0.5 / 20.5 * 19.5 / 1.5)


def test_odds_ratio_is_exactly_one_where_nobody_is_refused() -> None:
    """10 and 12 attempts: with a half per cell the ratio would be (0.5 / 12.5) / (0.5 / 10.5) = 0.84."""
    assert METRICS["refusal_odds_ratio"](changed("groups", refusals=0, kept=0)) == 1.0
    assert METRICS["refusal_odds_ratio"](changed("groups", refusals=0)) == 1.0


def test_owing_losses_or_getting_nothing_earns_no_savings() -> None:
    assert METRICS["savings_earned_share"](changed("settlements", amount=-1.0)) == 0.0


def test_qalys_are_per_year_of_those_alive_at_the_start() -> None:
    """A second year in which the same 100 people live 73 more: (75 + 73) / 100 / 2 = 0.74."""
    year = a_year()
    year["groups"].append(group("deprivation_quintile", 3, at_start=0, qalys=73.0) | {"year": 2})
    assert METRICS["qalys_per_1000"](tables(**year)) == pytest.approx(740)


def test_a_coding_wedge_counts_the_years_under_a_value_contract() -> None:
    """Month 13 under capitation: only year 2 counts, 120 / 100."""
    year = a_year()
    year["months"] = [{"month": 12, "value_based": False} | ACO, {"month": 13, "value_based": True} | ACO]
    year["contracts"].append({"year": 2, "coded_risk": 120.0, "baseline_coded_risk": 100.0} | ACO)
    assert METRICS["coding_wedge"](tables(**year)) == pytest.approx(0.2)


def test_specialists_of_the_own_aco_are_no_leakage() -> None:
    """300 visits outside and 100 inside, of people under the contract: 3 of 4; the unattached do not count."""
    year = a_year()
    year["services"].append({"year": 1, "service": "specialist", "side": "inside", "count": 100} | ACO)
    assert METRICS["specialist_outside_share"](tables(**year)) == 0.75


def two_years() -> Frames:
    """The year by hand, and a second in which the same people cost and live differently."""
    year = a_year()
    second = [dict(row, year=2, at_start=0, qalys=0.8 * row.get("qalys", 0)) for row in year["groups"]]
    year["groups"] += second
    year["contracts"] += [dict(row, year=2, deaths=2 * row["deaths"]) for row in year["contracts"]]
    year["months"] += [dict(row, month=13, payer_outlay=2 * row["payer_outlay"]) for row in year["months"]]
    return tables(**year)


def test_one_year_of_two_is_measured_as_if_it_were_the_whole() -> None:
    assert measure(two_years(), year=1) == measure(tables(**a_year()))


def test_a_later_year_has_the_people_alive_at_the_start_of_the_first() -> None:
    """Of the 100 alive at the start of month 1, 0.8 x 75 QALYs in year 2; 10 deaths, twice 850,000 and 140,000."""
    metrics = measure(two_years(), year=2)
    assert metrics["qalys_per_1000"] == pytest.approx(600)
    assert metrics["equity_gap_qalys"] == pytest.approx(80)
    assert metrics["mortality"] == pytest.approx(100)
    assert metrics["payer_outlay_per_capita"] == pytest.approx((1_700_000 + 140_000) / 100)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "the tables have no 'services', which "),
        ({"contracts": {}}, "the tables have no '"),
        (None, "None are no tables; give those of a run by name"),
        ("results", "'results' are no tables"),
    ],
)
def test_what_are_no_tables_is_said(given: Any, said: str) -> None:
    with pytest.raises(WrongInput) as error:
        measure(given)
    assert said in str(error.value)
    with pytest.raises(WrongInput):
        measure(given, year=1)


def test_a_year_that_was_not_lived_is_refused() -> None:
    with pytest.raises(WrongInput, match="the run has no year 3; it has years 1 to 2"):
        measure(two_years(), year=3)
    with pytest.raises(WrongInput, match="the run has no year 1; it has no whole year"):
        measure(tables(), year=1)


def test_frames_and_plain_columns_are_measured_alike() -> None:
    frames = two_years()
    columns = {name: {str(column): frame[column].to_numpy() for column in frame} for name, frame in frames.items()}
    assert measure(columns) == measure(frames)


def test_sums_by_key_lose_nothing_to_rounding() -> None:
    """A million and a hundred times 1e-10: one after the other each is rounded away by half its last digits."""
    values = np.array([1e6, 5.0, *[1e-10] * 100])
    keys = np.array([7, 3, *[7] * 100])
    names, sums = sums_by(keys, values)
    assert names.tolist() == [3, 7]
    assert sums.tolist() == [5.0, math.fsum([1e6, *[1e-10] * 100])]

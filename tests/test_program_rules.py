"""The dated rules of the Shared Savings Program, and the presets that take their terms from them."""

import re
from pathlib import Path
from typing import Any

import pytest

from vbp_agents.errors import WrongInput
from vbp_agents.rules.program_rules import LATER, RULES, TRACKS, paid_share, scales_with_quality, terms
from vbp_agents.terms.scenario_file import find_scenario, read_scenario

OLD = {
    "quality_standard": 100,
    "alternative_standard": 30,
    "reduced_share": 0.0,
    "agreement_years": 3,
    "regional_weights_below": [0.0, 0.35, 0.7, 0.7],
    "regional_weights_above": [0.0, 0.25, 0.5, 0.7],
    "regional_cap": 1.0,
    "regional_floor": -1.0,
    "risk_cap": 0.0,
}
NEW = {"savings_cap": 0.1, "quality_standard": 77.05, "alternative_standard": 45, "regional_floor": -0.015}
# The terms that the presets had before they took them from the table, as 42 CFR 425 has them.
PRESETS: dict[str, dict[str, Any]] = {
    "mssp_track1": OLD
    | {"sharing_rate": 0.5, "loss_rate_low": 0, "loss_rate_high": 0, "chosen_minimum": None, "savings_cap": 0.1},
    "mssp_track2": OLD
    | {"sharing_rate": 0.6, "loss_rate_low": 0.4, "loss_rate_high": 0.6, "chosen_minimum": 0.02, "savings_cap": 0.15}
    | {"loss_limit": 0.1, "loss_phase_in": [0.5, 0.75]},
    "mssp_track3": OLD
    | {"sharing_rate": 0.75, "loss_rate_low": 0.4, "loss_rate_high": 0.75, "chosen_minimum": 0.02, "savings_cap": 0.2}
    | {"loss_limit": 0.15},
    "mssp_basic_a": NEW | {"sharing_rate": 0.4, "loss_rate_high": 0, "chosen_minimum": None, "reduced_share": 0.5},
    "mssp_basic_b": NEW | {"sharing_rate": 0.4, "loss_rate_high": 0, "chosen_minimum": None, "reduced_share": 0.5},
    "mssp_basic_c": NEW
    | {"sharing_rate": 0.5, "loss_rate_low": 0.3, "loss_rate_high": 0.3, "chosen_minimum": 0.01}
    | {"loss_limit": 0.01, "revenue_loss_limit": 0.02, "reduced_share": 0.5},
    "mssp_basic_d": NEW
    | {"sharing_rate": 0.5, "loss_rate_low": 0.3, "loss_rate_high": 0.3, "chosen_minimum": 0.01}
    | {"loss_limit": 0.02, "revenue_loss_limit": 0.04, "reduced_share": 0.5},
    "mssp_basic_e": NEW
    | {"sharing_rate": 0.5, "loss_rate_low": 0.3, "loss_rate_high": 0.3, "chosen_minimum": 0.01}
    | {"loss_limit": 0.04, "revenue_loss_limit": 0.08, "reduced_share": 0.5},
    "mssp_enhanced": NEW
    | {"sharing_rate": 0.75, "loss_rate_low": 0.4, "loss_rate_high": 0.75, "chosen_minimum": 0.01}
    | {"savings_cap": 0.2, "loss_limit": 0.15, "revenue_loss_limit": None, "reduced_share": 0.0},
}
DEFAULTS = {"paid_share": 0.98, "agreement_years": 5, "risk_cap": 0.03, "loss_limit": 0.04, "loss_phase_in": [1.0, 1.0]}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_the_terms_that_it_always_had(name: str) -> None:
    contract = find_scenario(name).contracts[0]
    assert contract.regime == "shared_savings"
    expected = DEFAULTS | PRESETS[name]
    assert {term: contract.terms[term] for term in expected} == expected


@pytest.mark.parametrize("track", TRACKS)
def test_every_track_has_a_preset_with_its_terms(track: str) -> None:
    year = 2024 if track in LATER else 2018
    contract = find_scenario(TRACKS[track].preset).contracts[0]
    fixed = terms(track, year)
    assert {term: contract.terms[term] for term in fixed} == fixed


@pytest.mark.parametrize("track", TRACKS)
def test_no_two_rules_bind_one_term_at_one_date(track: str) -> None:
    for year in range(2012, 2031):
        for start in range(2012, year + 1):
            bound = [name for rule in RULES if rule.binds(track, year, start) for name in rule.terms]
            assert len(bound) == len(set(bound)), (year, start)


def test_every_rule_has_a_source() -> None:
    assert all(re.search(r"425\.|R\d\d", rule.source) for rule in RULES)


@pytest.mark.parametrize(
    ("year", "share"), [(2013, 0.98), (2018, 0.98), (2019, 1.0), (2020, 1.0), (2021, 0.98), (2024, 0.98)]
)
def test_sequestration_follows_the_date_of_the_payment(year: int, share: float) -> None:
    """Paid in the September after the year; suspended from May 2020 to March 2022, 1% to June 2022, then 2%."""
    assert paid_share(year) == share


def test_quality_scales_the_rate_through_2020_and_then_is_a_standard() -> None:
    assert scales_with_quality(2020)
    assert not scales_with_quality(2021)
    for track in TRACKS:
        assert (terms(track, 2020)["quality_standard"], terms(track, 2020)["alternative_standard"]) == (100, 30)
        assert (terms(track, 2022)["quality_standard"], terms(track, 2022)["alternative_standard"]) == (70.63, 70.63)
        assert (terms(track, 2023)["quality_standard"], terms(track, 2023)["alternative_standard"]) == (65.76, 45)


def test_what_is_fixed_at_the_start_stays_through_the_agreement() -> None:
    assert terms("A", 2024)["reduced_share"] == 0.5
    assert terms("A", 2024, start=2022)["reduced_share"] == 0.0
    assert terms("EN", 2024)["regional_floor"] == -0.015
    assert terms("EN", 2025, start=2023)["regional_floor"] == -0.05
    assert terms("3", 2018, start=2016)["regional_weights_below"] == [0.0] * 4


@pytest.mark.parametrize(("track", "year"), [("4", 2018), ("1", 2011), ("", 2018)])
def test_an_unknown_track_or_year_is_refused(track: str, year: int) -> None:
    with pytest.raises(ValueError, match=r"there is no track|before the program"):
        terms(track, year)


def scenario(tmp_path: Path, contract: str) -> Any:
    file = tmp_path / "mine.yaml"
    file.write_text(f"contracts:\n  - {{payer: medicare, {contract}}}\n", encoding="utf-8")
    return read_scenario(file).contracts[0]


def test_a_scenario_takes_the_terms_of_a_track_and_changes_some(tmp_path: Path) -> None:
    """ENHANCED of 2019 is paid without sequestration, in proportion to quality; its rate is the writer's own."""
    with_track = scenario(tmp_path, "track: EN, performance_year: 2019, terms: {sharing_rate: 0.6}")
    assert with_track.regime == "shared_savings"
    shown = {
        "sharing_rate": 0.6,
        "paid_share": 1.0,
        "quality_standard": 100,
        "savings_cap": 0.2,
        "loss_rate_high": 0.75,
    }
    assert {name: with_track.terms[name] for name in shown} == shown
    assert scenario(tmp_path, "track: 1, performance_year: 2015").terms["sharing_rate"] == 0.5


def test_terms_of_a_track_can_be_changed_by_their_paths(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("extends: mssp_enhanced\nvalues: {contracts.0.terms.loss_rate_low: 0.3}\n", encoding="utf-8")
    [contract] = read_scenario(file).contracts
    assert (contract.terms["loss_rate_low"], contract.terms["loss_rate_high"]) == (0.3, 0.75)
    contracts = "contracts: [{payer: medicare, track: E, performance_year: 2024}]\n"
    file.write_text(f"{contracts}values: {{contracts.0.terms.loss_limit: 0.02}}\n", encoding="utf-8")
    [contract] = read_scenario(file).contracts
    assert (contract.terms["loss_limit"], contract.terms["revenue_loss_limit"]) == (0.02, 0.08)
    again = find_scenario("mssp_basic_e").with_values({"contracts.0.terms.sharing_rate": 0.6}).contracts[0]
    assert (again.terms["sharing_rate"], again.terms["loss_rate_low"]) == (0.6, 0.3)


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (
            "track: F, performance_year: 2024",
            r"2:30: contracts.0.track: there is no track 'F'; allowed 1, 1\+, 2, 3, A",
        ),
        (
            "track: E",
            "contracts.0.performance_year: must be a year from 2012 on, such as 2024",
        ),
        (
            "track: E, performance_year: 2018",
            "contracts.0.performance_year: BASIC level E exists from 2019 on, not in 2018",
        ),
        ("track: 1, performance_year: 2024", "Track 1 exists from 2012 to 2021, not in 2024"),
        ("track: E, performance_year: yes", "must be a year from 2012 on"),
        ("regime: capitation, track: E, performance_year: 2024", "tracks are of shared_savings, not of capitation"),
        ("track: E, performance_year: 2024, terms: {shaving_rate: 1}", "did you mean 'sharing_rate'"),
    ],
)
def test_a_wrong_track_is_said_with_its_place(contract: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(WrongInput, match=message):
        scenario(tmp_path, contract)

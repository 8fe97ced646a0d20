"""Scenario files that amend by path, and what is said where a list that is given whole resets something."""

import warnings
from pathlib import Path

import pytest
from command_line import vbp

from vbp_agents.errors import Replaced, WrongInput
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario, read_scenario

ENHANCED = find_scenario("mssp_enhanced")
RATE = "contracts.0.terms.sharing_rate"
WHOLE = """extends: mssp_enhanced
contracts:
- payer: medicare
  regime: shared_savings
  terms: {sharing_rate: 0.5}
"""


def read(folder: Path, text: str) -> Scenario:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return read_scenario(folder / "mine.yaml")


def noted(folder: Path, text: str) -> list[str]:
    """What is said when a file is read, without its folder."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read(folder, text)
    assert all(warning.category is Replaced for warning in caught)
    return [str(warning.message).replace(f"{folder}/", "") for warning in caught]


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(WrongInput) as error:
        read(folder, text)
    return str(error.value).replace(f"{folder}/", "").splitlines()


def test_values_amend_what_is_extended(tmp_path: Path) -> None:
    text = f"extends: mssp_enhanced\nvalues:\n  {RATE}: 0.5\n  care.rate.primary: 1.2\n  behavior.speed: 0.06\n"
    assert noted(tmp_path, text) == []
    amended = read(tmp_path, text)
    values = {RATE: 0.5, "care.rate.primary": 1.2, "behavior.speed": 0.06}
    assert amended.hash == ENHANCED.with_values(values).hash
    assert {difference.path for difference in amended.differences(ENHANCED)} == set(values)
    assert (amended.name, amended.title) == ("mine", "mine")


def test_values_amend_the_file_itself_and_the_default(tmp_path: Path) -> None:
    text = "contracts: [{payer: medicare, regime: capitation}]\nvalues:\n  contracts.*.terms.discount: 0.03\n"
    assert read(tmp_path, text).contracts[0].terms["discount"] == 0.03
    assert read(tmp_path, "values: {payers.medicare.physician_price: 1.1}\n").payers[0].physician_price == 1.1


def test_a_file_that_is_extended_may_amend_too(tmp_path: Path) -> None:
    """The parent's own values come first, the file's last."""
    (tmp_path / "parent.yaml").write_text("payers: [{name: medicare}]\nvalues: {payers.0.hospital_price: 2.0}\n")
    scenario = read(tmp_path, "extends: ./parent.yaml\nvalues: {payers.0.physician_price: 3.0}\n")
    assert (scenario.payers[0].hospital_price, scenario.payers[0].physician_price) == (2.0, 3.0)


def test_what_is_wrong_is_where_the_path_stands(tmp_path: Path) -> None:
    text = (
        "extends: mssp_enhanced\n"
        "values:\n"
        "  contracts.0.terms.sharing_rat: 0.5\n"
        "  contracts.0.terms.loss_rate_low: 0.9\n"
        "  care.rate.primary: .nan\n"
        "  behavior.speed: 40%\n"
        "  region.specialist_share.3: 4\n"
    )
    assert [line.split(";")[0].split(" (")[0] for line in refused(tmp_path, text)] == [
        "mine.yaml:3:3: contracts.0.terms.sharing_rat: unknown name 'sharing_rat'",
        "mine.yaml:4:3: contracts.0.terms: loss_rate_low is 0.9 and loss_rate_high is 0.75",
        "mine.yaml:5:22: care.rate.primary: .nan is not a finite number",
        "mine.yaml:6:19: behavior.speed: must be a number, not '40%'",
        "mine.yaml:7:30: region.specialist_share.none: 4.0 is out of range",
    ]
    [line] = refused(tmp_path, "values: [a, b]\n")
    assert line == "mine.yaml:1:9: values: must be a mapping of paths, such as `behavior.speed: 0.06`"


def test_another_rule_begins_with_its_own_default_terms(tmp_path: Path) -> None:
    text = "extends: mssp_enhanced\nvalues: {contracts.0.regime: capitation, contracts.0.terms.discount: 0.02}\n"
    [contract] = read(tmp_path, text).contracts
    assert (contract.regime, contract.terms["discount"]) == ("capitation", 0.02)
    (tmp_path / "parent.yaml").write_text("behavior: {name: imitation, terms: {leaders: 0.5}}\n")
    changed = read(tmp_path, "extends: ./parent.yaml\nbehavior: {name: target_income}\n")
    assert "leaders" not in changed.behavior.terms
    kept = read(tmp_path, "extends: ./parent.yaml\nbehavior: {speed: 0.5}\n")
    assert (kept.behavior.terms, kept.behavior.speed) == ({"leaders": 0.5}, 0.5)


def test_a_list_that_replaces_says_what_it_resets(tmp_path: Path) -> None:
    """Six terms of ENHANCED that shared savings has otherwise."""
    [said] = noted(tmp_path, WHOLE)
    assert said == (
        "mine.yaml:2:1: contracts: replaces what mssp_enhanced has: 6 values that it does not say go back to the "
        "default: loss_rate_low 0.0 instead of 0.4, loss_rate_high 0.0 instead of 0.75, chosen_minimum null instead "
        "of 0.01, savings_cap 0.1 instead of 0.2, loss_limit 0.04 instead of 0.15, reduced_share 0.5 instead of 0.0; "
        f"to amend, write values: {{{RATE}: 0.5}}"
    )
    assert vbp(tmp_path, "sources", "mine.yaml").stderr.splitlines() == [said]


def test_what_a_track_says_is_written(tmp_path: Path) -> None:
    """A track's terms are those of its year; what an ACO chooses, its minimum, is at its default."""
    text = "extends: mssp_enhanced\ncontracts: [{payer: medicare, track: EN, performance_year: 2023}]\n"
    [said] = noted(tmp_path, text)
    assert said == (
        "mine.yaml:2:1: contracts: replaces what mssp_enhanced has: 1 value that it does not say goes back to the "
        "default: chosen_minimum null instead of 0.01"
    )


def test_lists_within_a_list_are_reset_too(tmp_path: Path) -> None:
    text = "extends: cjr\ncontracts: [{payer: medicare, regime: bundled, terms: {discount: 0.02}}]\n"
    [said] = noted(tmp_path, text)
    assert "stop_gain [0.2, 0.2, 0.2, 0.2, 0.2] instead of [0.05, 0.05, 0.1, 0.2, 0.2]" in said
    assert said.endswith("to amend, write values: {contracts.0.terms.discount: 0.02}")


RESETS = {
    "extends: mixed_payers\npayers:\n- {name: medicare, share: 0.5}\n- {name: commercial, share: 0.5}\n": [
        "3 values that it does not say go back to the default: commercial.physician_price 1.0 instead of 1.4, "
        "commercial.hospital_price 1.0 instead of 2.2, commercial.price_dispersion 0.0 instead of 0.25; gone: medicaid",
    ],
    "extends: mixed_payers\npayers: [{name: medicare}]\n": ["payers: replaces what mixed_payers has", "share 1.0"],
    "extends: owner_practice\nvalues:\n  behavior: {speed: 0.1}\n": [
        "behavior: replaces what owner_practice has: 2 values",
        "volume_share 0.8 instead of 1.0",
        "values: {behavior.speed: 0.1}",
    ],
    "extends: mssp_enhanced\nvalues:\n  contracts.0.terms: {sharing_rate: 0.5}\n": [
        "contracts.0.terms: replaces what mssp_enhanced has: 6 values",
    ],
    f"{WHOLE}values: {{contracts.0.terms.savings_cap: 0.1}}\n": ["5 values that it does not say"],
    "extends: ./two.yaml\ncontracts: [{payer: medicare, regime: capitation}]\n": [
        "1 value that it does not say goes back to the default: from 1 instead of 13; gone: 1 (pay_for_performance)"
    ],
}


@pytest.mark.parametrize("text", RESETS)
def test_every_list_and_section_that_replaces_says_so(text: str, tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(
        "contracts:\n- {payer: medicare, regime: capitation, from: 13}\n"
        "- {payer: medicare, regime: pay_for_performance}\n"
    )
    [said] = noted(tmp_path, text)
    assert all(part in said for part in RESETS[text]), said


QUIET = [
    "extends: default\ncontracts: [{payer: medicare, regime: shared_savings}]\n",
    "extends: mssp_enhanced\ncontracts: []\n",
    "extends: mixed_payers\npayers: [{name: only}]\n",
    "extends: mssp_enhanced\nbehavior: {levers: [lists], speed: 0.2}\n",
    "extends: fee_for_service\ncontracts: [{payer: medicare, regime: capitation}]\n",
    f"contracts: [{{payer: medicare, regime: shared_savings}}]\nvalues: {{{RATE}: 0.5}}\n",
]


@pytest.mark.parametrize("text", QUIET)
def test_what_resets_nothing_says_nothing(text: str, tmp_path: Path) -> None:
    assert noted(tmp_path, text) == []

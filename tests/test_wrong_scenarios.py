"""What is said about wrong scenario files. Places were counted by hand in the texts below."""

from pathlib import Path

import pytest
from scenario_files import message, written

from vbp_agents.terms.document import LARGEST
from vbp_agents.terms.scenario_file import read_scenario


def test_all_problems_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = (
        "extends: default\n"
        "titel: x\n"
        "region: {area_width: 1000, area_hight: 1}\n"
        "population:\n"
        "  low_income_share: 40%\n"
        "contracts:\n"
        "  - payer: medicare\n"
        "    regime: shared_savings\n"
        "    terms: {sharing_rate: 40%, shaving_rate: 1}\n"
    )
    lines = message(tmp_path, text).splitlines()
    assert [line.split(" ")[0] + " " + line.split(" ")[1] for line in lines] == [
        "mine.yaml:2:1: titel:",
        "mine.yaml:3:22: region.area_width:",
        "mine.yaml:3:28: region.area_hight:",
        "mine.yaml:5:21: population.low_income_share:",
        "mine.yaml:9:27: contracts.0.terms.sharing_rate:",
        "mine.yaml:9:32: contracts.0.terms.shaving_rate:",
    ]
    assert lines[0].endswith("did you mean 'title'?")
    assert "1000 is out of range; allowed 1 to 300 (miles)" in lines[1]
    assert lines[2].endswith("did you mean 'area_width'?")
    assert "must be a number, not '40%'; write 0.40; allowed 0 to 1 (share)" in lines[3]
    assert "write 0.40" in lines[4]
    assert lines[5].endswith("did you mean 'sharing_rate'?")


@pytest.mark.parametrize(
    ("text", "write"),
    [("40%", "0.40"), ("2.5%", "0.025"), ("'0.4'", "0.4"), ("150 %", "1.50")],
)
def test_numbers_are_numbers(text: str, write: str, tmp_path: Path) -> None:
    assert f"write {write}" in message(tmp_path, f"population: {{low_income_share: {text}}}\n")


WRONG_FILES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "mine.yaml: the file is empty"),
    "only a comment": ("# nothing\n", "mine.yaml: the file is empty"),
    "binary": (bytes(range(256)), "mine.yaml: not a text file in UTF-8"),
    "zeros": (b"title: a\0b\n", "mine.yaml: not a text file in UTF-8"),
    "a list": ("- title: x\n", "mine.yaml:1:1: the file holds a list"),
    "a word": ("hello\n", "mine.yaml:1:1: the file holds the value 'hello'"),
    "broken": ("payers: [1\ntitle: x\n", "mine.yaml:2:6: not readable as YAML"),
    "an anchor": ("title: &a x\n", "mine.yaml:1:8: anchors (&a) are not allowed"),
    "an alias": ("title: *a\n", "mine.yaml:1:8: aliases (*a) are not allowed"),
    "an object": ("title: !!python/object/apply:os.getcwd []\n", "mine.yaml:1:8: tags (!…) are not allowed"),
    "two documents": ("title: x\n---\ntitle: y\n", "mine.yaml:2:1: a second document begins here"),
    "a key twice": ("title: x\ntitle: y\n", "mine.yaml:2:1: 'title' stands here twice, first in line 1"),
    "deep": ("a: " + "[" * 1000, "nested deeper than 20 levels"),
    "huge": ("#" * (LARGEST + 1), "mine.yaml: larger than 256 kB"),
    "not finite": ("region: {area_width: .nan}\n", "mine.yaml:1:22: region.area_width: .nan is not a finite number"),
    "too large": ("region: {area_width: 1e999}\n", "mine.yaml:1:22: region.area_width: 1e999 is too large a number"),
    "no list": ("payers: medicare\n", "mine.yaml:1:9: payers: must be a list, not 'medicare'"),
    "no payer": ("payers: []\n", "mine.yaml:1:9: payers: is empty; write at least 1"),
    "no people": ("payers: [{name: a, share: 0.5}]\n", "add up to 0.5; make them add up to 1"),
    "one payer twice": ("payers: [{name: a, share: 0.5}, {name: a, share: 0.5}]\n", "mine.yaml:1:40: payers.1.name:"),
    "a list too short": ("region: {specialist_share: [0.5]}\n", "mine.yaml:1:28: region.specialist_share: has 1 items"),
    "an item too large": (
        "region: {specialist_share: [0.1, 0.2, 0.3, 7]}\n",
        "mine.yaml:1:44: region.specialist_share.none: 7.0 is out of range; allowed 0 to 1",
    ),
    "a bad name": ("name: My scenario\n", "mine.yaml:1:7: name: 'My scenario' is not a name"),
    "extends a list": ("extends: [default]\n", "mine.yaml:1:10: extends: must be the name of a preset"),
    "extends nothing": ("extends: defualt\n", "did you mean 'default'?"),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_wrong_files(what: str, tmp_path: Path) -> None:
    text, said = WRONG_FILES[what]
    assert said in message(tmp_path, text)


CONTRACTS = {
    "payer: medicar, regime: capitation": "there is no payer 'medicar'; allowed medicare; did you mean 'medicare'?",
    "payer: medicare, regime: capitatoin": "did you mean 'capitation'?",
    "payer: medicare, regime: capitation, holders: [hospitals]": "did you mean 'hospital'?",
    "payer: medicare, regime: capitation, from: 0": "0 is out of range",
    "payer: medicare, regime: shared_savings, terms: {quality_standard: 0.77}": "terms.quality_standard: 0.77 is in "
    "points, 0 to 100, and not a share; write 77 for that share of them",
    "payer: medicare, regime: capitation_withhold, terms: {nothing_at: 0.6, all_at: 1}": "nothing_at: 0.6 is in points",
    "payer: medicare, regime: global_budget, terms: {all_at: 0.9, nothing_at: 0}": "all_at: 0.9 is in points, 0 to 100",
    "payer: medicare, regime: capitation, from: 13, until: 12": "month 12 is before the contract begins (from 13)",
    "payer: medicare": "regime: is missing",
    "payer: medicare, regime: capitation, share: 0": "0 is out of range",
    "payer: medicare, regime: capitation, share: 1.5": "1.5 is out of range; allowed 0.001 to 1",
    "payer: medicare, regime: capitation, program: randomised": "did you mean 'randomized'?",
    "payer: medicare, regime: capitation, treated_share: 0.3": "write `program: randomized`",
}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_wrong_contracts(contract: str, tmp_path: Path) -> None:
    assert CONTRACTS[contract] in message(tmp_path, f"extends: default\ncontracts: [{{{contract}}}]\n")


def test_all_problems_of_one_contract_at_once(tmp_path: Path) -> None:
    text = (
        "extends: default\n"
        "contracts:\n"
        "- {payer: medicar, regime: capitatoin, holders: []}\n"
        "- {payer: medicar, regime: capitation, terms: {x: 1}}\n"
    )
    assert [line.split("; ")[0] for line in message(tmp_path, text).splitlines()] == [
        "mine.yaml:3:11: contracts.0.payer: there is no payer 'medicar'",
        "mine.yaml:3:28: contracts.0.regime: there is no regime 'capitatoin'",
        "mine.yaml:3:49: contracts.0.holders: is empty",
        "mine.yaml:4:11: contracts.1.payer: there is no payer 'medicar'",
        "mine.yaml:4:48: contracts.1.terms.x: unknown name 'x'",
    ]


def test_what_is_no_number_hides_no_other_problem(tmp_path: Path) -> None:
    """Also where nothing would be right: `until` may be left empty, `speed` may not."""
    text = (
        "extends: default\n"
        "behavior: {speed: .nan, salience: 2}\n"
        "contracts:\n"
        "- {payer: medicare, regime: capitation, until: -.inf, from: 0}\n"
    )
    assert [line.split(" is ")[0] for line in message(tmp_path, text).splitlines()] == [
        "mine.yaml:2:19: behavior.speed: .nan",
        "mine.yaml:2:35: behavior.salience: 2",
        "mine.yaml:4:48: contracts.0.until: -.inf",
        "mine.yaml:4:61: contracts.0.from: 0",
    ]


TERMS = {
    "behavior: {eta: 1}": "'eta' here; it is a term of target_income: write `name: target_income` and `terms: {eta: ",
    "contracts: [{payer: medicare, regime: shared_savings, sharing_rate: 0.5}]": "write `terms: {sharing_rate: ...}`",
    "behavior: {salence: 1}": "unknown name 'salence'; `vbp sources default` lists all 55; did you mean 'salience'?",
    "behavior: {name: imitation, terms: {eta: 1}}": "behavior.terms.eta: unknown name 'eta'; allowed leaders",
}


@pytest.mark.parametrize("line", TERMS)
def test_a_term_in_the_wrong_place_is_told_where_it_belongs(line: str, tmp_path: Path) -> None:
    said = message(tmp_path, line + "\n")
    assert TERMS[line] in said
    assert len(said) < 250


def test_a_wrong_share_is_the_only_thing_said(tmp_path: Path) -> None:
    assert message(tmp_path, "payers:\n- {name: a, share: 1.5}\n").splitlines() == [
        "mine.yaml:2:20: payers.a.share: 1.5 is out of range; allowed 0 to 1 (share of people); write 0.015 for 1.5%"
    ]


def test_two_rules_of_one_holder_may_not_both_replace_fees(tmp_path: Path) -> None:
    both = "extends: default\ncontracts:\n- {payer: medicare, regime: capitation, until: 24}\n"
    later = "- {payer: medicare, regime: capitation_withhold, holders: [hospital_led], from: %d}\n"
    said = message(tmp_path, both.replace("24", "36") + later % 25)
    assert "capitation_withhold overlaps capitation of an earlier contract of medicare with hospital_led" in said
    assert "at most one such rule for a holder and month" in said
    assert len(read_scenario(written(tmp_path, both + later % 25)).contracts) == 2


def test_the_same_contract_twice_is_a_mistake(tmp_path: Path) -> None:
    twice = "extends: default\ncontracts:\n" + 2 * "- {payer: medicare, regime: shared_savings}\n"
    assert "contracts.1: repeats an earlier contract of medicare" in message(tmp_path, twice)


SWAPPED = {
    "regime: capitation_withhold, terms: {nothing_at: 90, all_at: 60}": "nothing_at is 90 and all_at is 60; make",
    "regime: global_budget, terms: {nothing_at: 70, all_at: 65}": "nothing_at is 70 and all_at is 65",
    "regime: global_budget, terms: {share_low: 0.8, share_high: 0.5}": "share_low is 0.8 and share_high is 0.5",
    "regime: condition_bundle, condition: kidney_disease, terms: {all_at: 50}": "nothing_at is 60 and all_at is 50",
    "regime: shared_savings, terms: {loss_rate_low: 0.75, loss_rate_high: 0.4}": "loss_rate_low is 0.75 and loss_rate_",
}


@pytest.mark.parametrize("contract", SWAPPED)
def test_swapped_bounds_are_not_put_right_silently(contract: str, tmp_path: Path) -> None:
    said = message(tmp_path, f"contracts:\n  - {{payer: medicare, {contract}}}\n")
    assert SWAPPED[contract] in said
    assert "value error" not in said.lower()


ABOUT_WHOM = {
    "regime: condition_bundle": "condition_bundle is about members with a condition; write `condition: kidney_disease`",
    "regime: bundled, condition: kidney_disease": "bundled is for hospitals, which have no members; leave it out",
    "regime: bundled, holders: all": "bundled pays hospitals for those they discharge; write `holders: [hospital]`",
    "regime: hospital_vbp, holders: [hospital, independents]": "hospital_vbp pays hospitals for those they discharge",
    "regime: readmission_penalty, holders: [hospital_led]": "readmission_penalty pays hospitals for those",
}


@pytest.mark.parametrize("contract", ABOUT_WHOM)
def test_a_rule_is_for_those_it_is_about(contract: str, tmp_path: Path) -> None:
    said = message(tmp_path, f"contracts:\n  - {{payer: medicare, {contract}}}\n")
    assert ABOUT_WHOM[contract] in said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("population: {coding_baseline: 0.95}\n", "mine.yaml:1:31: population.coding_baseline"),
        ("behavior: {coding_ceiling: 0.8}\n", "mine.yaml:1:28: behavior.coding_ceiling"),
    ],
)
def test_more_conditions_can_be_recorded_than_are(text: str, place: str, tmp_path: Path) -> None:
    """By default 0.8 are and at most 0.95 can be."""
    numbers = {"population": ("0.95", "0.95"), "behavior": ("0.8", "0.8")}[text.split(":")[0]]
    said = f"population.coding_baseline is {numbers[0]} and behavior.coding_ceiling is {numbers[1]}"
    assert message(tmp_path, text) == f"{place}: {said}; make the ceiling the larger one"
    read_scenario(written(tmp_path, "population: {coding_baseline: 0.95}\nbehavior: {coding_ceiling: 1}\n"))

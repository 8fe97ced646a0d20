"""Values of a scenario by path: all are listed, none is taken unchecked, and what is wrong is said as of a file."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_scenarios import random_scenario
from worlds import BEHAVING, having

from vbp_agents.errors import WrongInput
from vbp_agents.parameters import DECISIONS
from vbp_agents.results import scenario_yaml
from vbp_agents.terms.payers import PayerTerms
from vbp_agents.terms.scenario import BehaviorBlock, Contract, Scenario
from vbp_agents.terms.scenario_file import find_scenario, presets, read_scenario

ROOT = Path(__file__).parents[1]
ENHANCED = find_scenario("mssp_enhanced")
MIXED = find_scenario("mixed_payers")
RATE, LOW, HIGH = (f"contracts.0.terms.{name}" for name in ("sharing_rate", "loss_rate_low", "loss_rate_high"))


def refused(scenario: Scenario, values: dict[str, Any]) -> list[tuple[str, str]]:
    """The problems of wrong values, which the message has too."""
    with pytest.raises(WrongInput) as error:
        scenario.with_values(values)
    assert all(message in str(error.value) for _, message in error.value.problems)
    return list(error.value.problems)


def values_of(scenario: Scenario) -> dict[str, object]:
    """Every value by its path."""
    numbers: dict[str, object] = {number.path: number.value for number in scenario.numbers()}
    return numbers | {choice.path: choice.value for choice in scenario.choices()}


@pytest.mark.parametrize("name", presets())
def test_every_value_of_a_preset_is_taken_back_under_its_path(name: str) -> None:
    """All at once; each of a contract, a payer and the behavior by itself."""
    scenario = find_scenario(name)
    values = values_of(scenario)
    assert scenario.with_values(values) == scenario
    for path, value in values.items():
        if path.split(".")[0] in ("contracts", "payers"):
            assert scenario.with_values({path: value}).hash == scenario.hash, path


@pytest.mark.parametrize("seed", range(12))
def test_every_value_of_a_random_scenario_is_taken_back(seed: int) -> None:
    """Several payers with updates, several contracts with ladders, dates and conditions; whole, too."""
    scenario = random_scenario(seed)
    assert scenario.with_values(values_of(scenario)) == scenario
    assert Scenario(**scenario.resolved()) == scenario
    assert scenario.differences(scenario) == ()
    whole = {name: scenario.resolved()[name] for name in ("payers", "contracts", "behavior", "measurement")}
    assert scenario.with_values(whole) == scenario


@pytest.mark.slow
def test_every_value_of_the_world_is_taken_back_under_its_path() -> None:
    for path, value in values_of(BEHAVING).items():
        assert BEHAVING.with_values({path: value}).hash == BEHAVING.hash, path


def test_a_path_changes_the_value_that_it_names_and_no_other() -> None:
    """Every seventh number, moved to an end of its range where it is not there already."""
    scenario = ENHANCED
    for number in scenario.numbers()[::7]:
        ends = [end for end in (number.low, number.high) if end not in (None, number.value)]
        if not ends:
            continue
        try:
            changed = scenario.with_values({number.path: ends[0]})
        except WrongInput:
            continue  # a rule of several numbers
        [difference] = changed.differences(scenario)
        assert (difference.path, difference.value, difference.other) == (number.path, ends[0], number.value)
        assert (difference.unit, difference.title) == (number.unit, number.title)


def test_every_end_of_every_range_is_taken_or_refused_with_the_other_number() -> None:
    """Of a scenario with all there is in the world and one contract."""
    ends = [(n.path, end) for n in ENHANCED.numbers() for end in (n.low, n.high) if end is not None]
    refusals = []
    for path, end in [pair for pair in ends if pair[0].split(".")[0] in ("contracts", "payers", "behavior")]:
        try:
            ENHANCED.with_values({path: end})
        except WrongInput as error:
            refusals.append((path, str(error)))
    others = {
        "payers.medicare.share": "add up to 0",
        LOW: "loss_rate_high",
        HIGH: "loss_rate_low",
        "contracts.0.treated_share": "program: randomized",
        "behavior.coding_ceiling": "population.coding_baseline",
    }
    assert {path for path, _ in refusals} == set(others)
    assert all(others[path] in message for path, message in refusals)


def test_an_item_has_the_name_of_what_it_is_for() -> None:
    changed = BEHAVING.with_values({"care.rate.test": 1.3, "care.marginal.referral": 0.4, "care.rate.0": 1.0})
    assert changed.care.rate[:3] == [1.0, 0.7651, 1.3]
    assert changed.care.marginal[DECISIONS.index("referral")] == 0.4
    cjr = find_scenario("cjr").with_values({"contracts.0.terms.stop_loss.year_2": 0.1})
    assert cjr.contracts[0].terms["stop_loss"] == [0, 0.1, 0.1, 0.2, 0.2]


def test_every_contract_that_has_a_term() -> None:
    contracts = [
        {"payer": "medicare", "regime": "capitation", "holders": ["independents"]},
        {"payer": "commercial", "regime": "shared_savings"},
        {"payer": "medicaid", "regime": "shared_savings"},
    ]
    several = having(MIXED, contracts=contracts)
    changed = several.with_values({"contracts.*.terms.sharing_rate": 0.6, "contracts.2.terms.sharing_rate": 0.7})
    assert [contract.terms.get("sharing_rate") for contract in changed.contracts] == [None, 0.6, 0.7]
    assert changed.contracts[0].terms == several.contracts[0].terms
    [(path, message)] = refused(several, {"contracts.*.terms.shaving_rate": 0.6})
    assert path == "contracts.*.terms.shaving_rate"
    assert message.endswith("did you mean 'contracts.*.terms.sharing_rate'?")
    bare = having(BEHAVING, contracts=[])
    assert "there are no contracts here" in refused(bare, {"contracts.*.share": 1})[0][1]


def test_payers_have_names_and_numbers() -> None:
    values = {"payers.medicare.share": 0.3, "payers.2.share": 0.3, "payers.*.physician_price": 1.1}
    changed = MIXED.with_values(values)
    assert [payer.share for payer in changed.payers] == [0.3, 0.4, 0.3]
    assert {payer.physician_price for payer in changed.payers} == {1.1}
    [(path, message)] = refused(MIXED, {"payers.medicare.share": 0.3})
    assert (path, message) == ("payers", "the payers' shares of people add up to 0.9; make them add up to 1")


def test_what_depends_on_each_other_is_checked_together() -> None:
    """40 to 75% of losses: 90% at least is more than 75% at most, unless both are given."""
    [(path, message)] = refused(ENHANCED, {LOW: 0.9})
    assert path == "contracts.0.terms"
    assert message == "loss_rate_low is 0.9 and loss_rate_high is 0.75; make loss_rate_high the larger one"
    assert ENHANCED.with_values({LOW: 0.9, HIGH: 0.95}).contracts[0].terms["loss_rate_low"] == 0.9
    [(path, message)] = refused(ENHANCED, {"contracts.0.until": 12, "contracts.0.from": 25})
    assert (path, message) == ("contracts.0.until", "month 12 is before the contract begins (from 25)")
    [(path, message)] = refused(ENHANCED, {"contracts.0.treated_share": 0.3})
    assert message == "a mandatory program treats all; write `program: randomized`"


MISSPELLED = {
    "behavior.sped": "behavior.speed",
    "behaviour.speed": "behavior.speed",
    "speed": "behavior.speed",
    "behavior.Speed": "behavior.speed",
    "region.area_widht": "region.area_width",
    "population.mortality_at65": "population.mortality_at_65",
    "population.risk_condition.diabets": "population.risk_condition.diabetes",
    "care.rate.primry": "care.rate.primary",
    "care.rates.primary": "care.rate.primary",
    "payers.medicar.share": "payers.medicare.share",
    "payers.medicare.shares": "payers.medicare.share",
    "payer.medicare.share": "payers.medicare.share",
    "measurement.outcome": "measurement.outcomes",
    "contracts.0.terms.sharing_rat": RATE,
    "contracts.0.sharing_rate": RATE,
    "contracts.sharing_rate": RATE,
    "contracts.1.terms.sharing_rate": RATE,
    "contract.0.terms.sharing_rate": RATE,
    "contracts.0.regim": "contracts.0.regime",
    "contracts.0.holder": "contracts.0.holders",
    "contracts.0.terms.first_weights.latst": "contracts.0.terms.first_weights.latest",
    "sharing_rate": RATE,
    "titel": "title",
}


@pytest.mark.parametrize("path", MISSPELLED)
def test_a_misspelled_path_is_answered_with_the_one_that_was_meant(path: str) -> None:
    [(said, message)] = refused(ENHANCED, {path: 0.5})
    assert said == path
    assert message.endswith(f"; did you mean {MISSPELLED[path]!r}?")


def test_what_goes_on_below_a_single_value_is_no_path() -> None:
    for path, one in (("behavior.speed.fast", "behavior.speed"), ("behavior.levers.0", "behavior.levers")):
        assert refused(ENHANCED, {path: 1}) == [(path, f"{one} is one value; nothing is below it")]
    assert refused(ENHANCED, {"": 1})[0][1].startswith("unknown name ''")
    assert "is the same as care.rate.0" in refused(ENHANCED, {"care.rate.0": 1, "care.rate.primary": 2})[0][1]


SPEED = "allowed 0.001 to 1 (share of the way a month that a lever moves)"
WRONG: dict[str, tuple[Any, str]] = {
    "out of range": (7.0, f"7.0 is out of range; {SPEED}; write 0.07 for 7%"),
    "percent": ("40%", f"must be a number, not '40%'; write 0.40; {SPEED}"),
    "text": ("0.4", f"must be a number, not '0.4'; write 0.4, without quotes, signs or commas; {SPEED}"),
    "true": (True, f"must be a number, not True; {SPEED}"),
    "true of NumPy": (np.True_, f"must be a number, not True; {SPEED}"),
    "nothing": (None, f"must be a number, not nothing; {SPEED}"),
    "a list": ([0.1], f"must be a number, not a list; {SPEED}"),
    "not a number": (float("nan"), "nan is not a finite number"),
    "without end": (np.float64("inf"), "inf is not a finite number"),
    "an object": (object, "\"<class 'object'>\" is no number, text, list or mapping"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_value_gets_a_files_message(what: str) -> None:
    value, message = WRONG[what]
    assert refused(ENHANCED, {"behavior.speed": value}) == [("behavior.speed", message)]


def test_all_problems_are_said_at_once() -> None:
    values = {"behavior.sped": 1, "behavior.speed": 7, RATE: "40%", "care.rate": [1.0], "region.specialist_share.1": 2}
    assert [path for path, _ in refused(ENHANCED, values)] == [
        "behavior.sped",
        "region.specialist_share.hospital_led",
        "care.rate",
        RATE,
        "behavior.speed",
    ]


def test_numbers_of_numpy_are_numbers() -> None:
    values: dict[str, object] = {
        "behavior.speed": np.float32(0.25),
        "region.people_per_area": np.int64(10_000),
        "care.coordination_cost": np.array([3.0, 30.0]),
        RATE: np.float64(0.6),
    }
    changed = ENHANCED.with_values(values)
    plain = {"behavior.speed": 0.25, "region.people_per_area": 10_000, "care.coordination_cost": [3.0, 30.0], RATE: 0.6}
    assert changed == ENHANCED.with_values(plain)
    terms = {"sharing_rate": np.float32(0.5)}
    assert Contract(payer="medicare", regime="shared_savings", terms=terms).terms["sharing_rate"] == 0.5


def test_a_list_or_section_given_whole_replaces() -> None:
    contract = Contract(payer="medicare", regime="shared_savings", terms={"sharing_rate": 0.6})
    as_object, as_mapping = (
        ENHANCED.with_values({"contracts": [given]}) for given in (contract, contract.model_dump(by_alias=True))
    )
    assert as_object.hash == as_mapping.hash
    assert as_object.contracts[0].terms["loss_rate_high"] == 0.0
    eager = ENHANCED.with_values({"behavior.salience": 0.5}).with_values({"behavior": BehaviorBlock(speed=0.5)})
    assert (eager.behavior.speed, eager.behavior.salience) == (0.5, 1.0)
    assert having(BEHAVING, payers=[PayerTerms(name="only")]).payers[0].name == "only"
    both = ENHANCED.with_values({RATE: 0.7, "contracts": [contract]})
    assert both.contracts[0].terms["sharing_rate"] == 0.7


def test_another_rule_begins_with_its_own_default_terms() -> None:
    """Both have a `settlement_lag`, which shared savings sets to 8 months."""
    changed = ENHANCED.with_values({"contracts.0.terms.chosen_minimum": 0.02, "contracts.0.regime": "shared_savings"})
    assert changed.contracts[0].terms["loss_rate_high"] == 0.75
    other = ENHANCED.with_values({"contracts.0.terms.nothing_at": 50, "contracts.0.regime": "capitation_withhold"})
    default = Contract(payer="medicare", regime="capitation_withhold", terms={"nothing_at": 50})
    assert other.contracts[0].terms == default.terms
    target = BEHAVING.with_values({"behavior.name": "target_income", "behavior.terms.eta": 1.0})
    assert target.with_values({"behavior.name": "imitation"}).behavior.terms == {"leaders": 0.2}


def test_names_of_changed_scenarios_count_on() -> None:
    faster = ENHANCED.with_values({"behavior.speed": 0.2})
    assert faster.name == "mssp_enhanced_2"
    assert faster.with_values({"behavior.speed": 0.3}).name == "mssp_enhanced_3"
    assert faster.with_values({}, name="fast").with_values({"behavior.speed": 0.4}).name == "fast_2"
    assert ENHANCED.with_values({"behavior.speed": ENHANCED.behavior.speed}) == ENHANCED
    assert ENHANCED.with_values({}, name="other").name == "other"
    ten_percent = ENHANCED.with_values({RATE: 0.1}, name="share_10")
    assert ten_percent.with_values({"behavior.speed": 0.2}).name == "share_10_2"
    long = ENHANCED.with_values({}, name="a" * 64).with_values({"behavior.speed": 0.2})
    assert long.name == "a" * 62 + "_2"
    assert refused(ENHANCED, {"name": "My name"})[0][0] == "name"


def test_a_changed_scenario_says_so() -> None:
    changed = ENHANCED.with_values({RATE: 0.6})
    assert changed.title == "MSSP ENHANCED, two-sided, changed"
    assert changed.description == f"mssp_enhanced with {RATE} = 0.6"
    number = next(number for number in changed.numbers() if number.path == RATE)
    assert number.kind == "Assumptions, to be varied"
    assert number.source.startswith("assumption where changed, else 42 CFR 425.610")
    sourced = ENHANCED.with_values({RATE: 0.6, "source": "our contract"})
    assert next(number for number in sourced.numbers() if number.path == RATE).source == "our contract"
    dear = BEHAVING.with_values({"payers.medicare.physician_price": 1.2})
    price = next(number for number in dear.numbers() if number.path == "payers.medicare.physician_price")
    assert price.kind == "Assumptions, to be varied"


def test_what_a_scenario_does_not_say_stays_unsaid() -> None:
    """Whether a scenario says how providers behave decides whose behavior `--behavior` may take."""
    assert "behavior" not in ENHANCED.with_values({RATE: 0.6}).model_fields_set
    assert "behavior" in ENHANCED.with_values({"behavior.speed": 0.2}).model_fields_set


@pytest.mark.parametrize("name", ["mixed_payers", "mssp_enhanced", "cjr", "owner_practice", "kidney_aco"])
def test_a_scenario_takes_its_resolved_values(name: str) -> None:
    updates = {"payers.0.updates": [{"from": 13, "physician": 1.1}], "behavior.levers": ["lists"]}
    for scenario in (find_scenario(name), find_scenario(name).with_values(updates)):
        content = scenario.resolved()
        assert Scenario(**content) == Scenario.model_validate(content) == scenario
        assert Scenario(**content).hash == scenario.hash


def test_a_changed_scenario_reads_back_as_itself(tmp_path: Path) -> None:
    changed = ENHANCED.with_values({RATE: 0.6, "behavior.speed": 0.2})
    (tmp_path / "mine.yaml").write_bytes(scenario_yaml(changed))
    assert read_scenario(tmp_path / "mine.yaml") == changed


def test_choices_are_listed_with_what_is_allowed() -> None:
    choices = {choice.path: choice for choice in having(MIXED, contracts=find_scenario("cjr").contracts).choices()}
    assert choices["contracts.0.payer"].allowed == ("medicare", "commercial", "medicaid")
    assert (choices["contracts.0.holders"].value, choices["contracts.0.holders"].allowed[-1]) == (
        ("hospital",),
        "hospital",
    )
    assert (choices["contracts.0.terms.mode"].value, choices["contracts.0.terms.mode"].allowed) == (
        "retrospective",
        ("retrospective", "prospective"),
    )
    assert (choices["measurement.outcomes"].value, choices["measurement.outcomes"].allowed) == (False, (False, True))
    assert set(choices["contracts.0.condition"].allowed) == {None, "kidney_disease"}
    assert "capitation" in choices["contracts.0.regime"].allowed
    assert "imitation" in choices["behavior.name"].allowed
    assert not any(path.split(".")[-1] in ("title", "source", "description") for path in choices)


def test_differences_by_place_of_contracts_and_name_of_payers() -> None:
    track, enhanced = find_scenario("mssp_track3"), ENHANCED
    differences = {d.path: (d.value, d.other) for d in enhanced.differences(track)}
    terms, others = enhanced.contracts[0].terms, track.contracts[0].terms
    differing = {name for name in terms if terms[name] != others[name]}
    assert {path.split(".")[3] for path in differences} == differing
    assert differences["contracts.0.terms.regional_weights_above.agreement_1"] == (0.15, 0.0)
    assert differences["contracts.0.terms.chosen_minimum"] == (terms["chosen_minimum"], others["chosen_minimum"])
    assert BEHAVING.differences(BEHAVING.with_values({"title": "Other"}, name="other")) == ()


def test_what_only_one_scenario_has_is_said_once() -> None:
    one = having(BEHAVING, contracts=[{"payer": "medicare", "regime": "capitation"}])
    [difference] = one.differences(BEHAVING)
    assert (difference.path, difference.only_in, difference.other) == ("contracts.0", "default", None)
    assert difference.value == "capitation of medicare with physician_led, hospital_led, independents"
    other = having(BEHAVING.with_values({}, "other"), payers=[PayerTerms(name="only", title="Only", share=1.0)])
    said = [(d.path, d.value, d.other, d.only_in) for d in BEHAVING.differences(other)]
    assert said == [("payers.medicare", "Medicare", None, "default"), ("payers.only", None, "Only", "other")]
    differences = {d.path: d.only_in for d in ENHANCED.differences(find_scenario("capitation"))}
    assert differences["contracts.0.regime"] == ""
    assert differences[RATE] == "mssp_enhanced"


def test_titles_are_words() -> None:
    titles = {number.path: number.title for number in ENHANCED.numbers()}
    assert titles[RATE] == "Sharing rate"
    assert titles["care.rate.post_acute"] == "Rate: post acute"


def test_pydantics_own_copy_is_checked_too() -> None:
    """Every set of parameters inherits the method: that it is checked is seen only where it is called, as here."""
    for scenario in (ENHANCED, MIXED):
        copy = scenario.model_copy(update={"measurement": {"outcomes": True}})
        assert (copy.measurement.outcomes, copy.contracts) == (True, scenario.contracts)
        assert scenario.model_copy() == scenario.model_copy(deep=True) == scenario
    for wrong in ({"sped": 0.1}, {"speed": 7.0}, {"volume_share": -3}, {"levers": ("liste",)}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ENHANCED.behavior.model_copy(update=wrong)


@pytest.mark.parametrize("folder", ["vbp_agents", "tests", "experiments"])
def test_no_copy_is_made_unchecked(folder: str) -> None:
    """Pydantic's ways around its checks; this file names them."""
    around = re.compile(r"model_copy\(\s*update|\bmodel_construct\b|object\.__setattr__")
    files = [file for file in (ROOT / folder).rglob("*.py") if file.name != Path(__file__).name]
    assert not [file.name for file in files if around.search(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", ["contracts.0.track", "contracts.*.performance_year"])
def test_a_track_is_no_value(path: str) -> None:
    """It stands for terms, which other numbers may have been set in since."""
    with pytest.raises(WrongInput, match=r"a track stands for the terms .* \(mssp_track1, .*, or set"):
        ENHANCED.with_values({path: "A"})

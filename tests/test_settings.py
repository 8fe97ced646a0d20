"""`--set`: what goes to which scenario of a comparison, what is refused, and what is said and recorded."""

import json
from pathlib import Path

import pytest
from command_line import vbp

from vbp_agents.errors import WrongInput
from vbp_agents.study.question import question_of
from vbp_agents.terms.scenario_file import find_scenario, find_scenarios
from vbp_agents.terms.settings import described, read_settings, with_settings

NAMES = ["fee_for_service", "mssp_enhanced", "capitation"]
SCENARIOS = find_scenarios(NAMES)
RATE = "contracts.0.terms.sharing_rate"


def test_a_value_is_read_as_in_a_file() -> None:
    texts = ["a.b=1", "a.c=0.5", "a.d=[1, 2.0, x]", "a.e=null", "a.f=no", "a.g='1'", "a.h= {b: 1} "]
    assert read_settings(texts[:6]) == {
        "a.b": 1,
        "a.c": 0.5,
        "a.d": [1, 2.0, "x"],
        "a.e": None,
        "a.f": "no",
        "a.g": "1",
    }
    assert read_settings(texts[6:]) == {"a.h": {"b": 1}}


@pytest.mark.parametrize("text", ["behavior.speed", "=1", "behavior.speed=", "", "behavior.speed=[1", "a=*b", "a=.nan"])
def test_a_setting_without_path_or_value_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        read_settings([text])


def test_a_path_goes_to_those_that_have_it() -> None:
    changed = with_settings(SCENARIOS, {RATE: 0.6, "behavior.speed": 0.06, "region.area_width": 40.0})
    assert [scenario.name for scenario in changed] == NAMES
    assert changed[1].contracts[0].terms["sharing_rate"] == 0.6
    assert changed[0].contracts == SCENARIOS[0].contracts
    assert {scenario.behavior.speed for scenario in changed} == {0.06}
    assert len({scenario.world_hash for scenario in changed}) == 1
    assert len({scenario.behavior_hash for scenario in changed}) == 1


def test_a_name_says_which_scenario_and_wins_over_all() -> None:
    both = with_settings(SCENARIOS, {f"mssp_enhanced:{RATE}": 0.6, RATE: 0.7, "capitation:contracts.0.share": 0.5})
    assert [scenario.contracts[0].share for scenario in both] == [1, 1, 0.5]
    assert both[1].contracts[0].terms["sharing_rate"] == 0.6
    assert with_settings(SCENARIOS, {}) == SCENARIOS


def test_another_rule_and_a_term_of_it_are_set_together() -> None:
    settings = {"mssp_enhanced:contracts.0.regime": "capitation", "mssp_enhanced:contracts.0.terms.discount": 0.03}
    changed = with_settings(SCENARIOS, settings)
    assert changed[1].contracts[0].terms["discount"] == 0.03
    assert described(SCENARIOS, changed) == [
        "contracts.0.regime = capitation instead of shared_savings, with its own default terms where none are set, "
        "in mssp_enhanced"
    ]


REFUSED = {
    "behavior.sped": "did you mean 'behavior.speed'?",
    "contracts.0.terms.sharing_rat": "no scenario here has it; in mssp_enhanced: unknown name 'sharing_rat'",
    "mssp_enhanced:behavior.speed": "a comparison has one behavior; set behavior.speed for all scenarios",
    "mssp_enhancd:contracts.0.share": "did you mean 'mssp_enhanced'?",
    "capitation:contracts.0.terms.sharing_rate": "unknown name 'sharing_rate'",
    "name": "a scenario keeps its name here",
    RATE: "mssp_enhanced:contracts.0.terms.sharing_rate: 7 is out of range; allowed 0 to 1 (share of savings)",
}


@pytest.mark.parametrize("written", REFUSED)
def test_what_cannot_be_set_is_refused(written: str) -> None:
    with pytest.raises(WrongInput) as error:
        with_settings(SCENARIOS, {written: 7})
    assert REFUSED[written] in str(error.value)
    assert error.value.problems[0][0] == (f"mssp_enhanced:{RATE}" if written == RATE else written)


def test_what_was_set_is_said() -> None:
    changed = with_settings(SCENARIOS, {RATE: 0.6, "behavior.speed": 0.06})
    assert described(SCENARIOS, changed) == [
        "behavior.speed = 0.06 instead of 0.085, in all scenarios",
        f"{RATE} = 0.6 instead of 0.75, in mssp_enhanced",
    ]
    assert described(SCENARIOS, SCENARIOS) == ["as it was already"]


def test_a_question_says_what_was_set() -> None:
    question = question_of(NAMES, behavior="owner_practice").with_settings({"behavior.speed": 0.06, RATE: 0.6})
    assert question.behavior_from == "by --behavior, as in owner_practice, with behavior.speed set"
    assert question.settings == {"behavior.speed": 0.06, RATE: 0.6}
    assert question.scenarios[1].behavior.volume_share == 1.0


def test_the_commands_say_and_record_what_is_set(tmp_path: Path) -> None:
    size = ("--patients", "300", "--years", "1", "--seed", "3")
    settings = ("--set", "behavior.speed=0.06", "--set", f"{RATE}=0.6")
    done = vbp(tmp_path, "run", "mssp_enhanced", *size, *settings, "--out", "results")
    assert done.returncode == 0
    assert f"set: {RATE} = 0.6 instead of 0.75, in mssp_enhanced" in done.stderr.splitlines()
    assert json.loads((tmp_path / "results" / "metadata.json").read_text())["set"] == {
        "behavior.speed": 0.06,
        RATE: 0.6,
    }
    saved = find_scenario(tmp_path / "results" / "scenario_mssp_enhanced.yaml")
    assert (saved.behavior.speed, saved.contracts[0].terms["sharing_rate"]) == (0.06, 0.6)
    shown = vbp(tmp_path, "contract", "mssp_enhanced", *settings[2:], "--json", "found.json")
    assert "set: " in shown.stderr
    usual = vbp(tmp_path, "contract", "mssp_enhanced", "--json", "usual.json")
    assert usual.returncode == shown.returncode == 0
    assert (tmp_path / "found.json").read_bytes() != (tmp_path / "usual.json").read_bytes()


def test_a_wrong_setting_ends_before_anything_is_simulated(tmp_path: Path) -> None:
    for command in ("compare", "run", "contract"):
        done = vbp(tmp_path, command, "mssp_enhanced", "--set", "behavior.sped=1")
        assert done.returncode == 2
        assert done.stderr.startswith("vbp: --set behavior.sped: ")
        assert "did you mean 'behavior.speed'?" in done.stderr
        assert not list(tmp_path.iterdir())


NONE_HAS: dict[str, str] = {
    "contracts.0.regime=nothing": "there is no regime 'nothing'; allowed bundled, capitation,",
    "contracts.0.regime=capitaton": "did you mean 'capitation'?",
    "contracts.*.regime=capitaton": "did you mean 'capitation'?",
    "contracts.0.regime=null": "must be the name of a regime, not nothing; allowed bundled,",
    "contracts.0.regime=true": "must be the name of a regime, not True; allowed bundled,",
    "contracts.0.regime=cjr": "cjr is a preset of regime bundled; write `regime: bundled` with its terms",
    "contracts=3": "must be a list, not 3",
    "contracts.0={payer: medicare}": "contracts.0.regime: is missing",
    "contracts.0.terms={sharing_rate: 9}": "9 is out of range; allowed 0 to 1 (share of savings)",
    "contracts.regime=capitation": "did you mean 'contracts.0.regime'?",
    "behavior.name=profit": "allowed fixed_practice, imitation, profit_and_benefit, target_income; did you mean 'p",
    "behavior.name=null": "must be the name of a behavior, not nothing; allowed fixed_practice,",
    "contracts.0.program=voluntery": "did you mean 'voluntary'?",
    "contracts.0.program=null": "must be one of mandatory, voluntary, randomized, not nothing",
    "contracts.0.program=true": "must be one of mandatory, voluntary, randomized, not True",
    "contracts.0.holders=hospital": "write [hospital]; allowed physician_led, hospital_led, independents, hospital",
    "contracts.0.holders=[hospitl]": "did you mean 'hospital'?",
    "contracts.0.holders=null": "must be a list, not nothing; allowed physician_led,",
    "behavior.levers=null": "must be a list, not nothing; allowed intensity,",
    "contracts.0.condition=kidney": "did you mean 'kidney_disease'?",
    "contracts.0.payer=medicar": "did you mean 'medicare'?",
    "measurement.outcomes=yes": "must be true or false, not 'yes'; write true",
    "measurement.outcomes=0": "must be true or false, not 0; write false",
    "contracts.0.share=true": "must be a number, not True; allowed 0.001 to 1",
}


@pytest.mark.parametrize("text", NONE_HAS)
def test_a_value_that_none_can_have_is_told_what_is_allowed(text: str) -> None:
    """Also where it would make scenarios alike if it were one: that is not what is wrong with it."""
    for scenarios in (SCENARIOS, SCENARIOS[1:2]):
        with pytest.raises(WrongInput) as caught:
            with_settings(scenarios, read_settings([text]))
        assert NONE_HAS[text] in str(caught.value)
        assert "alike" not in str(caught.value)


@pytest.mark.parametrize("text", ["contracts.0.regime=capitation", "contracts.*.regime=capitation", "contracts=[]"])
def test_what_would_make_scenarios_alike_is_told_so(text: str) -> None:
    with pytest.raises(WrongInput, match="would make scenarios alike that are to be compared; write NAME:"):
        with_settings(SCENARIOS, read_settings([text]))

"""What is made wrongly in Python is told like a wrong file: one exception type, every path, and what was meant."""

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import vbp_agents as vbp
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.declaration import Parameters
from vbp_agents.errors import options_meant
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.results import MAKER, Results
from vbp_agents.terms.payers import PayerTerms

UNNAMED: Any = vbp.Contract
NUMBER: Any = 3
NOTHING: Any = None
NO_SCENARIO: Any = "capitation"
"""What is called wrongly, and values of a kind that checked types would not let through."""
MEDICARE = {"payer": "medicare", "regime": "capitation"}
CONTRACTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a regime that is none": ({"regime": "capitaton"}, "regime", "did you mean 'capitation'?"),
    "a term that is none": ({"terms": {"discont": 0.1}}, "terms.discont", "did you mean 'discount'?"),
    "a term out of range": (
        {"terms": {"discount": 9}},
        "terms.discount",
        "9 is out of range; allowed 0 to 0.5",
    ),
    "an argument that is none": ({"payor": "medicare"}, "payor", "did you mean 'payer'?"),
    "a program that is none": ({"program": "voluntery"}, "program", "did you mean 'voluntary'?"),
    "a number as a text": ({"share": "40%"}, "share", "write 0.40"),
    "an end before the beginning": ({"start": 13, "until": 1}, "until", "before the contract begins"),
}


@pytest.mark.parametrize("what", CONTRACTS)
def test_a_contract_made_wrongly_says_where_and_what_was_meant(what: str) -> None:
    changes, path, said = CONTRACTS[what]
    with pytest.raises(vbp.WrongInput) as caught:
        vbp.Contract(**MEDICARE | changes)
    [(where, message)] = caught.value.problems
    assert (where, said in message) == (path, True)
    assert str(caught.value) == f"{path}: {message}"


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(vbp.WrongInput) as caught:
        vbp.Contract(payr="medicare", share=2.0)
    assert [path for path, _ in caught.value.problems] == ["payer", "regime", "share", "payr"]


SCENARIOS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a name with a blank": ({"name": "my deal"}, "name", "'my deal' is not a name"),
    "a payer that is none": ({"contracts": [MEDICARE | {"payer": "medicar"}]}, "contracts.0.payer", "'medicare'?"),
    "a preset for a regime": (
        {"contracts": [MEDICARE | {"regime": "mssp_enhanced"}]},
        "contracts.0.regime",
        "write `regime: shared_savings` with its terms",
    ),
    "a number of care": ({"behavior": {"volum_share": 1}}, "behavior.volum_share", "did you mean 'volume_share'?"),
    "a payer's share": (
        {"payers": [{"name": "medicare", "title": "Medicare", "share": 3.0}]},
        "payers.medicare.share",
        "allowed 0 to 1",
    ),
    "no parameter": ({"years": 5}, "years", "unknown name 'years'"),
}


@pytest.mark.parametrize("what", SCENARIOS)
def test_a_scenario_made_wrongly_is_told_what_its_file_would_be(what: str) -> None:
    changes, path, said = SCENARIOS[what]
    with pytest.raises(vbp.WrongInput) as caught:
        vbp.Scenario(**{"name": "mine"} | changes)
    problems = dict(caught.value.problems)
    assert list(problems) == [path]
    assert said in problems[path]


OTHERS: dict[str, tuple[Callable[[], object], str, str]] = {
    "a regime's rate": (lambda: SharedSavings(sharing_rate=2), "sharing_rate", "2 is out of range; allowed 0 to 1"),
    "a regime's term": (lambda: SharedSavings(sharin_rate=0.2), "sharin_rate", "did you mean 'sharing_rate'?"),
    "a rule of two terms": (lambda: SharedSavings(loss_rate_low=0.9), "", "make loss_rate_high the larger one"),
    "a changed regime": (lambda: SharedSavings().with_changes(sharing_rate=7), "sharing_rate", "7 is out of range"),
    "a payer's price": (
        lambda: PayerTerms(name="medicare", physician_price=-1.0),
        "physician_price",
        "-1.0 is out of range",
    ),
    "a behavior's term": (
        lambda: find_behavior("imitation")(leadrs=1),
        "leadrs",
        "did you mean 'leaders'?",
    ),
    "a value without a name": (lambda: UNNAMED("medicare"), "", "write name=value (payer, holders, regime ...)"),
    "a value that is set": (
        lambda: setattr(vbp.find_scenario("cjr"), "title", "mine"),
        "",
        "Scenario.title cannot be set; make another one with with_values({...})",
    ),
    "a term that is set": (lambda: setattr(SharedSavings(), "sharing_rate", 0.1), "", "with_changes(...)"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_every_other_set_of_parameters_says_it_the_same_way(what: str) -> None:
    make, path, said = OTHERS[what]
    with pytest.raises(vbp.WrongInput) as caught:
        make()
    [(where, message)] = caught.value.problems
    assert (where, said in message) == (path, True)


def test_pydantic_is_not_heard_behind_it() -> None:
    """What a traceback shows is the message, not what found it."""
    with pytest.raises(vbp.WrongInput) as caught:
        vbp.Contract(**MEDICARE | {"share": 2.0})
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_what_is_read_or_copied_makes_no_call() -> None:
    """JSON, pickles and copies build instances without calling the class: as quick as pydantic, and as it says."""
    scenario = vbp.find_scenario("cjr")
    called = []

    class Heard(Parameters):
        number: int = 1

        @classmethod
        def _wrong(cls, error: ValidationError, given: Any) -> vbp.WrongInput:
            called.append(given)
            return super()._wrong(error, given)

    with pytest.raises(ValidationError):
        Heard.model_validate_json('{"number": "x"}')
    assert called == []
    for twin in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario), copy.copy(scenario)):
        assert twin == scenario
        assert twin.hash == scenario.hash
    assert vbp.Scenario.model_validate_json(json.dumps(scenario.resolved())) == scenario


def test_arguments_are_called_as_python_calls_them(tmp_path: Path) -> None:
    """And as options on the command line."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "metadata.json").write_text(json.dumps({"made_by": MAKER, "files": []}))

    def taken() -> str:
        with pytest.raises(vbp.WrongInput) as caught, Results(tmp_path / "r", (), {}):
            raise AssertionError("the folder is there already")
        return str(caught.value)

    def unlike() -> str:
        with pytest.raises(vbp.WrongInput) as caught:
            vbp.compare("owner_practice", patients=300)
        return str(caught.value)

    def without() -> str:
        with pytest.raises(vbp.WrongInput) as caught:
            vbp.compare("capitation", patients=300, behavior="mssp_enhanced")
        return str(caught.value)

    assert "add overwrite=True to replace" in taken()
    assert "write behavior=... with its name or file" in unlike()
    assert "behavior='mssp_enhanced': mssp_enhanced has no" in without()
    with options_meant():
        assert "add --overwrite to replace" in taken()
        assert "write --behavior with its name or file" in unlike()
        assert "--behavior mssp_enhanced: mssp_enhanced has no" in without()
    assert "overwrite=True" in taken()


def test_metrics_are_hinted_at() -> None:
    """A word of a name is enough."""
    world = vbp.build_world("fee_for_service", patients=300, seed=1, threads=1)
    for given, meant in {"cost": "cost_per_capita", "mortalty": "mortality"}.items():
        with pytest.raises(vbp.WrongInput, match=f"there is no metric '{given}'; did you mean '{meant}'"):
            vbp.Simulation(world, vbp.find_scenario("fee_for_service"), metrics=[given])
    with pytest.raises(vbp.WrongInput, match=r"there is no metric 'xyz'; allowed .*cost_per_capita"):
        vbp.Simulation(world, vbp.find_scenario("fee_for_service"), metrics=["xyz"])


ARGUMENTS: dict[str, tuple[Callable[[], object], str]] = {
    "a folder": (lambda: vbp.load(NUMBER), "3 is no path of a folder"),
    "a folder of tables": (lambda: vbp.read_tables(NOTHING), "None is no path of a folder of results"),
    "a regime's file": (lambda: vbp.load_regime_file(NOTHING), "None is no path of a Python file"),
    "a metric's file": (lambda: vbp.load_metric_file(NUMBER), "3 is no path of a Python file"),
    "a sweep's folder": (lambda: vbp.read_sweep(NOTHING), "None is no path of a folder for a sweep"),
    "a study": (lambda: vbp.sweep(NOTHING, out="none", workers=0), "None is no path of a study"),
    "people": (lambda: vbp.Size(NOTHING, 1, 1, 1, 1), "patients: None is no whole number; allowed 100 to"),
    "too many years": (lambda: vbp.Size(100, 99, 1, 1, 1), "years: 99 is out of range; allowed 1 to 50"),
    "a behavior": (
        lambda: vbp.compare("cjr", behavior=NUMBER, patients=300),
        "behavior=3 is no name of a behavior or a scenario",
    ),
    "another scenario": (
        lambda: vbp.find_scenario("cjr").differences(NO_SCENARIO),
        "'capitation' is no Scenario; find_scenario finds one by its name",
    ),
    "metrics": (
        lambda: vbp.Simulation(NOTHING, NOTHING, metrics=NUMBER),
        "metrics: 3 are no names",
    ),
}


@pytest.mark.parametrize("what", ARGUMENTS)
def test_an_argument_of_another_kind_is_told_what_is_wanted(what: str) -> None:
    call, said = ARGUMENTS[what]
    with pytest.raises(vbp.WrongInput) as caught:
        call()
    assert said in str(caught.value)

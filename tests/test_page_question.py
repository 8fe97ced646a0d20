"""A page's question and its link: readable, both ways, and checked like a file."""

from dataclasses import replace

import pytest

from vbp_agents.app.links import LONGEST_LINK, linked_question, query_of
from vbp_agents.app.question import PageQuestion, ScenarioChoice
from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario_file import find_scenario

RATE = "contracts.0.terms.sharing_rate"
CHANGED = replace(
    PageQuestion(),
    choices=(
        ScenarioChoice("fee_for_service"),
        ScenarioChoice("mssp_enhanced", {RATE: 0.6}),
        ScenarioChoice("capitation"),
    ),
    shared={"behavior.speed": 0.06, "behavior.name": "imitation"},
    years=3,
)
LINK = (
    f"from=fee_for_service&to=mssp_enhanced&to.{RATE}=0.6&to2=capitation"
    "&behavior.speed=0.06&behavior.name=imitation&years=3"
)


def test_a_link_is_pairs_that_can_be_read() -> None:
    assert query_of(CHANGED, {}) == LINK


def test_a_link_leads_back_to_the_question() -> None:
    assert linked_question(LINK) == CHANGED
    assert linked_question("") == PageQuestion()


def test_what_views_keep_is_in_the_link_and_in_no_scenario() -> None:
    query = query_of(PageQuestion(), {"lesson": "luck_or_effect"})
    assert query == "from=fee_for_service&to=mssp_enhanced&lesson=luck_or_effect"
    assert linked_question(query) == PageQuestion()


def test_all_scenarios_have_what_is_shared_and_each_its_own() -> None:
    ffs, enhanced, capitation = CHANGED.scenarios()
    assert {s.behavior.speed for s in (ffs, enhanced, capitation)} == {0.06}
    assert enhanced.contracts[0].terms["sharing_rate"] == 0.6
    assert [s.name for s in (ffs, enhanced, capitation)] == ["fee_for_service", "mssp_enhanced", "capitation"]


def test_the_same_scenario_twice_has_two_names() -> None:
    twice = replace(PageQuestion(), choices=(ScenarioChoice("capitation"), ScenarioChoice("capitation")))
    assert [scenario.name for scenario in twice.scenarios()] == ["capitation", "capitation_2"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("to=mssp_enhnced", "did you mean 'mssp_enhanced'"),
        ("to=/etc/passwd", "upload the file instead"),
        ("to=scenarios/default.yaml", "upload the file instead"),
        (f"to.{RATE}=7", "7 is out of range; allowed 0 to 1"),
        ("to.contracts.7.terms.x=1", "contracts"),
        ("behavior.sped=1", "did you mean 'behavior.speed'"),
        ("years=99", "allowed here 1 to 10"),
        ("people=many", "no whole number"),
        ("to2.behavior.speed=1", "does not name"),
        ("x=__import__('os')", "x: "),
    ],
)
def test_a_link_that_leads_nowhere_says_why(query: str, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        linked_question(query)


def test_too_much_for_a_link_or_an_uploaded_file_has_none() -> None:
    many = {f"care.rate.{n}": 0.123456789 for n in range(200)}
    assert query_of(replace(PageQuestion(), shared=many), {}) is None
    assert len(str(query_of(CHANGED, {}))) < LONGEST_LINK
    uploaded = ScenarioChoice("mine", {}, find_scenario("default"))
    assert query_of(replace(PageQuestion(), choices=(uploaded, uploaded)), {}) is None

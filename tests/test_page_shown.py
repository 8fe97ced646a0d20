"""What Watch shows is in the link: whose world, which month, and who is asked why."""

from collections.abc import Iterator

import pytest

from vbp_agents.app.links import linked_question, of_views, query_of
from vbp_agents.app.question import PageQuestion, ScenarioChoice
from vbp_agents.app.recording import Recording
from vbp_agents.app.watching.shown import NOBODY_CHOSEN, Shown, in_link, shown_of
from vbp_agents.people.events import DIED
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.worlds import build_world
from vbp_agents.terms.scenario_file import find_scenario

PEOPLE, MONTHS = 600, 12
QUESTION = PageQuestion(
    (ScenarioChoice("fee_for_service"), ScenarioChoice("mssp_enhanced"), ScenarioChoice("capitation"))
)
KEPT = {"beside": "to2", "world": "from", "month": "17", "person": "226"}
LINK = "from=fee_for_service&to=mssp_enhanced&to2=capitation&beside=to2&world=from&month=17&person=226"


@pytest.fixture(scope="module")
def recording() -> Iterator[Recording]:
    """A year of few people, of whom some die."""
    scenario = find_scenario("capitation")
    with Simulation(build_world(scenario, patients=PEOPLE), scenario, people=True) as simulation:
        found = Recording(simulation, scenario.region.area_width)
        for month in simulation.months(MONTHS):
            found.add(month)
        yield found


def test_a_link_has_what_is_shown_and_leads_back_to_it() -> None:
    assert query_of(QUESTION, KEPT) == LINK
    assert linked_question(LINK) == QUESTION
    assert of_views(LINK) == KEPT
    assert shown_of(KEPT, 3) == Shown(other=2, world=0, month=17, kind="person", number=226)


def test_without_a_word_the_first_other_world_is_shown_at_its_latest_month() -> None:
    assert shown_of({}, 2) == Shown(other=1, world=1, month=None, kind="", number=-1)


def test_a_scenario_that_was_taken_away_is_not_shown() -> None:
    assert shown_of({"beside": "to3"}, 2).other == 1


def test_a_person_is_named_by_number_and_found_again_at_its_place(recording: Recording) -> None:
    place = 5
    number = int(recording.first_ids[place])
    kept = in_link({"kind": "person", "id": place, "month": 0}, recording)
    assert kept == {"practice": "", "person": str(number)}
    assert shown_of({"person": kept["person"]}, 2).on_map(recording) == {"kind": "person", "id": place}


def test_whoever_takes_the_place_of_the_dead_has_another_number(recording: Recording) -> None:
    month, place = next((m, int(p)) for m in range(1, MONTHS) for p in (recording.marks[m] & DIED).nonzero()[0])
    before, after = (
        int(in_link({"kind": "person", "id": place, "month": m}, recording)["person"]) for m in (month - 1, month)
    )
    assert after == before + PEOPLE
    assert {recording.place(before), recording.place(after)} == {place}


def test_a_practice_is_named_by_its_number_and_nobody_by_nothing(recording: Recording) -> None:
    kept = in_link({"kind": "practice", "id": 56, "month": 3}, recording)
    assert kept == {"practice": "56", "person": ""}
    there = int(recording.places[-1])
    assert shown_of({"practice": str(there)}, 2).on_map(recording) == {"kind": "practice", "id": there}
    assert shown_of({"practice": "99999"}, 2).on_map(recording) is None
    assert in_link(None, recording) == NOBODY_CHOSEN
    assert Shown().on_map(recording) is None

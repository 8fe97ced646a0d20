"""What Watch says of a run: events in words, reasons that add up, a person's months, books, dollars, a stored film."""

import json
from collections.abc import Iterator

import numpy as np
import pytest

from vbp_agents.app.film import RECORD
from vbp_agents.app.recording import titles_of
from vbp_agents.app.runner import Job
from vbp_agents.app.watching.books import BOOK, TRUTH, compared_lines, flow, saved, whole_years
from vbp_agents.app.watching.happenings import event_counts, happenings_of, holder_name
from vbp_agents.app.watching.inquiries import OfPerson, OfPractice, of_person, of_practice
from vbp_agents.app.watching.rows import lever_title
from vbp_agents.app.watching.run import FILMS, KEPT_NUMBERS, WatchAsked, Watched, watch
from vbp_agents.app.watching.stored import STORED_FILM, packed_parts, stored, unpacked_parts
from vbp_agents.people.events import DROPPED, EVENTS
from vbp_agents.study.simulation import Simulation
from vbp_agents.study.worlds import build_world
from vbp_agents.terms.scenario_file import find_scenario

LONG = 300.0
PEOPLE, YEARS = 2_000, 2


def nobody() -> None:
    """Is told, and does nothing."""


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """Two years of fee for service and of capitation, one replicate."""
    scenarios = find_scenario("fee_for_service"), find_scenario("capitation")
    question = WatchAsked(scenarios, PEOPLE, YEARS, 1, 1)
    job: Job[Watched] = Job(lambda job: watch(question, job), question.steps, nobody).start()
    assert job.wait(LONG)
    assert job.latest is not None
    yield job.latest
    FILMS.clear()
    KEPT_NUMBERS.clear()


def test_events_are_counted_as_the_months_have_them(watched: Watched) -> None:
    world = build_world("capitation", patients=PEOPLE, seed=1)
    with Simulation(world, find_scenario("capitation")) as simulation:
        months = list(simulation.months(3))
    found = event_counts(watched, 3)
    assert [title for title, _, _ in found] == [event.title for event in EVENTS]
    assert [other for _, _, other in found] == [months[2].events[event.name] for event in EVENTS]


def test_every_practice_that_dropped_somebody_is_named_with_how_many(watched: Watched) -> None:
    """Whose they were the month before, counted here from everybody's place in a simulation of its own."""
    world = build_world("capitation", patients=PEOPLE, seed=1)
    dropped_by: dict[int, dict[int, int]] = {}
    with Simulation(world, find_scenario("capitation"), people=True) as simulation:
        before = simulation.everybody()["practice"]
        for month in simulation.months(24):
            assert month.marks is not None
            whose, number = np.unique(before[(month.marks & DROPPED) > 0], return_counts=True)
            dropped_by[month.number] = dict(zip(whose.tolist(), number.tolist(), strict=True))
            before = simulation.everybody()["practice"]
    most = max(dropped_by, key=lambda number: sum(dropped_by[number].values()))
    assert dropped_by[most], "nobody is dropped in two years of capitation: choose another scenario"
    recording = watched.first[1].recording
    assert recording is not None
    texts = {
        one.id: one.text for one in happenings_of(recording, most) if "dropped" in one.text and one.kind == "practice"
    }
    for practice, count in list(dropped_by[most].items())[:3]:
        patients = f"{count} patient{'' if count == 1 else 's'}"
        assert texts[practice] == f"Practice {practice} dropped {patients}."


def test_before_the_first_month_nothing_has_happened(watched: Watched) -> None:
    recording = watched.first[1].recording
    assert recording is not None
    assert "nothing has happened" in happenings_of(recording, 0)[0].text


def test_holders_are_called_by_what_they_are(watched: Watched) -> None:
    recording = watched.first[1].recording
    assert recording is not None
    assert holder_name(recording, "hospital_led_1") == "the hospital-led ACO"
    assert holder_name(recording, "hospital_led_2") == "hospital led 2, elsewhere in the region,"
    assert holder_name(recording, "unattached") == "In no ACO"


def test_several_of_a_kind_in_an_area_have_their_numbers() -> None:
    found = titles_of(["hospital_led_1", "physician_led_1", "physician_led_2", "unattached"])
    assert found == {
        "hospital_led_1": "Hospital-led ACO",
        "physician_led_1": "Physician-led ACO 1",
        "physician_led_2": "Physician-led ACO 2",
        "unattached": "In no ACO",
    }


def test_levers_are_called_by_what_they_are() -> None:
    assert lever_title("intensity_test") == "more tests"
    assert lever_title("steering_inside") == "more referrals inside"
    assert lever_title("coordination") == "more coordination"
    assert lever_title("a_new_lever") == "a new lever"


def inquired(watched: Watched, practice: int) -> OfPractice:
    job: Job[OfPractice] = Job(lambda job: of_practice(watched.asked, practice, job), 100, nobody).start()
    assert job.wait(LONG)
    assert job.latest is not None
    return job.latest


def test_a_practices_reasons_are_the_simulations_and_add_up(watched: Watched) -> None:
    practice = 3
    found = inquired(watched, practice).document(1, 24)
    assert found is not None
    decided, document = found
    world = build_world("capitation", patients=PEOPLE, seed=1)
    with Simulation(world, find_scenario("capitation")) as simulation:
        for _ in simulation.months(decided):
            pass
        assert document == simulation.practice(practice)
    for reason in document["reasons"]:
        parts = sum(cause["dollars"] for cause in reason["because"]) + reason["besides_contracts"]
        assert reason["drive"] == pytest.approx(parts, rel=1e-6, abs=1e-6)


def test_a_practice_shares_patients_with_others_in_its_area(watched: Watched) -> None:
    ties = inquired(watched, 3).ties_at(1, 24)
    assert ties
    assert all(0 < share <= 1 for _, share in ties)
    assert [share for _, share in ties] == sorted((share for _, share in ties), reverse=True)
    assert 3 not in [other for other, _ in ties]


def test_a_persons_months_are_those_of_the_run(watched: Watched) -> None:
    """Where it was each month, as the map has it; the person lives both worlds."""
    recording = watched.first[1].recording
    assert recording is not None
    row = 7
    person = recording.person(row, 24)
    job: Job[OfPerson] = Job(lambda job: of_person(watched.asked, person, job), 100, nobody).start()
    assert job.wait(LONG)
    assert job.latest is not None
    story = [month for month in job.latest.stories[1] if month.event != "died"]
    assert [month.month for month in story][-1] == 24
    for month in story:
        place = int(recording.seats.practice_at(month.month)[row])
        number = int(recording.places[place]) if place < len(recording.places) else -1
        assert month.practice == number


def test_the_books_are_of_the_last_whole_year_and_one_replicate_is_called_luck(watched: Watched) -> None:
    years = whole_years(watched)
    assert len(years) == 1
    assert years[0][1] is watched.first[1].years[1]
    rows = {row.line.title: row for row in compared_lines((*BOOK, *TRUTH), years)}
    assert rows["Saved against the benchmark"].base == "–", "nobody has a benchmark under fees"
    assert " to " not in rows["Cost of care"].apart, "one replicate has no interval"
    assert saved(years) == ""


def test_dollars_that_are_paid_are_those_that_are_earned(watched: Watched) -> None:
    """Payers and patients pay what services and contracts bring, and organizations get all of it."""
    for lived in watched.first:
        found = flow(lived.years)
        paid, services, kept = (sum(step.values()) for step in (found.paid, found.services, found.kept))
        assert paid == pytest.approx(services)
        assert paid == pytest.approx(kept)


def test_the_stored_film_is_small_and_whole() -> None:
    found = stored()
    people, months = found["spec"]["people"], found["spec"]["months"]
    assert STORED_FILM.stat().st_size < 400_000
    assert len(found["film"]) == people * (months + 1)
    assert len(found["moves"]) == RECORD.itemsize * sum(found["spec"]["counts"])
    assert len(found["discs"]) == len(found["spec"]["practices"]) * (months + 1)


def test_a_film_is_unpacked_as_it_was_packed() -> None:
    parts = json.dumps({"a": 1}).encode(), b"", bytes(range(256))
    assert unpacked_parts(packed_parts(parts)) == list(parts)

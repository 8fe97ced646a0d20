"""The map's film and the places of its discs."""

import math

import numpy as np
from worlds import DEFAULT

from vbp_agents.actors.world import World
from vbp_agents.app.film import RECORD, Seats, frame, levels, ranked
from vbp_agents.app.places import MAP_MARGIN, RATIO, Disc, arranged
from vbp_agents.app.recording import Recording, rarest
from vbp_agents.people.events import EVENTS
from vbp_agents.study.simulation import Simulation
from vbp_agents.terms.scenario_file import find_scenario

NOWHERE = np.zeros((5, 2), np.uint16)


def test_the_sickest_sit_in_the_middle() -> None:
    practice, risk = np.array([1, 0, 1, 1, 0]), np.array([0.5, 2.0, 3.0, 1.0, 4.0])
    assert ranked(practice, risk).tolist() == [2, 1, 0, 1, 0]


def test_who_comes_takes_the_innermost_free_seat_and_nobody_else_moves() -> None:
    """Person 2 (seat 0 of practice 1) goes to practice 0, whose two seats are taken: it gets seat 2 there.

    Then person 4 goes the other way and finds seat 0 of practice 1 free.
    """
    practice, risk = np.array([1, 0, 1, 1, 0]), np.array([0.5, 2.0, 3.0, 1.0, 4.0])
    seats = Seats(practice, risk, NOWHERE)
    seats.month(np.array([1, 0, 0, 1, 0]), risk, NOWHERE, sort=False)
    assert seats.seat.tolist() == [2, 1, 2, 1, 0]
    seats.month(np.array([1, 0, 0, 1, 1]), risk, NOWHERE, sort=False)
    assert seats.seat.tolist() == [2, 1, 2, 1, 0]
    assert seats.counts == [5, 1, 1]
    moves = np.frombuffer(seats.packed(), RECORD)
    assert [(int(m["person"]), int(m["practice"]), int(m["seat"])) for m in moves[5:]] == [(2, 0, 2), (4, 1, 0)]


def test_in_january_seats_are_given_anew() -> None:
    practice, risk = np.array([0, 0, 0, 0, 0]), np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    seats = Seats(practice, risk, NOWHERE)
    seats.month(practice, risk[::-1].copy(), NOWHERE, sort=True)
    assert seats.seat.tolist() == [0, 1, 2, 3, 4]


def test_a_byte_has_a_level_and_an_event() -> None:
    level = levels(np.array([0.1, 1.0, 9.0]), [0.5, 1.0, 2.0])
    assert level.tolist() == [0, 2, 3]
    assert frame(level, np.array([0, 5, 1], np.uint8)).tolist() == [0, 5 * 16 + 2, 16 + 3]


def test_discs_do_not_overlap_and_stay_on_the_map() -> None:
    luck = np.random.default_rng(3)
    sizes = luck.lognormal(5, 0.8, 60).astype(int)
    discs = [Disc(n, "", "primary", "abcd"[n % 4], int(size)) for n, size in enumerate(sizes)]
    discs += [Disc(60, "", "pool", "", 40), Disc(61, "", "hospital", "", 0), Disc(62, "", "specialist", "", 0)]
    placed, groups, scale = arranged(discs, "d")
    assert [disc.id for disc in placed] == list(range(63))
    assert [group.title for group in groups] == ["a", "b", "c", "d"]
    for disc in placed:
        assert disc.r <= disc.x <= 1 - disc.r
        assert disc.r <= disc.y <= RATIO - disc.r
    inside = placed[:61]
    for n, disc in enumerate(inside):
        assert disc.r >= scale * math.sqrt(disc.people), "all of a practice's people have room in it"
        assert MAP_MARGIN < disc.x < 1 - MAP_MARGIN
        for other in inside[:n]:
            assert math.hypot(disc.x - other.x, disc.y - other.y) >= disc.r + other.r


def test_of_several_events_of_a_person_the_rarest_of_the_month_is_shown() -> None:
    """Three were admitted (6th event), two of them through an emergency (5th), one of whom died (8th)."""
    marks = np.array([32, 32 | 16, 32 | 16 | 128, 0], np.uint8)
    assert rarest(marks).tolist() == [6, 5, 8, 0]


def test_a_recording_has_a_byte_a_person_and_month_and_everybody_seated(small_world: World) -> None:
    """What the map is sent belongs together: as many records as counts say, and a seat for each person."""
    with Simulation(small_world, find_scenario("capitation"), people=True) as simulation:
        recording = Recording(simulation, DEFAULT.region.area_width)
        for month in simulation.months(2):
            recording.add(month)
        spec = recording.spec("1", 60, "risk")
        people = len(recording.rows)
        assert people == int((simulation.everybody()["area"] == 0).sum())
        assert len(recording.film("hidden")) == 3 * people
        assert spec["counts"][0] == people
        assert len(recording.seats.packed()) == RECORD.itemsize * sum(spec["counts"])
        assert len(recording.latest("risk")) == 8 + people + RECORD.itemsize * spec["counts"][-1]
        assert len(recording.shades("coordination")) == 3 * len(spec["practices"])
        pairs = set(zip(recording.seats.practice.tolist(), recording.seats.seat.tolist(), strict=True))
        assert len(pairs) == people, "nobody shares a seat"
        assert recording.series("cost_per_capita") == [m.metrics["cost_per_capita"] for m in recording.months]
        shown = np.frombuffer(recording.film("risk"), np.uint8).reshape(3, people)[2] >> 4
        died = 1 + [event.name for event in EVENTS].index("died")
        assert (shown == died).sum() <= recording.months[-1].events["died"]

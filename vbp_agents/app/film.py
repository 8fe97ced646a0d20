"""The film of a run as the map takes it: a byte a month and person, and who is seated where."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RECORD = np.dtype([("person", "<u4"), ("practice", "<u2"), ("seat", "<u2"), ("x", "<u2"), ("y", "<u2")])
"""A move: where a person is from this month on, by panel and by place."""
LEVELS = 10
"""Steps of what people are colored by."""

Integers = NDArray[np.int64]


def levels(values: NDArray[np.float64], ends: Sequence[float]) -> NDArray[np.uint8]:
    """In which of the LEVELS between ascending ``ends`` (one fewer) each value is, shape of ``values``."""
    return np.searchsorted(np.asarray(ends), values, side="right").astype(np.uint8)


def frame(level: NDArray[np.uint8], event: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A month's bytes: the level in the low four bits, what happened in the high four (0: nothing)."""
    return np.asarray((level & 15) | (event << 4), np.uint8)


class Seats:
    """Who sits where in the sunflower of each practice: the sickest in the middle, anew each January.

    In between somebody who comes takes the innermost seat that is free, so that the others stay where they are.
    """

    def __init__(self, practice: Integers, risk: NDArray[np.float64], places: NDArray[np.uint16]) -> None:
        self.practice, self.places = practice.copy(), places.copy()
        self.seat = ranked(practice, risk)
        self.moves: list[NDArray[np.void]] = [self._records(np.arange(len(practice)))]

    def month(self, practice: Integers, risk: NDArray[np.float64], places: NDArray[np.uint16], sort: bool) -> None:
        """One more month: where everybody is now. ``sort``: seats are given anew."""
        before = self.seat.copy()
        changed = practice != self.practice
        if sort:
            self.seat = ranked(practice, risk)
        else:
            self.seat[changed] = self._free(practice, changed)
        moved = changed | (self.seat != before) | np.any(places != self.places, axis=1)
        self.practice, self.places = practice.copy(), places.copy()
        self.moves.append(self._records(np.flatnonzero(moved)))

    def _free(self, practice: Integers, changed: NDArray[np.bool_]) -> Integers:
        """The innermost free seats of the practices that people changed to, shape of whom that are."""
        to, staying = practice[changed], ~changed
        found = np.zeros(len(to), np.int64)
        going_to = np.zeros(int(practice.max(initial=0)) + 1, np.bool_)
        going_to[to] = True
        there = np.flatnonzero(staying & going_to[practice])  # who sits in a practice that somebody comes to
        ends = np.cumsum(np.bincount(practice[there], minlength=len(going_to)))
        taken = self.seat[there[np.argsort(practice[there], kind="stable")]]
        for place in np.flatnonzero(going_to):
            comers = np.flatnonzero(to == place)
            seats = taken[ends[place - 1] if place else 0 : ends[place]]
            free = np.ones(len(seats) + len(comers), np.bool_)
            free[seats[seats < len(free)]] = False
            found[comers] = np.flatnonzero(free)[: len(comers)]
        return found

    def _records(self, people: Integers) -> NDArray[np.void]:
        records = np.zeros(len(people), RECORD)
        records["person"], records["practice"] = people, self.practice[people]
        records["seat"] = self.seat[people]
        records["x"], records["y"] = self.places[people].T
        return records

    def practice_at(self, month: int) -> Integers:
        """Where everybody was at the end of a month, (people,)."""
        found = np.zeros(len(self.practice), np.int64)
        for records in self.moves[: month + 1]:
            found[records["person"]] = records["practice"]
        return found

    @property
    def counts(self) -> list[int]:
        """How many moved in each month, month 0 first."""
        return [len(records) for records in self.moves]

    def packed(self, months: int | None = None) -> bytes:
        """The moves up to a month, all where none is named."""
        return np.concatenate(self.moves[: None if months is None else months + 1]).tobytes()


def ranked(practice: Integers, risk: NDArray[np.float64]) -> Integers:
    """Everybody's place in their practice by falling risk, from 0."""
    order = np.lexsort((-risk, practice))
    starts = np.searchsorted(practice[order], practice[order], side="left")
    seats = np.empty(len(practice), np.int64)
    seats[order] = np.arange(len(practice)) - starts
    return seats


def live_packet(month: int, state: NDArray[np.uint8], moves: NDArray[np.void]) -> bytes:
    """A month that was computed just now; several follow one another."""
    return np.array([month, len(moves)], "<u4").tobytes() + state.tobytes() + moves.tobytes()

"""The film of a run as the map takes it: a byte a month and person, and who is seated where."""

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

RECORD = np.dtype([("person", "<u4"), ("practice", "<u2"), ("seat", "<u2"), ("x", "<u2"), ("y", "<u2")])
"""A move: where a person is from this month on, by panel and by place."""
LEVELS = 10
"""Steps of what people are colored by."""

Integers = NDArray[np.int64]


def levels(values: NDArray[np.float64], ends: Sequence[float]) -> NDArray[np.uint8]:
    """In which of the LEVELS between ascending ``ends`` (one fewer) each value is, shape of ``values``."""
    level = np.zeros(len(values), np.uint8)
    for end in np.asarray(ends, np.float64):  # a comparison an end takes a tenth of what a search for each value does
        level += values >= end
    return level


def frame(level: NDArray[np.uint8], event: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A month's bytes: the level in the low four bits, what happened in the high four (0: nothing)."""
    return np.asarray((level & 15) | (event << 4), np.uint8)


def two_a_byte(level: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two people's levels in a byte."""
    even = np.zeros(2 * -(-len(level) // 2), np.uint8)
    even[: len(level)] = level
    return np.asarray(even[::2] | (even[1::2] << 4), np.uint8)


def from_two_a_byte(packed: NDArray[np.uint8], people: int) -> NDArray[np.uint8]:
    """Everybody's level again, (people,)."""
    return np.stack([packed & 15, packed >> 4], axis=1).ravel()[:people]


class Seats:
    """Who sits where in the sunflower of each practice: the sickest in the middle, anew each January.

    In between somebody who comes takes the innermost seat that is free, so that the others stay where they are.
    """

    def __init__(self, practice: Integers, risk: NDArray[np.float64], places: NDArray[np.uint16]) -> None:
        self.practice, self.places = practice.copy(), places.copy()
        self._sort(risk)
        self.moves: list[NDArray[np.void]] = [self._records(np.arange(len(practice)))]

    def month(self, practice: Integers, risk: NDArray[np.float64], places: NDArray[np.uint16], sort: bool) -> None:
        """One more month: where everybody is now. ``sort``: seats are given anew."""
        before = self.seat.copy()
        changed = practice != self.practice
        homes = places != self.places
        left = self.practice[changed]
        self.practice, self.places = practice.copy(), places.copy()
        if sort:
            self._sort(risk)
        else:
            self._reseat(np.flatnonzero(changed), left)
        moved = changed | (self.seat != before) | homes[:, 0] | homes[:, 1]
        self.moves.append(self._records(np.flatnonzero(moved)))

    def _sort(self, risk: NDArray[np.float64]) -> None:
        """Give all seats anew."""
        self.seat = ranked(self.practice, risk)
        self._beyond: list[int] = np.bincount(self.practice).tolist()
        self._free: dict[int, list[int]] = {}

    def _reseat(self, people: Integers, left: Integers) -> None:
        """Seats of ``people`` who changed practice, after they ``left`` others: the innermost that are free."""
        for seat, practice in zip(self.seat[people].tolist(), left.tolist(), strict=True):
            heappush(self._free.setdefault(practice, []), seat)
        for person, practice in zip(people.tolist(), self.practice[people].tolist(), strict=True):
            self.seat[person] = self._innermost(practice)

    def _innermost(self, practice: int) -> int:
        """A free seat of a practice, which is taken now: one that somebody left, else the first beyond all."""
        if free := self._free.get(practice):
            return heappop(free)
        self._beyond += [0] * (practice + 1 - len(self._beyond))
        self._beyond[practice] += 1
        return self._beyond[practice] - 1

    def _records(self, people: Integers) -> NDArray[np.void]:
        records = np.zeros(len(people), RECORD)
        records["person"], records["practice"] = people, self.practice[people]
        records["seat"] = self.seat[people]
        records["x"], records["y"] = self.places[people].T
        return records

    def practice_at(self, month: int) -> Integers:
        """Where everybody was at the end of a month, (people,)."""
        practices = np.zeros(len(self.practice), np.int64)
        for records in self.moves[: month + 1]:
            practices[records["person"]] = records["practice"]
        return practices

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

"""A run as the page keeps it: what the map draws and what charts say, month by month; numbers of the package alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.app.film import LEVELS, Seats, frame, levels, live
from vbp_agents.app.places import RATIO, Disc, Group, arranged, homes
from vbp_agents.people.events import EVENTS
from vbp_agents.study.month import Month
from vbp_agents.study.simulation import Simulation

AREA = 0
"""The area that the map shows: areas are alike, each with its own ACOs."""
NOBODY, OUTSIDE = -1, "unattached"
"""The practice of who has none, and the holder of who is in no ACO."""
GROUPS = {
    "physician_led": "Physician-led ACO",
    "hospital_led": "Hospital-led ACO",
    "independents": "Independents' ACO",
    OUTSIDE: "In no ACO",
}
"""What holders of a kind are called on the map."""
MIDDLE, NO_LEVEL = 127, 255
"""Bytes of a practice's shade: no change from baseline practice, and none at all."""


@dataclass(frozen=True)
class Coloring:
    """What people are colored by: a column of `Simulation.everybody`, from pale to dark."""

    name: str
    title: str
    column: str


COLORINGS = (
    Coloring("risk", "true risk, low to high", "true_risk"),
    Coloring("hidden", "risk that no code holds, low to high", "unpriced_risk"),
    Coloring("health", "health, poor to good", "utility"),
)
"""Every coloring that the map offers."""


class Recording:
    """What is kept of a simulation of one scenario, from before its first month; `add` each month as it is lived.

    The simulation must have been asked for ``people``, so that months have everybody's events.
    """

    def __init__(self, simulation: Simulation, width: float) -> None:
        """``width``: of an area, in the unit of homes."""
        people, practices = simulation.everybody(), simulation.practices()
        self.simulation, self.width = simulation, width
        self.rows = np.flatnonzero(people["area"] == AREA)
        self.places = np.flatnonzero(practices["area"] == AREA)
        self._local = np.full(len(practices["x"]) + 1, len(self.places), np.int64)  # the last, -1, is the pool
        self._local[self.places] = np.arange(len(self.places))
        self.months: list[Month] = []
        self.practices: list[Mapping[str, Any]] = [practices]
        self._ends = {c.name: self._tenths(people[c.column]) for c in COLORINGS}
        self._levels: dict[str, list[NDArray[np.uint8]]] = {c.name: [self._level(c, people)] for c in COLORINGS}
        self._events: list[NDArray[np.uint8]] = [np.zeros(len(self.rows), np.uint8)]
        self.seats = Seats(self._practice(people), self._risk(people), self._homes(people))
        self.discs, self.groups, self.scale = arranged(self._discs(practices), GROUPS[OUTSIDE])

    def add(self, month: Month) -> None:
        """One month more."""
        if month.marks is None:
            raise ValueError("ask the simulation for people: months have no marks")
        people = self.simulation.everybody()
        self.months.append(month)
        self.practices.append(self.simulation.practices())
        self._events.append(rarest(month.marks[self.rows]))
        for coloring in COLORINGS:
            self._levels[coloring.name].append(self._level(coloring, people))
        january = month.number % 12 == 1
        self.seats.month(self._practice(people), self._risk(people), self._homes(people), january)

    def spec(self, run: str, months: int, coloring: str) -> dict[str, Any]:
        """What the map is told in words and places; ``months`` that there will be."""
        found = next(c for c in COLORINGS if c.name == coloring)
        return {
            "run": run,
            "people": len(self.rows),
            "months": months,
            "ratio": RATIO,
            "spacing": self.scale,
            "counts": self.seats.counts,
            "levels": found.title,
            "events": [{"code": code, "title": event.title} for code, event in enumerate(EVENTS, 1)],
            "groups": [_named(group) for group in self.groups],
            "practices": [_drawn(disc) for disc in self.discs],
        }

    def film(self, coloring: str) -> bytes:
        """Every month so far, month 0 first."""
        pairs = zip(self._levels[coloring], self._events, strict=True)
        return np.stack([frame(level, event) for level, event in pairs]).tobytes()

    def latest(self, coloring: str) -> bytes:
        """The last month, as the map takes it while a run goes on."""
        state = frame(self._levels[coloring][-1], self._events[-1])
        return live(len(self.months), state, self.seats.moves[-1])

    def shades(self, lever: str) -> bytes:
        """Every practice's ``lever`` (or margin) by month, around MIDDLE, as far as any practice ever moved it."""
        primary = self.practices[0]["primary_care"][self.places]
        values = np.array([columns[lever][self.places] for columns in self.practices])
        most = float(np.abs(values[:, primary]).max(initial=0.0)) or 1.0
        shades = np.clip(np.rint(MIDDLE + MIDDLE * values / most), 0, 2 * MIDDLE).astype(np.uint8)
        shades[:, ~primary] = NO_LEVEL
        pool = np.full((len(shades), 1), NO_LEVEL, np.uint8)
        return np.concatenate([shades, pool], axis=1).tobytes()

    def series(self, metric: str) -> list[float]:
        """A metric by month; NaN where it has none."""
        values = [month.metrics[metric] for month in self.months]
        return [float("nan") if value is None else float(value) for value in values]

    def _tenths(self, values: NDArray[np.float64]) -> list[float]:
        cuts = np.arange(1, LEVELS) / LEVELS
        return [float(end) for end in np.quantile(values[self.rows], cuts)]

    def _level(self, coloring: Coloring, people: Mapping[str, Any]) -> NDArray[np.uint8]:
        return levels(people[coloring.column][self.rows], self._ends[coloring.name])

    def _practice(self, people: Mapping[str, Any]) -> NDArray[np.int64]:
        return np.asarray(self._local[people["practice"][self.rows]])

    def _risk(self, people: Mapping[str, Any]) -> NDArray[np.float64]:
        return np.asarray(people["true_risk"][self.rows], np.float64)

    def _homes(self, people: Mapping[str, Any]) -> NDArray[np.uint16]:
        return homes(people["x"][self.rows], people["y"][self.rows], self.width)

    def _discs(self, practices: Mapping[str, Any]) -> list[Disc]:
        """A disc a practice of the area, and the pool of those whom nobody has."""
        counts = np.bincount(self.seats.practice, minlength=len(self.places) + 1)
        found = [
            Disc(
                id=int(number),
                title=f"{_kind(practices, int(number))} {number}",
                kind="hospital" if practices["hospital"][number] else "primary" if primary else "specialist",
                group=_group(str(practices["holder"][number])),
                people=int(count),
                place=(float(practices["x"][number] / self.width), float(practices["y"][number] / self.width)),
            )
            for number, primary, count in zip(
                self.places, practices["primary_care"][self.places], counts[:-1], strict=True
            )
        ]
        return [*found, Disc(NOBODY, "people whom no practice has", "pool", "", int(counts[-1]))]


def rarest(marks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The event shown of each person, from 1 in the order of EVENTS, 0 for none: the rarest of a month, of several."""
    bits = np.array([event.bit for event in EVENTS], np.uint8)
    there = (marks[:, None] & bits) > 0
    shown = np.zeros(len(marks), np.uint8)
    for number in np.argsort(-there.sum(axis=0), kind="stable"):
        shown[there[:, number]] = number + 1
    return shown


def _kind(practices: Mapping[str, Any], number: int) -> str:
    if practices["hospital"][number]:
        return "hospital"
    return "practice" if practices["primary_care"][number] else "specialists"


def _group(holder: str) -> str:
    """`physician_led_1` is a physician-led ACO."""
    return GROUPS.get(holder.rstrip("0123456789").rstrip("_"), holder)


def _named(group: Group) -> dict[str, Any]:
    return {"title": group.title, "x": group.x, "y": group.y}


def _drawn(disc: Disc) -> dict[str, Any]:
    place = {"px": disc.place[0], "py": disc.place[1]}
    looks = {"id": disc.id, "title": disc.title, "kind": disc.kind, "outside": disc.group == GROUPS[OUTSIDE]}
    return {**looks, **place, "x": disc.x, "y": disc.y, "r": disc.r}

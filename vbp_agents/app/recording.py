"""A run as the page keeps it: what the map draws and what charts say, month by month; numbers of the package alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.app.film import LEVELS, Seats, frame, from_two_a_byte, levels, live_packet, two_a_byte
from vbp_agents.app.places import RATIO, Disc, arranged, homes
from vbp_agents.people.events import DIED, EVENTS
from vbp_agents.study.month import Month
from vbp_agents.study.places import COLORINGS, Coloring
from vbp_agents.study.simulation import Simulation

AREA = 0
"""The area that the map shows: areas are alike, each with its own ACOs."""
NOBODY, OUTSIDE = -1, "unattached"
"""The practice of who has none, and the holder of who is in no ACO."""
HOLDER_GROUPS = {
    "physician_led": "Physician-led ACO",
    "hospital_led": "Hospital-led ACO",
    "independents": "Independents' ACO",
    OUTSIDE: "In no ACO",
}
"""What holders of a kind are called on the map."""
PLACES = frozenset(("x", "y", "area", "organization", "kind", "holder", "primary_care", "hospital", "clinicians"))
STATES = frozenset(("people", "altruism", "load", "hour_price"))
"""Columns of `Simulation.practices` that are no lever and not the margin."""
MOVING = frozenset(("practice", "true_risk", "x", "y", *(coloring.column for coloring in COLORINGS)))
"""Columns of `Simulation.everybody` that a month is drawn from."""
MOST_DROPPED = 3
"""People whom practices dropped in a month, of whom the margin that was expected is kept, by place."""
MIDDLE, NO_LEVEL = 127, 255
"""Bytes of a practice's shade: no change from baseline practice, and none at all."""


@dataclass(frozen=True)
class Beside:
    """A month of practices as it is kept: columns of `Simulation.practices` that move, (practices,) each."""

    levers: Mapping[str, NDArray[np.float32]]
    holder: NDArray[Any]


class Recording:
    """What is kept of a simulation of one scenario, from before its first month; `add` each month as it is lived.

    The simulation must have been asked for ``people``, so that months have everybody's events. A month of 20,000 people
    takes about 150 kB.
    """

    def __init__(self, simulation: Simulation, width: float) -> None:
        """``width``: of an area, in the unit of homes."""
        people, practices = simulation.everybody(), simulation.practices()
        self.simulation: Simulation | None = simulation
        self.width, self.everybody = width, len(people["area"])
        self.rows = np.flatnonzero(people["area"] == AREA)
        self.first_ids = people["id"][self.rows]
        self.places = np.flatnonzero(practices["area"] == AREA)
        self.primary = np.asarray(practices["primary_care"][self.places], bool)
        self._local = np.full(len(practices["x"]) + 1, len(self.places), np.int64)  # the last, -1, is the pool
        self._local[self.places] = np.arange(len(self.places))
        self.titles = titles_of(sorted({str(holder) for holder in practices["holder"][self.places]}))
        self.dropped: list[dict[int | None, float]] = []
        self.months: list[Month] = []
        self.practices = [self._beside(practices)]
        self._ends = {c.name: self._tenths(people[c.column]) for c in COLORINGS}
        self._levels: dict[str, list[NDArray[np.uint8]]] = {c.name: [self._level(c, people)] for c in COLORINGS}
        self.marks: list[NDArray[np.uint8]] = [np.zeros(len(self.rows), np.uint8)]
        self.seats = Seats(self._practice(people), self._risk(people), self._homes(people))
        self.discs, self.groups, self.scale = arranged(self._discs(practices), HOLDER_GROUPS[OUTSIDE])

    def add(self, month: Month) -> None:
        """One month more. Raises ValueError where its simulation was not asked for people, or is over."""
        if month.marks is None or self.simulation is None:
            raise ValueError("a recording goes on while its simulation does, which must be asked for people")
        people = self.simulation.everybody(MOVING)
        self.dropped.append({self.place(d.place): d.margin for d in self.simulation.dropped(AREA, MOST_DROPPED)})
        self.practices.append(self._beside(self.simulation.practices()))
        self.marks.append(month.marks[self.rows])
        for coloring in COLORINGS:
            self._levels[coloring.name].append(self._level(coloring, people))
        january = month.number % 12 == 1
        self.seats.month(self._practice(people), self._risk(people), self._homes(people), january)
        self.months.append(replace(month, marks=None))  # last: a month that is there is there in full

    def close(self) -> None:
        """No month will come any more: let go of the simulation."""
        self.simulation = None

    def spec(self, run: str, months: int, coloring: str, pair: str = "") -> dict[str, Any]:
        """What the map is told in words and places; ``months`` that there will be.

        ``run``: changes with whatever the film has; ``pair``: the same for films between which the month stays.
        """
        colored_by = next(c for c in COLORINGS if c.name == coloring)
        return {
            "run": run,
            "pair": pair,
            "people": len(self.rows),
            "months": months,
            "ratio": RATIO,
            "spacing": self.scale,
            "counts": self.seats.counts,
            "levels": colored_by.title,
            "events": [{"code": code, "title": event.title} for code, event in enumerate(EVENTS, 1)],
            "groups": [asdict(group) for group in self.groups],
            "practices": [disc.looks(HOLDER_GROUPS[OUTSIDE]) for disc in self.discs],
        }

    def frame(self, coloring: str, month: int) -> NDArray[np.uint8]:
        """A month's bytes, (people,)."""
        return frame(self.level(coloring, month), rarest(self.marks[month]))

    def level(self, coloring: str, month: int) -> NDArray[np.uint8]:
        """In which tenth everybody was in a month, from 0, (people,)."""
        return from_two_a_byte(self._levels[coloring][month], len(self.rows))

    def film(self, coloring: str, months: int | None = None) -> bytes:
        """Every month up to ``months``, all so far where it is None; month 0 first."""
        last = len(self.months) if months is None else months
        return np.stack([self.frame(coloring, month) for month in range(last + 1)]).tobytes()

    def latest(self, coloring: str, after: int | None = None, until: int | None = None) -> bytes:
        """The months ``after`` one ``until`` another (the last so far), as the map takes them while a run goes on."""
        last = len(self.months) if until is None else until
        first = last if after is None else after + 1
        return b"".join(live_packet(m, self.frame(coloring, m), self.seats.moves[m]) for m in range(first, last + 1))

    def shades(self, lever: str, most: float | None = None) -> bytes:
        """Every practice's ``lever`` (or margin) by month, around MIDDLE.

        ``most``: what the darkest shade stands for, None for as far as any practice ever moved it.
        """
        values = np.array([month.levers[lever] for month in self.practices])
        reach = (self.reach(lever) if most is None else most) or 1.0
        shades = np.clip(np.rint(MIDDLE + MIDDLE * values / reach), 0, 2 * MIDDLE).astype(np.uint8)
        shades[:, ~self.primary] = NO_LEVEL
        pool = np.full((len(shades), 1), NO_LEVEL, np.uint8)
        return np.concatenate([shades, pool], axis=1).tobytes()

    def reach(self, lever: str) -> float:
        """How far any practice of primary care ever moved a lever."""
        return max(float(np.abs(month.levers[lever][self.primary]).max(initial=0.0)) for month in self.practices)

    def holders(self) -> bytes:
        """By month which group every practice is in, by its place among the map's groups, as shades are."""
        titles = [group.title for group in self.groups]
        names = sorted({str(holder) for month in self.practices for holder in month.holder})
        groups = {name: self.titles.get(name, name) for name in names}
        codes = {name: titles.index(group) if group in titles else NO_LEVEL for name, group in groups.items()}
        by_month = np.array([[codes[str(holder)] for holder in month.holder] for month in self.practices], np.uint8)
        by_month[:, ~self.primary] = NO_LEVEL
        return np.concatenate([by_month, np.full((len(by_month), 1), NO_LEVEL, np.uint8)], axis=1).tobytes()

    def person(self, row: int, month: int) -> int:
        """The number of whoever has a place on the map at the end of a month."""
        deaths = sum(bool(marks[row] & DIED) for marks in self.marks[: month + 1])
        return int(self.first_ids[row]) + self.everybody * deaths

    def place(self, person: int) -> int | None:
        """The place on the map that a person has or had; None where it is of another area, or there is no such."""
        places = np.flatnonzero(self.rows == person % self.everybody)
        return int(places[0]) if len(places) else None

    def levers(self) -> list[str]:
        """What practices can be colored by: their levers by name, and the margin."""
        return list(self.practices[0].levers)

    def series(self, metric: str) -> list[float]:
        """A metric by month; NaN where it has none."""
        values = [month.metrics[metric] for month in self.months]
        return [float("nan") if value is None else float(value) for value in values]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        by_month = sum(marks.nbytes for marks in self.marks) + sum(moves.nbytes for moves in self.seats.moves)
        shades = sum(level.nbytes for levels in self._levels.values() for level in levels)
        return by_month + shades + 72_000 * len(self.practices)

    def _beside(self, practices: Mapping[str, Any]) -> Beside:
        there = (name for name in practices if name not in PLACES | STATES)
        levers = {name: np.asarray(practices[name][self.places], np.float32) for name in there}
        return Beside(levers, practices["holder"][self.places])

    def _tenths(self, values: NDArray[np.float64]) -> list[float]:
        cuts = np.arange(1, LEVELS) / LEVELS
        return [float(end) for end in np.quantile(values[self.rows], cuts)]

    def _level(self, coloring: Coloring, people: Mapping[str, Any]) -> NDArray[np.uint8]:
        return two_a_byte(levels(people[coloring.column][self.rows], self._ends[coloring.name]))

    def _practice(self, people: Mapping[str, Any]) -> NDArray[np.int64]:
        return np.asarray(self._local[people["practice"][self.rows]])

    def _risk(self, people: Mapping[str, Any]) -> NDArray[np.float64]:
        return np.asarray(people["true_risk"][self.rows], np.float64)

    def _homes(self, people: Mapping[str, Any]) -> NDArray[np.uint16]:
        return homes(people["x"][self.rows], people["y"][self.rows], self.width)

    def _discs(self, practices: Mapping[str, Any]) -> list[Disc]:
        """A disc a practice of the area, and the pool of those whom nobody has."""
        counts = np.bincount(self.seats.practice, minlength=len(self.places) + 1)
        discs = [
            Disc(
                id=int(number),
                title=f"{_kind(practices, int(number))} {number}",
                kind="hospital" if practices["hospital"][number] else "primary" if primary else "specialist",
                group=self.titles[str(practices["holder"][number])],
                people=int(count),
                place=(float(practices["x"][number] / self.width), float(practices["y"][number] / self.width)),
            )
            for number, primary, count in zip(
                self.places, practices["primary_care"][self.places], counts[:-1], strict=True
            )
        ]
        return [*discs, Disc(NOBODY, "people whom no practice has", "pool", "", int(counts[-1]))]


def rarest(marks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The event shown of each person, from 1 in the order of EVENTS, 0 for none: the rarest of a month, of several."""
    bits = np.array([event.bit for event in EVENTS], np.uint8)
    people = np.flatnonzero(marks)  # few of all
    there = (marks[people, None] & bits) > 0
    shown = np.zeros(len(marks), np.uint8)
    for number in np.argsort(-there.sum(axis=0), kind="stable"):
        shown[people[there[:, number]]] = number + 1
    return shown


def _kind(practices: Mapping[str, Any], number: int) -> str:
    if practices["hospital"][number]:
        return "hospital"
    return "practice" if practices["primary_care"][number] else "specialists"


def titles_of(holders: Sequence[str]) -> dict[str, str]:
    """What an area's holders are called: `physician_led_1` is its physician-led ACO, or one of several by number."""
    kinds = {holder: holder.rstrip("0123456789").rstrip("_") for holder in holders}
    alike = Counter(kinds.values())
    titles = {}
    for holder, kind in kinds.items():
        title = HOLDER_GROUPS.get(kind, holder)
        titles[holder] = title if alike[kind] == 1 else f"{title} {holder.removeprefix(kind).strip('_')}"
    return titles

"""A month's events in words: how many of each in both worlds, and who did or met what, so that one can ask why."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vbp_agents.app.recording import HOLDER_GROUPS, MOST_DROPPED, OUTSIDE, Recording
from vbp_agents.app.watching.run import Watched
from vbp_agents.people.events import CHANGED, DECLINED, DROPPED, EVENTS, JOINED, REFUSED
from vbp_agents.presentation.written import many, spoken

_MOST = 6
"""Sentences about practices, and about people, that a month is given."""


@dataclass(frozen=True)
class Happening:
    """A sentence, and whom to ask why: ``kind`` practice (by number) or person (by place on the map); "" for nobody."""

    text: str
    kind: str = ""
    id: int = -1


def event_counts(watched: Watched, month: int) -> list[tuple[str, int, int]]:
    """Each event's title, and how often it happened under the baseline and under the other."""
    base, other = (_events(lived.recording, month) for lived in watched.first)
    return [(event.title, base.get(event.name, 0), other.get(event.name, 0)) for event in EVENTS]


def _events(recording: Recording | None, month: int) -> dict[str, int]:
    there = recording is not None and 0 < month <= len(recording.months)
    return dict(recording.months[month - 1].events) if recording is not None and there else {}


def happenings_of(recording: Recording, month: int) -> list[Happening]:
    """What happened in a month, the rarest first."""
    if not 0 < month <= len(recording.months):
        return [Happening("Before the first month, all are paid fees: nothing has happened yet.")]
    happenings = [*_settled(recording, month), *_signed(recording, month), *_practices(recording, month)]
    happenings += _people(recording, month)
    return happenings or [Happening("A quiet month: nobody was refused or dropped, and few changed practice.")]


def _settled(recording: Recording, month: int) -> Iterator[Happening]:
    """Settlements of years before that became known."""
    columns = recording.months[month - 1].money.settled
    rows = zip(*(columns[name].tolist() for name in ("line", "contract", "year", "amount")), strict=True)
    for line, contract, year, amount in rows:
        if line == "settlement" and round(amount):
            did = "is paid" if amount > 0 else "owes"
            yield Happening(
                f"Settlement of year {year}: {holder_name(recording, str(contract))} {did} ${abs(amount):,.0f}."
            )


def holder_name(recording: Recording, holder: str) -> str:
    """`physician_led_1` as people say it; who is not of the area that is drawn is said to be of another."""
    if holder == OUTSIDE:
        return HOLDER_GROUPS[OUTSIDE]
    if (title := recording.titles.get(holder)) is not None:
        return f"the {title[0].lower()}{title[1:]}"
    return f"{spoken(holder)}, elsewhere in the region,"


def _signed(recording: Recording, month: int) -> Iterator[Happening]:
    """Practices whose organization joined an ACO or left one."""
    before, after = recording.practices[month - 1].holder, recording.practices[month].holder
    changed = np.flatnonzero((before != after) & recording.primary)
    for place in changed[:_MOST]:
        number, came = int(recording.places[place]), after[place] != OUTSIDE
        which = holder_name(recording, str(after[place] if came else before[place]))
        yield Happening(f"Practice {number} {'joined' if came else 'left'} {which}.", "practice", number)


def _practices(recording: Recording, month: int) -> Iterator[Happening]:
    """Who dropped patients, and who gained and lost most."""
    marks = recording.marks[month]
    before, after = recording.seats.practice_at(month - 1), recording.seats.practice_at(month)
    n = len(recording.places)
    dropped = np.bincount(before[(marks & DROPPED) > 0], minlength=n + 1)[:n]
    for place in np.argsort(-dropped, kind="stable")[:_MOST]:
        if dropped[place]:
            number = int(recording.places[place])
            yield Happening(f"Practice {number} dropped {many(int(dropped[place]), 'patient')}.", "practice", number)
    moved = (marks & (CHANGED | JOINED)) > 0
    came = np.bincount(after[moved], minlength=n + 1)[:n] - np.bincount(before[moved], minlength=n + 1)[:n]
    for place, did in ((int(np.argmax(came)), "gained"), (int(np.argmin(came)), "lost")):
        if came[place]:
            text = f"Practice {recording.places[place]} {did} {many(abs(int(came[place])), 'patient')} on balance"
            yield Happening(f"{text}, more than any other.", "practice", int(recording.places[place]))


def _people(recording: Recording, month: int) -> Iterator[Happening]:
    """Some of those who were dropped, declined or refused."""
    marks, before = recording.marks[month], recording.seats.practice_at(month - 1)
    expected, shown = recording.dropped[month - 1], 0
    for bit, words in ((DROPPED, "was dropped by"), (DECLINED, "was declined a new joint"), (REFUSED, "was refused")):
        rows = np.flatnonzero((marks & bit) > 0)
        for row in map(int, rows[: max(0, min(MOST_DROPPED, _MOST - shown))]):
            shown += 1
            did = words
            if bit == DROPPED:
                cost = -expected.get(row, 0.0)
                why = f", which expected to lose ${cost:,.0f} a year on this person" if cost >= 1 else ""
                did = f"{words} practice {recording.places[before[row]]}{why}"
            yield Happening(f"Person {recording.person(row, month)} {did}.", "person", row)

"""What happened to a person in a month, one bit each: a byte a person and month is enough for a map of all.

Bits say whether, accounts how often: who was refused twice in a month has one bit. The bits of a month in which
somebody died are of whoever took the place since, but for `died` itself.
"""

from typing import NamedTuple

REFUSED, DROPPED, CHANGED, JOINED, EMERGENCY_VISIT, ADMITTED, DECLINED, DIED = (1 << bit for bit in range(8))


class Event(NamedTuple):
    """An event of the map and of a month's counts: its name, its bit, and what it is in words."""

    name: str
    bit: int
    title: str


EVENTS: tuple[Event, ...] = (
    Event("refused", REFUSED, "refused by a practice that was asked"),
    Event("dropped", DROPPED, "dropped by their practice"),
    Event("changed_practice", CHANGED, "went from one practice to another"),
    Event("joined", JOINED, "found a practice, having had none"),
    Event("emergency", EMERGENCY_VISIT, "visited an emergency department"),
    Event("admitted", ADMITTED, "was in hospital"),
    Event("declined", DECLINED, "was declined an elective joint replacement"),
    Event("died", DIED, "died; a newcomer has the place"),
)
"""Every event there is, in the order of its bits."""

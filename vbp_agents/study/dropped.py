"""Whom practices dropped in a month, and what they expected of each: asked again of the records as they were before."""

from typing import Any, NamedTuple

import numpy as np

from vbp_agents.model import VbpModel
from vbp_agents.people.choice import MOST_ATTEMPTS
from vbp_agents.people.events import DROPPED
from vbp_agents.people.seeking import PracticeAsked, ask
from vbp_agents.records import Rows, empty


class Dropped(NamedTuple):
    """A person by its place among everybody, the practice that dropped it, and the margin, dollars a year, expected."""

    place: int
    practice: int
    margin: float


def dropped_in(model: VbpModel, before: Any, area: int, most: int) -> list[Dropped]:
    """The first ``most`` of an area who were dropped in the month that was lived last.

    ``before``: everybody's records at its start. Of whoever died in that month too nothing is said.
    """
    now = model.world.patients
    there = (now.events & DROPPED > 0) & (now.area == area) & (now.id == before.id)
    return [_asked_again(model, before, int(place)) for place in np.flatnonzero(there)[:most]]


def _asked_again(model: VbpModel, before: Any, place: int) -> Dropped:
    """The practice's own question about somebody whom it has, as it stood that month."""
    records = np.repeat(before[place : place + 1], 2).view(Rows)
    asked = empty(PracticeAsked, MOST_ATTEMPTS)
    ask(records, model.month, model.environment, model.world.new_accounts(), asked)
    return Dropped(place, int(asked[0].practice), float(asked[0].margin))

"""A month of a simulation as those see it who watch: small and plain, whatever the number of months before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.payment import attached_months
from vbp_agents.actors.recorder import MonthsMoney
from vbp_agents.book import FloatArray
from vbp_agents.environment import QUINTILE, Accounts
from vbp_agents.metrics import Measured
from vbp_agents.metrics.base import Columns
from vbp_agents.model import VbpModel
from vbp_agents.people.events import CHANGED, DROPPED, JOINED
from vbp_agents.people.services import ADMISSION, EMERGENCY
from vbp_agents.tables import TABLES


@dataclass(frozen=True)
class Money:
    """A month's dollars.

    ``paid_to_holder`` and ``paid_to_others``: to contracts' own organizations and to all others, of which
    ``payer_outlay`` is the payers' part and ``patient_outlay`` the patients'. ``settlements``: of earlier years, which
    became known this month, positive to providers. ``by_contract``: the month's rows of the table `months`;
    ``settled``: the rows of `settlements` that became known.
    """

    paid_to_holder: float
    paid_to_others: float
    payer_outlay: float
    patient_outlay: float
    settlements: float
    by_contract: Columns = field(repr=False)
    settled: Columns = field(repr=False)


@dataclass(frozen=True)
class People:
    """Who there is at the end of a month.

    ``alive``: everybody; ``without_practice``: of those, attached to none; ``entered``: newcomers of this month.
    ``by_holder``: whom the people count for this year, of all payers; `unattached`: for none. ``by_practice``
    (practices,): who is attached to each.
    """

    alive: int
    without_practice: int
    entered: int
    by_holder: Mapping[str, int]
    by_practice: NDArray[np.int64] = field(repr=False)


@dataclass(frozen=True)
class LeversOfMonth:
    """How far levers are from baseline practice, by name: shares, log weights of steering, margins in prices.

    ``mean``: over the people attached, None where nobody is; ``by_organization`` (organizations,) each, for steering
    and intensity the mean of its practices; ``by_practice`` (practices,) each, for the others its organization's.
    """

    mean: Mapping[str, float | None]
    by_organization: Mapping[str, FloatArray] = field(repr=False)
    by_practice: Mapping[str, FloatArray] = field(repr=False)


@dataclass(frozen=True)
class Month:
    """One month of a simulation.

    ``number`` from 1 and ``year`` from 1. ``metrics``: over the last twelve months, or over all ``window`` months so
    far; None where undefined. At the end of a year they are that year's, as `measure` has them. ``as_of``: for every
    metric that holds something counted in December only, or a year's settlement, the month of the December it is from;
    None where there has been none. Settlements are booked to the year they are for when it ends, and become known
    later: metrics have the last December's, ``money`` has each in the month in which it becomes known.
    ``events``: how often each event of `people.events.EVENTS` happened. ``marks`` (patients,): on request each person's
    events in the bits of `EVENTS`, in the order of `Simulation.everybody`.
    """

    number: int
    year: int
    window: int
    metrics: Measured
    as_of: Mapping[str, int | None]
    money: Money
    people: People
    levers: LeversOfMonth
    events: Mapping[str, int]
    marks: NDArray[np.uint8] | None = field(repr=False)


def money_of(latest: MonthsMoney, settled: Columns) -> Money:
    """The month's money, and what became known of earlier years."""
    rows = whole_table("months", TABLES["months"].plain(latest.months))
    sums = {
        name: float(rows[name].sum()) for name in ("paid_to_holder", "paid_to_others", "payer_outlay", "patient_outlay")
    }
    known = float(settled["amount"][settled["line"] == "settlement"].sum())
    return Money(**sums, settlements=known, by_contract=rows, settled=settled)


def whole_table(name: str, columns: Columns) -> Columns:
    """Every column of a declared table, made now and not to be written into: nothing it was made from is kept."""
    return {column: unwritable(columns[column]) for column in TABLES[name].columns}


def unwritable(array: NDArray[Any]) -> NDArray[Any]:
    """The array, which nobody may write into any more: months are shared by those who watch."""
    array.setflags(write=False)
    return array


def people_of(model: VbpModel) -> People:
    """Who there is now."""
    accounts, holders = model.accounts, model.recorder.labels.holders
    members = accounts.members.member_months.reshape(-1, len(holders)).sum(axis=0)
    return People(
        alive=int(members.sum()),
        without_practice=int(accounts.hidden.unattached_months.sum()),
        entered=int(accounts.members.entered.sum()),
        by_holder=dict(zip(holders.tolist(), members.tolist(), strict=True)),
        by_practice=unwritable(accounts.panels.member_months.copy()),
    )


def levers_of(model: VbpModel) -> LeversOfMonth:
    """Where levers are now."""
    of_practices = model.providers.by_practice()
    organizations = model.providers.by_organization(of_practices)
    people = attached_months(model.world.region, model.accounts)
    everybody = people.sum()
    owner = model.world.region.practices.organization
    return LeversOfMonth(
        mean={
            name: float((lever * people).sum() / everybody) if everybody else None
            for name, lever in organizations.items()
        },
        by_organization={name: unwritable(lever.copy()) for name, lever in organizations.items()},
        by_practice={
            name: unwritable(of_practices[name] if name in of_practices else lever[owner])
            for name, lever in organizations.items()
        },
    )


def events_of(accounts: Accounts, marks: NDArray[np.uint8]) -> dict[str, int]:
    """How often each event happened in a month; ``marks`` (patients,): whom it happened to."""
    dropped, changed, joined = (int(np.count_nonzero(marks & np.uint8(bit))) for bit in (DROPPED, CHANGED, JOINED))
    services = accounts.billed.count.sum(axis=(0, 2))
    return {
        "refused": int(accounts.groups[QUINTILE].refusals.sum()) - dropped,
        "dropped": dropped,
        "changed_practice": changed,
        "joined": joined,
        "emergency": int(services[EMERGENCY]),
        "admitted": int(services[ADMISSION]),
        "declined": int(accounts.hospitals.declined_cases.sum()),
        "died": int(accounts.members.deaths.sum()),
    }

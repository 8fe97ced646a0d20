"""Tables from accounts, in one place: a year's and those of any other twelve months are made alike.

Each function gives the columns of one table as `tables.TABLES` declares them, but for the year; a single value stands
for all rows. Dollars, shares and points from the integers in which they were counted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.world import World
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.counts import Billed, Episodes, Group, Hospital, Members, Panel, Spending
from vbp_agents.environment import GROUPINGS, Accounts
from vbp_agents.parameters import DECISIONS
from vbp_agents.records import in_units
from vbp_agents.region import ORGANIZATION_KINDS, holder_names, hospital_names, kind_of_holder
from vbp_agents.truth import DecisionTruth, Hidden

TablePart = dict[str, Any]
"""Columns of equal length, or one value for all rows."""
Names = NDArray[np.object_]


class Labels:
    """What rows are called, and where the world says what each stands for.

    ``holders``: contract holders, then `unattached`; ``row_payer``, ``row_contract``, ``row_kind``: of every row of
    the Book.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        n = world.region.n_holders
        self.payers = np.array([payer.name for payer in world.scenario.payers], object)
        self.holders = np.array([*holder_names(world.region), "unattached"], object)
        self.hospitals = np.array(hospital_names(world.region), object)
        kinds = np.array([*(kind_of_holder(world.region, h) for h in range(n)), "unattached"], object)
        self.row_payer = np.repeat(self.payers, n + 1)
        self.row_contract = np.tile(self.holders, len(self.payers))
        self.row_kind = np.tile(kinds, len(self.payers))

    @cached_property
    def services(self) -> TablePart:
        """Whose each service of the table is, and where it was billed: the same in every period."""
        rows, numbers, sides = _places(len(self.row_payer), len(SERVICES), len(SIDES))
        return {
            "payer": self.row_payer[rows],
            "contract": self.row_contract[rows],
            "kind": self.row_kind[rows],
            "service": np.array(SERVICES, object)[numbers],
            "side": np.array(SIDES, object)[sides],
        }

    @cached_property
    def decisions(self) -> tuple[NDArray[np.intp], Names]:
        """The organization and the name of every decision."""
        organizations, numbers = _places(len(self.world.region.organizations), len(DECISIONS))
        return organizations, np.array(DECISIONS, object)[numbers]

    @cached_property
    def groups(self) -> TablePart:
        """What fifths and tenths are called."""
        sizes = [n for _, n in GROUPINGS]
        return {
            "grouping": np.repeat(np.array([name for name, _ in GROUPINGS], object), sizes),
            "group": np.concatenate([np.arange(1, n + 1) for n in sizes]),
        }

    def holder_of(self, organizations: Any) -> Names:
        """The holder that each organization belongs to now."""
        return np.asarray(self.holders[np.where(organizations.holder < 0, -1, organizations.holder)])

    def attached(self, accounts: Accounts) -> NDArray[np.int64]:
        """Months lived by people attached to each organization's practices, (organizations,)."""
        months = np.zeros(len(self.world.region.organizations), np.int64)
        np.add.at(months, self.world.region.practices.organization, accounts.panels.member_months)
        return months


def _places(*shape: int) -> list[NDArray[np.intp]]:
    """Where in an array of this shape each of its items is, axis by axis."""
    return [index.ravel() for index in np.indices(shape)]


@dataclass(frozen=True)
class Period:
    """A year, or any months up to twelve: its accounts, and what is not counted among patients.

    ``beyond_fees`` and ``settled`` (organizations,) cents; ``management`` (organizations,) dollars of care management;
    ``program`` (rows,) and ``hospital_program`` (payers, hospitals): who was in a program; ``levers``: (organizations,)
    each, at the end; ``years``: how long it was.
    """

    accounts: Accounts
    beyond_fees: NDArray[np.int64]
    settled: NDArray[np.int64]
    management: FloatArray
    program: Names
    hospital_program: Names
    levers: Mapping[str, FloatArray]
    years: float = 1.0


def contracts(labels: Labels, period: Period) -> TablePart:
    """The people of every row of the Book."""
    accounts = period.accounts
    people = in_units(Members, accounts.members) | in_units(Hidden, accounts.hidden)
    people |= in_units(Episodes, accounts.episodes)
    where = {"payer": labels.row_payer, "contract": labels.row_contract, "kind": labels.row_kind}
    return {**where, "program": period.program, **people}


def hospitals(labels: Labels, period: Period) -> TablePart:
    """What every hospital's patients of every payer were, and who was in a program."""
    accounts = period.accounts
    numbers, payers = _places(*accounts.hospitals.shape)
    counted = in_units(Hospital, accounts.hospitals.ravel()) | in_units(Episodes, accounts.hospital_episodes.ravel())
    where = {"payer": labels.payers[payers], "hospital": labels.hospitals[numbers]}
    return {**where, "program": period.hospital_program.T.ravel(), **counted}


def services(labels: Labels, period: Period) -> TablePart:
    """What was billed for the people of every row, by service and side."""
    return {**labels.services, **in_units(Billed, period.accounts.billed.ravel())}


def decisions(labels: Labels, period: Period) -> TablePart:
    """The Truth, by organization that decides."""
    truth = period.accounts.truth.ravel()
    organizations, names = labels.decisions
    asked = truth.opportunities > 0
    return {"organization": organizations[asked], "decision": names[asked], **in_units(DecisionTruth, truth[asked])}


def organizations(labels: Labels, period: Period) -> TablePart:
    """What every organization earned and spent; keeping the doors open costs the same in every month."""
    world, work = labels.world, period.accounts.work
    all_of_them = world.region.organizations
    standard = work.standard.sum(axis=1)
    return {
        "organization": np.arange(len(all_of_them)),
        "kind": np.array(ORGANIZATION_KINDS, object)[all_of_them.kind],
        "contract": labels.holder_of(all_of_them),
        "attached_months": labels.attached(period.accounts),
        "fees": work.cents.sum(axis=(1, 2)) / 100,
        "beyond_fees": period.beyond_fees / 100,
        "settlements": period.settled / 100,
        "standard_dollars": standard.sum(axis=1) / 100,
        "variable_cost": weighted_sum(standard, world.scenario.care.variable_cost) / 100,
        "fixed_cost": world.fixed_cost / 100 * period.years,
        "care_management": period.management,
    }


def levers(labels: Labels, period: Period) -> TablePart:
    """How far organizations with practices have moved from baseline at the end, lever by lever."""
    used = np.unique(labels.world.region.practices.organization)
    rows, n = labels.world.region.organizations[used], len(period.levers)
    return {
        "organization": np.tile(used, n),
        "kind": np.tile(np.array(ORGANIZATION_KINDS, object)[rows.kind], n),
        "contract": np.tile(labels.holder_of(rows), n),
        "lever": np.repeat(np.array(list(period.levers), object), len(used)),
        "value": np.concatenate([value[used] for value in period.levers.values()]),
    }


def practices(labels: Labels, period: Period) -> TablePart:
    """The panels of the practices that have any patients."""
    panels = period.accounts.panels
    used = np.flatnonzero(panels.member_months)
    return {
        "practice": used,
        "organization": labels.world.region.practices.organization[used],
        **in_units(Panel, panels[used]),
    }


def groups(labels: Labels, period: Period) -> TablePart:
    """Fifths by deprivation, tenths by risk: three groupings below one another."""
    counted = [period.accounts.groups[number, :n] for number, (_, n) in enumerate(GROUPINGS)]
    rows: Any = np.concatenate(counted)
    return {**labels.groups, **in_units(Group, rows)}


def spending(labels: Labels, period: Period) -> TablePart:
    """How many people's year fell into each bin of spending."""
    counted = period.accounts.spending
    payers, bins = np.nonzero(counted.people)
    return {
        "payer": labels.payers[payers],
        "bin": bins,
        **in_units(Spending, counted[payers, bins]),
    }


YEARLY: Mapping[str, Callable[[Labels, Period], TablePart]] = {
    made.__name__: made
    for made in (
        contracts,
        hospitals,
        services,
        decisions,
        organizations,
        levers,
        practices,
        groups,
        spending,
    )
}
"""How each table that has one row a year is made."""

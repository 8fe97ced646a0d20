"""Writes down what happened: each month's money, each year's tables where they are asked for, and what is under way.

What a table holds is made in `columns`; here it is kept, a copy of small arrays each month and year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.columns import YEARLY, Labels, Names, Period, TablePart
from vbp_agents.actors.payment import HOSPITAL, Agreement, Cents, Paid, attached_months
from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.regimes.base import Statement
from vbp_agents.tables import TABLES, PlainTable

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class MonthsMoney:
    """What a month left besides its accounts.

    ``months``: the rows of the table of that name; ``settlements``: those that were made, if it is December;
    ``beyond_fees`` and ``settled`` (organizations,) cents; ``management`` (organizations,) dollars; ``program`` and
    ``hospital_program``: who was in a program this year so far.
    """

    months: tuple[TablePart, ...]
    settlements: tuple[TablePart, ...]
    beyond_fees: Cents
    settled: Cents
    management: FloatArray
    program: Names
    hospital_program: Names


class Paying(Protocol):
    """What is recorded of a payer."""

    number: int
    name: str
    agreements: list[Agreement]
    paid: Paid


class Recorder:
    """``latest``: the last month's money. ``tables()`` joins what was kept; with ``keep`` False that is nothing."""

    latest: MonthsMoney

    def __init__(self, world: World, keep: bool = True) -> None:
        self.world, self.keep = world, keep
        self.labels = Labels(world)
        self.parts: dict[str, list[TablePart]] = {}
        n = len(world.region.organizations)
        self.beyond_fees, self.settled = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.management = np.zeros(n)
        self.program = np.full(len(self.labels.row_payer), "", object)
        self.hospital_program = np.full((len(self.labels.payers), len(self.labels.hospitals)), "", object)
        self._forget_month()

    def _forget_month(self) -> None:
        """Begin a month of which nothing is known."""
        self._beyond_fees, self._settled = np.zeros_like(self.beyond_fees), np.zeros_like(self.settled)
        self._settlements: list[TablePart] = []

    def pay(self, beyond_fees: Cents) -> None:
        """Note what organizations got beyond their fees."""
        self.beyond_fees += beyond_fees
        self._beyond_fees += beyond_fees

    def settle(
        self, month: int, payer: int, agreement: Agreement, statement: Statement, cents: Cents, shared: Cents
    ) -> None:
        """A settled year, with the lines that explain it."""
        self.settled += shared
        self._settled += shared
        names = self.labels.hospitals if agreement.panel == HOSPITAL else self.labels.holders
        lines, n = statement | {"settlement": cents / 100}, len(agreement.holders)
        self._settlements.append(
            {
                "year": month // 12,
                "known_month": month + agreement.rule.settlement_lag,
                "payer": self.labels.payers[payer],
                "contract": np.tile(names[agreement.holders], len(lines)),
                "regime": agreement.name,
                "program": agreement.program,
                "line": np.repeat(np.array(list(lines), object), n),
                "amount": np.concatenate([np.broadcast_to(np.asarray(line, float), n) for line in lines.values()]),
            }
        )

    def month(self, month: int, accounts: Accounts, effort: FloatArray, payers: Sequence[Paying]) -> None:
        """Money and people of every row. ``effort`` (organizations,): dollars a member-month."""
        management = attached_months(self.world.region, accounts) * effort
        self.management += management
        self.latest = MonthsMoney(
            months=tuple(self._months(month, accounts, payers)) if month >= 1 else (),
            settlements=tuple(self._settlements),
            beyond_fees=self._beyond_fees,
            settled=self._settled,
            management=management,
            program=self.program.copy(),
            hospital_program=self.hospital_program.copy(),
        )
        self._forget_month()
        for part in self.latest.months:
            self._add("months", part)
        for part in self.latest.settlements if month >= 1 else ():
            self._add("settlements", part)

    def _months(self, month: int, accounts: Accounts, payers: Sequence[Paying]) -> Iterable[TablePart]:
        """Hospitals with contracts, then the rows of the Book."""
        members, n = accounts.members, self.world.region.n_holders + 1
        if month % 12 == 1:
            self.program[:], self.hospital_program[:] = "", ""
        for payer in payers:
            self._note_programs(payer, month)
        holder, others, patients = (
            np.concatenate([getattr(payer.paid, which) for payer in payers])
            for which in ("holder", "others", "patients")
        )
        for payer in payers:
            if any(agreement.panel == HOSPITAL for agreement in payer.agreements):
                yield self._hospitals_paid(month, payer)
        names = [in_force(payer.agreements, month, n, hospitals=False) for payer in payers]
        yield {
            "month": month,
            "payer": self.labels.row_payer,
            "contract": self.labels.row_contract,
            "kind": self.labels.row_kind,
            "regime": np.concatenate([regimes for regimes, _ in names]),
            "value_based": np.concatenate([flags for _, flags in names]),
            "member_months": members.member_months,
            "deaths": members.deaths,
            "entered": members.entered,
            "paid_to_holder": holder / 100,
            "paid_to_others": others / 100,
            "patient_outlay": patients / 100,
            "payer_outlay": (holder + others - patients) / 100,
        }

    def _hospitals_paid(self, month: int, payer: Paying) -> TablePart:
        """Hospitals with contracts: what they are paid beyond fees. Their fees are in the rows of their patients."""
        names, flags = in_force(payer.agreements, month, len(self.labels.hospitals), hospitals=True)
        beyond = payer.paid.hospitals / 100
        people = {"member_months": 0, "deaths": 0, "entered": 0}
        money = {"paid_to_holder": beyond, "paid_to_others": 0.0, "patient_outlay": 0.0, "payer_outlay": beyond}
        who = {"payer": payer.name, "contract": self.labels.hospitals, "kind": HOSPITAL}
        return {"month": month, **who, "regime": names, "value_based": flags, **people, **money}

    def _note_programs(self, payer: Paying, month: int) -> None:
        """Who was treated, a control or in by choice this year; whoever one program treats is no control."""
        rows, hospitals = self.program[self.world.rows_of(payer.number)], self.hospital_program[payer.number]
        for agreement in payer.agreements:
            if agreement.pays(month):
                noted = hospitals if agreement.panel == HOSPITAL else rows
                left_out = agreement.controls[noted[agreement.controls] == ""]
                noted[left_out] = "control"
                chosen = agreement.holders[noted[agreement.holders] != "treated"]
                noted[chosen] = agreement.program or noted[chosen]

    def year(self, year: int, accounts: Accounts, levers: Mapping[str, FloatArray]) -> None:
        """The year's tables; ``levers`` (organizations,): how far each is from baseline."""
        if year >= 1 and self.keep:
            money = (self.beyond_fees, self.settled, self.management)
            period = Period(accounts, *money, self.program, self.hospital_program, levers)
            for name, made in YEARLY.items():
                self._add(name, {"year": year, **made(self.labels, period)})
        self.beyond_fees[:], self.settled[:], self.management[:] = 0, 0, 0

    def _add(self, table: str, part: TablePart) -> None:
        """Keep copies: the arrays go on changing."""
        if self.keep:
            kept = {name: column.copy() if isinstance(column, np.ndarray) else column for name, column in part.items()}
            self.parts.setdefault(table, []).append(kept)

    def tables(self) -> "dict[str, DataFrame]":
        """Every declared table as a pandas DataFrame, stored as declared, also where it has no rows."""
        return {name: table.frame(self.parts.get(name, [])) for name, table in TABLES.items()}

    def columns(self) -> dict[str, PlainTable]:
        """The same tables as plain columns."""
        return {name: table.plain(self.parts.get(name, [])) for name, table in TABLES.items()}


def in_force(
    agreements: Iterable[Agreement], month: int, n: int, hospitals: bool
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Every rule in force joined by " + ", and whether one of them is value-based, for ``n`` rows."""
    names, flags = np.full(n, "", object), np.zeros(n, bool)
    for agreement in agreements:
        if agreement.pays(month) and (agreement.panel == HOSPITAL) == hospitals:
            layered = names[agreement.holders] != ""
            names[agreement.holders] += np.where(layered, " + ", "").astype(object) + agreement.name
            flags[agreement.holders] |= agreement.rule.value_based
    names[names == ""] = "fee_for_service"
    return names, flags

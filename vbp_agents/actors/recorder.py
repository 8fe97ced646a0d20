"""Writes down what happened.

Small arrays each month and year, made into tidy tables (columns in `tables.TABLES`) when a run is over.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.payment import HOSPITAL, Agreement, Cents
from vbp_agents.actors.state import State
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.parameters import DECISIONS
from vbp_agents.regimes.base import Statement
from vbp_agents.region import HOLDER_KINDS, ORGANIZATION_KINDS
from vbp_agents.world import Accounts

if TYPE_CHECKING:
    from pandas import DataFrame

    from vbp_agents.actors.agents import Payer

SCALES = {
    "coded_risk": 1e6,
    "baseline_coded_risk": 1e6,
    "unpriced_attached": 1e6,
    "unpriced_unattached": 1e6,
    "survey_points": 1e3,
    "control": 1e6,
    "qalys": 1e6,
    "joint_dollars": 100,
    "fracture_dollars": 100,
    "continuity_clinicians": 1e6,
    "continuity_practices": 1e6,
    "usual_provider": 1e6,
}
"""Accounts are integers; this is what they count a unit in."""
GROUPINGS = (("deprivation_quintile", 5), ("true_risk_decile", 10), ("unpriced_risk_decile", 10))
Columns = dict[str, Any]


class Recorder:
    """Collects columns by table; ``tables()`` joins them."""

    def __init__(self, state: State) -> None:
        self.state = state
        n = state.region.n_holders
        holders = [f"{HOLDER_KINDS[h % 3]}_{h // 3 + 1}" for h in range(n)] + ["unattached"]
        kinds = [HOLDER_KINDS[h % 3] for h in range(n)] + ["unattached"]
        payers = [payer.name for payer in state.scenario.payers]
        self.contract_names = holders
        self.payers = payers
        self.row_payer = np.repeat(np.array(payers, object), n + 1)
        self.row_contract = np.tile(np.array(holders, object), len(payers))
        self.row_kind = np.tile(np.array(kinds, object), len(payers))
        self.parts: dict[str, list[Columns]] = {}
        self.beyond_fees = np.zeros(len(state.region.organizations), np.int64)
        self.settled = np.zeros(len(state.region.organizations), np.int64)
        self.hospital_names = [f"hospital_{h + 1}" for h in range(2 * len(state.region.areas))]
        self.program = np.full(len(self.row_payer), "", object)
        self.hospital_program = np.full((len(payers), len(self.hospital_names)), "", object)
        self.management = np.zeros(len(state.region.organizations))

    def pay(self, beyond_fees: Cents) -> None:
        """Note what organizations got beyond their fees."""
        self.beyond_fees += beyond_fees

    def month(self, month: int, accounts: Accounts, effort: FloatArray, payers: Iterable["Payer"]) -> None:
        """Money and people of every row. ``effort`` (organizations,): dollars a member-month."""
        self.management += self._attached(accounts) * effort
        if month < 1:
            return
        members = accounts.members
        paid = [payer.paid for payer in payers]
        n = self.state.region.n_holders + 1
        for payer in payers:
            self._note_programs(payer, month)
        holder, others, patients = (
            np.concatenate([getattr(p, which) for p in paid]) for which in ("holder", "others", "patients")
        )
        for payer in payers:
            self._hospitals_paid(month, payer)
        names = [in_force(payer.agreements, month, n, hospitals=False) for payer in payers]
        self._add(
            "months",
            month=month,
            payer=self.row_payer,
            contract=self.row_contract,
            kind=self.row_kind,
            regime=np.concatenate([regimes for regimes, _ in names]),
            value_based=np.concatenate([flags for _, flags in names]),
            member_months=members.member_months,
            deaths=members.deaths,
            entered=members.entered,
            paid_to_holder=holder / 100,
            paid_to_others=others / 100,
            patient_outlay=patients / 100,
            payer_outlay=(holder + others - patients) / 100,
        )

    def _hospitals_paid(self, month: int, payer: "Payer") -> None:
        """Hospitals with contracts: what they are paid beyond fees. Their fees are in the rows of their patients."""
        if not any(agreement.panel == HOSPITAL for agreement in payer.agreements):
            return
        names, flags = in_force(payer.agreements, month, len(self.hospital_names), hospitals=True)
        beyond = payer.paid.hospitals / 100
        money = {"paid_to_holder": beyond, "paid_to_others": 0.0, "patient_outlay": 0.0, "payer_outlay": beyond}
        self._add(
            "months",
            month=month,
            payer=payer.name,
            contract=np.array(self.hospital_names, object),
            kind=HOSPITAL,
            regime=names,
            value_based=flags,
            member_months=0,
            deaths=0,
            entered=0,
            **money,
        )

    def _note_programs(self, payer: "Payer", month: int) -> None:
        """Who was treated, a control or in by choice this year; whoever one program treats is no control."""
        rows, hospitals = self.program[self.state.rows_of(payer.number)], self.hospital_program[payer.number]
        for agreement in payer.agreements:
            if agreement.pays(month):
                noted = hospitals if agreement.panel == HOSPITAL else rows
                left_out = agreement.controls[noted[agreement.controls] == ""]
                noted[left_out] = "control"
                chosen = agreement.holders[noted[agreement.holders] != "treated"]
                noted[chosen] = agreement.program or noted[chosen]

    def settle(
        self, month: int, payer: int, agreement: Agreement, statement: Statement, cents: Cents, shared: Cents
    ) -> None:
        """A settled year, with the lines that explain it."""
        self.settled += shared
        names = self.hospital_names if agreement.panel == HOSPITAL else self.contract_names
        where: Columns = {
            "year": month // 12,
            "known_month": month + agreement.rule.settlement_lag,
            "payer": self.payers[payer],
            "contract": np.array([names[h] for h in agreement.holders], object),
            "regime": agreement.name,
            "program": agreement.program,
        }
        lines = statement | {"settlement": cents / 100}
        for line, amount in lines.items():
            self._add("settlements", **where, line=line, amount=np.asarray(amount, float))

    def year(self, year: int, accounts: Accounts, levers: Mapping[str, FloatArray]) -> None:
        """The year's tables; ``levers`` (organizations,): how far each is from baseline."""
        if year >= 1:
            self._year(year, accounts)
            self._levers(year, levers)
        self.beyond_fees[:], self.settled[:], self.management[:] = 0, 0, 0

    def _year(self, year: int, accounts: Accounts) -> None:
        self._contracts(year, accounts)
        self._hospitals(year, accounts)
        self._services(year, accounts)
        self._decisions(year, accounts)
        self._organizations(year, accounts)
        self._practices(year, accounts)
        self._groups(year, accounts)
        self._spending(year, accounts)

    def _contracts(self, year: int, accounts: Accounts) -> None:
        members = {
            name: columns[name] / SCALES[name] if name in SCALES else columns[name]
            for columns in (accounts.members, accounts.unseen, accounts.episodes)
            for name in columns.dtype.names
        }
        where = {"payer": self.row_payer, "contract": self.row_contract, "kind": self.row_kind}
        self._add("contracts", year=year, **where, program=self.program, **members)
        self.program[:] = ""

    def _hospitals(self, year: int, accounts: Accounts) -> None:
        """What every hospital's patients of every payer were, and who was in a program."""
        hospitals, payers = (index.ravel() for index in np.indices(accounts.hospitals.shape))
        columns = {
            name: (record[name] / SCALES.get(name, 1)).ravel()
            for record in (accounts.hospitals, accounts.anchored)
            for name in record.dtype.names
        }
        self._add(
            "hospitals",
            year=year,
            payer=np.array(self.payers, object)[payers],
            hospital=np.array(self.hospital_names, object)[hospitals],
            program=self.hospital_program.T.ravel(),
            **columns,
        )
        self.hospital_program[:] = ""

    def _services(self, year: int, accounts: Accounts) -> None:
        billed = accounts.billed
        rows, services, sides = (index.ravel() for index in np.indices(billed.shape))
        self._add(
            "services",
            year=year,
            payer=self.row_payer[rows],
            contract=self.row_contract[rows],
            kind=self.row_kind[rows],
            service=np.array(SERVICES, object)[services],
            side=np.array(SIDES, object)[sides],
            count=billed.count.ravel(),
            dollars=billed.cents.ravel() / 100,
            truncated=billed.truncated.ravel() / 100,
        )

    def _decisions(self, year: int, accounts: Accounts) -> None:
        """The Truth, by organization that decides."""
        truth = accounts.truth
        organizations, decisions = (index.ravel() for index in np.indices(truth.shape))
        asked = truth.opportunities.ravel() > 0
        counts = {name: truth[name].ravel()[asked] for name in truth.dtype.names if name != "benefit"}
        self._add(
            "decisions",
            year=year,
            organization=organizations[asked],
            decision=np.array(DECISIONS, object)[decisions[asked]],
            **counts,
            benefit=truth.benefit.ravel()[asked] / 100,
        )

    def _organizations(self, year: int, accounts: Accounts) -> None:
        organizations, care = self.state.region.organizations, self.state.scenario.care
        n = len(organizations)
        work = accounts.work
        standard = work.standard.sum(axis=1)
        self._add(
            "organizations",
            year=year,
            organization=np.arange(n),
            kind=np.array(ORGANIZATION_KINDS, object)[organizations.kind],
            contract=np.array(self.contract_names, object)[
                np.where(organizations.holder < 0, -1, organizations.holder)
            ],
            attached_months=self._attached(accounts),
            fees=work.cents.sum(axis=(1, 2)) / 100,
            beyond_fees=self.beyond_fees / 100,
            settlements=self.settled / 100,
            standard_dollars=standard.sum(axis=1) / 100,
            variable_cost=weighted_sum(standard, care.variable_cost) / 100,
            fixed_cost=self.state.fixed_cost / 100,
            care_management=self.management,
        )

    def _levers(self, year: int, levers: Mapping[str, FloatArray]) -> None:
        """How far organizations with practices have moved from baseline, by lever."""
        used = np.unique(self.state.region.practices.organization)
        rows = self.state.region.organizations[used]
        for lever, value in levers.items():
            self._add(
                "levers",
                year=year,
                organization=used,
                kind=np.array(ORGANIZATION_KINDS, object)[rows.kind],
                contract=np.array(self.contract_names, object)[np.where(rows.holder < 0, -1, rows.holder)],
                lever=lever,
                value=value[used],
            )

    def _practices(self, year: int, accounts: Accounts) -> None:
        panels = accounts.panels
        used = np.flatnonzero(panels.member_months)
        self._add(
            "practices",
            year=year,
            practice=used,
            organization=self.state.region.practices.organization[used],
            member_months=panels.member_months[used],
            visits=panels.visits[used],
            unpriced_risk=panels.unpriced_risk[used] / 1e6,
            experience=panels.experience[used] / 1e3,
        )

    def _groups(self, year: int, accounts: Accounts) -> None:
        for number, (grouping, n) in enumerate(GROUPINGS):
            groups = accounts.groups[number, :n]
            counts = {name: groups[name] for name in groups.dtype.names if name not in ("experience", "qalys")}
            self._add(
                "groups",
                year=year,
                grouping=grouping,
                group=np.arange(1, n + 1),
                **counts,
                experience=groups.experience / 1e3,
                qalys=groups.qalys / 1e6,
            )

    def _spending(self, year: int, accounts: Accounts) -> None:
        payers, bins = np.nonzero(accounts.spending.people)
        self._add(
            "spending",
            year=year,
            payer=np.array(self.payers, object)[payers],
            bin=bins,
            people=accounts.spending.people[payers, bins],
            dollars=accounts.spending.cents[payers, bins] / 100,
        )

    def _attached(self, accounts: Accounts) -> NDArray[np.int64]:
        """Months lived by people attached to each organization's practices."""
        attached = np.zeros(len(self.management), np.int64)
        np.add.at(attached, self.state.region.practices.organization, accounts.panels.member_months)
        return attached

    def _add(self, table: str, **columns: Any) -> None:
        """Keep copies: the arrays go on changing."""
        kept = {name: column.copy() if isinstance(column, np.ndarray) else column for name, column in columns.items()}
        self.parts.setdefault(table, []).append(kept)

    def tables(self) -> "dict[str, DataFrame]":
        """Every declared table as a pandas DataFrame, stored as declared, also where it has no rows."""
        from vbp_agents.tables import TABLES

        return {name: table.frame(self.parts.get(name, [])) for name, table in TABLES.items()}


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

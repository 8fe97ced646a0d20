"""What payers see: the month and the year so far as they count them, and whole years as they were measured."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vbp_agents.actors.payment import HOSPITAL, KIDNEY_DISEASE, MEMBERS, Agreement
from vbp_agents.actors.world import World
from vbp_agents.book import Book, FloatArray, book_of
from vbp_agents.environment import Accounts
from vbp_agents.ledger import (
    add_accounts,
    by_condition,
    hospital_columns,
    payer_columns,
    revenue_by_holder,
    truncation_point,
)
from vbp_agents.region import hospital_owners
from vbp_agents.terms.measurement import Measurement, as_measured, measured_year

PANELS = (MEMBERS, KIDNEY_DISEASE, HOSPITAL)
DECEMBER = (
    "diagnosed",
    "controlled",
    "preventive_eligible",
    "preventive_seen",
    "surveyed",
    "survey_points",
)
"""Columns that are counted once, at the year's end."""
_Columns = dict[str, FloatArray]


def projected(so_far: dict[str, FloatArray], last: dict[str, FloatArray], months: int) -> dict[str, FloatArray]:
    """A year as a holder expects it after ``months`` of it: those, and the rest as last year."""
    left = (12 - months) / 12
    return {name: last[name] if name in DECEMBER or not months else so_far[name] + left * last[name] for name in last}


class PayerBooks:
    """Every payer's Books of one world, by panel: members, those with kidney disease recorded, hospitals.

    ``accounts`` and ``year``: what the month and the year so far have counted, and with ``condition`` before it, of
    those with recorded kidney disease. ``past``: whole years of each payer and panel, latest first (the world's own);
    ``measured``: the same as they were measured, each once, when it closes. ``rows``: of the accounts, by payer.
    ``owners``: the organization that each hospital belongs to.
    """

    def __init__(self, world: World, measurement: Measurement) -> None:
        self.world, self.measurement = world, measurement
        self.accounts, self.condition = self.year, self.condition_year = by_condition(world.new_accounts())
        payers, december = range(world.n_payers), world.month // 12 * 12
        self.rows, self.owners = [world.rows_of(payer) for payer in payers], hospital_owners(world.region)
        self.past = {(payer, panel): world.past(payer, panel) for payer in payers for panel in PANELS}
        self.measured = {
            (payer, panel): [
                measured_year(year, measurement, world.seed, payer, december - 12 * ago)
                for ago, year in enumerate(years)
            ]
            for (payer, panel), years in self.past.items()
        }
        self._earlier: dict[Agreement, tuple[Book, ...]] = {}

    def count(self, counted: Accounts) -> None:
        """Enter what the month has counted."""
        self.accounts, self.condition = by_condition(counted)
        if self.world.month % 12 == 1:
            self.year, self.condition_year = by_condition(self.world.new_accounts())
        add_accounts(self.year, self.accounts)
        add_accounts(self.condition_year, self.condition)

    def of_month(self, payer: int, agreement: Agreement) -> Book:
        """What the payer sees of this month, for the agreement's contracts and its part of their panels."""
        return self._seen(payer, agreement, self.columns(payer, agreement.panel, whole_year=False), 1)

    def of_year(self, payer: int, agreement: Agreement) -> Book:
        """The same of the year that ends with this month."""
        return self._seen(payer, agreement, self.columns(payer, agreement.panel, whole_year=True), 12)

    def expected(self, payer: int, agreement: Agreement, practice_now: Callable[[_Columns], _Columns]) -> Book:
        """The year as the agreement's holders expect it: so far, and the rest as last year, but for their practice.

        ``practice_now``: the columns of last year that today's practice shows otherwise.
        """
        so_far = self.columns(payer, agreement.panel, whole_year=True)
        last = dict(self.past[payer, agreement.panel][0].columns)
        if agreement.panel != HOSPITAL:
            last |= practice_now(last)
        return self._seen(payer, agreement, projected(so_far, last, (self.world.month - 1) % 12), 12)

    def earlier(self, payer: int, agreement: Agreement) -> tuple[Book, ...]:
        """Whole years as they were measured, of an agreement's holders and its part of their panels, latest first."""
        if agreement not in self._earlier:
            years = self.measured[payer, agreement.panel]
            self._earlier[agreement] = tuple(year.part(agreement.holders, agreement.share) for year in years)
        return self._earlier[agreement]

    def people(self, payer: int, agreement: Agreement) -> FloatArray:
        """The payer's members of an agreement's holders last year; a hospital's: who have its stays in the region."""
        members = self.past[payer, MEMBERS][0]
        months = members["member_months"]
        if agreement.panel == HOSPITAL:
            stays = self.past[payer, HOSPITAL][0]["live_discharges"]
            months = stays * months.sum() / max(1.0, members["live_discharges"].sum())
        return np.maximum(1.0, months[agreement.holders] / 12)

    def columns(self, payer: int, panel: str, whole_year: bool) -> _Columns:
        """One payer's columns of the Book, by contract holder or by hospital: as they are, before any measuring."""
        accounts, region = self.year if whole_year else self.accounts, self.world.region
        if panel == HOSPITAL:
            return hospital_columns(accounts, self.owners, payer)
        revenue = revenue_by_holder(accounts, region.organizations.holder, region.n_holders)[payer]
        with_condition = self.condition_year if whole_year else self.condition
        people = with_condition if panel == KIDNEY_DISEASE else accounts
        return payer_columns(people, self.rows[payer], revenue)

    def close(self, survey_size: float) -> None:
        """Keep the year that ends with this month; next year's truncation point and survey follow from it."""
        world = self.world
        self._earlier.clear()
        for payer in range(world.n_payers):
            for panel in PANELS:
                year = book_of(self.columns(payer, panel, whole_year=True))
                self.past[payer, panel].insert(0, year)
                measured = measured_year(year, self.measurement, world.seed, payer, self.world.month)
                self.measured[payer, panel].insert(0, measured)
            world.truncation[payer] = truncation_point(self.year.spending.people[payer])
        people = np.maximum(1.0, self.accounts.members.member_months)
        world.survey_share[:] = np.minimum(1.0, survey_size / people)

    def _seen(self, payer: int, agreement: Agreement, columns: _Columns, months: int) -> Book:
        """A period's columns as the payer measures them, for the agreement's contracts and its part of their panels."""
        earlier, year = self.earlier(payer, agreement), agreement.performance_year(self.world.month)
        measured = as_measured(columns, self.measurement, self.world.seed, payer, self.world.month, months)
        book = book_of(measured, year, months).part(agreement.holders, agreement.share)
        # What is budget-neutral is so over who is in.
        return replace(book, earlier=earlier, peers=None)

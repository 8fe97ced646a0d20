"""Money in cents: what each contract is paid for a month, who owes it, and how a holder's organizations share it."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import Book, FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.errors import WrongInput
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.region import Region, hospital_owners
from vbp_agents.rule_check import quietly, strictly
from vbp_agents.user_file import raised_by_user

Cents = NDArray[np.int64]


MEMBERS, KIDNEY_DISEASE, HOSPITAL = "members", "kidney_disease", "hospital"


@dataclass(frozen=True, eq=False)
class Agreement:
    """One dated contract term of a payer: a rule and the contract holders (positions) that it pays.

    ``controls``: the eligible holders that a randomized program left out. ``first`` and ``last``: months, both
    included. ``share``: the part of the panel it is about. ``panel``: members, those with kidney disease recorded, or
    whoever a hospital discharged (holders are then hospitals). ``name``: what results call the regime; the rule never
    sees it. ``program``: what results say of its holders; "" where they had no choice.
    """

    name: str
    rule: Regime
    holders: NDArray[np.intp]
    controls: NDArray[np.intp]
    first: int
    last: int
    share: float
    program: str
    panel: str = MEMBERS

    def pays(self, month: int) -> bool:
        """Whether it is in force in this month."""
        return self.first <= month <= self.last and len(self.holders) > 0

    def settles(self, december: int) -> bool:
        """Whether it was in force in the whole year that ends with this month."""
        return self.pays(december) and self.first <= december - 11

    def performance_year(self, month: int) -> int:
        """1 in the first (whole or broken) calendar year of the agreement."""
        return 1 + (month - 1) // 12 - (self.first - 1) // 12


def december(month: int) -> int:
    """The last month of a month's year."""
    return month + -month % 12


@dataclass(frozen=True)
class Paid:
    """A month's money of one payer, cents, by row (contracts, then unattached).

    ``hospitals`` (hospitals,): beyond their fees, which are in the rows of their patients.
    """

    holder: Cents
    others: Cents
    patients: Cents
    hospitals: Cents


_MOST = 1e13
"""Dollars that no contract is paid: beyond them cents no longer fit."""


def to_cents(dollars: FloatArray, agreement: Agreement, what: str) -> Cents:
    """Dollars to whole cents, once, where a rule's result becomes money.

    Raises WrongInput unless there is one finite amount for each contract: a user's rule may divide by zero.
    """
    amounts, n = np.asarray(dollars), len(agreement.holders)
    if amounts.shape != (n,) or amounts.dtype.kind not in "fiu":
        raise WrongInput(f"regime {agreement.name!r}: {what} must be one number of dollars for each of {n} contracts")
    if not np.all(np.abs(amounts) < _MOST):
        worst = amounts[~(np.abs(amounts) < _MOST)][0]
        raise WrongInput(f"regime {agreement.name!r}: {what} has {worst} dollars; every amount must be a finite number")
    return np.rint(amounts * 100.0).astype(np.int64)


def pay_month(
    accounts: Accounts, rows: slice, agreements: list[tuple[Agreement, Book]], coinsurance: FloatArray
) -> Paid:
    """What a payer's rows are paid for a month: fees, and what each agreement in force pays beyond them."""
    cents = accounts.billed.cents[rows]
    inside, outside = cents[:, :, 0].sum(axis=1), cents[:, :, 1].sum(axis=1)
    holder, hospitals = inside.copy(), np.zeros(len(accounts.hospitals), np.int64)
    for agreement, book in agreements:
        paid = hospitals if agreement.panel == HOSPITAL else holder
        paid[agreement.holders] += beyond_fees(agreement, book)
    patients = np.rint(weighted_sum(cents.sum(axis=2), coinsurance)).astype(np.int64)
    return Paid(holder, outside, patients, hospitals)


def beyond_fees(agreement: Agreement, book: Book) -> Cents:
    """What a rule alone would pay for a month, less the fees for what the holder itself billed, (n_contracts,)."""
    with blamed(lambda: agreement.rule.pay(book), book):
        paid = to_cents(agreement.rule.pay(book), agreement, "pay()")
    return paid - to_cents(book.billed(sides=["inside"]), agreement, "fees")


def divided(
    eligible: NDArray[np.intp], treated_share: float, luck: FloatArray
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The treated and the controls of a randomized program: the eligible holders with the least luck are treated.

    ``luck`` has one number a holder, whatever the program: programs of the same holders and share treat the same.
    """
    order = eligible[np.argsort(luck[eligible], kind="stable")]
    n = math.floor(treated_share * len(eligible) + 0.5)
    return np.sort(order[:n]), np.sort(order[n:])


def settle_year(agreement: Agreement, book: Book) -> tuple[Statement, Cents]:
    """A year's statement and the settlement in cents, positive to the holder.

    Raises WrongInput where any line has a number that is not finite.
    """
    with blamed(lambda: agreement.rule.settle(book), book):
        statement = agreement.rule.settle(book)
        for line, amount in statement.items():
            if not np.isfinite(amount).all():
                text = f"settle()'s {line} has numbers that are not finite"
                raise WrongInput(f"regime {agreement.name!r}: {text}; every line must be numbers")
        return statement, to_cents(statement["settlement"], agreement, "the settlement")


@contextmanager
def blamed(ask: Callable[[], object], book: Book) -> Iterator[None]:
    """Where a rule runs: an amount that is no number is told with the line of a user's file that made it.

    Raises ArithmeticError where it is the Book's own, which no rule has made.
    """
    try:
        with quietly():
            yield
    except WrongInput as error:
        for name, column in book.columns.items():
            if not np.all(np.abs(column) < _MOST):
                text = f"the Book's {name} has {column[~(np.abs(column) < _MOST)][0]}, before any rule is asked"
                raise ArithmeticError(text) from error
        cause = strictly(ask)
        by_user = raised_by_user(cause) if cause else None
        raise WrongInput(f"{by_user or ''}{'; ' if by_user else ''}{error}") from None


def shared_by_members(cents: Cents, region: Region, period: Accounts) -> Cents:
    """Holders' amounts, (holders,), divided among their organizations by attached member-months, (organizations,)."""
    return share_out(cents, region.organizations.holder, attached_months(region, period))


def attached_months(region: Region, period: Accounts) -> NDArray[np.int64]:
    """Months lived by people attached to each organization's practices, (organizations,)."""
    months = np.zeros(len(region.organizations), np.int64)
    np.add.at(months, region.practices.organization, period.panels.member_months)
    return months


def shared_by_hospital(cents: Cents, region: Region) -> Cents:
    """Hospitals' amounts, (hospitals,), by the organization that has them, (organizations,)."""
    amounts = np.zeros(len(region.organizations), np.int64)
    np.add.at(amounts, hospital_owners(region), cents)
    return amounts


def share_out(cents: Cents, holder_of: NDArray[np.int32], weight: NDArray[np.int64]) -> Cents:
    """Divide each holder's amount among its organizations by weight, to the cent: who saves a dollar shares it.

    ``cents`` (holders,); ``holder_of`` and ``weight`` (organizations,). Where nobody has weight, all
    organizations count alike.
    """
    shares = np.zeros(len(holder_of), np.int64)
    order = np.argsort(holder_of, kind="stable")
    order = order[holder_of[order] >= 0]
    starts = np.searchsorted(holder_of[order], np.arange(len(cents) + 1))
    for holder in np.flatnonzero(cents):
        members = order[starts[holder] : starts[holder + 1]]
        portion = weight[members] if weight[members].any() else np.ones(len(members), np.int64)
        ends = np.rint(cents[holder] * (np.cumsum(portion) / portion.sum())).astype(np.int64)
        shares[members] = np.diff(ends, prepend=0)
    return shares

"""Money in cents: what each contract is paid for a month, who owes it, and how a holder's organizations share it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import Book, FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.world import Accounts

Cents = NDArray[np.int64]


@dataclass(frozen=True)
class Agreement:
    """One dated contract term of a payer: a rule and the contract holders (positions) that it pays.

    ``first`` and ``last``: months, both included. ``name``: what results call the regime; the rule never sees it.
    """

    name: str
    rule: Regime
    holders: NDArray[np.intp]
    first: int
    last: int

    def pays(self, month: int) -> bool:
        """Whether it is in force in this month."""
        return self.first <= month <= self.last and len(self.holders) > 0

    def settles(self, december: int) -> bool:
        """Whether it was in force in the whole year that ends with this month."""
        return self.pays(december) and self.first <= december - 11

    def performance_year(self, month: int) -> int:
        """1 in the first (whole or broken) calendar year of the agreement."""
        return 1 + (month - 1) // 12 - (self.first - 1) // 12


@dataclass(frozen=True)
class Paid:
    """A month's money of one payer, cents, by row (contracts, then unattached)."""

    holder: Cents
    others: Cents
    patients: Cents


MOST = 1e13
"""Dollars that no contract is paid: beyond them cents no longer fit."""


def to_cents(dollars: FloatArray, agreement: Agreement, what: str) -> Cents:
    """Dollars to whole cents, once, where a rule's result becomes money.

    Raises WrongInput unless there is one finite amount for each contract: a user's rule may divide by zero.
    """
    amounts, n = np.asarray(dollars), len(agreement.holders)
    if amounts.shape != (n,) or amounts.dtype.kind not in "fiu":
        raise WrongInput(f"regime {agreement.name!r}: {what} must be one number of dollars for each of {n} contracts")
    if not np.all(np.abs(amounts) < MOST):
        worst = amounts[~(np.abs(amounts) < MOST)][0]
        raise WrongInput(f"regime {agreement.name!r}: {what} has {worst} dollars; every amount must be a finite number")
    return np.rint(amounts * 100.0).astype(np.int64)


def pay_month(
    accounts: Accounts, rows: slice, agreements: list[tuple[Agreement, Book]], coinsurance: FloatArray
) -> Paid:
    """What a payer's rows are paid for a month: fees, unless an agreement in force says otherwise."""
    cents = accounts.billed.cents[rows]
    inside, outside = cents[:, :, 0].sum(axis=1), cents[:, :, 1].sum(axis=1)
    holder = inside.copy()
    for agreement, book in agreements:
        holder[agreement.holders] = to_cents(agreement.rule.pay(book), agreement, "pay()")
    patients = np.rint(cents.sum(axis=2) @ coinsurance).astype(np.int64)
    return Paid(holder, outside, patients)


def settle_year(agreement: Agreement, book: Book) -> tuple[Statement, Cents]:
    """A year's statement and the settlement in cents, positive to the holder."""
    statement = agreement.rule.settle(book)
    return statement, to_cents(statement["settlement"], agreement, "the settlement")


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

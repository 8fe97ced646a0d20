"""From integer accounts to the Book: what each payer sees of a month or a year, in dollars."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.records import summed
from vbp_agents.world import Accounts


def plus(*periods: Accounts) -> Accounts:
    """The accounts of several threads or months together."""
    return Accounts(*(summed(list(parts)) for parts in zip(*periods, strict=True)))


def revenue_by_holder(accounts: Accounts, holder: NDArray[np.int32], n_holders: int) -> NDArray[np.int64]:
    """Cents billed by each holder's organizations, shape (payers, holders)."""
    cents = accounts.work.cents.sum(axis=2)
    total = np.zeros((cents.shape[1], n_holders + 1), np.int64)
    for payer in range(cents.shape[1]):
        np.add.at(total[payer], np.where(holder >= 0, holder, n_holders), cents[:, payer])
    return total[:, :n_holders]


def payer_columns(accounts: Accounts, rows: slice, revenue: NDArray[np.int64]) -> dict[str, FloatArray]:
    """The Book's columns for one payer's rows (its contracts, then its unattached), each of shape (rows,).

    Coded risk is renormalized to a mean of 1 over people attributed to a contract holder, as CMS does over
    assignable people.
    """
    billed, members = accounts.billed[rows], accounts.members[rows]
    coded = members.coded_risk / 1e6
    months = members.member_months
    level = months[:-1].sum() / coded[:-1].sum() if coded[:-1].any() else 0.0
    columns = {
        "member_months": months.astype(np.float64),
        "risk_months": coded * level,
        "survey_points": members.survey_points / 1e3,
        "participant_revenue": np.append(revenue, 0) / 100.0,
    }
    for name in (
        "diagnosed",
        "controlled",
        "live_discharges",
        "followed_up",
        "readmitted",
        "preventive_eligible",
        "preventive_seen",
        "surveyed",
    ):
        columns[name] = members[name].astype(np.float64)
    for s, service in enumerate(SERVICES):
        for k, side in enumerate(SIDES):
            cell = billed[:, s, k]
            columns[f"{service}_count_{side}"] = cell.count.astype(np.float64)
            columns[f"{service}_dollars_{side}"] = cell.cents / 100.0
            columns[f"{service}_truncated_{side}"] = cell.truncated / 100.0
    return columns


def book_of(
    columns: dict[str, FloatArray], earlier: Sequence[Book] = (), performance_year: int = 1, months: int = 12
) -> Book:
    """The Book of a payer's contracts, its market beside it: everybody attributed to a contract holder, together.

    People who saw no primary care are in no market, as regional spending under 42 CFR 425.601 is that of
    assignable people.
    """
    contracts = {name: column[:-1] for name, column in columns.items()}
    market = Book({name: np.array([column.sum()]) for name, column in contracts.items()}, months=months)
    return Book(contracts, market, tuple(earlier), performance_year, months)

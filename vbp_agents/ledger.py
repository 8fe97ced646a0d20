"""From integer accounts to the Book: what each payer sees of a month or a year, in dollars."""

from functools import cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.counts import Billed, Episodes, Hospital, Members
from vbp_agents.environment import Accounts
from vbp_agents.parameters import CONDITION_PARTS
from vbp_agents.records import Record, counts, counts_of, in_units
from vbp_agents.truth import Hidden


class ByRow(NamedTuple):
    """The accounts that are kept by row of the Book, of some of its people."""

    billed: Any
    members: Any
    hidden: Any
    episodes: Any


_Period = TypeVar("_Period", Accounts, ByRow)


def add_accounts(total: _Period, more: _Period) -> None:
    """Add the accounts of another thread or month to the first: integers, so exact in any order."""
    for mine, theirs in zip(total, more, strict=True):
        total_counts = counts(mine)
        total_counts += counts(theirs)


def take_away(total: _Period, less: _Period) -> None:
    """Take accounts that were added away again: what is left is as if they had never been there."""
    for mine, theirs in zip(total, less, strict=True):
        total_counts = counts(mine)
        total_counts -= counts(theirs)


def by_condition(accounts: Accounts) -> tuple[Accounts, ByRow]:
    """The accounts of everybody, one row a row of the Book, and those of people with recorded kidney disease.

    They stay where they are: what was of people without it becomes everybody's.
    """
    rows = len(accounts.members) // len(CONDITION_PARTS)
    parts = {name: getattr(accounts, name) for name in ByRow._fields}
    for part in parts.values():
        everybody = counts(part[:rows])
        everybody += counts(part[rows:])
    whole = {name: part[:rows] for name, part in parts.items()}
    return accounts._replace(**whole), ByRow(**{name: part[rows:] for name, part in parts.items()})


def revenue_by_holder(accounts: Accounts, holder: NDArray[np.int32], n_holders: int) -> NDArray[np.int64]:
    """Cents billed by each holder's organizations, shape (payers, holders)."""
    cents = accounts.work.cents.sum(axis=2)
    total = np.zeros((cents.shape[1], n_holders + 1), np.int64)
    for payer in range(cents.shape[1]):
        np.add.at(total[payer], np.where(holder >= 0, holder, n_holders), cents[:, payer])
    return total[:, :n_holders]


def seen(record: type[Record], rows: Any) -> dict[str, FloatArray]:
    """The Book's columns that are a record's counts, in their units, each of the rows' shape."""
    return {field: np.asarray(rows[field] / count.scale) for field, count in counts_of(record).items() if count.in_book}


@cache
def _by_service() -> tuple[tuple[str, ...], FloatArray]:
    """The names of the columns by service, side and measure, as accounts have them, and units of each."""
    units = {
        f"{service}_{count.name}_{side}": float(count.scale)
        for service in SERVICES
        for side in SIDES
        for count in counts_of(Billed).values()
    }
    return tuple(units), np.array(list(units.values()))[:, None]


def payer_columns(accounts: Accounts | ByRow, rows: slice, revenue: NDArray[np.int64]) -> dict[str, FloatArray]:
    """The Book's columns for one payer's contracts, each of shape (contracts,); ``rows``: these, then its unattached.

    Coded risk is renormalized to a mean of 1 over people attributed to a contract holder, as CMS does over
    assignable people.
    """
    held = slice(rows.start, rows.stop - 1)
    members = accounts.members[held]
    coded, months = members.coded_risk / counts_of(Members)["coded_risk"].scale, members.member_months
    level = months.sum() / coded.sum() if coded.any() else 0.0
    columns = seen(Members, members)
    columns |= {"risk_months": coded * level, "participant_revenue": revenue / 100.0}
    columns |= seen(Episodes, accounts.episodes[held]) | outcome_columns(accounts.hidden[held])
    names, units = _by_service()
    billed = counts(accounts.billed[held]).reshape(len(coded), len(names)).T / units
    return columns | dict(zip(names, billed, strict=True))


def outcome_columns(rows: Any) -> dict[str, FloatArray]:
    """Outcomes as they are: what `measurement.as_measured` makes noisy, or takes out, before any rule sees it."""
    hidden = in_units(Hidden, rows)
    return {
        "measured_control": hidden["control"],
        "measured_qalys": hidden["qalys"],
        "measured_harm": hidden["harmful"].astype(np.float64),
    }


def hospital_columns(accounts: Accounts, organizations: NDArray[np.int32], payer: int) -> dict[str, FloatArray]:
    """The Book's columns for one payer's hospitals, each of shape (hospitals,).

    ``organizations`` (hospitals,): whose each is. What a hospital was paid for stays is its organization's work, no
    person's year being cut off; members' columns are left at zero.
    """
    work = accounts.work[organizations, payer]
    stays = work[:, SERVICES.index("admission")]
    columns = seen(Hospital, accounts.hospitals[:, payer])
    columns |= {"participant_revenue": work.cents.sum(axis=1) / 100.0}
    columns |= {"admission_count_inside": stays.count.astype(np.float64)}
    columns |= {f"admission_{measure}_inside": stays.cents / 100.0 for measure in ("dollars", "truncated")}
    return columns | seen(Episodes, accounts.hospital_episodes[:, payer])


def truncation_point(people: NDArray[np.int64]) -> int:
    """The 99th percentile of a person's spending in a year, cents, read from the numbers of people in its bins."""
    rank = 0.99 * people.sum()
    reached = np.cumsum(people)
    bin = int(np.searchsorted(reached, rank))
    low = 2.0 ** (9 + (bin - 1) / 16)
    within = (rank - (reached[bin] - people[bin])) / max(1, people[bin])
    return round(float(low * 2.0 ** (within / 16)))

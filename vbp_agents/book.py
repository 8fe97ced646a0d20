"""The Book: what a payer can see. One row per contract, declared columns, and nothing else.

Regimes read the Book and only the Book. Need, benefit and harm are in the Truth (`truth.py`), which no payment reads.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vbp_agents.arithmetic import FloatArray as FloatArray
from vbp_agents.counts import Billed, Episodes, Members
from vbp_agents.records import counts_of

SERVICES = (
    "primary",
    "specialist",
    "test",
    "procedure",
    "ed",
    "admission",
    "post_acute",
    "other",
    "care_management",
)
SIDES = ("inside", "outside")
BILLED_MEASURES = {count.name: (count.unit, count.about) for count in counts_of(Billed).values()}
_SEEN = {
    name: (count.unit, count.about)
    for record in (Members, Episodes)
    for name, count in counts_of(record).items()
    if count.in_book
}
_EPISODES = {name: what for name, what in _SEEN.items() if name in counts_of(Episodes)}

PEOPLE = {
    "member_months": _SEEN["member_months"],
    "risk_months": ("risk score x months", "coded risk summed over member-months, renormalized to a market mean of 1"),
    **{name: what for name, what in _SEEN.items() if name not in _EPISODES},
    "participant_revenue": ("dollars", "the contract holder's whole revenue from this payer, whoever the patient"),
    **_EPISODES,
}


OUTCOMES = {
    "measured_control": ("control x months", "disease control of all members, 0 to 1, where outcomes are measured"),
    "measured_qalys": ("QALYs", "lived by the members, where outcomes are measured"),
    "measured_harm": ("services", "that did the members more harm than good, where outcomes are measured"),
}
"""The Truth with noise, in scenarios that measure outcomes; zero in all others."""


@dataclass(frozen=True)
class BookColumn:
    """What one column of the Book holds.

    Every column is a sum over a contract's members (or discharges), so that contracts add up, and months do too. One
    is scaled before: ``risk_months``, in each month and again in each year, so that the market's mean is 1. A year's
    are therefore not quite the sum of its months'.
    """

    unit: str
    about: str


def _columns() -> dict[str, BookColumn]:
    billed = {
        f"{service}_{measure}_{side}": BookColumn(
            unit, f"{service} {about}, billed {side} the contract's organizations"
        )
        for service in SERVICES
        for measure, (unit, about) in BILLED_MEASURES.items()
        for side in SIDES
    }
    return {name: BookColumn(*what) for name, what in (PEOPLE | OUTCOMES).items()} | billed


COLUMNS: Mapping[str, BookColumn] = MappingProxyType(_columns())


WANTED = {
    "spending spent cost expenditure charge dollar claim bill billed total": "All that anybody billed for the members "
    'is book.billed(), what the holder billed itself book.billed(sides=["inside"]).',
    "visit admission stay service test procedure volume utilization count": "Services are counted by "
    f'book.billed("count", services=["admission"]); there are {", ".join(SERVICES)}.',
    "member people person patient panel size": 'Members are told by their months, book["member_months"].',
    "risk score": 'Coded risk a member is book["risk_months"] / book["member_months"].',
    "quality": "Measured quality, 0 to 100, is vbp_agents.rules.quality.score(book).",
    "benchmark target base": "Earlier years are in book.earlier, the latest first, all holders as one in book.market.",
}
"""What people ask for by a natural name, and what there is instead."""


class UndeclaredColumn(KeyError):
    """A column that the Book does not have was asked for or offered."""

    def __init__(self, name: str) -> None:
        close = get_close_matches(name, COLUMNS, n=1, cutoff=0.8)
        hint = f"Did you mean {close[0]!r}?" if close else _instead_of(name)
        super().__init__(f"the Book has no column {name!r}. {hint}")

    def __str__(self) -> str:
        return str(self.args[0])


def _instead_of(name: str) -> str:
    """Where to find what goes by a natural name."""
    asked = {word.removesuffix("s") for word in name.lower().split("_")}
    advice = next((instead for words, instead in WANTED.items() if asked & set(words.split())), "")
    return advice or f"Columns are declared in {__name__}.COLUMNS."


def sealed(columns: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
    """The same columns, from now on read-only: a rule that writes into a Book would change what others are paid."""
    for column in columns.values():
        column.setflags(write=False)
    return columns


@dataclass(frozen=True)
class Book:
    """A period (a month or a year) of one payer's contracts under one regime.

    ``columns``: every name in COLUMNS, each a float array of shape (n_contracts,).
    ``market``: the same period of everyone attributed to a contract holder, as a Book of one row (None for the
    market itself).
    ``earlier``: whole years before this period, latest first, each a Book of the same rows.
    ``performance_year``: 1 in the contract's first year. ``months``: length of the period.
    ``peers``: the same period of everybody under the contract, of whom ``rows`` were taken (None: these are all).
    """

    columns: Mapping[str, FloatArray]
    market: "Book | None" = None
    earlier: tuple["Book", ...] = ()
    performance_year: int = 1
    months: int = 12
    peers: "Book | None" = None

    def __post_init__(self) -> None:
        for name in self.columns.keys() - COLUMNS.keys():
            raise UndeclaredColumn(name)

    def __getitem__(self, name: str) -> FloatArray:
        """The column ``name``, shape (n_contracts,); zeros where this Book was given none. Raises UndeclaredColumn."""
        if name not in COLUMNS:
            raise UndeclaredColumn(name)
        try:
            return self.columns[name]
        except KeyError:
            return np.zeros(len(self))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def billed(
        self,
        measure: str = "dollars",
        sides: Iterable[str] = SIDES,
        services: Iterable[str] = SERVICES,
    ) -> FloatArray:
        """The sum of ``measure`` ("count", "dollars", "truncated") over services and sides, shape (n_contracts,)."""
        total = np.zeros(len(self))
        names = list(services)
        for side in sides:
            for service in names:
                total += self[f"{service}_{measure}_{side}"]
        return total

    def cached(self, function: "Callable[[Book], FloatArray]") -> FloatArray:
        """``function(self)``, shape (n_contracts,). Books that are asked many times over remember it (`remembered`).

        The function depends on nothing but the Book, and calls no other rule for it.
        """
        return function(self)

    def cached_of_earlier(self, function: "Callable[..., FloatArray]", *terms: Hashable) -> FloatArray:
        """``function(self.earlier, *terms)``, shape (n_contracts,), remembered as in ``cached``.

        The function depends on nothing but the earlier years and the terms.
        """
        return function(self.earlier, *terms)

    def with_columns(self, **columns: ArrayLike) -> "Book":
        """A copy in which some columns are other numbers, for worked examples and marginal payments."""
        changed = {name: np.broadcast_to(np.asarray(c, float), (len(self),)) for name, c in columns.items()}
        return replace(self, columns=dict(self.columns) | changed)

    def rows(self, index: Sequence[int] | NDArray[np.intp]) -> "Book":
        """The same period for some of the contracts, in the order of ``index``; the others remain its peers."""
        return replace(
            self,
            columns={name: column[index] for name, column in self.columns.items()},
            earlier=tuple(year.rows(index) for year in self.earlier),
            peers=self.everyone,
        )

    def part(self, index: Sequence[int] | NDArray[np.intp], share: float) -> "Book":
        """The same period as far as one agreement is about it: some of the contracts, a share of their panels."""
        part = self.rows(index)
        part = part if share == 1.0 else part.scaled(share)
        sealed(part.columns)
        return part

    @property
    def everyone(self) -> "Book":
        """Everybody under the contract in the period, for rules that are budget-neutral over all of them."""
        return self if self.peers is None else self.peers

    def scaled(self, share: float) -> "Book":
        """The Book of ``share`` of each contract's panel, in every year; market and peers are left whole."""
        return replace(
            self,
            columns={name: share * column for name, column in self.columns.items()},
            earlier=tuple(year.scaled(share) for year in self.earlier),
        )


def book_of(columns: Mapping[str, FloatArray], performance_year: int = 1, months: int = 12) -> Book:
    """The Book of a payer's contracts, its market beside it: all of them together.

    People attributed to no contract holder are in no market, as regional spending under 42 CFR 425.601 is that of
    assignable people.
    """
    return Book(sealed(columns), together(columns, months), (), performance_year, months)


def together(columns: Mapping[str, FloatArray], months: int = 12) -> Book:
    """All contracts of a period as one row."""
    sums = np.stack(list(columns.values())).sum(axis=1)
    sums.setflags(write=False)
    return Book({name: sums[n : n + 1] for n, name in enumerate(columns)}, months=months)

"""A Book with other numbers in some columns, many times over: its contracts repeated, once for each time.

A rule that is asked once about 600 rows answers much faster than 200 times about three. Nothing is repeated before
somebody reads it, and sums and what rules make of a Book (`Book.cached`) are found anew only where a column moved.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.expectations.remembered import BookFunction, CachedBook, Sum, for_each
from vbp_agents.regimes.base import Regime

_ROWS = 32_000
"""Rows of a Book that a rule is asked about at once: their columns fit into a processor's cache."""


@dataclass(frozen=True)
class Perturbation:
    """Columns that move together, in some ways: ``columns``, shape (ways, n_contracts) each.

    ``ways``: the way that each time has, shape (times,).
    """

    ways: NDArray[np.intp]
    columns: Mapping[str, FloatArray]

    def part(self, times: slice) -> "Perturbation":
        """The same for some of the times, with the ways that these have."""
        used, ways = np.unique(self.ways[times], return_inverse=True)
        return Perturbation(ways, {name: values[used] for name, values in self.columns.items()})


def one_per_row(columns: Mapping[str, FloatArray]) -> Perturbation:
    """Columns of which every time has other numbers, shape (times, n_contracts) each."""
    return Perturbation(np.arange(len(next(iter(columns.values()), ()))), columns)


class Repeated(Mapping[str, FloatArray]):
    """The columns of a Book, repeated ``times`` over, shape (times x n_contracts,) each, when they are read."""

    def __init__(self, usual: CachedBook, times: int, moves: Sequence[Perturbation]) -> None:
        self.usual, self.times, self.moves = usual, times, moves
        self._mover = {name: move for move in moves for name in move.columns}
        self._read: dict[str, FloatArray] = {}

    def __getitem__(self, name: str) -> FloatArray:
        """The column ``name``. Raises KeyError where the Book was given none."""
        if name not in self._read:
            move = self._mover.get(name)
            self._read[name] = self.flat(self.usual.columns[name] if move is None else move.columns[name][move.ways])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.usual.columns, **self._mover})

    def __len__(self) -> int:
        return len({**self.usual.columns, **self._mover})

    def flat(self, values: FloatArray) -> FloatArray:
        """Numbers of shape (n_contracts,) or (times, n_contracts), in one row of their own."""
        rows: FloatArray = np.empty((self.times, values.shape[-1]), values.dtype)
        rows[:] = values
        return rows.reshape(-1)

    def summed(self, which: Sum) -> FloatArray:
        """A sum of billed columns: the usual one and what moved."""
        total, names = self.usual.summed(which)
        for move in self.moves:
            moved = [name for name in names if name in move.columns]
            if moved:
                change: FloatArray = np.sum([move.columns[name] - self.usual[name] for name in moved], axis=0)
                total = total + change[move.ways]
        return self.flat(total)

    def cached(self, function: BookFunction, book: Book) -> FloatArray:
        """What a function makes of the ``book`` with these columns: once for each way, where one move is in it.

        Two contracts, three times: what reads no column that moves is the usual (a, b), and so (a, b, a, b, a, b).
        Where it reads one that moves in two ways, and the times have the ways 0, 1, 0, it is worked out for four rows,
        (a, b) and (c, d), and is (a, b, c, d, a, b). Where two moves are in it, it is worked out for all six rows.
        """
        usual, names = self.usual.computed(function)
        moves = [move for move in self.moves if not names.isdisjoint(move.columns)]
        if not moves:
            return self.flat(usual)
        ways = len(next(iter(moves[0].columns.values())))
        if len(moves) > 1 or ways == self.times:
            return function(book)
        computed = function(perturbed(self.usual, ways, [one_per_row(moves[0].columns)]))
        return self.flat(computed.reshape(ways, -1)[moves[0].ways])


@dataclass(frozen=True)
class PerturbedBook(Book):
    """A Book whose columns are Repeated; a copy with other columns is a Book like any other, and no PerturbedBook."""

    columns: Repeated

    def __new__(cls, columns: Mapping[str, FloatArray], *others: Any, **named: Any) -> Any:
        """As `dataclasses.replace` calls it, with whatever columns the copy has."""
        return object.__new__(cls) if isinstance(columns, Repeated) else Book(columns, *others, **named)

    def __post_init__(self) -> None:
        """Names were checked when the usual Book was made."""

    def __len__(self) -> int:
        return self.columns.times * len(self.columns.usual)

    def billed(
        self, measure: str = "dollars", sides: Iterable[str] = SIDES, services: Iterable[str] = SERVICES
    ) -> FloatArray:
        """As Book.billed, shape (n_contracts,)."""
        return self.columns.summed((measure, tuple(sides), tuple(services)))

    def cached_of_earlier(self, function: Callable[..., FloatArray], *terms: Hashable) -> FloatArray:
        """As Book.cached_of_earlier: found once where no earlier year moves."""
        if any(moves(year) for year in self.earlier):
            return function(self.earlier, *terms)
        return self.columns.flat(self.columns.usual.cached_of_earlier(function, *terms))

    def cached(self, function: BookFunction) -> FloatArray:
        """As Book.cached."""
        return self.columns.cached(function, self)


def moves(book: Book) -> bool:
    """Whether any column of a repeated Book is another at some time; a Book that is not repeated may be any other."""
    return not isinstance(book, PerturbedBook) or bool(book.columns.moves)


def perturbed(
    usual: CachedBook, times: int, moves: Sequence[Perturbation], before: "Mapping[int, Perturbation] | None" = None
) -> PerturbedBook:
    """The Book ``times`` over: at each time, all of its contracts, and each move in one of its ways.

    Earlier years are repeated with it, and move as ``before`` says, by their place in ``usual.earlier``; its market is
    one for all, and its peers stay where they are.
    """
    earlier = for_each(lambda year: perturbed(year, times, ()), usual.earlier)
    if before:
        years = enumerate(usual.earlier)
        earlier = tuple(perturbed(y, times, [before[i]]) if i in before else earlier[i] for i, y in years)
    columns = Repeated(usual, times, moves)
    return PerturbedBook(columns, usual.market, earlier, usual.performance_year, usual.months, usual.everyone)


def settle_perturbed(
    rule: Regime,
    usual: CachedBook,
    times: int,
    moves: Sequence[Perturbation],
    lines: Sequence[str],
    before: "Mapping[int, Perturbation] | None" = None,
) -> list[FloatArray]:
    """Lines of what a rule settles at each time, shape (times, n_contracts) each; ``before``: as `perturbed`."""
    moves, n = [move for move in moves if move.columns], len(usual)
    at_once = max(1, _ROWS // max(n, 1))
    amounts = np.empty((len(lines), times, n))
    for first in range(0, times, at_once):
        part = slice(first, min(first + at_once, times))
        some, then = moves, before
        if at_once < times:
            some, then = [m.part(part) for m in moves], {i: m.part(part) for i, m in (before or {}).items()}
        book = perturbed(usual, part.stop - first, some, then)
        statement = rule.settle(book)
        for number, line in enumerate(lines):
            amount = np.asarray(statement[line])
            amounts[number, part] = amount.reshape(-1, n) if amount.size == len(book) else amount
    return list(amounts)

"""A Book that is asked the same many times over: sums, and what rules make of it (`Book.cached`), are found once."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.regimes.base import Regime

Sum = tuple[str, tuple[str, ...], tuple[str, ...]]
BookFunction = Callable[[Book], FloatArray]

T = TypeVar("T", bound=Book)
S = TypeVar("S", bound=Book)


def for_each(make: Callable[[T], S], years: Sequence[T]) -> tuple[S, ...]:
    """What is made of each of the years, once for a year that is there many times over, as examples have it."""
    made = {id(year): make(year) for year in {id(year): year for year in years}.values()}
    return tuple(made[id(year)] for year in years)


def columns_read(rule: Regime, month: Book, year: Book) -> frozenset[str]:
    """The columns that a rule asks Books for, by name or in sums: for what it pays a month, and at the year's end.

    What it asks copies for, with fewer rows or other numbers, is not among them. One that cannot be tried out on these
    Books has read what it asked for until then: its run will say why.
    """
    read: set[str] = set()
    for book, ask in ((month, rule.pay), (year, rule.settle)):
        remembered = CachedBook.of(book)
        with suppress(ArithmeticError, LookupError, ValueError):
            ask(remembered)
        read |= remembered.read
    return frozenset(read)


@dataclass(frozen=True)
class CachedBook(Book):
    """A Book that adds up each of its sums once, and knows which columns were read.

    It lives as long as one calculation.
    """

    earlier: "tuple[CachedBook, ...]" = ()
    read: set[str] = field(init=False, default_factory=set, repr=False, compare=False)
    _sums: dict[Sum, tuple[FloatArray, tuple[str, ...]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _kept: dict[BookFunction, tuple[FloatArray, frozenset[str]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _of_earlier: dict[tuple[Callable[..., FloatArray], tuple[Hashable, ...]], FloatArray] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, book: Book) -> "CachedBook":
        """The same Book, its market, its peers and its earlier years, remembered."""
        market = None if book.market is None else cls.of(book.market)
        peers = None if book.peers is None else cls.of(book.peers)
        return cls(book.columns, market, for_each(cls.of, book.earlier), book.performance_year, book.months, peers)

    def after(self, earlier: "tuple[CachedBook, ...]", years: int, peers: "CachedBook | None" = None) -> "CachedBook":
        """The same columns ``years`` later, after other ``earlier`` years, among other ``peers``: nothing read yet."""
        year = self.performance_year + years
        other = CachedBook(self.columns, self.market, earlier, year, self.months, peers)
        other._sums.update(self._sums)
        return other

    def __getitem__(self, name: str) -> FloatArray:
        """The column ``name``, shape (n_contracts,). Raises UndeclaredColumn."""
        self.read.add(name)
        return super().__getitem__(name)

    def billed(
        self, measure: str = "dollars", sides: Iterable[str] = SIDES, services: Iterable[str] = SERVICES
    ) -> FloatArray:
        """As Book.billed, shape (n_contracts,)."""
        return self.summed((measure, tuple(sides), tuple(services)))[0].copy()

    def cached(self, function: BookFunction) -> FloatArray:
        """As Book.cached: found once."""
        return self.computed(function)[0].copy()

    def cached_of_earlier(self, function: Callable[..., FloatArray], *terms: Hashable) -> FloatArray:
        """As Book.cached_of_earlier: found once."""
        if (function, terms) not in self._of_earlier:
            self._of_earlier[function, terms] = function(self.earlier, *terms)
        return self._of_earlier[function, terms].copy()

    def summed(self, which: Sum) -> tuple[FloatArray, tuple[str, ...]]:
        """A sum of billed columns, and the columns."""
        if which not in self._sums:
            measure, sides, services = which
            names = tuple(f"{service}_{measure}_{side}" for side in sides for service in services)
            self._sums[which] = super().billed(measure, sides, services), names
        self.read.update(self._sums[which][1])
        return self._sums[which]

    def computed(self, function: BookFunction) -> tuple[FloatArray, frozenset[str]]:
        """What a function makes of the Book, and the columns that it read.

        For that the Book forgets for a while what was read before. Two contracts that have read "member_months", asked
        three times for a function that reads "surveyed": at the first it is called, with nothing read, and {"surveyed"}
        is kept with its two numbers; the Book has then read both. At the second and third the numbers come at once.
        """
        if function not in self._kept:
            others = frozenset(self.read)
            self.read.clear()
            self._kept[function] = function(self), frozenset(self.read)
            self.read.update(others)
        self.read.update(self._kept[function][1])
        return self._kept[function]

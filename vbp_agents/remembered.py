"""Books that are asked the same many times over: sums are kept, and a changed column changes them by its difference.

What rules make of a Book (`Book.kept`) is kept as well, until a column changes that they read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vbp_agents.book import SERVICES, SIDES, Book, FloatArray

Sum = tuple[str, tuple[str, ...], tuple[str, ...]]
Function = Callable[[Book], FloatArray]


@dataclass(frozen=True)
class RememberedBook(Book):
    """A Book that adds up each of its sums once, and knows which columns were read.

    It lives as long as one calculation. ``read`` is shared with the Books that ``moved`` makes of it.
    """

    read: set[str] = field(init=False, default_factory=set, repr=False, compare=False)
    _sums: dict[Sum, tuple[FloatArray, frozenset[str]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _kept: dict[Function, tuple[FloatArray, frozenset[str]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _before: "list[tuple[RememberedBook, tuple[str, ...]]]" = field(
        init=False, default_factory=list, repr=False, compare=False
    )

    @classmethod
    def of(cls, book: Book) -> "RememberedBook":
        """The same Book, its market and its earlier years, remembered."""
        market = None if book.market is None else cls.of(book.market)
        earlier = tuple(cls.of(year) for year in book.earlier)
        peers = None if book.peers is None else cls.of(book.peers)
        return cls(book.columns, market, earlier, book.performance_year, book.months, peers)

    def moved(self, columns: Mapping[str, FloatArray]) -> "RememberedBook":
        """The same Book with other numbers, shape (n_contracts,), in some columns; its peers stay where they are."""
        year, months = self.performance_year, self.months
        other = RememberedBook({**self.columns, **columns}, self.market, self.earlier, year, months, self.everyone)
        other._before.append((self, tuple(columns)))
        return other

    def __getitem__(self, name: str) -> FloatArray:
        """The column ``name``, shape (n_contracts,). Raises UndeclaredColumn."""
        self.read.add(name)
        return super().__getitem__(name)

    def billed(
        self, measure: str = "dollars", sides: Iterable[str] = SIDES, services: Iterable[str] = SERVICES
    ) -> FloatArray:
        """As Book.billed, shape (n_contracts,)."""
        total, names = self._sum((measure, tuple(sides), tuple(services)))
        self.read.update(names)
        return total.copy()

    def kept(self, function: Function) -> FloatArray:
        """As Book.kept: found once, and taken over where no column changed that it read."""
        value, names = self._keep(function)
        self.read.update(names)
        return value.copy()

    def _keep(self, function: Function) -> tuple[FloatArray, frozenset[str]]:
        if function not in self._kept:
            self._kept[function] = self._taken_over(function) or self._found(function)
        return self._kept[function]

    def _taken_over(self, function: Function) -> tuple[FloatArray, frozenset[str]] | None:
        if not self._before:
            return None
        before, changed = self._before[0]
        value, names = before._keep(function)
        return (value, names) if names.isdisjoint(changed) else None

    def _found(self, function: Function) -> tuple[FloatArray, frozenset[str]]:
        """The value, and the columns that were read for it."""
        others = frozenset(self.read)
        self.read.clear()
        value, names = function(self), frozenset(self.read)
        self.read.update(others)
        return value, names

    def _sum(self, which: Sum) -> tuple[FloatArray, frozenset[str]]:
        if which not in self._sums:
            self._sums[which] = self._added(which)
        return self._sums[which]

    def _added(self, which: Sum) -> tuple[FloatArray, frozenset[str]]:
        if not self._before:
            measure, sides, services = which
            names = frozenset(f"{service}_{measure}_{side}" for side in sides for service in services)
            return super().billed(measure, sides, services), names
        before, changed = self._before[0]
        total, names = before._sum(which)
        for name in names.intersection(changed):
            total = total + (self.columns[name] - before[name])
        return total, names

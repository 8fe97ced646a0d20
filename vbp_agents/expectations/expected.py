"""A year as a contract holder expects it: its sums with their luck, and what a rule settles at any luck."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import Book, FloatArray
from vbp_agents.expectations.moved import Perturbation, one_per_row, settle_perturbed
from vbp_agents.expectations.remembered import CachedBook
from vbp_agents.expectations.uncertain import (
    FRACTIONS,
    LUCK_GROUPS,
    MANY,
    STEPS,
    Beliefs,
    Index,
    LuckGroup,
    fraction_sd,
    grid,
    other_luck,
    people,
    uneven,
)
from vbp_agents.regimes.base import Regime
from vbp_agents.rules.ratio import ratio

Luck = Mapping[str, FloatArray]
"""Standard deviations from the mean, shape (ways,): of each numerator, and of what groups share their luck with."""
ValuesByColumn = dict[str, FloatArray]


class ExpectedYear:
    """A year as a contract holder expects it, and what a rule settles at every luck that it may have."""

    def __init__(self, rule: Regime, book: Book, beliefs: Beliefs) -> None:
        self.rule, self.beliefs, self.book = rule, beliefs, CachedBook.of(book)
        self.statement = rule.settle(self.book)
        self.read = frozenset(self.book.read)
        self.fractions = {name: fraction_sd(book, name, beliefs) for name in FRACTIONS if name in self.read}

    def settled(self, times: int, *moves: Perturbation) -> FloatArray:
        """What the rule settles at each time of moving columns, dollars, shape (times, n_contracts)."""
        return settle_perturbed(self.rule, self.book, times, moves, ("settlement",))[0]

    @cached_property
    def indices(self) -> list[Index]:
        """The uncertain sums that the rule reads."""
        return self.sums(self.read, self.settled)

    @property
    def uncertain(self) -> list[str]:
        """The names of all luck: of numerators, and what sums share theirs with."""
        return [*self.fractions, *sorted({index.group.luck for index in self.indices})]

    def lucky(self, luck: Luck, but: Sequence[str] = ()) -> ValuesByColumn:
        """The columns at some luck, shape (ways, n_contracts) each; those of ``but`` stay where they are."""
        sds = [(name, sd, name) for name, sd in self.fractions.items()]
        sds += [(index.column, index.sd, index.group.luck) for index in self.indices]
        return {
            column: self.book[column] + sd * luck[name][:, None]
            for column, sd, name in sds
            if name in luck and column not in but
        }

    def draws(self, count: int) -> dict[str, FloatArray]:
        """Luck in everything that is uncertain, shape (count,) each."""
        return dict(zip(self.uncertain, other_luck(len(self.uncertain), count).T, strict=True))

    def other_luck(self, luck: str, draws: int, each_draw: int, but: Sequence[str] = ()) -> Perturbation:
        """Luck in everything but one thing, the same for ``each_draw`` times in a row."""
        others = {name: values for name, values in self.draws(draws).items() if name != luck}
        return Perturbation(np.repeat(np.arange(draws), each_draw), self.lucky(others, but))

    def mean(self) -> FloatArray:
        """The expected settlement, dollars, shape (n_contracts,)."""
        if not self.indices:
            return np.asarray(self.settled(MANY, one_per_row(self.lucky(self.draws(MANY)))).mean(axis=0))
        edges, mass = grid(2 * STEPS, MANY)
        spending = one_per_row(self.lucky({"spending": ((edges[:, :-1] + edges[:, 1:]) / 2).ravel()}))
        paid = self.settled(mass.size, spending, self.other_luck("spending", MANY, 2 * STEPS))
        return weighted_sum(paid.T, mass.ravel()) / MANY

    def sums(self, read: frozenset[str], settled: "Settled") -> list[Index]:
        """The uncertain sums among some columns, by what is settled alike, each with its part of the luck."""
        indices = []
        for group in LUCK_GROUPS:
            names = [name for name in group.columns if name in read]
            if names:
                total: FloatArray = np.sum([self.book[name] for name in group.columns], axis=0)
                share = self._group_sd(group)
                classes = alike(names, self.book, share * total, settled)
                indices += [self._index(group, columns, share) for columns in classes]
        return indices

    def _index(self, group: LuckGroup, columns: Sequence[str], share: FloatArray) -> Index:
        total: FloatArray = np.sum([self.book[name] for name in columns], axis=0)
        largest = max(columns, key=lambda name: float(self.book[name].sum()))
        return Index(group, tuple(columns), largest, total, np.maximum(share * total, 1.0))

    def _group_sd(self, group: LuckGroup) -> FloatArray:
        """The standard deviation of a group's sum, as a share of it."""
        count = self.book[group.count]
        if group.luck != "spending":
            return self.beliefs.episode_sd / np.sqrt(np.maximum(count, 1.0))
        people = np.where(count > 0, count / self.book.months, self.book["live_discharges"])  # hospitals have patients
        return self.beliefs.spending_sd(people)


Settled = Callable[[int, Perturbation], FloatArray]
"""What is settled at some times of a move, the times first."""


def alike(names: Sequence[str], book: Book, sd: FloatArray, settled: Settled) -> list[list[str]]:
    """Columns in classes: moving a dollar from one to another of a class changes nothing."""
    first, *others = names
    if not others or _same(first, others, book, sd, settled):
        return [list(names)]
    same = [first, *(name for name in others if _same(first, [name], book, sd, settled))]
    different = [name for name in names if name not in same]
    return [same, *(alike(different, book, sd, settled) if different else [])]


def _same(first: str, others: Sequence[str], book: Book, sd: FloatArray, settled: Settled) -> bool:
    """Is a sum in ``first`` settled as the same sum spread unevenly over ``others``?"""
    move = np.outer([-1.7, 0.6], sd * np.linspace(0.7, 1.3, len(sd)))
    still = np.zeros_like(move)
    columns = {first: book[first] + np.concatenate([move, still])}
    for name, weight in zip(others, uneven(len(others)), strict=True):
        columns[name] = book[name] + np.concatenate([still, weight * move])
    paid = settled(4, one_per_row(columns))
    return bool(np.all(np.abs(paid[:2] - paid[2:]) <= 1e-3 + 1e-9 * np.abs(paid[2:])))


def numerators(denominator: str) -> list[str]:
    """The numerators with luck of which a column is a denominator."""
    return [name for name, denominators in FRACTIONS.items() if denominator in denominators]


def through_numerators(book: Book, denominator: str, worth: ValuesByColumn) -> FloatArray:
    """What numerators bring that move with a column at their rates, dollars for one more unit, shape (n_contracts,)."""
    with_it = [name for name in numerators(denominator) if name in worth]
    return np.asarray(sum(worth[name] * ratio(book[name], people(book, name)) for name in with_it))

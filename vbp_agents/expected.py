"""A year as a contract holder expects it: its sums with their luck, and what a rule settles at any luck."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.moved import Move, asked, each
from vbp_agents.regimes.base import Regime
from vbp_agents.remembered import RememberedBook
from vbp_agents.rules.ratio import ratio
from vbp_agents.uncertain import (
    FRACTIONS,
    GROUPS,
    MANY,
    STEPS,
    Beliefs,
    Group,
    Index,
    fraction_sd,
    grid,
    other_luck,
)

Luck = Mapping[str, FloatArray]
"""Standard deviations from the mean, shape (ways,): of each numerator, and of what groups share their luck with."""
Columns = dict[str, FloatArray]


class ExpectedYear:
    """A year as a contract holder expects it, and what a rule settles at every luck that it may have."""

    def __init__(self, rule: Regime, book: Book, beliefs: Beliefs) -> None:
        self.rule, self.beliefs, self.book = rule, beliefs, RememberedBook.of(book)
        self.statement = rule.settle(self.book)
        self.read = frozenset(self.book.read)
        self.fractions = {name: fraction_sd(book, name, beliefs) for name in FRACTIONS if name in self.read}

    def settled(self, times: int, *moves: Move) -> FloatArray:
        """What the rule settles at each time of moving columns, dollars, shape (times, n_contracts)."""
        return asked(self.rule, self.book, times, moves, ("settlement",))[0]

    @cached_property
    def indices(self) -> list[Index]:
        """The uncertain sums that the rule reads."""
        return [index for group in GROUPS for index in self._indices(group)]

    def lucky(self, luck: Luck, but: Sequence[str] = ()) -> Columns:
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
        names = [*self.fractions, *sorted({index.group.luck for index in self.indices})]
        return dict(zip(names, other_luck(len(names), count).T, strict=True))

    def other_luck(self, luck: str, draws: int, each_draw: int, but: Sequence[str] = ()) -> Move:
        """Luck in everything but one thing, the same for ``each_draw`` times in a row."""
        others = {name: values for name, values in self.draws(draws).items() if name != luck}
        return Move(np.repeat(np.arange(draws), each_draw), self.lucky(others, but))

    def mean(self) -> FloatArray:
        """The expected settlement, dollars, shape (n_contracts,)."""
        if not self.indices:
            return np.asarray(self.settled(MANY, each(self.lucky(self.draws(MANY)))).mean(axis=0))
        edges, mass = grid(2 * STEPS, MANY)
        own = each(self.lucky({"spending": ((edges[:, :-1] + edges[:, 1:]) / 2).ravel()}))
        found = self.settled(mass.size, own, self.other_luck("spending", MANY, 2 * STEPS))
        return np.asarray(mass.ravel() @ found / MANY)

    def _indices(self, group: Group) -> Iterator[Index]:
        """The group's columns that the rule reads, by what it treats alike, each with its part of the luck."""
        names = [name for name in group.columns if name in self.read]
        if not names:
            return
        total = np.asarray(sum(self.book[name] for name in group.columns))
        share = self._group_sd(group, total) / np.maximum(total, 1.0)
        for columns in self._alike(names, share * total):
            own = np.asarray(sum(self.book[name] for name in columns))
            largest = max(columns, key=lambda name: float(self.book[name].sum()))
            yield Index(group, tuple(columns), largest, own, np.maximum(share * own, 1.0))

    def _group_sd(self, group: Group, total: FloatArray) -> FloatArray:
        count = self.book[group.count]
        if group.luck != "spending":
            return self.beliefs.episode_sd / np.sqrt(np.maximum(count, 1.0)) * total
        truncated = self.book.billed("truncated")
        benchmark = self.statement.get("benchmark", truncated)
        level = np.where(benchmark > 0, ratio(benchmark, truncated, 1.0), 1.0)
        people = np.where(count > 0, count / self.book.months, self.book["live_discharges"])  # hospitals have patients
        return self.beliefs.spending_sd(people) * level * total

    def _alike(self, names: Sequence[str], sd: FloatArray) -> list[list[str]]:
        """The columns in classes: moving a dollar from one to another of a class changes nothing."""
        first, *others = names
        if not others or self._same(first, others, sd):
            return [list(names)]
        alike = [first, *(name for name in others if self._same(first, [name], sd))]
        different = [name for name in names if name not in alike]
        return [alike, *(self._alike(different, sd) if different else [])]

    def _same(self, first: str, others: Sequence[str], sd: FloatArray) -> bool:
        """Is a sum in ``first`` settled as the same sum spread unevenly over ``others``?"""
        uneven = np.random.default_rng(11).normal(1.0, 1.0, len(others))
        uneven /= uneven.sum()
        move = np.outer([-1.7, 0.6], sd * np.linspace(0.7, 1.3, len(sd)))
        still = np.zeros_like(move)
        columns = {first: self.book[first] + np.concatenate([move, still])}
        for name, weight in zip(others, uneven, strict=True):
            columns[name] = self.book[name] + np.concatenate([still, weight * move])
        one, spread = np.split(self.settled(4, each(columns)), 2)
        return np.allclose(one, spread, rtol=1e-9, atol=1e-3)

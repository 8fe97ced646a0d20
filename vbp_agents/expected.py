"""The expected settlement of a year and its derivatives, from nothing but a regime's ``settle``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.directions import points
from vbp_agents.regimes.base import Regime
from vbp_agents.remembered import RememberedBook
from vbp_agents.rules.ratio import ratio
from vbp_agents.uncertain import (
    BESIDE_BLOCKS,
    BESIDE_CELLS,
    BLOCKS,
    CELLS,
    DRAWS,
    FRACTIONS,
    GROUPS,
    MANY,
    QUALITY_POINTS,
    SCORES,
    STEPS,
    Beliefs,
    Group,
    Index,
    edges,
    fraction_sd,
    masses,
    other_luck,
    spread,
)

Luck = Mapping[str, float]
"""Standard deviations from the mean: of each numerator, and of what groups share their luck with."""
Columns = dict[str, FloatArray]
HORIZON = 8
"""Years ahead in which this year can still be a base year: an agreement of five and the three years before it."""
SMALL = 0.02
"""Step of columns that have no luck of their own, as a share of the column (assumption)."""


class ExpectedYear:
    """A year as a contract holder expects it, and what a rule settles at every luck that it may have."""

    def __init__(self, rule: Regime, book: Book, beliefs: Beliefs) -> None:
        self.rule, self.beliefs, self.book = rule, beliefs, RememberedBook.of(book)
        self.statement = rule.settle(self.book)
        self.read = frozenset(self.book.read)
        self.fractions = {name: fraction_sd(book, name, beliefs) for name in FRACTIONS if name in self.read}

    def settled(self, columns: Mapping[str, FloatArray], held: RememberedBook | None = None) -> FloatArray:
        """What the rule settles where some columns have other numbers, dollars, shape (n_contracts,).

        ``held``: a Book that was moved before, if it is not the expected one.
        """
        return self.rule.settle((self.book if held is None else held).moved(columns))["settlement"]

    @cached_property
    def indices(self) -> list[Index]:
        """The uncertain sums that the rule reads."""
        return [index for group in GROUPS for index in self._indices(group)]

    def lucky(self, luck: Luck) -> Columns:
        """The columns at some luck."""
        found = {name: self.book[name] + sd * luck[name] for name, sd in self.fractions.items() if name in luck}
        return found | {
            index.column: self.book[index.column] + index.sd * luck[index.group.luck]
            for index in self.indices
            if index.group.luck in luck
        }

    def mean(self) -> FloatArray:
        """The expected settlement, dollars, shape (n_contracts,)."""
        if not self.indices:
            lucks = self._draws(MANY)
            return np.asarray(sum(self.settled(self.lucky(luck)) for luck in lucks) / len(lucks))
        total = np.zeros(len(self.book))
        for draw, luck in enumerate(self._draws(MANY)):
            grid = edges(2 * STEPS, draw, MANY)
            for (low, high), mass in zip(pairwise(grid), masses(grid), strict=True):
                total += mass / MANY * self.settled(self.lucky({**luck, "spending": (low + high) / 2}))
        return total

    def worth(self) -> Columns:
        """By column that the rule reads: dollars for one more unit in the expected year, shape (n_contracts,)."""
        worth: Columns = {}
        for index in self.indices:
            now = self._of_index(index)
            worth |= dict.fromkeys(index.columns, now * (1 - self._later_weight(index)))
        for name, beside in self._beside().items():
            worth[name] = self._of_column_beside(name, beside)
        worth |= self._of_fractions()
        for name in sorted(self.read - set(worth)):
            worth[name] = self._of_certain(name, worth)
        return worth

    def _of_index(self, index: Index) -> FloatArray:
        """From edge to edge of the grid: other sums with the same luck stay at the middle of a block meanwhile.

        What comes second with the same luck (a payment on truncated spending that looks at revenue too) gets fewer.
        """
        same_luck = [other for other in self.indices if other.group.luck == index.group.luck]
        cells, draws = (CELLS, DRAWS) if index is same_luck[0] else (STEPS, DRAWS // 3)
        per_block = cells if len(same_luck) == 1 else max(1, cells // BLOCKS)
        total = np.zeros(len(self.book))
        for draw, luck in enumerate(self._draws(draws)):
            grid = edges(cells, draw, draws)
            mass = masses(grid)
            for first in range(0, cells, per_block):
                block = grid[first : first + per_block + 1]
                held = self.book.moved(self.lucky({**luck, index.group.luck: (block[0] + block[-1]) / 2}))
                at = [self.settled({index.column: self._at(index, edge)}, held) for edge in block]
                for step, (low, high) in enumerate(pairwise(at)):
                    total += mass[first + step] / (block[step + 1] - block[step]) * (high - low)
        return total / (index.sd * draws)

    def _of_column_beside(self, name: str, index: Index) -> FloatArray:
        """As above, but the column moves so that its ratio to the index goes from edge to edge.

        The index itself stays at the middle of a block: moved by little, the column meets no cap of its own.
        """
        total, draws, cells = np.zeros(len(self.book)), DRAWS // 3, BESIDE_BLOCKS * BESIDE_CELLS
        for draw, luck in enumerate(self._draws(draws)):
            grid = edges(cells, draw, draws)
            mass = masses(grid)
            for first in range(0, cells, BESIDE_CELLS):
                block = grid[first : first + BESIDE_CELLS + 1]
                middle = (block[0] + block[-1]) / 2
                held = self.book.moved(self.lucky({**luck, index.group.luck: middle}))
                total_then = self._total(index, middle)
                amounts = [self.book[name] * total_then / self._total(index, edge) for edge in block]
                at = [self.settled({name: amount}, held) for amount in amounts]
                for step in range(BESIDE_CELLS):
                    change = ratio(at[step] - at[step + 1], amounts[step] - amounts[step + 1])
                    total += mass[first + step] / draws * change
        return total

    def _of_fractions(self) -> Columns:
        """Numerators, each with binomial luck of its own, which together make a score that may pass a threshold."""
        if not self.fractions:
            return {}
        line = next((name for name in SCORES if name in self.statement), "settlement")
        laid = points(len(self.fractions), QUALITY_POINTS)
        turned = laid.turned(self._parts(line))
        found = np.empty((2, 2, len(turned), len(self.book)))
        for number, luck in enumerate(turned):
            for image, sign in enumerate((1, -1)):
                moved = self.book.moved(self._luck_beside(number) | self._numerators(sign * luck))
                statement = self.rule.settle(moved)
                found[:, image, number] = statement["settlement"], statement[line]
        slopes = laid.slopes(turned, *found)
        return {name: ratio(slope, sd) for slope, (name, sd) in zip(slopes, self.fractions.items(), strict=True)}

    def _parts(self, line: str) -> FloatArray:
        """What one standard deviation of each numerator up and down does to a line, shape (numerators, n_contracts)."""
        steps = np.eye(len(self.fractions))[:, :, None]
        at = [[self.rule.settle(self.book.moved(self._numerators(s * step)))[line] for s in (1, -1)] for step in steps]
        return np.array([up - down for up, down in at])

    def _luck_beside(self, number: int) -> Columns:
        """All other columns at luck that is spread evenly over consecutive numbers."""
        others = sorted({index.group.luck for index in self.indices})
        return self.lucky({luck: spread(number, base) for luck, base in zip(others, (3, 5, 7), strict=False)})

    def _numerators(self, luck: FloatArray) -> Columns:
        """The numerators at some luck of theirs, shape (numerators, n_contracts) or (numerators, 1)."""
        return {name: self.book[name] + sd * z for z, (name, sd) in zip(luck, self.fractions.items(), strict=True)}

    def _of_certain(self, name: str, worth: Mapping[str, FloatArray]) -> FloatArray:
        """A column without luck. A denominator moves with its numerators first: rates then cross no threshold."""
        with_it = [n for n, denominator in FRACTIONS.items() if denominator == name and n in worth]
        step = np.where(self.book[name] > 0, SMALL * self.book[name], 1.0)
        share = ratio(step, self.book[name])
        total = np.zeros(len(self.book))
        lucks = self._draws(DRAWS if with_it else DRAWS // 3)
        for luck in lucks:
            held = self.book.moved(self.lucky(luck))
            up, down = (
                {name: held[name] + s * step} | {n: held[n] * (1 + s * share) for n in with_it} for s in (1, -1)
            )
            total += (self.settled(up, held) - self.settled(down, held)) / (2 * step * len(lucks))
        return total - sum(worth[n] * ratio(self.book[n], self.book[name]) for n in with_it)

    def _later_weight(self, index: Index) -> FloatArray:
        """Dollars that one more now, in a base year, adds to later benchmarks, times foresight, shape (n_contracts,).

        A dollar on a benchmark is worth what a dollar less of spending is.
        """
        total = np.zeros(len(self.book))
        if not self.beliefs.foresight or "benchmark" not in self.statement or index.group.luck != "spending":
            return total
        step = SMALL * np.maximum(index.total, 1.0)
        dearer = self.book.moved({index.column: self.book[index.column] + step})
        for years in range(1, HORIZON + 1):
            total += (self._benchmark_after(years, dearer) - self._benchmark_after(years, self.book)) / step
        return self.beliefs.foresight * total

    def _benchmark_after(self, years: int, now: Book) -> FloatArray:
        """The benchmark some years on, if this year is as ``now`` and those between are as expected."""
        earlier = (self.book,) * (years - 1) + (now, *self.book.earlier)
        year = self.book.performance_year + years
        return self.rule.settle(replace(self.book, earlier=earlier, performance_year=year))["benchmark"]

    def _draws(self, count: int) -> list[Luck]:
        """Luck in everything that is uncertain."""
        names = [*self.fractions, *sorted({index.group.luck for index in self.indices})]
        return [dict(zip(names, row, strict=True)) for row in other_luck(len(names), count)]

    def _beside(self) -> dict[str, Index]:
        """The columns that the rule compares with an uncertain sum, and the sum."""
        found: dict[str, Index] = {}
        for index in self.indices:
            for name in index.group.beside:
                if name in self.read:
                    found.setdefault(name, index)
        return found

    def _at(self, index: Index, z: float) -> FloatArray:
        return self.book[index.column] + index.sd * z

    def _total(self, index: Index, z: float) -> FloatArray:
        return np.maximum(index.total + index.sd * z, 0.05 * np.maximum(index.total, 1.0))

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
        for z in (-1.7, 0.6):
            move = sd * z * np.linspace(0.7, 1.3, len(sd))
            one = self.settled({first: self.book[first] + move})
            spread = {name: self.book[name] + w * move for name, w in zip(others, uneven, strict=True)}
            if not np.allclose(one, self.settled(spread), rtol=1e-9, atol=1e-3):
                return False
        return True

"""By column of the Book, what one more unit of it adds to the expected settlement of a year."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import FloatArray
from vbp_agents.expectations.directions import lucky_points
from vbp_agents.expectations.expected import ExpectedYear, ValuesByColumn, numerators, through_numerators
from vbp_agents.expectations.later import SMALL_STEP
from vbp_agents.expectations.moved import Perturbation, one_per_row, settle_perturbed
from vbp_agents.expectations.uncertain import (
    BESIDE_CELLS,
    BLOCKS,
    CELLS,
    DRAWS,
    QUALITY_POINTS,
    SCORES,
    STEPS,
    TOGETHER_CELLS,
    Index,
    evenly_spread,
    grid,
    people,
)
from vbp_agents.rules.ratio import ratio

GROWTH = 0.1
"""Relative step, up and down, for columns that grow together. It is large, so that a threshold that depends on size
passes several points of luck: a small step would meet one or none (assumption)."""


@dataclass(frozen=True)
class Slope:
    """What a dollar more in an uncertain sum is worth, and that times the sum, on average of luck: (n_contracts,)."""

    index: Index
    worth: FloatArray
    part: FloatArray


def slopes(year: ExpectedYear) -> ValuesByColumn:
    """By column that the rule reads: dollars for one more unit in the expected year, shape (n_contracts,)."""
    worth = _of_fractions(year)
    sums = [_of_index(year, index) for index in year.indices]
    for luck in dict.fromkeys(index.group.luck for index in year.indices):
        worth |= _of_beside(year, [slope for slope in sums if slope.index.group.luck == luck], worth)
    for slope in sums:
        worth |= dict.fromkeys(slope.index.columns, slope.worth)
    left = sorted(year.read - set(worth))
    rates = [name for name in left if set(numerators(name)) & set(year.fractions)]
    worth |= _of_certain(year, rates, DRAWS, worth)
    worth |= _of_certain(year, [name for name in left if name not in rates], DRAWS // 3, worth)
    return worth


def _of_index(year: ExpectedYear, index: Index) -> Slope:
    """From edge to edge of the grid: other sums with the same luck stay at the middle of a block meanwhile.

    What comes second with the same luck (a payment on truncated spending that looks at revenue too) gets fewer.
    """
    luck = index.group.luck
    same_luck = [other for other in year.indices if other.group.luck == luck]
    cells, draws = (CELLS, DRAWS) if index is same_luck[0] else (STEPS, DRAWS // 3)
    per_block = cells if len(same_luck) == 1 else max(1, cells // BLOCKS)
    edges, mass = grid(cells, draws)
    blocks = np.stack([edges[:, first : first + per_block + 1] for first in range(0, cells, per_block)], axis=1)
    middles = ((blocks[:, :, 0] + blocks[:, :, -1]) / 2).ravel()
    paid = year.settled(
        blocks.size,
        one_per_row({index.column: year.book[index.column] + index.sd * blocks.reshape(-1, 1)}),
        Perturbation(np.repeat(np.arange(middles.size), per_block + 1), year.lucky({luck: middles}, [index.column])),
        year.other_luck(luck, draws, blocks[0].size),
    )
    steps = np.diff(paid.reshape(*blocks.shape, -1), axis=2).reshape(mass.size, -1) / np.diff(blocks).reshape(-1, 1)
    weights, middle = mass.ravel() / draws, (edges[:, :-1] + edges[:, 1:]).ravel() / 2
    worth = weighted_sum(steps.T, weights) / index.sd
    return Slope(index, worth, index.total * worth + weighted_sum(steps.T, weights * middle))


def _of_beside(year: ExpectedYear, same_luck: Sequence[Slope], worth: ValuesByColumn) -> ValuesByColumn:
    """What the rule compares with uncertain sums of the same luck.

    All of it and the sums together grow without passing a threshold. What they bring then beyond the parts of the
    others is brought by the count, of members or episodes: so the parts add up to what a whole member is worth.
    """
    group = same_luck[0].index.group
    names = [name for name in group.beside if name in year.read]
    slopes = _by_steps(year, same_luck[0].index, [name for name in names if name != group.count])
    if group.count in names:
        parts = [of_sum.part for of_sum in same_luck] + [slope * year.book[name] for name, slope in slopes.items()]
        whole = _of_all_together(year, [of_sum.index for of_sum in same_luck], names)
        slopes[group.count] = ratio(whole - sum(parts), year.book[group.count])
        slopes[group.count] -= through_numerators(year.book, group.count, worth)
    return slopes


def _by_steps(year: ExpectedYear, index: Index, names: Sequence[str]) -> ValuesByColumn:
    """Steps of a column that equal a step of the index's grid: the ratio of both goes from edge to edge.

    Upwards in half of the draws, downwards in the others. By small steps a column meets no cap of its own.

    Two contracts, one draw, a grid of three edges: the sum of the index is at 90, 100 and 110, and at 180, 200 and 220.
    Upwards, a step begins with the sum at its upper edge, number 1 or 2 (``start``), and the column grows by 100/90 or
    110/100 (``factors``): their ratio is then that at the lower edge. The rule is asked 3 + 2 times (``at``): at each
    edge with the column at its usual number (way 0), then at edge 1 with 100/90 of it (way 1) and at edge 2 with
    110/100 of it (way 2). What these two pay beyond the same edges before, over what was added to the column, is its
    slope on each step; the mean by the steps' probabilities is the column's.
    """
    if not names:
        return {}
    edges, mass = grid(BESIDE_CELLS, DRAWS)
    place, up = np.arange(edges.size).reshape(edges.shape), np.arange(DRAWS)[:, None] % 2 == 0
    start = np.where(up, place[:, 1:], place[:, :-1]).ravel()
    level = index.at(edges.reshape(-1, 1)).reshape(*edges.shape, -1)
    grown = level[:, 1:] / level[:, :-1]
    factors = np.where(up[:, :, None], grown, 1 / grown).reshape(len(start), -1)
    at = np.concatenate([place.ravel(), *[start] * len(names)])
    moves = []
    for number, name in enumerate(names):
        ways = np.zeros(len(at), int)
        ways[edges.size + number * len(start) :][: len(start)] = np.arange(1, len(start) + 1)
        moves.append(Perturbation(ways, {name: year.book[name] * np.vstack([np.ones(len(year.book)), factors])}))
    other = year.other_luck(index.group.luck, DRAWS, edges.shape[1])
    lucky = Perturbation(at, year.lucky({index.group.luck: edges.ravel()}))
    paid = year.settled(len(at), lucky, Perturbation(other.ways[at], other.columns), *moves)
    changes = paid[edges.size :].reshape(len(names), len(start), -1) - paid[start]
    rise = {name: (factors - 1) * year.book[name] for name in names}
    slopes = (ratio(change, rise[name]) for change, name in zip(changes, names, strict=True))
    return {name: weighted_sum(slope.T, mass.ravel() / DRAWS) for name, slope in zip(names, slopes, strict=True)}


def _of_all_together(year: ExpectedYear, same_luck: Sequence[Index], names: Sequence[str]) -> FloatArray:
    """What all these sums and columns bring together, dollars for growth by one time itself, shape (n_contracts,)."""
    edges, mass = grid(TOGETHER_CELLS, DRAWS)
    luck, lucks = same_luck[0].group.luck, np.tile((edges[:, :-1] + edges[:, 1:]).ravel() / 2, 2)
    growth = np.repeat([GROWTH, -GROWTH], mass.size)[:, None]
    columns = year.lucky({luck: lucks})
    for index in same_luck:
        columns[index.column] = columns[index.column] + growth * index.at(lucks[:, None])
    draw = np.tile(np.repeat(np.arange(DRAWS), TOGETHER_CELLS), 2)
    for name in names:
        columns |= _with_numerators(year, name, growth * year.book[name], draw)
    other = year.other_luck(luck, DRAWS, 1, list(columns))
    up, down = np.split(year.settled(len(lucks), one_per_row(columns), Perturbation(draw, other.columns)), 2)
    return weighted_sum((up - down).T, mass.ravel() / DRAWS) / (2 * GROWTH)


def _with_numerators(year: ExpectedYear, name: str, step: FloatArray, draw: NDArray[np.intp]) -> ValuesByColumn:
    """A column that moves, and its numerators with it at their luck of the draws: rates cross no threshold."""
    columns = {name: year.book[name] + step}
    lucky = year.lucky({fraction: luck[draw] for fraction, luck in year.draws(DRAWS).items()})
    for numerator in set(numerators(name)) & set(year.fractions):
        columns[numerator] = lucky[numerator] * (1 + ratio(step, people(year.book, numerator)))
    return columns


def _of_certain(year: ExpectedYear, names: Sequence[str], draws: int, worth: ValuesByColumn) -> ValuesByColumn:
    """Columns without luck. A denominator moves with its numerators first: rates then cross no threshold."""
    if not names:
        return {}
    draw, signs = np.tile(np.arange(draws), 2), np.repeat([1.0, -1.0], draws)[:, None]
    rows = np.tile(draw, len(names))
    columns = year.lucky({fraction: luck[rows] for fraction, luck in year.draws(draws).items()})
    steps = {name: np.where(year.book[name] > 0, SMALL_STEP * year.book[name], 1.0) for name in names}
    for number, (name, step) in enumerate(steps.items()):
        rows_of_column = slice(number * len(draw), (number + 1) * len(draw))
        columns[name] = np.tile(year.book[name], (len(rows), 1))
        columns[name][rows_of_column] += signs * step
        for fraction in set(numerators(name)) & set(year.fractions):
            columns[fraction][rows_of_column] *= 1 + signs * ratio(step, people(year.book, fraction))
    paid = year.settled(len(rows), one_per_row(columns)).reshape(len(names), 2, draws, -1).mean(axis=2)
    return {
        name: (up - down) / (2 * step) - through_numerators(year.book, name, worth)
        for (name, step), (up, down) in zip(steps.items(), paid, strict=True)
    }


def _of_fractions(year: ExpectedYear) -> ValuesByColumn:
    """Numerators, each with binomial luck of its own, which together make a score that may pass a threshold."""
    if not year.fractions:
        return {}
    line = next((name for name in SCORES if name in year.statement), "settlement")
    laid = lucky_points(len(year.fractions), QUALITY_POINTS)
    turned = laid.turned(_parts(year, line))
    others = sorted({index.group.luck for index in year.indices})
    beside = {luck: evenly_spread(QUALITY_POINTS, base) for luck, base in zip(others, (3, 5, 7), strict=False)}
    moves = [
        one_per_row(_numerators_at(year, np.concatenate([turned, -turned]))),
        Perturbation(np.tile(np.arange(QUALITY_POINTS), 2), year.lucky(beside)),
    ]
    lines = settle_perturbed(year.rule, year.book, 2 * QUALITY_POINTS, moves, ("settlement", line))
    paid, score = (values.reshape(2, QUALITY_POINTS, -1) for values in lines)
    worth = laid.slopes(turned, paid, score)
    return {name: ratio(slope, sd) for slope, (name, sd) in zip(worth, year.fractions.items(), strict=True)}


def _parts(year: ExpectedYear, line: str) -> FloatArray:
    """What one standard deviation of each numerator up and down does to a line, shape (numerators, n_contracts)."""
    luck = np.concatenate([np.eye(len(year.fractions)), -np.eye(len(year.fractions))])[:, :, None]
    (amounts,) = settle_perturbed(year.rule, year.book, len(luck), [one_per_row(_numerators_at(year, luck))], (line,))
    return amounts[: len(luck) // 2] - amounts[len(luck) // 2 :]


def _numerators_at(year: ExpectedYear, luck: FloatArray) -> ValuesByColumn:
    """The numerators at some luck of theirs, shape (times, numerators, n_contracts) or (times, numerators, 1)."""
    sds = enumerate(year.fractions.items())
    return {name: year.book[name] + sd * luck[:, number] for number, (name, sd) in sds}

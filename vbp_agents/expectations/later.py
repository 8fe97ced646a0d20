"""What this year does to the expected settlements of later years, in which it is an earlier one: a base year, say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.expectations.expected import ExpectedYear, ValuesByColumn, numerators, through_numerators
from vbp_agents.expectations.moved import Perturbation, settle_perturbed
from vbp_agents.expectations.remembered import CachedBook
from vbp_agents.expectations.uncertain import FRACTIONS, fraction_sd, other_luck, people
from vbp_agents.rules.ratio import ratio

HORIZON = 8
"""Years ahead in which this year can still be a base year: an agreement of five and the three years before it."""
POINTS, FEWEST = 64, 12
"""Points of luck in all later years together, and in one of them at least."""
GLIMPSE = np.array([-1.5, -0.3, 0.8])
"""Luck of a later year, standard deviations, at which columns are compared that may be alike (assumption)."""
SMALL_STEP = 0.02
"""Step of columns that have no luck of their own, as a share of the column (assumption)."""


@dataclass(frozen=True)
class LaterYear:
    """A year as it is expected now, some years on: ``now`` is this year, ``ago`` years before it."""

    book: CachedBook
    now: CachedBook
    ago: int


@dataclass(frozen=True)
class Step:
    """Columns that change together by so much, shape (n_contracts,) each, for ``unit`` more of each of ``names``."""

    names: Sequence[str]
    changes: ValuesByColumn
    unit: FloatArray


def later(year: ExpectedYear) -> ValuesByColumn:
    """By column: dollars of later years' expected settlements for one more unit in this year, shape (n_contracts,)."""
    if not any(before.read for before in year.book.earlier):
        return {}
    years = [after for after in _later_years(year) if after.now.read]
    steps: dict[frozenset[str], list[Step]] = {}
    total: ValuesByColumn = {}
    for number, after in enumerate(years):
        read = frozenset(after.now.read)
        if read not in steps:
            steps[read] = _steps(year, after, read)
        luck = _luck(year, max(FEWEST, POINTS // len(years)), number, len(years))
        for name, worth in _of_year(year, after, steps[read], luck).items():
            total[name] = total[name] + worth if name in total else worth
    return total


def _later_years(year: ExpectedYear) -> Iterator[LaterYear]:
    """Years before which every year from now on is as expected. Settled once, so that it is known what they read."""
    usual, peers = year.book, None if year.book.peers is None else CachedBook.of(year.book.peers)
    between = usual.after((), 0)
    for ago in range(1, HORIZON + 1):
        now = usual.after((), 0)
        whole = None if peers is None else peers.after((*(peers.after((), 0),) * ago, *peers.earlier), ago)
        later = usual.after((*(between,) * (ago - 1), now, *usual.earlier), ago, whole)
        year.rule.settle(later)
        yield LaterYear(later, now, ago)


def _luck(year: ExpectedYear, points: int, number: int, years: int) -> dict[str, FloatArray]:
    """Luck of the later year with this number, (points,) each: every year has others, none far from another's."""
    names = year.uncertain
    drawn = other_luck(len(names), points * years)
    ordered = drawn[np.argsort(drawn[:, -1])] if names else drawn
    return dict(zip(names, ordered[number::years].T, strict=True))


def _of_year(
    year: ExpectedYear, after: LaterYear, steps: Sequence[Step], luck: dict[str, FloatArray]
) -> ValuesByColumn:
    """What one more unit in this year adds to one later year: by steps both ways, as long as its luck is wide."""
    columns = {name: np.tile(year.book[name], (2 * len(steps), 1)) for step in steps for name in step.changes}
    for number, step in enumerate(steps):
        for name, change in step.changes.items():
            columns[name][2 * number] += change
            columns[name][2 * number + 1] -= change
    points = len(next(iter(luck.values()), [0]))
    paid = _settled(year, after, columns, 2 * len(steps), year.lucky(luck), points)
    up, down = np.moveaxis(paid.reshape(len(steps), 2, points, -1).mean(axis=2), 1, 0)
    worth: ValuesByColumn = {}
    for step, change in zip(steps, up - down, strict=True):
        worth |= dict.fromkeys(step.names, ratio(change, 2 * step.unit))
    return {
        name: with_numerators - through_numerators(year.book, name, worth) for name, with_numerators in worth.items()
    }


def _settled(
    year: ExpectedYear, after: LaterYear, now: ValuesByColumn, times: int, lucky: ValuesByColumn, points: int
) -> FloatArray:
    """What a later year settles where this year has other columns, at each of the points of its own luck."""
    moves = [Perturbation(np.tile(np.arange(points), times), lucky)]
    before = Perturbation(np.repeat(np.arange(times), points), now)
    return settle_perturbed(year.rule, after.book, times * points, moves, ("settlement",), {after.ago - 1: before})[0]


def _steps(year: ExpectedYear, after: LaterYear, read: frozenset[str]) -> list[Step]:
    """One for what is ``read`` of this year: sums and numerators by a standard deviation, all else by little."""
    book, glimpsed = year.book, dict.fromkeys(year.uncertain, GLIMPSE)

    def settled(times: int, move: Perturbation) -> FloatArray:
        paid = _settled(year, after, dict(move.columns), times, year.lucky(glimpsed), len(GLIMPSE))
        return paid.reshape(times, -1)

    sums = year.sums(read, settled)
    steps = [Step(index.columns, {index.column: index.sd}, index.sd) for index in sums]
    uncertain = {name: fraction_sd(book, name, year.beliefs) for name in sorted(read.intersection(FRACTIONS))}
    steps += [Step([name], {name: sd}, sd) for name, sd in uncertain.items()]
    for name in sorted(read - {name for step in steps for name in step.names}):
        unit = np.where(book[name] > 0, SMALL_STEP * book[name], 1.0)
        with_it = {rate: book[rate] * ratio(unit, people(book, rate)) for rate in numerators(name) if rate in uncertain}
        steps.append(Step([name], {name: unit, **with_it}, unit))
    return steps

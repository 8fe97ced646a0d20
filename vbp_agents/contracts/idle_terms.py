"""Terms of a contract that cannot matter beside its other terms: moved, they change no payment of any example year."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.book import OUTCOMES, Book, FloatArray
from vbp_agents.contracts.contract import ContractExample
from vbp_agents.contracts.example_book import Example
from vbp_agents.regimes.base import Regime
from vbp_agents.rule_check import quietly
from vbp_agents.terms.scenario import Contract, Scenario

_ROWS = 500
"""Example years at each size and performance year."""
SPREADS = (0.0, 0.03, 0.15, 0.7)
"""Log sd of each number of a year about the example's: much alike in some, hardly in others."""
POOR = 0.1
"""Share of years in which nothing that is measured was done."""
YEARS = (1, 2, 3, 6)
"""Performance years: what is phased in, and the second agreement."""
_PEOPLE = (600, 6_000, 80_000)
_PARTS = {
    "controlled": "diagnosed",
    "followed_up": "live_discharges",
    "readmitted": "live_discharges",
    "preventive_seen": "preventive_eligible",
}
"""Columns that count some of those that another counts."""
LAG = "settlement_lag"


def idle_terms(scenario: Scenario, contract: Contract, names: Collection[str]) -> list[str]:
    """Those of the numbers called ``names`` among a contract's terms of which no example year's payment depends."""
    rule = contract.rule()
    asked = [name for name in names if name in type(rule).model_fields and _is_number(rule, name)]
    if not asked:
        return []
    books = list(_books(scenario, contract))
    before = [_paid(rule, book) for book in books]
    idle = [name for name in asked if name != LAG and not _matters(rule, name, books, before)]
    settles_nothing = not any(np.any(settled) for _, settled in before)
    return [*idle, *([LAG] if LAG in asked and settles_nothing else [])]


def _is_number(rule: Regime, name: str) -> bool:
    extra = type(rule).model_fields[name].json_schema_extra
    return isinstance(extra, Mapping) and isinstance(extra.get("low"), int | float)


def _matters(
    rule: Regime, name: str, books: list[tuple[Book, Book]], before: list[tuple[FloatArray, FloatArray]]
) -> bool:
    """Whether some payment changes where a term is moved; yes where it can be moved nowhere by itself."""
    extra = type(rule).model_fields[name].json_schema_extra
    assert isinstance(extra, Mapping)
    others = list(_moved(rule, name, extra))
    paid = ((_paid(other, book), then) for other in others for book, then in zip(books, before, strict=True))
    return not others or any(not _same(now, then) for now, then in paid)


def _moved(rule: Regime, name: str, extra: Mapping[str, object]) -> Iterator[Regime]:
    """The rule with a term at either end of its range, and a little away from where it is, as far as it allows that."""
    value, low, high = getattr(rule, name), extra["low"], extra["high"]
    whole = isinstance(value, int)
    for end in (low, high, *_near(value, float(str(low)), float(str(high)), whole)):
        changed = [end] * len(value) if isinstance(value, list | tuple) else end
        try:
            yield rule.with_changes(**{name: changed})
        except ValueError:
            continue


def _near(value: object, low: float, high: float, whole: bool) -> list[float]:
    if not isinstance(value, int | float):
        return []
    step = 1 if whole else 0.1 * (abs(value) or 1.0)
    return [other for other in (value - step, value + step) if low <= other <= high]


def _books(scenario: Scenario, contract: Contract) -> Iterator[tuple[Book, Book]]:
    """A month and a year of contracts that spend, do and code more or less than others and than in earlier years."""
    payer = next(payer for payer in scenario.payers if payer.name == contract.payer)
    situation, luck = ContractExample(payer, contract.holders, contract.start, (contract,)), np.random.default_rng(1)
    for people, year in product(_PEOPLE, YEARS):
        book = _year(situation.example(people, scenario.care.physician_share), year, luck)
        month = replace(book.with_columns(**{name: column / 12 for name, column in book.columns.items()}), months=1)
        yield month, book


def _year(example: Example, performance_year: int, luck: np.random.Generator) -> Book:
    book = example.year(luck.uniform(-0.3, 0.3, _ROWS), luck.uniform(0.0, 100.0, _ROWS), performance_year)
    spread, poor = luck.choice(SPREADS, _ROWS), luck.uniform(0.0, 1.0, _ROWS) < POOR
    levels = exp(spread * luck.normal(0.0, 1.0, _ROWS))
    earlier = tuple(_varied(year, spread, levels, poor, luck) for year in book.earlier)
    outcomes = dict.fromkeys(OUTCOMES, book.columns["participant_revenue"])
    return replace(_varied(book.with_columns(**outcomes), spread, levels, poor, luck), earlier=earlier)


def _varied(
    year: Book, spread: FloatArray, levels: FloatArray, poor: NDArray[np.bool_], luck: np.random.Generator
) -> Book:
    """A year in which dollars are ``levels`` times the example's, every number varies besides, and the market too."""
    columns = {}
    for name, column in year.columns.items():
        level = levels if "dollars" in name or "truncated" in name else 1.0
        columns[name] = level * column * exp(spread * luck.normal(0.0, 1.0, _ROWS))
    for part, whole in _PARTS.items():
        if part in columns:
            worst = columns[whole] if part == "readmitted" else 0.0 * columns[whole]
            columns[part] = np.where(poor, worst, np.minimum(columns[part], columns[whole]))
    if "survey_points" in columns:
        columns["survey_points"] = np.where(poor, 0.0, columns["survey_points"])
    return replace(year.with_columns(**columns), market=year.market and _grown(year.market, luck))


def _grown(market: Book, luck: np.random.Generator) -> Book:
    """The market of a year in which all dollars are more, or less, than in the example's."""
    level = luck.uniform(0.8, 1.25)
    return market.with_columns(
        **{name: level * column for name, column in market.columns.items() if "dollars" in name or "truncated" in name}
    )


def _paid(rule: Regime, book: tuple[Book, Book]) -> tuple[FloatArray, FloatArray]:
    """A month's pay and a year's settlement."""
    with quietly():
        return np.asarray(rule.pay(book[0])), np.asarray(rule.settle(book[1])["settlement"])


def _same(first_pair: tuple[FloatArray, FloatArray], second_pair: tuple[FloatArray, FloatArray]) -> bool:
    return all(
        np.array_equal(first, second, equal_nan=True) for first, second in zip(first_pair, second_pair, strict=True)
    )

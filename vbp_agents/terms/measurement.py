"""What payers can measure: process quality always; outcomes, with noise, where a scenario switches that on.

With it on, the Book's columns `measured_*` carry the Truth of each contract's members, and a regime may pay on them.
With it off they are zero, and a scenario whose rules read them is refused. Hospitals have no members: their Books have
no such columns in either case, and a rule that they are paid by may not read them.
"""

import contextlib
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from dataclasses import replace

import numpy as np

from vbp_agents.book import OUTCOMES, Book, FloatArray, sealed, together
from vbp_agents.declaration import Parameters, param
from vbp_agents.regimes.base import Regime
from vbp_agents.rule_check import example_books


class Measurement(Parameters):
    """Whether outcomes are measured for every patient, and how well."""

    outcomes: bool = param(False, "yes or no", about="on: the columns measured_* of the Book are filled, with noise")
    noise: float = param(0.05, "sd, share of a contract's true value", 0, 1, about="registries differ by contract")


class _Noting(Mapping[str, FloatArray]):
    """Columns that remember which were asked for by name; taking rows or a share of all of them is no asking."""

    def __init__(self, columns: Mapping[str, FloatArray]) -> None:
        self.columns = dict(columns)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> FloatArray:
        self.asked.add(name)
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def items(self) -> ItemsView[str, FloatArray]:
        return self.columns.items()

    def values(self) -> ValuesView[FloatArray]:
        return self.columns.values()


def outcomes_read(rule: Regime) -> set[str]:
    """The measured outcomes that a rule asks an example Book for, in a month or at the year's end."""
    asked: set[str] = set()
    for book, ask in zip(example_books(2), (rule.pay, rule.settle), strict=True):
        columns = _Noting(book.columns)
        # A rule that an example cannot try out says nothing here; its run will.
        with contextlib.suppress(ArithmeticError, LookupError, ValueError):
            ask(replace(book, columns=columns))
        asked |= columns.asked
    return asked & set(OUTCOMES)


def as_measured(
    columns: Mapping[str, FloatArray], terms: Measurement, seed: int, payer: int, month: int, months: int
) -> dict[str, FloatArray]:
    """A payer's columns as they are measured in a period of ``months`` that ends with ``month``.

    Outcomes that the columns do not have (hospitals') are not measured.

    Noise is a pure function of the world's seed, the payer, the month, the outcome and the contract.
    """
    found = {name: column for name, column in columns.items() if name not in OUTCOMES}
    if not terms.outcomes:
        return found
    for number, name in enumerate(OUTCOMES):
        if name not in columns:
            continue
        key, counter = [seed % 2**63, 2**62 + 4], [payer, month + 1_000, number, months]
        truth = columns[name]
        luck = np.random.Generator(np.random.Philox(key=key, counter=counter)).standard_normal(len(truth))
        found[name] = truth * (1.0 + terms.noise * luck)
    return found


def measured_year(year: Book, terms: Measurement, seed: int, payer: int, december: int) -> Book:
    """A whole year of a payer's as it was measured; it ended with the month ``december``."""
    columns = as_measured(year.columns, terms, seed, payer, december, year.months)
    return replace(year, columns=sealed(columns), market=together(columns, year.months))

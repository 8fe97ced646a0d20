"""What payers can measure: process quality always; outcomes, with noise, where a scenario switches that on.

With it on, the Book's columns `measured_*` carry the Truth of each contract's members, and a regime may pay on them.
With it off they are zero, and a scenario whose rules read them is refused. Hospitals have no members: their Books have
no such columns in either case, and a rule that they are paid by may not read them.
"""

from collections.abc import Mapping
from dataclasses import replace

from vbp_agents.book import OUTCOMES, Book, FloatArray, sealed, together
from vbp_agents.declaration import Parameters, param
from vbp_agents.expectations.remembered import columns_read
from vbp_agents.regimes.base import Regime
from vbp_agents.rng import Stream, generator
from vbp_agents.rule_check import example_books

_BEFORE = 1_000
"""Months before the first: those of the years before a run are numbered from here."""
WORDS_A_MONTH = 16
"""Periods that may end with one month: one of a single month, one of a year."""


class Measurement(Parameters):
    """Whether outcomes are measured for every patient, and how well."""

    outcomes: bool = param(False, "yes or no", about="on: the columns measured_* of the Book are filled, with noise")
    noise: float = param(0.05, "sd, share of a contract's true value", 0, 1, about="registries differ by contract")


def outcomes_read(rule: Regime) -> frozenset[str]:
    """The measured outcomes that a rule asks an example Book for, in a month or at the year's end."""
    return columns_read(rule, *example_books(2)) & OUTCOMES.keys()


def as_measured(
    columns: Mapping[str, FloatArray], terms: Measurement, seed: int, payer: int, month: int, months: int
) -> dict[str, FloatArray]:
    """A payer's columns as they are measured in a period of ``months`` that ends with ``month``.

    Outcomes that the columns do not have (hospitals') are not measured.

    Noise is a pure function of the world's seed, the payer, the month, the outcome and the contract.
    """
    measured = {name: column for name, column in columns.items() if name not in OUTCOMES}
    if not terms.outcomes:
        return measured
    for number, name in enumerate(OUTCOMES):
        if name not in columns:
            continue
        truth = columns[name]
        when = WORDS_A_MONTH * (month + _BEFORE) + months
        luck = generator(seed, Stream.MEASUREMENT, when, payer, number).standard_normal(len(truth))
        measured[name] = truth * (1.0 + terms.noise * luck)
    return measured


def measured_year(year: Book, terms: Measurement, seed: int, payer: int, december: int) -> Book:
    """A whole year of a payer's as it was measured; it ended with the month ``december``."""
    columns = as_measured(year.columns, terms, seed, payer, december, year.months)
    return replace(year, columns=sealed(columns), market=together(columns, year.months))

"""What a contract may bring in a year: the mean of all luck, and how far luck can take it from there."""

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.expectations.expected import ExpectedYear
from vbp_agents.expectations.marginal import year_of_pay
from vbp_agents.expectations.moved import one_per_row
from vbp_agents.expectations.uncertain import Beliefs
from vbp_agents.regimes.base import Regime

LUCKS = 60
"""Draws from which a standard deviation is taken."""


def chances(rule: Regime, book: Book, beliefs: Beliefs) -> tuple[FloatArray, FloatArray]:
    """What the expected year ``book`` pays beyond fees on the average of all luck, and its settlement's sd.

    Dollars, shape (n_contracts,) each. What a rule pays by the month has no luck here.
    """
    year = ExpectedYear(rule, book, beliefs)
    beyond = year_of_pay(rule, book) + year.mean() - book.billed(sides=["inside"])
    settled = year.settled(LUCKS, one_per_row(year.lucky(year.draws(LUCKS))))
    return beyond, np.asarray(settled.std(axis=0))

"""What every payment regime is: parameters, a monthly payment and, where there is one, a year-end settlement."""

from typing import ClassVar

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.rules.bounds import OrderedTerms

Statement = dict[str, FloatArray]
"""A settled year, one array of shape (n_contracts,) a line.

"settlement" (dollars, positive to the provider) is required.
"""


class Regime(OrderedTerms):
    """A money rule from the Book to dollars, vectorized over the contracts it pays. It never says how anyone behaves.

    Write ``pay`` and, where there is a year-end, ``settle``; declare parameters with ``param``. Both are called many
    times over, out of order, from several threads and processes at once, also about years that only might be: keep
    nothing in modules, classes or objects, compute from the Book alone. Then say of the rule,
    where it is so (class attributes, not parameters; a scenario that cannot be so is refused):

    ``replaces_fees``: the holder's own fees are in ``pay`` no more, so that only one such rule can pay it at a time.
    ``whole_years``: it reckons by calendar years (what ``pay`` takes, ``settle`` gives back, or there is a cap on the
    year), so that a contract must begin in a January and end in a December. A year of which a contract missed a
    month is never settled.
    ``minimum_people``: how many people of its panel a holder needs; with fewer it stays under its other contracts.
    ``needs_condition``: it is about members with a condition. ``for_hospitals``: hospitals hold it, nobody else.
    ``ordered``: pairs of parameters of which the first may not be larger than the second.
    ``value_based``: False for fees and the like, whose contracts results do not count as value-based.
    """

    title: ClassVar[str]
    source: ClassVar[str]
    value_based: ClassVar[bool] = True
    minimum_people: ClassVar[int] = 0
    replaces_fees: ClassVar[bool] = False
    whole_years: ClassVar[bool] = False
    needs_condition: ClassVar[bool] = False
    for_hospitals: ClassVar[bool] = False

    settlement_lag: int = param(0, "months", 0, 36, about="from a year's end until its settlement is known")

    def pay(self, book: Book) -> FloatArray:
        """Dollars paid to each contract holder for this month, beyond which it is paid nothing for its own services.

        What others bill for the holder's members is paid to them by the payer; a rule that makes the holder
        bear it subtracts it here.
        The default is the fees for what the holder itself billed. Shape (n_contracts,). It is a sum of the month's
        columns times rates: a threshold, a cap or a rate of the year belongs in ``settle``, where luck is weighed.
        """
        return book.billed(sides=["inside"])

    def settle(self, book: Book) -> Statement:
        """The settlement of a year, in dollars, with the lines that explain it. The default settles nothing.

        A line called "quality" or "score" is taken to be the sum through which measured quality moves the settlement.
        """
        return {"settlement": np.zeros(len(book))}

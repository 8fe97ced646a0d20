"""Rates of hospitals against everybody's, as CMS compares them: predicted over expected."""

from collections.abc import Iterable

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules.ratio import ratio


def ratio_to_market(book: Book, events: str, cases: Iterable[str], prior: float) -> FloatArray:
    """The rate of ``events`` among ``cases`` (columns, added up) over the market's, shape (n_contracts,).

    ``prior`` cases at the market's rate are added to each contract's own: what the hierarchical models behind the
    published ratios do to small hospitals. 1 where there is nothing to compare. Raises ValueError without a market.
    """
    if book.market is None:
        raise ValueError("a rate against the market needs the market's Book")
    named = list(cases)
    usual = ratio(book.market[events], summed_columns(book.market, named))
    expected = (summed_columns(book, named) + prior) * usual
    return ratio(book[events] + prior * usual, expected, otherwise=1.0)


def summed_columns(book: Book, columns: Iterable[str]) -> FloatArray:
    """The sum of several columns, shape (n_contracts,)."""
    total: FloatArray = np.sum([book[name] for name in columns], axis=0)
    return total

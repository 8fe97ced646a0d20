"""What a capitation amount or a budget starts from: the market's spending in the last year before the contract."""

from collections.abc import Iterable

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules.ratio import ratio


def base_year(book: Book) -> Book:
    """The last whole year before the contract. Raises ValueError where the Book lacks it or its market."""
    if len(book.earlier) < book.performance_year:
        raise ValueError(
            f"the base year of performance year {book.performance_year} needs that many earlier years; "
            f"the Book has {len(book.earlier)}"
        )
    return book.earlier[book.performance_year - 1]


def base_amount(book: Book, services: Iterable[str]) -> FloatArray:
    """The market's base-year spending on ``services``, dollars per member-month of coded risk 1, shape (1,)."""
    market = base_year(book).market
    if market is None:
        raise ValueError("capitation needs the market's Book of the base year")
    return ratio(market.billed(services=services), market["risk_months"])


def holder_share(book: Book, services: Iterable[str]) -> FloatArray:
    """The share of ``services`` that the contract's own organizations billed for its people in the base year.

    What others bill for them stays fee for service, so that a partial amount must not pay for it a second time.
    """
    base, named = base_year(book), list(services)
    return ratio(base.billed(sides=["inside"], services=named), base.billed(services=named))

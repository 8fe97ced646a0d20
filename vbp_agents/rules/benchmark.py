"""What a contract's people would have cost: the benchmark of shared savings, from three base years and the market.

Each agreement looks back at the three years before it. Their spending, truncated at the 99th percentile of a person's
year, is brought to the latest of them by the market's growth and by coded risk, averaged, moved part of the way to the
market's spending, and carried to the performance year by the market's growth and by the growth of coded risk, which is
capped. 42 CFR 425.601 and 425.652. The prior-savings credit is left out: no Book holds what earlier settlements paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import Parameters, param
from vbp_agents.rules.ratio import ratio

BASE_YEARS = 3
IN_TIME = ("oldest", "middle", "latest")
"""What the weights of base years are called."""
AGREEMENTS = tuple(f"agreement_{number}" for number in range(1, 5))


@dataclass(frozen=True)
class Benchmark:
    """A year's benchmark and the steps to it, each of shape (n_contracts,).

    ``total``: dollars. ``historical``, ``regional_adjustment``: dollars per member-month of the latest base year.
    ``trend``: market growth from that year to the performance year. ``risk_ratio``: growth of coded risk, capped.
    """

    total: FloatArray
    historical: FloatArray
    regional_adjustment: FloatArray
    trend: FloatArray
    risk_ratio: FloatArray

    def lines(self) -> dict[str, FloatArray]:
        """The steps as lines of a statement."""
        return {
            "historical_benchmark": self.historical,
            "regional_adjustment": self.regional_adjustment,
            "trend": self.trend,
            "risk_ratio": self.risk_ratio,
        }


class BenchmarkTerms(Parameters):
    """How a benchmark is set. A regime that inherits from this has these parameters and ``benchmark(book)``."""

    agreement_years: int = param(5, "years", 1, 10, "R29: 5 since 2019, 3 before")
    first_weights: list[float] = param([0.1, 0.3, 0.6], "share, oldest base year first", 0, 1, "R18", items=IN_TIME)
    later_weights: list[float] = param(
        [1 / 3, 1 / 3, 1 / 3], "share, oldest base year first", 0, 1, "R18", items=IN_TIME
    )
    regional_weights_below: list[float] = param(
        [0.35, 0.50, 0.50, 0.50],
        "share, by agreement",
        0,
        1,
        "R21: 42 CFR 425.601(f)",
        about="where the ACO is cheaper than its market",
        items=AGREEMENTS,
    )
    regional_weights_above: list[float] = param(
        [0.15, 0.25, 0.35, 0.50],
        "share, by agreement",
        0,
        1,
        "R21: 42 CFR 425.601(f)",
        about="where it is dearer than its market",
        items=AGREEMENTS,
    )
    regional_cap: float = param(
        0.05, "share of market spending", 0, 1, "R20b: 42 CFR 425.601(a)(8)(ii)(C)", about="the most it can add"
    )
    regional_floor: float = param(-0.015, "share of market spending", -1, 0, "R20", about="the most it can take")
    risk_cap: float = param(0.03, "share over the agreement", 0, 1, "R17", about="the most coded risk may raise it")

    def benchmark(self, book: Book) -> Benchmark:
        """The benchmark of the year ``book``. Raises ValueError where it lacks a base year or the market."""
        agreement, year = divmod(book.performance_year - 1, self.agreement_years)
        latest = base_years(book.earlier, year)[-1]
        weights = tuple(self.later_weights if agreement else self.first_weights)
        moved = (of_agreement(w, agreement) for w in (self.regional_weights_below, self.regional_weights_above))
        historical = book.cached_of_earlier(_historical, year, weights)
        regional = book.cached_of_earlier(_regional, year, weights, *moved, self.regional_floor, self.regional_cap)
        trend = ratio(market_spending(book), market_spending(latest), otherwise=1.0) * np.ones(len(book))
        risk_ratio = np.minimum(ratio(risk(book), risk(latest), otherwise=1.0), 1 + self.risk_cap)
        total = (historical + regional) * trend * risk_ratio * book["member_months"]
        return Benchmark(total, historical, regional, trend, risk_ratio)


def of_agreement(terms: list[float], agreement: int) -> float:
    """The term of the 0-based ``agreement``; the last one for all later agreements."""
    return terms[min(agreement, len(terms) - 1)]


def base_years(earlier: tuple[Book, ...], since: int) -> tuple[Book, ...]:
    """The three whole years before the agreement, oldest first; ``since``: years of it that are over.

    Raises ValueError where one is missing from the ``earlier`` years, latest first.
    """
    years = earlier[since : since + BASE_YEARS]
    if len(years) < BASE_YEARS:
        needed = since + BASE_YEARS
        raise ValueError(
            f"a benchmark in year {since + 1} of an agreement needs {needed} earlier years; the Book has {len(earlier)}"
        )
    return years[::-1]


def historical_spending(base: tuple[Book, ...], weights: Sequence[float]) -> FloatArray:
    """Base-year spending per member-month in the latest base year's terms; a year without members has no weight."""
    latest, total, used = base[-1], np.zeros(len(base[-1])), np.zeros(len(base[-1]))
    for year, weight in zip(base, weights, strict=True):
        growth = ratio(market_spending(latest), market_spending(year), otherwise=1.0)
        sicker = ratio(risk(latest), risk(year), otherwise=1.0)
        present = weight * (year["member_months"] > 0)
        total += present * truncated_spending(year) * growth * sicker
        used += present
    return ratio(total, used)


def _historical(earlier: tuple[Book, ...], since: int, weights: tuple[float, ...]) -> FloatArray:
    return historical_spending(base_years(earlier, since), weights)


def _regional(
    earlier: tuple[Book, ...],
    since: int,
    weights: tuple[float, ...],
    cheaper: float,
    dearer: float,
    floor: float,
    cap: float,
) -> FloatArray:
    """Part of the way from the ACO's own spending to its market's, within bounds."""
    latest = earlier[since]
    gap = market_spending(latest) * risk(latest) - _historical(earlier, since, weights)
    regional = np.clip(gap * np.where(gap > 0, cheaper, dearer), *(market_spending(latest) * np.array([floor, cap])))
    return np.where(latest["member_months"] > 0, regional, 0.0)


def truncated_spending(book: Book) -> FloatArray:
    """Truncated spending per member-month, whoever billed it."""
    return book.cached(_spending)


def _spending(book: Book) -> FloatArray:
    return ratio(book.billed("truncated"), book["member_months"])


def risk(book: Book) -> FloatArray:
    """Mean coded risk, renormalized to the payer's mean, so that coding which everyone does earns nothing."""
    return book.cached(_risk)


def _risk(book: Book) -> FloatArray:
    return ratio(book["risk_months"], book["member_months"])


def market_spending(book: Book) -> FloatArray:
    """The market's truncated spending per member-month, shape (1,). Raises ValueError where the Book has no market."""
    if book.market is None:
        raise ValueError("a benchmark needs the market's Book of every year")
    return truncated_spending(book.market)

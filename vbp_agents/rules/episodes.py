"""Target prices of joint-replacement episodes, as in Comprehensive Care for Joint Replacement (42 CFR 510.300).

A stratum's price is the mean cost of an episode over three base years, in the prices of the latest of them, partly the
hospital's own and partly its market's. Left out, because the Book holds no single episodes: the ceiling on dear ones,
two standard deviations above the region's mean (510.300(b)(5)), and MS-DRG 469 apart from 470.
"""

from dataclasses import dataclass

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import Parameters, by_year, param
from vbp_agents.rules.benchmark import base_years, of_agreement
from vbp_agents.rules.ratio import ratio

STRATA = ("joint", "fracture")


@dataclass(frozen=True)
class EpisodeDollars:
    """A period's episodes in dollars, each of shape (n_contracts,): at target prices before discount, and as they cost.

    Strata that nobody had in the base years have no price, and count in neither.
    """

    priced: FloatArray
    cost: FloatArray


class EpisodeTerms(Parameters):
    """How target prices are set. A regime that inherits from this has these parameters and ``episodes(book)``."""

    regional_weights: list[float] = param(
        [1.0] * 5, "share of the market in a target, by year", 0, 1, "42 CFR 510.300(b)(2)", items=by_year(5)
    )
    rebase_years: int = param(2, "years", 1, 10, "42 CFR 510.300(b)(1)", about="between base periods")
    update: float = param(0.0, "share per year", -0.2, 0.2, about="of prices since the base years")
    low_volume: float = param(20, "episodes", 0, 1000, "42 CFR 510.300(b)(3)", about="in three years: below, market")

    def episodes(self, book: Book) -> EpisodeDollars:
        """The episodes of a month or year. Raises ValueError where the Book lacks a base year or its market."""
        since = (book.performance_year - 1) % self.rebase_years
        terms = since, of_agreement(self.regional_weights, book.performance_year - 1), self.low_volume
        priced, cost = np.zeros(len(book)), np.zeros(len(book))
        for stratum in STRATA:
            price = book.cached_of_earlier(_price, stratum, *terms) * (1 + self.update) ** (since + 1)
            priced += price * book[f"{stratum}_episodes"]
            cost += book[f"{stratum}_dollars"] * (price > 0)
        return EpisodeDollars(priced, cost)


def _price(earlier: tuple[Book, ...], stratum: str, since: int, regional: float, low_volume: float) -> FloatArray:
    """A stratum's price in its base years' latest, where few episodes leave the market's alone."""
    base = base_years(earlier, since)
    few = sum(year[f"{each}_episodes"] for year in base for each in STRATA) < low_volume
    return blended(base, stratum, np.where(few, 1.0, regional))


def blended(base: tuple[Book, ...], stratum: str, weight: FloatArray) -> FloatArray:
    """Dollars an episode: the market's with ``weight``, else the hospital's own; the market's where it had none."""
    markets = [market_of(year) for year in base]
    growth = [grown(market, markets[-1], stratum) for market in markets]
    own_cost, regional = mean_cost(base, growth, stratum), mean_cost(markets, growth, stratum)
    return np.where(own_cost > 0, weight * regional + (1 - weight) * own_cost, regional)


def mean_cost(years: "tuple[Book, ...] | list[Book]", growth: list[FloatArray], stratum: str) -> FloatArray:
    """The mean cost of an episode over several years, each brought to the latest one's prices by ``growth``."""
    dollars = sum(factor * year[f"{stratum}_dollars"] for year, factor in zip(years, growth, strict=True))
    return ratio(np.asarray(dollars), np.asarray(sum(year[f"{stratum}_episodes"] for year in years)))


def grown(then: Book, now: Book, stratum: str) -> FloatArray:
    """The growth of a market's mean cost of an episode, shape (1,); 1 where either year had none."""
    before, after = (ratio(year[f"{stratum}_dollars"], year[f"{stratum}_episodes"]) for year in (then, now))
    return np.where(after > 0, ratio(after, before, otherwise=1.0), 1.0)


def market_of(year: Book) -> Book:
    """The year's market. Raises ValueError where the Book has none."""
    if year.market is None:
        raise ValueError("a target price needs the market's Book of every base year")
    return year.market

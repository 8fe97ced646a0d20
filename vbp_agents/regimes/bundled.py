"""Bundled payment: a target price for a joint replacement and the 90 days after it."""

from typing import Literal

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import by_year, param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules.benchmark import of_agreement
from vbp_agents.rules.composite_quality import CompositeTerms
from vbp_agents.rules.episodes import EpisodeTerms


class Bundled(EpisodeTerms, CompositeTerms, Regime):
    """The anchor hospital gains what its episodes cost less than their target prices and owes what they cost more.

    Defaults: the terms of CJR's fifth year. Also: episode-based payment, CJR, BPCI, case rate, package price.
    """

    title = "Bundled payment (joint replacement and 90 days)"
    source = "42 CFR 510.300-510.315; B01-B04"
    for_hospitals = True

    mode: Literal["retrospective", "prospective"] = param(
        "retrospective", "mode", about="prospective: the target is paid at once, without stops, quality at year-end"
    )
    stop_gain: list[float] = param(
        [0.2] * 5, "share of the target, by year", 0, 1, "42 CFR 510.305(e)(1)(v)(B)", items=by_year(5)
    )
    stop_loss: list[float] = param(
        [0.2] * 5, "share of the target, by year", 0, 1, "42 CFR 510.305(e)(1)(v)(A)", items=by_year(5)
    )

    def pay(self, book: Book) -> FloatArray:
        """Fees; prospectively also the month's targets less what the episodes cost, whoever was paid for them."""
        fees = book.billed(sides=["inside"])
        if self.mode == "retrospective":
            return fees
        episodes = self.episodes(book)
        return fees + (1 - self.discount) * episodes.priced - episodes.cost

    def settle(self, book: Book) -> Statement:
        """The year's reconciliation; prospectively only what quality takes off the discount."""
        episodes, points = self.episodes(book), self.composite(book)
        discount, repayment_discount = self.discounts(points, book.performance_year)
        target, owes_above = ((1 - share) * episodes.priced for share in (discount, repayment_discount))
        lines = {"target": target, "cost": episodes.cost, "quality": points, "discount": discount}
        if self.mode == "prospective":
            return lines | {"settlement": target - (1 - self.discount) * episodes.priced}
        most, least = (of_agreement(stop, book.performance_year - 1) for stop in (self.stop_gain, self.stop_loss))
        gains = np.clip(target - episodes.cost, 0.0, most * target) * self.acceptable(points)
        losses = np.clip(episodes.cost - owes_above, 0.0, least * owes_above)
        return lines | {"owes_above": owes_above, "settlement": gains - losses}

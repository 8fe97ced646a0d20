"""Global budget with quality conditions: fees, a budget that grows at a capped rate, and a bonus for quality."""

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules import quality
from vbp_agents.rules.benchmark import market_spending
from vbp_agents.rules.bounds import QualityTerms
from vbp_agents.rules.capitated import base_year
from vbp_agents.rules.ratio import ratio


class GlobalBudget(QualityTerms, Regime):
    """Surplus and deficit against the budget are shared, the better the quality the better for the holder.

    Also: Alternative Quality Contract (AQC), population budget, global payment with reconciliation. The AQC paid the
    bonus in a contract's first years and moved the shares by quality from the third; here both do all the time.
    """

    title = "Global budget with quality conditions"
    source = "Song 2011 (NEJM 365:909), E26, E27; Chernew 2011 (memory), an essay at gerardcambon.net"
    minimum_people = 5000
    ordered = (("nothing_at", "all_at"), ("share_low", "share_high"))

    growth_cap: float = param(0.03, "share per year", 0, 0.2, about="the budget grows as the market, at most so much")
    share_low: float = param(
        0.5, "share", 0, 1, "50 to 100% (memory, essay)", about="of a surplus at the worst quality"
    )
    share_high: float = param(
        0.8, "share", 0, 1, "assumption within 50 to 100%", about="at the best; of a deficit reversed"
    )
    bonus: float = param(0.10, "share of the budget", 0, 0.5, "E26: up to 10%", about="at the best quality")
    nothing_at: float = param(60.0, "points", 0, 100, about="up to which quality is the worst")
    all_at: float = param(100.0, "points", 0, 100, about="from which it is the best")

    def budget(self, book: Book) -> FloatArray:
        """The year's budget: own base-year spending per coded risk, grown. Raises ValueError without the base year."""
        base = base_year(book)
        market = market_spending(base)
        own_rate = ratio(base.billed("truncated"), base["risk_months"])
        grown = ratio(market_spending(book), market, otherwise=1.0)
        growth = np.minimum(grown, (1 + self.growth_cap) ** book.performance_year)
        return np.where(own_rate > 0, own_rate, market) * growth * book["risk_months"]

    def settle(self, book: Book) -> Statement:
        """The year's reconciliation and bonus, on spending truncated at the 99th percentile."""
        budget, points = self.budget(book), quality.score(book)
        reached = self.reached(book)
        surplus, step = budget - book.billed("truncated"), (self.share_high - self.share_low) * reached
        share = np.where(surplus > 0, self.share_low + step, self.share_high - step)
        bonus = self.bonus * reached * budget
        lines = {"budget": budget, "surplus": surplus, "quality": points, "share": share, "bonus": bonus}
        return lines | {"settlement": share * surplus + bonus}

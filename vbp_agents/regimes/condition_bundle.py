"""A condition's year as a bundle: a target for all care of members who have it. For contracts with a `condition`."""

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules import quality
from vbp_agents.rules.benchmark import base_years, historical_spending, market_spending, risk
from vbp_agents.rules.bounds import QualityTerms
from vbp_agents.rules.ratio import ratio


class ConditionBundle(QualityTerms, Regime):
    """A target a member-year at coded risk, less a discount; gains in proportion to quality, both ways within stops.

    Also: chronic-condition bundle, evidence-informed case rate (PROMETHEUS), oncology episodes (a half-year there).
    """

    title = "Bundled payment (a condition's year)"
    source = "PROMETHEUS (B13); Oncology Care Model, original two-sided terms; quality scores are assumptions"
    needs_condition = True

    discount: float = param(0.0275, "share of the price", 0, 0.5, "Oncology Care Model, two-sided (memory)")
    regional_weight: float = param(0.5, "share of the market in a target", 0, 1)
    rebase_years: int = param(3, "years", 1, 10, about="between base periods of three years")
    stop_gain: float = param(0.2, "share of the price", 0, 1, "Oncology Care Model (texasoncology.com, 2020)")
    stop_loss: float = param(0.2, "share of the price", 0, 1, "Oncology Care Model (texasoncology.com, 2020)")
    nothing_at: float = param(60.0, "points", 0, 100, about="quality up to which no gain is paid")
    all_at: float = param(75.0, "points", 0, 100, about="quality from which all of it is")

    def price(self, book: Book) -> FloatArray:
        """The year's target before its discount, dollars. Raises ValueError without a base year or the market."""
        base = base_years(book.earlier, (book.performance_year - 1) % self.rebase_years)
        own_rate = ratio(historical_spending(base, [1 / 3] * 3), risk(base[-1]))
        market = market_spending(base[-1])
        rate = np.where(own_rate > 0, self.regional_weight * market + (1 - self.regional_weight) * own_rate, market)
        growth = ratio(market_spending(book), market, otherwise=1.0)
        return rate * growth * book["risk_months"]

    def settle(self, book: Book) -> Statement:
        """The year's reconciliation, on spending truncated at the 99th percentile."""
        price, cost, points = self.price(book), book.billed("truncated"), quality.score(book)
        target = (1 - self.discount) * price
        paid = self.reached(book)
        gains = paid * np.clip(target - cost, 0.0, self.stop_gain * price)
        losses = np.clip(cost - target, 0.0, self.stop_loss * price)
        return {"target": target, "cost": cost, "quality": points, "paid_share": paid, "settlement": gains - losses}

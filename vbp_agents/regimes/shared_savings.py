"""Shared savings: fee for service, and a share of what spending stays below (or goes above) a benchmark."""

from dataclasses import replace

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import by_year, param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules import quality, sharing
from vbp_agents.rules.benchmark import BenchmarkTerms, of_agreement
from vbp_agents.rules.minimum_savings_rate import minimum_savings_rate


class SharedSavings(BenchmarkTerms, Regime):
    """The Medicare Shared Savings Program's contract; the presets mssp_* are its tracks. Defaults: BASIC level A.

    Also: gainsharing, accountable care (ACO) contract, "upside only" (loss rates 0), two-sided or downside risk.
    """

    title = "Shared savings"
    source = "42 CFR 425.601-425.610, 425.512; R01-R31"
    minimum_people = 5000
    ordered = (("loss_rate_low", "loss_rate_high"),)

    settlement_lag: int = param(8, "months", 0, 36, about="from a year's end until its settlement is known")
    sharing_rate: float = param(0.40, "share of savings", 0, 1, "R01", about="with full quality")
    loss_rate_low: float = param(0.0, "share of losses", 0, 1, "R04", about="bounds 1 - rate x quality from below")
    loss_rate_high: float = param(0.0, "share of losses", 0, 1, "R04", about="from above; without a standard met, owed")
    chosen_minimum: float | None = param(None, "share of benchmark", 0, 0.2, "R07, R09", about="null: the rate by size")
    savings_cap: float = param(0.10, "share of benchmark", 0, 1, "R11: 42 CFR 425.605(d)")
    loss_limit: float = param(0.04, "share of benchmark", 0, 1, "R15: 42 CFR 425.605(d)")
    loss_phase_in: list[float] = param([1.0] * 2, "share of loss_limit", 0, 1, "42 CFR 425.606(g)", items=by_year(2))
    revenue_loss_limit: float | None = param(None, "share of revenue", 0, 1, "42 CFR 425.605(d)", about="null: none")
    paid_share: float = param(0.98, "multiplier", 0, 1, "R06", about="what sequestration leaves of savings")
    quality_standard: float = param(77.05, "points", 0, 100, "R24", about="from here on the full sharing rate")
    alternative_standard: float = param(45, "points", 0, 100, about="R25: from here on the rate times quality / 100")
    reporting_years: int = param(1, "years", 0, 10, "42 CFR 425.512(a)(2)", about="in which reporting is enough")
    reduced_share: float = param(0.5, "share of the rate", 0, 1, "R26", about="below the minimum, if low-revenue")
    low_revenue: float = param(0.35, "revenue / spending", 0, 1, "42 CFR 425.20", about="low-revenue below it")

    def rates(self, people: FloatArray, points: FloatArray) -> sharing.Rates:
        """The rates that size and quality (0 to 100) give, without a share below the minimum."""
        earned = sharing.multiplier(points, self.quality_standard, self.alternative_standard)
        loss = sharing.loss_rate(self.sharing_rate * points / 100, earned > 0, self.loss_rate_low, self.loss_rate_high)
        return sharing.Rates(minimum_savings_rate(people, self.chosen_minimum), self.sharing_rate * earned, loss)

    def earned(self, dollars: sharing.Dollars, rates: sharing.Rates, year: int = 3) -> Statement:
        """The settlement and its lines, from dollars and rates alone: what a public use file has, but for the year."""
        most = self.loss_limit * of_agreement([*self.loss_phase_in, 1.0], year - 1)
        limits = sharing.Limits(self.savings_cap, most, self.revenue_loss_limit)
        return sharing.settled_lines(dollars, rates, limits, self.paid_share)

    def settle(self, book: Book) -> Statement:
        """The year's settlement: positive for savings earned, negative for losses owed."""
        points, bench = quality.counted_quality(book, self.reporting_years), self.benchmark(book)
        rates = self.rates(book["member_months"] / book.months, points)
        low = sharing.is_low_revenue(book["participant_revenue"], self.low_revenue, book.billed())
        reduced = replace(rates, below_minimum=self.reduced_share * rates.sharing * low)
        dollars = sharing.Dollars(bench.total, book.billed("truncated"), book["participant_revenue"])
        return self.earned(dollars, reduced, book.performance_year) | bench.lines() | {"quality": points}

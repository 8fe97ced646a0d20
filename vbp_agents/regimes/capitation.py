"""Capitation: a risk-adjusted amount per member-month, whatever is done for the member."""

from typing import Literal

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime
from vbp_agents.rules.capitated import base_amount, holder_share

CAPITATED = {"global": SERVICES, "partial": ("primary",)}


class Capitation(Regime):
    """Global: it covers every service, and the holder bears what others bill. Partial: its own primary care only.

    Also: per-member-per-month payment, prepayment, full-risk or professional capitation, population-based payment.
    """

    title = "Capitation"
    source = "Newhouse 1996 (J Econ Lit 34:1236); Ellis and McGuire 1986"
    replaces_fees = True

    scope: Literal["global", "partial"] = param(
        "global", "services", about="global: all services; partial: primary care"
    )
    discount: float = param(
        0.02,
        "share",
        0,
        0.5,
        "Direct Contracting, Global, 2021-22: 2%",
        about="what the payer keeps of expected spending",
    )
    trend: float = param(
        0.0, "share per year", -0.2, 0.2, about="growth of the amount; the default world's prices are flat"
    )

    risk_adjustment: float = param(
        1.0, "share", 0, 1, about="0: the same for everybody; 1: in proportion to coded risk"
    )

    def amount(self, book: Book) -> FloatArray:
        """The period's capitation, dollars, shape (n_contracts,): market spending at the members' coded risk.

        It is that of the base year, the last before the contract. Raises ValueError where the Book lacks it.
        """
        services = CAPITATED[self.scope]
        rate = base_amount(book, services) * (1 - self.discount) * (1 + self.trend) ** book.performance_year
        share = holder_share(book, services) if self.scope == "partial" else 1.0
        people = self.risk_adjustment * book["risk_months"] + (1 - self.risk_adjustment) * book["member_months"]
        return rate * share * people

    def pay(self, book: Book) -> FloatArray:
        """The amount, less what others billed for the members (global) or plus fees for all else (partial)."""
        if self.scope == "global":
            return self.amount(book) - book.billed(sides=["outside"])
        others = [service for service in SERVICES if service not in CAPITATED[self.scope]]
        return self.amount(book) + book.billed(sides=["inside"], services=others)

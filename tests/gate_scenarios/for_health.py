"""A rule that pays on measured outcomes, which no shipped regime reads."""

from vbp_agents.book import Book, FloatArray
from vbp_agents.regimes.base import Regime


class ForHealth(Regime):
    """Fees, and at the year's end dollars for measured health, for disease control, and less for harm."""

    title = "Pays on measured outcomes"
    source = "assumption"

    def settle(self, book: Book) -> dict[str, FloatArray]:
        """2,000 dollars a QALY beyond 0.7 a member-year, 5 a month of full control, 50 off for each harm."""
        health = 2_000.0 * (book["measured_qalys"] - 0.7 * book["member_months"] / 12.0)
        control = 5.0 * book["measured_control"]
        harm = 50.0 * book["measured_harm"]
        return {"settlement": health + control - harm, "health": health, "control": control, "harm": harm}

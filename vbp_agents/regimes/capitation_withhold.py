"""Capitation of which a part is held back each month and returned at year-end for quality."""

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Statement
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.rules import quality
from vbp_agents.rules.bounds import QualityTerms


class CapitationWithhold(QualityTerms, Capitation):
    """Capitation with a share withheld and returned in proportion to quality between two scores.

    Also: quality withhold (Medicare-Medicaid Plans, Direct Contracting and ACO REACH), earn-back.
    """

    title = "Capitation with a quality withhold"
    source = "ACO REACH request for applications 2022, table 6.16: 5% in 2021-22, then 2%"
    whole_years = True

    withhold: float = param(0.05, "share of the amount", 0, 0.5, "ACO REACH request for applications, table 6.16")
    nothing_at: float = param(60.0, "points", 0, 100, about="quality up to which nothing comes back")
    all_at: float = param(90.0, "points", 0, 100, about="quality from which all of it does")

    def pay(self, book: Book) -> FloatArray:
        """What capitation pays, less the withhold."""
        return Capitation.pay(self, book) - self.withhold * self.amount(book)

    def settle(self, book: Book) -> Statement:
        """What is returned of the year's withhold."""
        returned, withheld = self.reached(book), self.withhold * self.amount(book)
        lines = {"withheld": withheld, "quality": quality.score(book), "returned_share": returned}
        return lines | {"settlement": returned * withheld}

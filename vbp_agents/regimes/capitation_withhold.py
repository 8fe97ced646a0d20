"""Capitation of which a part is held back each month and returned at year-end for quality."""

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.param import param
from vbp_agents.regimes.base import Statement
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.rules import quality


class CapitationWithhold(Capitation):
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
        points, withheld = quality.score(book), self.withhold * self.amount(book)
        ends = sorted([self.nothing_at, self.all_at])
        returned = np.interp(points, ends, [0.0, 1.0])
        return {"withheld": withheld, "quality": points, "returned_share": returned, "settlement": returned * withheld}

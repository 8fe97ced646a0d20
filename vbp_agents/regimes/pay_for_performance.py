"""Pay for performance: fees as ever, and a bonus or penalty around quality targets."""

from typing import Literal

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules.ratio import mean
from vbp_agents.rules.targets import TargetTerms


class PayForPerformance(TargetTerms, Regime):
    """A share of fees earned, or kept, in proportion to the way from thresholds to benchmarks; a layer on any regime.

    Also: P4P, quality bonus, value-based purchasing, incentive payment, the MIPS kind of adjustment.
    """

    title = "Pay for performance"
    source = "Premier hospital quality incentive demonstration, up to 2% (memory); P01, P03"

    at_stake: float = param(0.02, "share of fees", 0, 0.25, "Premier demonstration (memory); doses of 1 to 25%")
    form: Literal["bonus", "penalty", "neutral"] = param(
        "bonus", "form", about="neutral: what some gain the others lose, over the holders of the contract"
    )

    def settle(self, book: Book) -> Statement:
        """At most the share at stake, gained or lost."""
        fees, score = book.billed(sides=["inside"]), self.score(book)
        return {"fees": fees, "score": score, "settlement": self.at_stake * fees * (score - self.par(book.everyone))}

    def par(self, everyone: Book) -> FloatArray:
        """The score that neither gains nor loses, shape (1,)."""
        if self.form == "neutral":
            return mean(self.score(everyone), everyone.billed(sides=["inside"]))
        return np.full(1, 0.0 if self.form == "bonus" else 1.0)

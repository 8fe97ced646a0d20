"""Hospital readmission penalty: stays are paid less where more patients come back than at other hospitals."""

import numpy as np

from vbp_agents.book import Book
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules.standardized import ratio_to_market


class ReadmissionPenalty(Regime):
    """The part of stays' payments that excess readmissions cost, up to a cap. Never a bonus.

    Also: HRRP, Hospital Readmissions Reduction Program, as in fiscal years 2015 to 2018 (the excess is over the
    market's rate, since then over the median of hospitals with as many poor patients), on one year instead of three.
    """

    title = "Hospital readmission penalty"
    source = "42 CFR 412.152-412.154, as of 2015 to 2018; P08"
    for_hospitals = True

    cap: float = param(0.03, "share of stays' payments", 0, 0.25, "42 CFR 412.154(c)(2), since 2015")
    targeted_share: float = param(0.25, "share of stays' payments", 0, 1, about="for the program's conditions")
    minimum_discharges: float = param(
        25, "discharges", 0, 10000, "CMS, for each condition (memory)", about="below, no penalty"
    )
    prior: float = param(400, "discharges", 0, 10000, about="at the market's rate, added to a hospital's own")

    def settle(self, book: Book) -> Statement:
        """The year's penalty. Raises ValueError where the Book has no market."""
        excess = ratio_to_market(book, "readmitted", ["live_discharges"], self.prior)
        counts = book["live_discharges"] >= self.minimum_discharges
        penalty = np.minimum(self.cap, self.targeted_share * np.maximum(excess - 1, 0.0)) * counts
        stays = book.billed(sides=["inside"], services=["admission"])
        return {"excess_readmission_ratio": excess, "penalty_share": penalty, "settlement": -penalty * stays}

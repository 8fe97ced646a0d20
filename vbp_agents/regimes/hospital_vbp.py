"""Hospital value-based purchasing: a withhold of stays' payments, returned to hospitals by their total score."""

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime, Statement
from vbp_agents.rules.hospital_points import HospitalTargets
from vbp_agents.rules.ratio import mean, ratio


class HospitalVbp(HospitalTargets, Regime):
    """Points for achievement or improvement, added up to a score; the withhold comes back in proportion to it.

    The linear exchange function: budget-neutral over the hospitals of the contract. Also: HVBP, Hospital VBP Program.
    The program's measures and domains are others, and it pays two years after it measured.
    """

    title = "Hospital value-based purchasing"
    source = "42 CFR 412.160-412.165; measures and their equal weights are assumptions"
    for_hospitals = True

    withhold: float = param(0.02, "share of stays' payments", 0, 0.25, "42 CFR 412.160, applicable percent since 2017")

    def settle(self, book: Book) -> Statement:
        """What comes back less what was withheld: nothing for a hospital with the market's mean score."""
        points, everyone = self.score(book), book.everyone
        usual = mean(self.score(everyone), paid_for_stays(everyone))
        returned = ratio(points, usual, otherwise=1.0)
        settlement = self.withhold * (returned - 1) * paid_for_stays(book)
        return {"score": points, "returned_share": returned, "settlement": settlement}


def paid_for_stays(book: Book) -> FloatArray:
    """Dollars that the hospitals were paid for stays, shape (n_contracts,)."""
    return book.billed(sides=["inside"], services=["admission"])

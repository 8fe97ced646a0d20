"""Primary-care hybrid: a small fee a visit and a payment a month for every member, visits or not."""

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime


class PrimaryCareHybrid(Regime):
    """Instead of fees for the holder's own primary visits; all else is fee for service. Pays more than fees up to
    5.1662 visits a member-year at $135.096 a visit.

    Also: Primary Care First, blended payment, comprehensive primary care payment. Without its performance adjustment.
    """

    title = "Primary-care hybrid (visit fee and population payment)"
    source = (
        "Primary Care First, an example of 2019: $387.96 a year and $60 a visit (memory); the AAFP gives $28 to $175 a "
        "month by the panel's risk and about $40 a visit"
    )
    replaces_fees = True

    visit_fee: float = param(60.0, "dollars per visit", 0, 1000, "an example of 2019 (memory); CMS: about $40")
    population_payment: float = param(
        32.33, "dollars per member-month", 0, 1000, "387.96 / 12, an example of 2019 (memory); CMS: $28 to $175 by risk"
    )

    def pay(self, book: Book) -> FloatArray:
        """Visit fees, population payment, and fees for all that is no primary visit."""
        others = [service for service in SERVICES if service != "primary"]
        primary = self.visit_fee * book["primary_count_inside"] + self.population_payment * book["member_months"]
        return primary + book.billed(sides=["inside"], services=others)

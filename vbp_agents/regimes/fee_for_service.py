"""Fee for service: price times volume, to whoever bills."""

from vbp_agents.book import Book, FloatArray
from vbp_agents.regimes.base import Regime


class FeeForService(Regime):
    """Every service is paid its price. Also: volume-based payment, "legacy fee for service"."""

    title = "Fee for service"
    source = "42 CFR 414 (physician fee schedule); price x volume"
    value_based = False

    def pay(self, book: Book) -> FloatArray:
        """The allowed charges of what the contract's own organizations billed."""
        return book.billed(sides=["inside"])

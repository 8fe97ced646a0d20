"""Terms that belong in an order: refused the wrong way round rather than put right without a word."""

from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from vbp_agents.book import Book, FloatArray
from vbp_agents.declaration import Parameters, param
from vbp_agents.rules import quality


class OrderedTerms(Parameters):
    """Pairs of terms of which the first may not be larger than the second. A regime that inherits names them."""

    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for lower, upper in self.ordered:
            low, high = getattr(self, lower), getattr(self, upper)
            if low > high:
                raise ValueError(f"{lower} is {low:g} and {upper} is {high:g}; make {upper} the larger one")
        return self


class QualityTerms(OrderedTerms):
    """Payment in proportion to measured quality between two scores. A regime that inherits declares both anew."""

    ordered: ClassVar[tuple[tuple[str, str], ...]] = (("nothing_at", "all_at"),)

    nothing_at: float = param(60.0, "points", 0, 100)
    all_at: float = param(100.0, "points", 0, 100)

    def reached(self, book: Book) -> FloatArray:
        """0 up to the lower score, 1 from the higher one on, linear between, shape (n_contracts,)."""
        share: FloatArray = np.interp(quality.score(book), [self.nothing_at, self.all_at], [0.0, 1.0])
        return share

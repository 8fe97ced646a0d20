"""What contract holders believe of their year, and what their contracts add for one more of anything in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from vbp_agents.actors.payment import HOSPITAL, KIDNEY_DISEASE, Agreement, december
from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.decisions.worth import Part, Worth
from vbp_agents.expectations.expected import ExpectedYear, ValuesByColumn
from vbp_agents.expectations.marginal import Marginal, foreseen, marginal, of_pay, worths_added
from vbp_agents.expectations.uncertain import Beliefs
from vbp_agents.rule_check import quietly

_FEES = frozenset(f"{service}_dollars_inside" for service in SERVICES)


@dataclass
class Outlook:
    """What a year does to later settlements: reckoned once a year and when an agreement is new, and then known."""

    known: list[tuple[int, Agreement, ValuesByColumn]] = field(default_factory=list)

    def of(self, payer: int, agreement: Agreement, book: Book, beliefs: Beliefs) -> ValuesByColumn:
        """Dollars for one more unit of each column in the year, shape (n_contracts,) each."""
        for whose, which, worth in self.known:
            if whose == payer and which is agreement:
                return worth
        worth = foreseen(ExpectedYear(agreement.rule, book, beliefs))
        self.known.append((payer, agreement, worth))
        return worth


def parts(
    due: Iterable[tuple[int, Agreement, Book]],
    beliefs: Beliefs,
    shape: tuple[int, int, int],
    month: int,
    outlook: Outlook,
) -> list[Part]:
    """What each agreement adds in the year that a ``month`` is in; ``shape``: payers, holders, hospitals."""
    worths, end = [], december(month)
    for payer, agreement, book in due:
        with quietly():
            worth = _this_year(agreement, book, replace(beliefs, foresight=0.0), end)
            if agreement.last >= end + 12:
                worth = worths_added(worth, outlook.of(payer, agreement, book, beliefs))
        worths.append(Part(payer, agreement.name, _beyond_fees(payer, agreement, Marginal(worth, book), shape)))
    return worths


def _this_year(agreement: Agreement, book: Book, beliefs: Beliefs, end: int) -> Mapping[str, FloatArray]:
    """What one more of each column adds to the year's pay and settlement; a part of a year is not settled."""
    if not agreement.settles(end):
        return of_pay(agreement.rule, book)
    return marginal(agreement.rule, book, beliefs).columns


def _beyond_fees(payer: int, agreement: Agreement, worth: Marginal, shape: tuple[int, int, int]) -> Worth:
    """A contract's part of a panel pays ``share`` of what it would for the whole, less the fees that it replaces."""
    members: dict[str, FloatArray] = {}
    hospitals: dict[str, FloatArray] = {}
    for name in sorted({*worth.columns, *_FEES}):
        beyond = agreement.share * (worth[name] - (name in _FEES))
        if not beyond.any():
            continue
        if agreement.panel == HOSPITAL:
            hospitals[name] = np.zeros((shape[0], shape[2]))
            hospitals[name][payer, agreement.holders] = beyond
        else:
            members[name] = np.zeros((shape[0], shape[1], 2))
            conditions = slice(1, 2) if agreement.panel == KIDNEY_DISEASE else slice(0, 2)
            members[name][payer, agreement.holders, conditions] = beyond[:, None]
    return Worth(members, hospitals, shape)

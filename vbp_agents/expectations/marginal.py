"""What one more of anything in the Book is worth: the derivative of the expected payment of a year, by column.

Payments jump at thresholds, and nobody knows beforehand on which side of one a year will end. So what counts is the
derivative of the expected payment, not the payment's own: it is smooth, and near a threshold it is larger than the
sharing rate. ``pay``, which adds up over months (`rule_check.adds_up`), is moved by one unit. ``settle`` is taken over
what is uncertain, by differences that tile: steps from edge to edge of a grid, so that no jump is missed or counted
twice. Later years count by a share, ``foresight``, of what this year does to their settlements. Any regime will do, a
user's own file too: nothing but its ``pay`` and ``settle`` is asked, a few times, about all that moves at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from vbp_agents.book import BILLED_MEASURES as BILLED
from vbp_agents.book import SERVICES, SIDES, Book, FloatArray
from vbp_agents.expectations.expected import ExpectedYear, ValuesByColumn
from vbp_agents.expectations.later import later
from vbp_agents.expectations.moved import Perturbation, perturbed
from vbp_agents.expectations.remembered import CachedBook
from vbp_agents.expectations.slopes import slopes
from vbp_agents.expectations.uncertain import USUAL_BELIEFS, Beliefs
from vbp_agents.regimes.base import Regime
from vbp_agents.rules.ratio import ratio


@dataclass(frozen=True)
class Marginal:
    """Dollars a year to the contract holder for one more unit of each column of ``book``, shape (n_contracts,) each.

    ``columns`` has what is worth anything; the rest is worth 0.
    """

    columns: Mapping[str, FloatArray]
    book: Book

    def __getitem__(self, name: str) -> FloatArray:
        """The worth of one more unit of the column ``name``. Raises UndeclaredColumn."""
        worth = self.columns.get(name)
        return 0.0 * self.book[name] if worth is None else worth

    def dollar(self, service: str, side: str, truncated: float = 1.0, episode: str | None = None) -> FloatArray:
        """One more dollar of ``service`` billed ``side`` ("inside": by itself, "outside": by another).

        ``truncated``: the part of it that fits under the 99th percentile of the person's year. ``episode``: the
        column of the bundle that it falls in ("joint_dollars"), if any. Billed inside, it is also the holder's revenue.
        """
        worth = self[f"{service}_dollars_{side}"] + truncated * self[f"{service}_truncated_{side}"]
        if side == "inside":
            worth = worth + self["participant_revenue"]
        return worth if episode is None else worth + self[episode]

    def service(self, service: str, side: str, truncated: float = 1.0, episode: str | None = None) -> FloatArray:
        """One more ``service`` billed ``side``, at the mean price of the Book's: what it counts for, and its dollars.

        ``truncated`` and ``episode`` as in ``dollar``. Where the Book has none of it, only what it counts for.
        """
        price = ratio(self.book[f"{service}_dollars_{side}"], self.book[f"{service}_count_{side}"])
        return self[f"{service}_count_{side}"] + price * self.dollar(service, side, truncated, episode)

    def worth_of_member(self, coded_risk: float | FloatArray, seen_risk: float | FloatArray) -> FloatArray:
        """Dollars a year for one more member, before what care for them costs the holder, shape (n_contracts,).

        ``coded_risk``: what the payer's risk model says of them, market mean 1. ``seen_risk``: what the holder expects
        their spending to be, on the same scale: services inside and outside are the panel's at that risk.
        """
        care = np.zeros(len(self.book))
        for name in [*_billed_columns(), "participant_revenue"]:
            if name in self.columns:
                care = care + self.columns[name] * ratio(self.book[name], self.book["risk_months"])
        of_itself = self["member_months"] + np.asarray(coded_risk) * self["risk_months"]
        return 12.0 * (of_itself + np.asarray(seen_risk) * care)


def combined(layers: Iterable[Marginal], fees: Marginal) -> Marginal:
    """Contracts of one holder on one Book: fees, and what each of the ``layers`` is worth beyond them."""
    every = list(layers)
    names = {name for layer in [fees, *every] for name in layer.columns}
    total = {name: fees[name] + sum(layer[name] - fees[name] for layer in every) for name in sorted(names)}
    return Marginal(total, fees.book)


def marginal(rule: Regime, book: Book, beliefs: Beliefs = USUAL_BELIEFS) -> Marginal:
    """The worth of one more unit of each column of the expected year ``book`` under ``rule``, for all its contracts."""
    year = ExpectedYear(rule, book, beliefs)
    worth = worths_added(of_pay(rule, book), slopes(year))
    return Marginal(worths_added(worth, foreseen(year)), book)


def foreseen(year: ExpectedYear) -> ValuesByColumn:
    """The part of a year's worth that is in later years' settlements, as far as it is minded, by column."""
    share = year.beliefs.foresight
    return {name: share * dollars for name, dollars in later(year).items()} if share else {}


def worths_added(worth: Mapping[str, FloatArray], more: Mapping[str, FloatArray]) -> ValuesByColumn:
    """Both together, by column."""
    return {**worth} | {name: worth[name] + dollars if name in worth else dollars for name, dollars in more.items()}


def expected_payment(rule: Regime, book: Book, beliefs: Beliefs = USUAL_BELIEFS) -> FloatArray:
    """What the year ``book`` pays with its settlement, on the average of all luck, dollars, shape (n_contracts,)."""
    return year_of_pay(rule, book) + ExpectedYear(rule, book, beliefs).mean()


def year_of_pay(rule: Regime, book: Book) -> FloatArray:
    """What the year ``book`` pays in twelve average months, before its settlement, dollars, shape (n_contracts,)."""
    return 12 * rule.pay(_month(book))


def of_pay(rule: Regime, book: Book) -> ValuesByColumn:
    """By column: what one more unit in a month adds to that month's pay, settlements aside. Exact where pay adds up."""
    month = CachedBook.of(_month(book))
    before = rule.pay(month)
    names = sorted(month.read)
    if not names:
        return {}
    one_more = [
        Perturbation((np.arange(len(names)) == number).astype(int), {name: month[name] + np.array([[0.0], [1.0]])})
        for number, name in enumerate(names)
    ]
    after = rule.pay(perturbed(month, len(names), one_more)).reshape(len(names), -1)
    return dict(zip(names, after - before, strict=True))


def _month(book: Book) -> Book:
    """An average month of a year."""
    market = None if book.market is None else replace(book.market, columns=_twelfth(book.market), months=1)
    return replace(book, columns=_twelfth(book), market=market, months=1)


def _twelfth(book: Book) -> dict[str, FloatArray]:
    return {name: column / 12 for name, column in book.columns.items()}


def _billed_columns() -> list[str]:
    return [f"{service}_{measure}_{side}" for service in SERVICES for measure in BILLED for side in SIDES]

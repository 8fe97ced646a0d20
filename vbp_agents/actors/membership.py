"""Who is in a voluntary contract, since when, and what they know of how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.payment import Agreement
from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions import participation
from vbp_agents.decisions.participation import Prospect
from vbp_agents.rng import Stream, generator
from vbp_agents.terms.scenario import Contract

Eligible = Sequence[NDArray[np.intp]]


@dataclass(eq=False)
class Membership:
    """Voluntary contracts of a payer, of which a holder has one at a time, or none: a ladder, or a single contract.

    ``offers``: each of ``contracts`` before anybody is in. ``at`` (holders,): 0 out, else the number of the offer,
    from 1.
    ``since`` (holders,): the month of entry, from which performance years are counted, whatever rung is taken later.
    ``earned`` (holders,): the last settlement that is known, dollars a member-year, NaN where there is none.
    ``coming``: settlements not yet known, by the month in which they will be.
    """

    contracts: tuple[Contract, ...]
    offers: tuple[Agreement, ...]
    at: NDArray[np.int64]
    since: NDArray[np.int64]
    earned: FloatArray
    coming: list[tuple[int, NDArray[np.intp], FloatArray]] = field(default_factory=list)

    @classmethod
    def of(cls, contracts: Sequence[Contract], offers: Sequence[Agreement], holders: int) -> "Membership":
        """Nobody is in yet."""
        nowhere = np.zeros(holders, np.int64)
        return cls(tuple(contracts), tuple(offers), nowhere, nowhere.copy(), np.full(holders, np.nan))

    @property
    def panel(self) -> str:
        """Whom the contracts are about, the same for all."""
        return self.offers[0].panel

    def agreements(self) -> list[Agreement]:
        """Each offer with those who are in, one agreement for all who entered in the same month."""
        agreements: list[Agreement] = []
        for number, offer in enumerate(self.offers, 1):
            inside = self.at == number
            months = np.unique(self.since[inside]).tolist()
            joined = [(month, np.flatnonzero(inside & (self.since == month))) for month in months]
            agreements += [replace(offer, holders=holders, first=month) for month, holders in joined] or [offer]
        return agreements

    def decides(self, month: int) -> bool:
        """Holders decide in January, and in the month in which a contract begins."""
        return month % 12 == 1 or any(month == offer.first for offer in self.offers)

    def decide(
        self,
        month: int,
        conduct: BehavioralParameters,
        eligible: Eligible,
        look: Callable[[Agreement], Prospect],
        luck: FloatArray,
    ) -> None:
        """Stay out, enter, stay, change to another offer, or leave. Whoever is in an offer that has ended is out.

        ``eligible``: who may enter, by offer; ``look``: what an agreement's holders expect of it; ``luck``
        (offers + 1, holders), standard Gumbel.
        """
        is_open = [offer.first <= month <= offer.last for offer in self.offers]
        self.at = np.where(np.array([True, *is_open])[self.at], self.at, 0)
        self.hear(month)
        clock = np.where(self.at > 0, self.since, month)
        values, people = np.full((len(self.offers) + 1, len(self.at)), -np.inf), np.ones(len(self.at))
        values[0] = 0.0
        for number, offer in enumerate(self.offers, 1):
            may = is_open[number - 1] * (self.at == number)
            may[eligible[number - 1]] = is_open[number - 1]
            for first in np.unique(clock[may]).tolist():
                who = np.flatnonzero(may & (clock == first))
                seen = look(replace(offer, holders=who, first=first))
                values[number, who] = participation.membership_value(conduct, seen, self.earned[who])
                people[who] = seen.people
        self.since = clock
        self.at = participation.chosen(conduct, values, self.at, people, luck)

    def remember(self, agreement: Agreement, december: int, earned: FloatArray) -> None:
        """A settled year of an agreement, dollars a member-year, known when its settlement is."""
        if any(agreement.rule is offer.rule for offer in self.offers):
            self.coming.append((december + agreement.rule.settlement_lag, agreement.holders, earned))

    def hear(self, month: int) -> None:
        """What has become known before this month."""
        for _, holders, earned in (result for result in self.coming if result[0] < month):
            self.earned[holders] = earned
        self.coming = [result for result in self.coming if result[0] >= month]


def choice_luck(seed: int, payer: int, ladder: int, month: int, shape: tuple[int, int]) -> FloatArray:
    """Standard Gumbel luck by alternative and holder: the same in every scenario, however many alternatives it has."""
    return generator(seed, Stream.PARTICIPATION, month, payer, ladder).gumbel(size=shape)

"""What providers know when they decide: their contracts' worth, last year's Books, and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.conduct import Conduct
from vbp_agents.parameters import CareParameters
from vbp_agents.worth import Worth

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Situation:
    """Everything that decisions read. P payers, H holders, Q hospitals, O organizations, N practices, S services.

    ``worth``: what contracts add. ``book``: last year's columns, (P, H, 2) each, members without and with a condition
    recorded; ``hospital_book``: (P, Q) each. ``holder`` (O,): -1 in no ACO; ``owner`` (O,): of an independent
    practice; ``information`` (O,) in [0, 1]; ``learned`` (O,): months of coordination beyond baseline;
    ``organization`` and ``hospital`` (N,): whose a practice is, and which hospital it staffs (-1: none);
    ``hospital_organization`` (Q,).
    ``price`` and ``price_before`` (P, O, S): times the standard price, now and at baseline; ``inside`` (N,): share of
    referrals to the own ACO at baseline; ``asked`` (N, P, 3): shares of a practice's decisions by payer and by what
    the patient is to it; ``hour_price`` (N,) dollars; ``codable``: risk score per member and share of conditions
    recorded; ``income`` (O,): of last year over that at baseline; ``base`` (O, 2): coordination and
    measured tasks at baseline.
    """

    conduct: Conduct
    care: CareParameters
    worth: Worth
    book: Mapping[str, FloatArray]
    hospital_book: Mapping[str, FloatArray]
    holder: Ints
    owner: NDArray[np.bool_]
    information: FloatArray
    learned: FloatArray
    organization: Ints
    hospital: Ints
    hospital_organization: Ints
    price: FloatArray
    price_before: FloatArray
    inside: FloatArray
    asked: FloatArray
    hour_price: FloatArray
    codable: float
    income: FloatArray
    base: FloatArray

    def dollar(self, service: str, side: str) -> FloatArray:
        """What contracts add for one more dollar of a service's allowed charges, (P, H + 1, 2).

        It counts as much under the truncation point as last year's average dollar of the service.
        """
        fits = padded(share(self.book[f"{service}_truncated_{side}"], self.book[f"{service}_dollars_{side}"]))
        worth: FloatArray = self.worth.of_member(f"{service}_dollars_{side}")
        worth = worth + fits * self.worth.of_member(f"{service}_truncated_{side}")
        if side == "outside":
            return worth
        return worth + self.worth.of_member("participant_revenue")

    def per_member_month(self, column: str) -> FloatArray:
        """Last year's column by member-month, (P, H + 1, 2)."""
        return padded(share(self.book[column], self.book["member_months"]))

    def per_risk_month(self, column: str) -> FloatArray:
        """Last year's column by risk-month, (P, H + 1, 2)."""
        return padded(share(self.book[column], self.book["risk_months"]))

    def of_members(self, value: FloatArray) -> FloatArray:
        """The average over an organization's ACO's members, (O,), of a value by payer and condition, (P, H + 1, 2)."""
        months = padded(self.book["member_months"])
        together = share((months * value).sum(axis=(0, 2)), months.sum(axis=(0, 2)))
        of_organizations: FloatArray = together[self.holder]
        return of_organizations

    def of_hospitals(self, value: FloatArray) -> FloatArray:
        """Hospitals' values, (P, Q), by the organization that has them, (O,)."""
        found = np.zeros(len(self.holder))
        np.add.at(found, self.hospital_organization, value.sum(axis=0))
        return found


BILLED = tuple((service, side) for service in SERVICES for side in SIDES)


def share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part over whole; 0 where the whole is nothing."""
    return np.asarray(np.divide(part, whole, out=np.zeros_like(whole, dtype=float), where=whole > 0))


def padded(value: FloatArray) -> FloatArray:
    """(P, H, ...) with one more holder, none, for whom it is 0."""
    return np.concatenate([value, np.zeros_like(value[:, :1])], axis=1)

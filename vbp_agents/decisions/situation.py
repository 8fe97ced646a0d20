"""What providers know when they decide: their contracts' worth, last year's Books, and where they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.shown import MeasuredPractice
from vbp_agents.decisions.worth import Worth
from vbp_agents.parameters import CareParameters

Ints = NDArray[np.int64]
BILLED = tuple((service, side) for service in SERVICES for side in SIDES)


@dataclass(frozen=True)
class Past:
    """Last year as providers know it, P payers, H holders, Q hospitals.

    ``book``: columns of their Books, (P, H, 2) each, members without and with a condition recorded; ``hospitals``:
    columns of hospitals' Books, (P, Q) each; ``rates``: columns by member-month, (P, H + 1, 2); ``fits``: share of a
    service's dollars under the truncation point; ``services``: services a dollar; ``weight``: shares of a holder's
    members.
    """

    book: Mapping[str, FloatArray]
    hospitals: Mapping[str, FloatArray]
    rates: Mapping[str, FloatArray]
    fits: Mapping[tuple[str, str], FloatArray]
    services: Mapping[tuple[str, str], FloatArray]
    weight: FloatArray

    @classmethod
    def of(cls, book: Mapping[str, FloatArray], hospitals: Mapping[str, FloatArray]) -> "Past":
        """A year's Books and what follows from them."""
        months = padded(book["member_months"])
        return cls(
            book=book,
            hospitals=hospitals,
            rates=dict(zip(book, padded_shares(book.values(), [book["member_months"]] * len(book)), strict=True)),
            fits=by_dollar(book, "truncated"),
            services=by_dollar(book, "count"),
            weight=share_or_zero(months, months.sum(axis=(0, 2), keepdims=True) + np.zeros_like(months)),
        )


@dataclass(frozen=True)
class Situation:
    """Everything that decisions read. P payers, H holders, Q hospitals, O organizations, N practices, S services.

    ``worth``: what contracts add; ``past``: last year. ``holder`` (O,): -1 in no ACO; ``owner`` (O,): of an independent
    practice; ``information`` (O,) in [0, 1]; ``learned`` (O,): months of coordination beyond baseline;
    ``organization`` and ``hospital`` (N,): whose a practice is, and which hospital it staffs (-1: none);
    ``hospital_organization`` (Q,).
    ``price`` and ``price_before`` (P, O, S): times the standard price, now and at baseline; ``inside`` (N,): share of
    referrals to the own ACO at baseline; ``asked`` (N, P, 3): shares of a practice's decisions by payer and by what
    the patient is to it; ``hour_price`` (N,) dollars; ``codable``: risk score per member and share of conditions
    recorded; ``income`` (O,): of last year over that at baseline;
    ``base`` (O, 3): coordination, measured tasks and completeness of coding at baseline;
    ``efforts``: what last year's measures saw.
    """

    conduct: BehavioralParameters
    care: CareParameters
    worth: Worth
    past: Past
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
    efforts: MeasuredPractice

    @cached_property
    def dollars(self) -> Mapping[tuple[str, str], FloatArray]:
        """What contracts add for one more dollar of allowed charges by service and side, (P, H + 1, 2) each.

        It counts as much under the truncation point as last year's average dollar of the service, and as a service by
        last year's mean price.
        """
        revenue = self.worth.of_member("participant_revenue")
        by_service = {}
        for service, side in BILLED:
            fits = self.past.fits[service, side] * self.worth.of_member(f"{service}_truncated_{side}")
            each = self.past.services[service, side] * self.worth.of_member(f"{service}_count_{side}")
            as_revenue = revenue if side == "inside" else 0.0
            by_service[service, side] = self.worth.of_member(f"{service}_dollars_{side}") + fits + each + as_revenue
        return by_service

    def per_member_month(self, column: str) -> FloatArray:
        """Last year's column by member-month, (P, H + 1, 2)."""
        return self.past.rates[column]

    def per_risk_month(self, column: str) -> FloatArray:
        """Last year's column by risk-month, (P, H + 1, 2)."""
        return padded(share_or_zero(self.past.book[column], self.past.book["risk_months"]))

    def of_members(self, value: FloatArray) -> FloatArray:
        """The average over an organization's ACO's members, (O,), of a value by payer and condition, (P, H + 1, 2)."""
        average: FloatArray = (self.past.weight * value).sum(axis=(0, 2))[self.holder]
        return average

    def of_hospitals(self, value: FloatArray) -> FloatArray:
        """Hospitals' values, (P, Q), by the organization that has them, (O,)."""
        of_organizations = np.zeros(len(self.holder))
        np.add.at(of_organizations, self.hospital_organization, value.sum(axis=0))
        return of_organizations


def share_or_zero(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part over whole; 0 where the whole is nothing."""
    return np.asarray(np.divide(part, whole, out=np.zeros_like(whole, dtype=float), where=whole > 0))


def padded(value: FloatArray) -> FloatArray:
    """(P, H, ...) with one more holder, none, for whom it is 0."""
    none = np.zeros((value.shape[0], 1, *value.shape[2:]), value.dtype)
    return np.concatenate([value, none], axis=1)


def padded_shares(parts: Iterable[FloatArray], wholes: Iterable[FloatArray]) -> FloatArray:
    """Parts over wholes, (P, H, 2) each, all at once and with one more holder, none, for whom they are 0."""
    shares = share_or_zero(np.array(list(parts)), np.array(list(wholes)))
    padded = np.zeros((*shares.shape[:2], shares.shape[2] + 1, *shares.shape[3:]))
    padded[:, :, :-1] = shares
    return padded


def by_dollar(book: Mapping[str, FloatArray], measure: str) -> dict[tuple[str, str], FloatArray]:
    """A measure of services by their dollars, (P, H + 1, 2) by service and side."""
    parts, dollars = ([book[f"{service}_{what}_{side}"] for service, side in BILLED] for what in (measure, "dollars"))
    return dict(zip(BILLED, padded_shares(parts, dollars), strict=True))

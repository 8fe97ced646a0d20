"""Intensity: what one more discretionary service brings its decider beyond baseline practice, in prices.

Clinicians feel the billed margin by their volume share of pay, and what contracts add or take by their value share.
"""

import numpy as np

from vbp_agents.book import SERVICES, FloatArray
from vbp_agents.decisions.situation import Ints, Situation
from vbp_agents.parameters import RELATIONS, CareParameters

QUESTIONS = ("primary", "referral", "return_visit", "test", "procedure", "admission", "post_acute", "episode")
"""What deciders are asked; `episode` is a nursing facility after a joint replacement."""
SERVICE = ("primary", "specialist", "specialist", "test", "procedure", "admission", "post_acute", "post_acute")
_OWN = (True, False, True, True, True, True, False, False)
"""Whether the decider's own organization bills it."""
REFERRAL, EPISODE = 1, 7
VISITS = (0, 2)
A_CENT = 0.01
"""Dollars that a price, or what a visit brings, counts as at least where something is divided by it: it may be free."""
PLANNED = (6, 7)


def usual_margin(care: CareParameters) -> FloatArray:
    """What one more service brings its decider in community practice, prices, (questions,): the billed margin's share.

    Referrals and discharges to a nursing facility are billed by others, and bring nothing.
    """
    margin = 1.0 - np.array(care.variable_cost)
    return np.asarray(
        care.baseline_volume_share * np.array(_OWN) * margin[[SERVICES.index(service) for service in SERVICE]]
    )


def drive(now: Situation) -> FloatArray:
    """What one more service brings, in prices, (N, P, 3, questions): by payer and by what the patient is."""
    conduct, care = now.conduct, now.care
    n, payers = len(now.organization), len(now.price)
    brings = np.zeros((n, payers, len(RELATIONS), len(QUESTIONS)))
    volume = np.where(now.owner, 1.0, conduct.volume_share)[now.organization]
    holder = now.holder[now.organization]
    for question, service in enumerate(SERVICE):
        number = SERVICES.index(service)
        own_prices = now.price[:, now.organization, number]
        level = (
            own_prices
            if _OWN[question]
            else np.broadcast_to(now.price[:, :, number].mean(axis=1)[:, None], own_prices.shape)
        )
        pass_through = conduct.discharge_share if question in PLANNED else conduct.value_share
        inside = 1.0 if _OWN[question] else now.inside if question == REFERRAL else 0.0
        worth = _mixed(now, service, holder, inside)
        brings[:, :, 1:, question] += pass_through * (level[:, :, None] * worth).transpose(1, 0, 2)
        if _OWN[question]:
            change = own_prices - now.price_before[:, now.organization, number]
            brings[:, :, :, question] += (volume * change).T[:, :, None]
        if question in VISITS:
            hours = now.hour_price * conduct.visit_hours / max(A_CENT, care.price[number])
            brings[:, :, :, question] -= hours[:, None, None]
    brings[:, :, :, EPISODE] += conduct.discharge_share * _of_bundles(now).T[:, :, None]
    return conduct.salience * brings


def aim(now: Situation) -> FloatArray:
    """The style that a practice heads for, (N, P, 3, questions): mostly one for all its patients."""
    drives = drive(now)
    style = on_average(now.asked, drives)[:, None, None, :]
    weight = now.conduct.own_payer_weight
    return np.asarray((1 - weight) * style + weight * drives)


def on_average(asked: FloatArray, style: FloatArray) -> FloatArray:
    """A style by payer and kind of patient, (N, P, 3, questions), over all who are asked about, (N, questions).

    ``asked``, (N, P, 3): the shares of these among whom a practice is asked about.
    """
    return np.asarray((asked[..., None] * style).sum(axis=(1, 2)))


def _mixed(now: Situation, service: str, holder: Ints, inside: float | FloatArray) -> FloatArray:
    """What contracts add per dollar of a service, so much of it billed inside, (P, N, 2)."""
    part = np.broadcast_to(np.asarray(inside, float), holder.shape)[None, :, None]
    return np.asarray(
        part * now.dollars[service, "inside"][:, holder] + (1 - part) * now.dollars[service, "outside"][:, holder]
    )


def _of_bundles(now: Situation) -> FloatArray:
    """What a hospital's bundles add per dollar of an episode, by the practice that staffs it, (P, N)."""
    worth = now.worth.of_hospital("joint_dollars")
    staffs = now.hospital >= 0
    return np.asarray(np.where(staffs, worth[:, np.where(staffs, now.hospital, 0)], 0.0))

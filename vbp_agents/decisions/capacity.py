"""Capacity: the shadow price of an hour where demand exceeds it, and what is invested in more of it."""

import numpy as np

from vbp_agents.arithmetic import exp, tanh
from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.situation import Ints

SMOOTH = 1.0 / 12.0
"""Weight of the last month in a practice's idea of its demand."""
USUAL_LOAD = 0.9
"""Of capacity, that demand before any contract uses at most."""
MOST_GROWTH = 0.2
"""Of capacity in a year, up or down (assumption)."""
SHORT = 0.2
"""Of capacity, by which demand differs from it where the price of an hour moves by three quarters of its step
(assumption)."""


def demand(before: FloatArray, visits: FloatArray) -> FloatArray:
    """Visits of an average month as a practice sees them after a month with ``visits``, (N,)."""
    return np.asarray(before + SMOOTH * (visits - before))


def hour_price(
    before: FloatArray, demand: FloatArray, capacity: FloatArray, fee: float, conduct: BehavioralParameters
) -> FloatArray:
    """Dollars that an hour is worth, (N,): rising while demand exceeds capacity, else falling to 0.

    The step is smaller the less they differ: one that is always whole never comes to rest.
    """
    step = conduct.salience * conduct.hour_step * fee / conduct.visit_hours
    excess = demand / np.maximum(capacity, 1e-9) - 1.0
    return np.asarray(np.maximum(0.0, before + step * tanh(excess / SHORT)))


def margin(
    income: FloatArray, organization: Ints, visits: FloatArray, before: FloatArray, hours: FloatArray
) -> FloatArray:
    """What an hour brings over what it brought at baseline, (N,): what a visit does, by visits an hour.

    ``income`` (O,) and ``hours`` (N,): over those at baseline; ``visits`` and ``before`` (N,): a month, now and then.
    An organization's income is earned where its visits are.
    """
    n = len(income)
    all_now, all_then = (np.bincount(organization, some, n) for some in (visits, before))
    growth = np.divide(visits, before, out=np.ones_like(visits), where=before > 0)
    whole = np.divide(all_now, all_then, out=np.ones(n), where=(all_then > 0) & (all_now > 0))
    return np.asarray((income / whole)[organization] * growth / hours)


def invested(
    capacity: FloatArray, hour: FloatArray, short: FloatArray, demand: FloatArray, conduct: BehavioralParameters
) -> FloatArray:
    """Next year's capacity, (N,): it grows with what an hour brings over what it brought at baseline, ``hour``.

    ``short``: the price of an hour over what one brings. It adds hours until they are as busy as usual, and no more.
    """

    def grown(value: FloatArray) -> FloatArray:
        growth = conduct.salience * conduct.investment * (value - 1.0)
        return np.asarray(capacity * exp(np.clip(growth, -MOST_GROWTH, MOST_GROWTH)))

    own = grown(hour)
    return np.clip(demand / USUAL_LOAD, own, grown(hour + short))

"""Capacity: the shadow price of an hour where demand exceeds it, and what is invested in more of it."""

import numpy as np

from vbp_agents.arithmetic import exp, tanh
from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.situation import Ints


def demand(before: FloatArray, visits: FloatArray, conduct: BehavioralParameters) -> FloatArray:
    """Visits of an average month as a practice sees them after a month with ``visits``, (N,)."""
    return np.asarray(before + 1.0 / conduct.demand_memory * (visits - before))


def hour_price(
    before: FloatArray, demand: FloatArray, capacity: FloatArray, fee: float, conduct: BehavioralParameters
) -> FloatArray:
    """Dollars that an hour is worth, (N,): rising while demand exceeds capacity, else falling to 0.

    The step is smaller the less they differ: one that is always whole never comes to rest.
    """
    step = conduct.salience * conduct.hour_step * fee / conduct.visit_hours
    excess = demand / np.maximum(capacity, 1e-9) - 1.0
    return np.asarray(np.maximum(0.0, before + step * tanh(excess / conduct.hour_scarcity)))


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
    capacity: FloatArray,
    hour: FloatArray,
    short: FloatArray,
    demand: FloatArray,
    usual_load: float,
    conduct: BehavioralParameters,
) -> FloatArray:
    """Next year's capacity, (N,): it grows with what an hour brings over what it brought at baseline, ``hour``.

    ``short``: the price of an hour over what one brings. It adds hours until they are as busy as usual, and no more:
    until ``demand`` uses the share ``usual_load`` of them.
    """

    def grown(value: FloatArray) -> FloatArray:
        growth = conduct.salience * conduct.investment * (value - 1.0)
        return np.asarray(capacity * exp(np.clip(growth, -conduct.investment_limit, conduct.investment_limit)))

    of_demand = grown(hour)
    return np.clip(demand / usual_load, of_demand, grown(hour + short))

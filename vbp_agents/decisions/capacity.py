"""Capacity: the shadow price of an hour where demand exceeds it, and what is invested in more of it."""

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.conduct import Conduct

SMOOTH = 1.0 / 12.0
"""Weight of the last month in a practice's idea of its demand."""
USUAL_LOAD = 0.9
"""Of capacity, that demand before any contract uses at most."""
MOST_GROWTH = 0.2
"""Of capacity in a year, up or down (assumption)."""


def demand(before: FloatArray, visits: FloatArray) -> FloatArray:
    """Visits of an average month as a practice sees them after a month with ``visits``, (N,)."""
    return np.asarray(before + SMOOTH * (visits - before))


def hour_price(
    before: FloatArray, demand: FloatArray, capacity: FloatArray, fee: float, conduct: Conduct
) -> FloatArray:
    """Dollars that an hour is worth, (N,): rising while demand exceeds capacity, else falling to 0."""
    step = conduct.salience * conduct.hour_step * fee / conduct.visit_hours
    return np.asarray(np.maximum(0.0, before + np.where(demand > capacity, step, -step)))


def invested(capacity: FloatArray, hour: FloatArray, conduct: Conduct) -> FloatArray:
    """Next year's capacity, (N,): it grows with what an hour brings over what it brought at baseline, ``hour``."""
    growth = conduct.salience * conduct.investment * (hour - 1.0)
    return np.asarray(capacity * np.exp(np.clip(growth, -MOST_GROWTH, MOST_GROWTH)))

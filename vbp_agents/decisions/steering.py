"""Steering: referrals inside the ACO, or to where prices are lower, by clinicians, who feel contracts in their pay."""

import numpy as np

from vbp_agents.arithmetic import tanh
from vbp_agents.book import FloatArray
from vbp_agents.decisions.situation import Situation

DIRECTIONS = ("inside", "cheaper")
"""Where referrals may be steered."""


def drive(now: Situation) -> FloatArray:
    """Dollars a referral for going inside rather than outside, and for going where prices are e times lower, (N, 2)."""
    conduct = now.conduct
    holder = now.holder[now.organization]
    weights = now.asked[:, :, 1:].transpose(1, 0, 2)
    inside, outside = (now.dollars["specialist", side][:, holder] for side in ("inside", "outside"))
    dollars = np.stack([(weights * (inside - outside)).sum(axis=(0, 2)), -(weights * outside).sum(axis=(0, 2))], axis=1)
    return np.asarray(conduct.salience * conduct.value_share * conduct.referral_follows * dollars)


def aim(now: Situation) -> FloatArray:
    """What is added to the log weight of places inside, and taken per log of a place's price, (N, 2)."""
    most = now.conduct.steering_limit
    return np.asarray(most * tanh(drive(now) / (most * now.conduct.steering_cost)))

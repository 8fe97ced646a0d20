"""Coding: how completely conditions are recorded. A risk score moves benchmarks and capitation alike."""

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.response import smooth_step
from vbp_agents.decisions.situation import Situation


def reach(conduct: BehavioralParameters, recorded: FloatArray) -> FloatArray:
    """How far completeness can go beyond the share of conditions ``recorded`` at baseline, (O,)."""
    return conduct.coding_ceiling - recorded


def drive(now: Situation) -> FloatArray:
    """Dollars a member-month for recording as completely as can be, (O,)."""
    value = now.of_members(now.worth.of_member("risk_months")) * now.codable * reach(now.conduct, now.base[:, 2])
    return now.conduct.salience * (1.0 - now.conduct.free_riding) * value


def aim(now: Situation) -> FloatArray:
    """How far completeness heads from baseline, (O,), convex in effort, never past the ceiling or below nothing."""
    conduct, recorded = now.conduct, now.base[:, 2]
    start = conduct.coding_start
    effort = smooth_step(start, drive(now) / conduct.coding_cost, conduct.effort_sharpness) / (1.0 - start)
    return np.maximum(-recorded, reach(conduct, recorded) * effort)


def recording_cost(conduct: BehavioralParameters, completeness: FloatArray, recorded: FloatArray) -> FloatArray:
    """Dollars a member-month that recording ``completeness`` beyond the baseline share ``recorded`` costs, (O,)."""
    effort = completeness / reach(conduct, recorded)
    return 0.5 * conduct.coding_cost * effort**2

"""Coding: how completely conditions are recorded. A risk score moves benchmarks and capitation alike."""

from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.response import smooth_step
from vbp_agents.decisions.situation import Situation

START = 0.02
"""Effort at baseline, from which the smooth form starts (assumption)."""


def reach(conduct: BehavioralParameters, recorded: float) -> float:
    """How far completeness can go beyond the share of conditions recorded at baseline."""
    return conduct.coding_ceiling - recorded


def drive(now: Situation) -> FloatArray:
    """Dollars a member-month for recording as completely as can be, (O,)."""
    value = now.of_members(now.worth.of_member("risk_months")) * now.codable * reach(now.conduct, now.recorded)
    return now.conduct.salience * (1.0 - now.conduct.free_riding) * value


def aim(now: Situation) -> FloatArray:
    """How far completeness heads from baseline, (O,), convex in effort and never past the ceiling."""
    effort = smooth_step(START, drive(now) / now.conduct.coding_cost) / (1.0 - START)
    return reach(now.conduct, now.recorded) * effort


def recording_cost(conduct: BehavioralParameters, completeness: FloatArray, recorded: float) -> FloatArray:
    """Dollars a member-month that recording ``completeness`` beyond the baseline share ``recorded`` costs, (O,)."""
    effort = completeness / reach(conduct, recorded)
    return 0.5 * conduct.coding_cost * effort**2

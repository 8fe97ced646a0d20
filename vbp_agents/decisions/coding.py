"""Coding: how completely conditions are recorded. A risk score moves benchmarks and capitation alike."""

from vbp_agents.book import FloatArray
from vbp_agents.conduct import Conduct
from vbp_agents.decisions.response import moved
from vbp_agents.decisions.situation import Situation

BASELINE = 0.80
"""Share of conditions recorded before any contract, where completeness starts."""
START = 0.02
"""Effort at baseline, from which the smooth form starts (assumption)."""


def drive(now: Situation) -> FloatArray:
    """Dollars a member-month for recording as completely as can be, (O,)."""
    reach = now.conduct.coding_ceiling - BASELINE
    value = now.of_members(now.worth.of_member("risk_months")) * now.codable * reach
    return now.conduct.salience * (1.0 - now.conduct.free_riding) * value


def aim(now: Situation) -> FloatArray:
    """How far completeness heads from baseline, (O,), convex in effort and never past the ceiling."""
    effort = moved(START, drive(now) / now.conduct.coding_cost) / (1.0 - START)
    return (now.conduct.coding_ceiling - BASELINE) * effort


def cost(conduct: Conduct, completeness: FloatArray) -> FloatArray:
    """Dollars a member-month that recording beyond baseline costs, (O,)."""
    effort = completeness / (conduct.coding_ceiling - BASELINE)
    return 0.5 * conduct.coding_cost * effort**2

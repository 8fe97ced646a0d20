"""Selection: what contracts make a member worth, by coded and by seen risk, and an elective case to a hospital."""

import numpy as np

from vbp_agents.book import SERVICES, FloatArray
from vbp_agents.decisions.situation import BILLED, Situation

CONTRACT_MARGINS = ("each", "by_coded_risk", "by_seen_risk")
"""What contracts make a member worth, dollars a year."""
CASES = ("each", "by_dollar")
"""What contracts make an elective case worth, dollars, and per dollar that it costs."""


def margins_of_contracts(now: Situation) -> FloatArray:
    """What contracts add to a member's worth, dollars a year, (P, H + 1, 2, 3): each, per coded and per seen risk."""
    worth = now.worth.of_member
    care = sum(now.per_risk_month(f"{s}_dollars_{side}") * now.dollars[s, side] for s, side in BILLED)
    return np.asarray(
        12.0 * now.conduct.salience * np.stack([worth("member_months"), worth("risk_months"), care], axis=-1)
    )


def cases(now: Situation) -> FloatArray:
    """What contracts add to an elective joint replacement, dollars, and per dollar that it costs, (Q, P, 2)."""
    worth = now.worth.of_hospital
    of_hospital = np.stack([worth("joint_episodes"), worth("joint_dollars")], axis=-1)
    return np.asarray(now.conduct.salience * of_hospital.transpose(1, 0, 2))


def margin_of_fees(now: Situation) -> FloatArray:
    """What services that the ACO bills bring beyond their costs, dollars a year per unit of risk, (P, H + 1, 2)."""
    margins = {service: 1.0 - cost for (service, side), cost in _costs(now).items() if side == "inside"}
    return np.asarray(
        12.0 * sum(now.per_risk_month(f"{service}_dollars_inside") * margin for service, margin in margins.items())
    )


def _costs(now: Situation) -> dict[tuple[str, str], float]:
    return {(service, side): now.care.variable_cost[SERVICES.index(service)] for service, side in BILLED}

"""Target income: providers give more when they earn less than they are used to, and less when they earn more."""

import numpy as np

from vbp_agents.arithmetic import power
from vbp_agents.behaviors.base import Behavior, Levers
from vbp_agents.decisions.intensity import usual_margin
from vbp_agents.decisions.situation import Situation
from vbp_agents.declaration import param


class TargetIncome(Behavior):
    """The margin of what an organization bills is its baseline x (income / usual income)^-eta.

    It turns the sign of a fee cut: the fee cut for chemotherapy raised treatment (Jacobson et al. 2010, F02).
    """

    title = "Target income"
    source = "McGuire and Pauly, J Health Econ 1991;10:385; Jacobson et al., Health Aff 2010 (F02)"
    weighs_contracts = False

    eta: float = param(1.0, "elasticity of the margin to income", 0, 5)
    least: float = param(0.25, "times usual income", 0.01, 1, about="less income changes nothing further")
    most: float = param(4.0, "times usual income", 1, 100, about="more income changes nothing further")

    def own_reason(self, now: Situation, organization: int) -> tuple[str, str]:
        """Last year's income against the usual."""
        income = float(now.income[organization])
        share = f"{income:.0%}" if income > self.least else f"less than {self.least:.0%}"
        rule = "who earns less than usual gives more of what it bills, who earns more gives less"
        return f"income {share} of usual", f"it earned {share} of its usual income last year, and {rule}"

    def aim(self, now: Situation, levers: Levers) -> Levers:
        """More of what is billed where income has fallen, and nothing else."""
        income = np.clip(now.income, self.least, self.most)[now.organization]
        change = now.conduct.salience * usual_margin(now.care) * (power(income, -self.eta) - 1.0)[:, None]
        aims = levers.none()
        aims.intensity[:] = change[:, None, None, :]
        return aims

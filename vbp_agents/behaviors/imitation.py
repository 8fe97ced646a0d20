"""Imitation: few providers work out what contracts are worth; the others only do as their peers do."""

import numpy as np

from vbp_agents.behaviors.base import SHARES, Behavior, Levers, share_ends
from vbp_agents.behaviors.profit_and_benefit import ProfitAndBenefit
from vbp_agents.book import FloatArray
from vbp_agents.decisions.situation import Situation
from vbp_agents.declaration import param

WORKED_OUT = ("selection", "cases")
"""What those who sign a contract work out, whoever they are."""


class Imitation(Behavior):
    """Organizations with the best information systems weigh profit and benefit; the others stay as they are.

    What moves the others is what they see their peers do on the network, as with all behaviors.
    """

    title = "Imitation"
    source = "after Rogers, Diffusion of Innovations, 1962; Coleman, Katz and Menzel, Sociometry 1957;20:253"

    leaders: float = param(0.2, "share of organizations that work it out", 0, 1)

    def own_reason(self, now: Situation, organization: int) -> tuple[str, str]:
        """The peers, for all but leaders."""
        if now.information[organization] >= 1.0 - self.leaders:
            return "", ""
        few = f"the {self.leaders:.0%} of organizations with the best information systems"
        rule = "who work out what contracts are worth: but for whom it takes, it does as its peers do"
        return "peers", f"it is not among {few}, {rule}"

    def aim(self, now: Situation, levers: Levers) -> Levers:
        """Leaders' own aims, and for the others where they are.

        Peers with more to lose may have drawn a share below nothing: there nobody means to stay.
        """
        leads = now.information >= 1.0 - self.leaders
        worked_out = ProfitAndBenefit().aim(now, levers)

        def chosen(name: str, lever: FloatArray) -> FloatArray:
            aim = getattr(worked_out, name)
            if name in WORKED_OUT:
                return np.asarray(aim)
            if name in SHARES:
                lever = np.clip(lever, *share_ends(name, now))
            who = leads[now.organization] if len(lever) == len(now.organization) else leads
            return np.where(who.reshape(-1, *[1] * (lever.ndim - 1)), aim, lever)

        return levers.each(chosen)

"""Profit and benefit: providers weigh what contracts add against effort, norms and what patients gain."""

from vbp_agents.behaviors.base import Behavior, Levers
from vbp_agents.decisions import coding, coordination, intensity, selection, steering
from vbp_agents.decisions.situation import Situation


class ProfitAndBenefit(Behavior):
    """Each lever is moved by what contracts add to the worth of what it does, against its own cost.

    Baseline practice is where margins, costs and altruism were in balance under fee for service; it is left as far as
    contracts change the balance.
    """

    title = "Profit and benefit"
    source = "Ellis and McGuire, J Health Econ 1986;5:129; Chone and Ma, Ann Econ Stat 2011;101:229"

    def aim(self, now: Situation, levers: Levers) -> Levers:
        """The balance between worth and cost."""
        return Levers(
            intensity=intensity.aim(now),
            steering=steering.aim(now),
            completeness=coding.aim(now),
            selection=selection.margins_of_contracts(now),
            cases=selection.cases(now),
            **coordination.aims(now),
        )

"""Fixed practice: providers go on as they did under fee for service, whatever they are paid."""

from vbp_agents.behaviors.base import Behavior, Levers
from vbp_agents.decisions.situation import Situation


class FixedPractice(Behavior):
    """Levers stay where warm-up left them.

    The counterfactual in which a payment regime moves money and nothing else.
    """

    title = "Fixed practice"
    source = "assumption: the reference without behavior"
    responds = weighs_contracts = False

    def aim(self, now: Situation, levers: Levers) -> Levers:
        """Baseline practice."""
        return levers.none()

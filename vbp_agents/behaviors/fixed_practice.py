"""Fixed practice: providers go on as they did under fee for service, whatever they are paid."""

from vbp_agents.behaviors.base import Behavior, Levers


class FixedPractice(Behavior):
    """Levers stay where warm-up left them.

    The counterfactual in which a payment regime moves money and nothing else.
    """

    title = "Fixed practice"
    source = "assumption: the reference without behavior"

    def choose(self, levers: Levers) -> Levers:
        """The same levers."""
        return levers

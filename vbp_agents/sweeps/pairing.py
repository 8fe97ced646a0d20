"""What it saves that all points and scenarios meet the same people and luck, in a sentence."""

from statistics import median

from vbp_agents.metrics.intervals import variance_ratio
from vbp_agents.presentation.written import spoken
from vbp_agents.reports.pairing import pairing_sentence
from vbp_agents.sweeps.document import Stopping
from vbp_agents.sweeps.plan import Plan
from vbp_agents.sweeps.stopping import beside_baseline
from vbp_agents.sweeps.store import Store


def pairing_of_sweep(plan: Plan, store: Store, count: int) -> list[str]:
    """The sentence about the outcome that the stopping rule is about, else the first one; none where nothing is known.

    Each scenario's ratio is the median over the points that have one, with the first ``count`` replicates.
    """
    study = plan.study
    rule = study.document.replicates
    outcome = rule.until.outcome if isinstance(rule, Stopping) else study.outcomes[0]
    ratios: dict[str, float] = {}
    for name in (scenario.name for scenario in study.scenarios if scenario.name != study.baseline):
        pairs = beside_baseline(plan, store, outcome, name, count)
        point_ratios = [ratio for numbers, base in pairs if (ratio := variance_ratio(numbers, base)) is not None]
        if point_ratios:
            ratios[spoken(name)] = median(point_ratios)
    return [pairing_sentence(spoken(outcome), ratios)] if ratios else []

"""What it saves that all scenarios meet the same people and the same luck, in a sentence."""

from collections.abc import Mapping, Sequence

from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.metrics.intervals import variance_ratio
from vbp_agents.presentation.written import spoken


def pairing_of(values: Mapping[str, Sequence[Mapping[str, float | None]]], baseline: str) -> list[str]:
    """The sentence of a comparison, about the first of the headline's metrics that says something; none without one.

    ``values``: by scenario, what each replicate measured.
    """
    for row in HEADLINE:
        by_scenario = {name: [run.get(row.metric) for run in runs] for name, runs in values.items()}
        ratios = {
            name: variance_ratio(numbers, by_scenario[baseline])
            for name, numbers in by_scenario.items()
            if name != baseline
        }
        told_ratios = {spoken(name): ratio for name, ratio in ratios.items() if ratio is not None}
        if told_ratios:
            return [pairing_sentence(row.title.lower(), told_ratios)]
    return []


def pairing_sentence(outcome: str, ratios: Mapping[str, float]) -> str:
    """How many times as many replicates an outcome's differences would take without pairing.

    ``ratios``: by what is compared with the baseline, one at least (`variance_ratio`).
    """
    least, most = min(ratios, key=lambda name: ratios[name]), max(ratios, key=lambda name: ratios[name])
    span = f"from {_times(ratios[least])} ({least}) to " if least != most else ""
    last = f" ({most})" if least != most else ""
    return (
        f"If each scenario had people and luck of its own, intervals of {outcome} as narrow as these would take "
        f"{span}{_times(ratios[most])}{last} times as many replicates."
    )


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"

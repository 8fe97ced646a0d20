"""The population of the first year under fee for service, as `vbp_agents.evidence.population` measures it."""

from vbp_agents.evidence.lived import EvidenceRuns


def of_year(lived: EvidenceRuns, name: str) -> float | None:
    """One of its measures."""
    return lived.population[name]

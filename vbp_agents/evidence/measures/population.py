"""The population of the first year under fee for service, as `vbp_agents.evidence.population` measures it."""

from vbp_agents.evidence.lived import Lived


def of_year(lived: Lived, name: str) -> float | None:
    """One of its measures."""
    return lived.population[name]

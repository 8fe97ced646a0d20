"""A global budget's effect on its members' spending."""

from vbp_agents.evidence.lived import Lived, Year, both, percent


def spending_change(lived: Lived, arm: str, year: Year) -> float | None:
    """Against the same contracts under fee for service, percent."""
    found = both(lived, arm, year)
    return percent(*(members.spending() for members in found)) if found else None

"""A global budget's effect on its members' spending."""

from vbp_agents.evidence.lived import EvidenceRuns, WhichYear, members_of_both, percent


def spending_change(lived: EvidenceRuns, arm: str, year: WhichYear) -> float | None:
    """Against the same contracts under fee for service, percent."""
    both = members_of_both(lived, arm, year)
    return percent(*(members.spending() for members in both)) if both else None

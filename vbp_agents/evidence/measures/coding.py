"""What payment by risk score does to scores."""

from vbp_agents.evidence.lived import EvidenceRuns, members_of_both, percent
from vbp_agents.metrics.base import ratio
from vbp_agents.metrics.selection import coding_wedge


def growth(lived: EvidenceRuns, arm: str) -> float | None:
    """Members' coded risk in the last year against the same contracts under fee for service, percent."""
    both = members_of_both(lived, arm, "last")
    if not both:
        return None
    return percent(*(ratio(members.total("coded_risk"), members.total("member_months")) for members in both))


def wedge(lived: EvidenceRuns, arm: str) -> float | None:
    """Coded risk over the same at baseline completeness, percent above 1, all years."""
    share = coding_wedge(lived.runs[arm])
    return None if share is None else 100 * share

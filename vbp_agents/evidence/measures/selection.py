"""Whom capitated practices have, and whom they refuse."""

from vbp_agents.evidence.lived import EvidenceRuns, FollowedMembers, less, members_of_both
from vbp_agents.metrics.base import ratio
from vbp_agents.metrics.selection import refusal_odds_ratio


def unpriced_change(lived: EvidenceRuns, arm: str) -> float | None:
    """Members' mean unpriced risk against that under fee for service, all years."""
    both = members_of_both(lived, arm, "all")
    return less(*(_unpriced(members) for members in both)) if both else None


def refusal_odds(lived: EvidenceRuns, arm: str) -> float | None:
    """Odds of a refusal, top against bottom decile of unpriced risk."""
    return refusal_odds_ratio(lived.runs[arm])


def _unpriced(members: FollowedMembers) -> float | None:
    risk = members.total("unpriced_attached") + members.total("unpriced_unattached")
    return ratio(risk, members.total("member_months"))

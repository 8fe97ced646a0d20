"""What capitation did to its members' care, last year, against the same contracts under fee for service."""

from vbp_agents.evidence.arms import BASE
from vbp_agents.evidence.lived import EvidenceRuns, FollowedMembers, members_of_both, percent, treated
from vbp_agents.evidence.measures import budgets
from vbp_agents.metrics.base import ratio
from vbp_agents.metrics.money import COSTS, REVENUE

GLOBAL, PARTIAL, THEN_HALF = "capitation", "capitation_primary_care", "capitation_then_half"
BY_PERCENT = {0: BASE, 50: "capitation_half", 100: PARTIAL}
PATIENTS_PER_PHYSICIAN = 1_684
"""Per full-time physician (Basu 2017, K14)."""


def spending_change(lived: EvidenceRuns) -> float | None:
    """All spending under global capitation, percent."""
    return budgets.spending_change(lived, GLOBAL, "last")


def visits_change(lived: EvidenceRuns, arm: str) -> float | None:
    """Primary visits, percent."""
    return _count_change(lived, arm, "primary")


def admissions_change(lived: EvidenceRuns) -> float | None:
    """Admissions under global capitation, percent."""
    return _count_change(lived, GLOBAL, "admission")


def visits_after_fees(lived: EvidenceRuns) -> float | None:
    """Primary visits where half the panel is paid by fees again in the last year, against capitation of all, percent.

    None where the runs had no year of capitation before it.
    """
    contracts = treated(lived.runs[PARTIAL])
    if lived.years < 2 or contracts.empty:
        return None
    runs = (FollowedMembers(lived.runs[arm], contracts, (lived.years,)) for arm in (THEN_HALF, PARTIAL))
    return percent(*(members.count("primary") for members in runs))


def surplus(lived: EvidenceRuns, percent: int) -> float | None:
    """Independent practices' surplus per full-time physician, dollars, so many percent of primary care capitated."""
    practices = lived.runs[BY_PERCENT[percent]]["organizations"]
    kept = practices[(practices["kind"] == "independent_practice") & (practices["year"] == lived.years)]
    earned = sum(float(kept[column].sum()) for column in REVENUE) - sum(float(kept[column].sum()) for column in COSTS)
    return ratio(PATIENTS_PER_PHYSICIAN * 12 * earned, float(kept["attached_months"].sum()))


def _count_change(lived: EvidenceRuns, arm: str, service: str) -> float | None:
    both = members_of_both(lived, arm, "last")
    return percent(*(members.count(service) for members in both)) if both else None

"""The most that coordination brings: global capitation with no other lever, last year, per member-month."""

from vbp_agents.evidence.lived import EvidenceRuns, less, members_of_both
from vbp_agents.metrics.base import Frames, ratio

ARM = "coordination_only"


def spending_change(lived: EvidenceRuns) -> float | None:
    """Spending of members against fee for service, dollars per member-month."""
    both = members_of_both(lived, ARM, "last")
    change = less(*(members.spending() for members in both)) if both else None
    return None if change is None else change / 12


def net_change(lived: EvidenceRuns) -> float | None:
    """The same with what coordination costs its providers."""
    both = members_of_both(lived, ARM, "last")
    if not both:
        return None
    names = set(both[0].contracts["contract"])
    effort = less(*(_effort(members.tables, names, lived.years) for members in both))
    change = spending_change(lived)
    return None if change is None or effort is None else change + effort


def _effort(tables: Frames, contracts: set[str], year: int) -> float | None:
    """Dollars per attached month that organizations of these contracts spend on care management in a year."""
    every = tables["organizations"]
    contracted = every[every["contract"].isin(contracts) & (every["year"] == year)]
    return ratio(float(contracted["care_management"].sum()), float(contracted["attached_months"].sum()))

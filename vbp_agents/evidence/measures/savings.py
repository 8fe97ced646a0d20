"""What shared savings did to ACO members, against the same contracts under fee for service: effects, not settlements.

All of it under the preset of MSSP Track 1, by year since the start; but for what patients explain, with practice lists
as they were at the start, since evaluations attribute patients to one set of practices throughout.
"""

from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.evidence.arms import BASE, SAME_LIST
from vbp_agents.evidence.lived import (
    KEY,
    EvidenceRuns,
    FollowedMembers,
    WhichYear,
    less,
    members_of_both,
    percent,
    treated,
    years_of,
)
from vbp_agents.metrics.base import ratio

if TYPE_CHECKING:
    from pandas import DataFrame


def spending_change(lived: EvidenceRuns, year: WhichYear, kind: str | None = None) -> float | None:
    """Dollars per person-year, of one kind of ACO or of all."""
    both = members_of_both(lived, SAME_LIST, year, kind)
    return less(*(members.spending() for members in both)) if both else None


def spending_percent(lived: EvidenceRuns, year: WhichYear, kind: str | None = None) -> float | None:
    """The same in percent of what those members spend under fee for service."""
    both = members_of_both(lived, SAME_LIST, year, kind)
    return percent(*(members.spending() for members in both)) if both else None


def pooled_change(lived: EvidenceRuns, first: float) -> float | None:
    """Years 1 and 2 as pooled estimates weigh them, ``first`` the weight of year 1; dollars per person-year."""
    return _pooled(spending_change(lived, 1), spending_change(lived, 2), first)


def pooled_percent(lived: EvidenceRuns, first: float) -> float | None:
    """The same in percent of spending under fee for service."""
    return _pooled(spending_percent(lived, 1), spending_percent(lived, 2), first)


def _pooled(first_year: float | None, second_year: float | None, first: float) -> float | None:
    if first_year is None or second_year is None:
        return None
    return first * first_year + (1 - first) * second_year


def spending_change_all_years(lived: EvidenceRuns) -> float | None:
    """The same over all years together."""
    return spending_change(lived, "all")


def physician_less_hospital(lived: EvidenceRuns) -> float | None:
    """By how much the change of physician-led ACOs lies above that of hospital-led ones, all years."""
    return less(spending_change(lived, "all", "physician_led"), spending_change(lived, "all", "hospital_led"))


def change_by_start(lived: EvidenceRuns, year: WhichYear, above: bool) -> float | None:
    """The change in ACOs whose spending per coded risk under fee for service was above (below) the mean of all."""
    return less(*_spending_by_start(lived, year, above))


def percent_by_start(lived: EvidenceRuns, year: WhichYear, above: bool) -> float | None:
    """The same in percent of what those members spend under fee for service."""
    return percent(*_spending_by_start(lived, year, above))


def _spending_by_start(lived: EvidenceRuns, year: WhichYear, above: bool) -> tuple[float | None, float | None]:
    """Spending with the contract and under fee for service; of no years it is None."""
    years = years_of(lived, year)
    if not years:
        return None, None
    chosen = by_start(FollowedMembers(lived.runs[BASE], treated(lived.runs[SAME_LIST]), (1,)), above)
    now, before = (FollowedMembers(lived.runs[arm], chosen, years).spending() for arm in (SAME_LIST, BASE))
    return now, before


def by_start(members: FollowedMembers, above: bool) -> "DataFrame":
    """Those of the contracts that spent more (less) per coded risk than all of them together."""
    dollars = members.rows("services").groupby(KEY)["dollars"].sum()
    risk = members.rows("contracts").groupby(KEY)["baseline_coded_risk"].sum()
    dearer = dollars / risk > dollars.sum() / risk.sum()
    return dearer[dearer == above].index.to_frame(index=False)


def post_acute_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Spending on stays in nursing facilities, dollars per person-year."""
    both = members_of_both(lived, SAME_LIST, year)
    return less(*(members.spending("post_acute") for members in both)) if both else None


def post_acute_percent(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """The same in percent of what those members spend on such stays under fee for service."""
    both = members_of_both(lived, SAME_LIST, year)
    return percent(*(members.spending("post_acute") for members in both)) if both else None


def post_acute_share(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """That part of the change in spending, percent; None where spending does not fall."""
    part, whole = post_acute_change(lived, year), spending_change(lived, year)
    return None if part is None or whole is None or whole >= 0 else 100 * part / whole


def patients_change(lived: EvidenceRuns) -> float | None:
    """What members' other health at the start explains: change of true risk times what risk 1 costs, all years."""
    both = members_of_both(lived, "mssp_track1", "all")
    if not both:
        return None
    now, before = (true_risk(members) for members in both)
    price = ratio(both[1].spending() or np.nan, before or 0.0)
    change = less(now, before)
    return None if price is None or change is None else price * change


def true_risk(members: FollowedMembers) -> float | None:
    """Members' mean true risk: coded at baseline completeness, and what no code holds."""
    parts = ("baseline_coded_risk", "unpriced_attached", "unpriced_unattached")
    return ratio(sum(members.total(part) for part in parts), members.total("member_months"))


def net_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Spending plus settlements, percent."""
    both = members_of_both(lived, SAME_LIST, year)
    if not both:
        return None
    now, before = (members.spending() for members in both)
    paid = both[0].settled()
    return None if now is None or paid is None else percent(now + paid, before)


def admissions_change(lived: EvidenceRuns) -> float | None:
    """Admissions in the last year, percent."""
    both = members_of_both(lived, SAME_LIST, "last")
    return percent(*(members.count("admission") for members in both)) if both else None

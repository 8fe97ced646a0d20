"""The region: areas, and in each the same contract holders with their practices, specialists and hospitals.

A physician-led ACO has two physician groups, a hospital-led ACO one hospital system, and of an independents' ACO every
practice is its own organization. Besides there are organizations in no ACO: independent practices where the scenario
has it so, specialist groups, a community hospital, a post-acute company and a company for home health, equipment and
hospice. How all this is built is in `areas`.
"""

from collections import Counter
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.parameters import DECISIONS, HOLDER_KINDS
from vbp_agents.records import Record, f4, i4, u1, u2

ORGANIZATION_KINDS = (
    "physician_group",
    "hospital_system",
    "independent_practice",
    "specialist_group",
    "community_hospital",
    "post_acute",
    "other",
)
GROUP, SYSTEM, INDEPENDENT, SPECIALISTS, COMMUNITY, POST_ACUTE, OTHER = range(len(ORGANIZATION_KINDS))
NONE = -1
f4_by_decision = Annotated[NDArray[np.float32], f"{len(DECISIONS)}f4"]


class Area(Record):
    """Where people live and choose among practices: positions in the region's arrays.

    ``n_practices``: of primary care, which stand first. ``first_staff``: the practice that is the staff of the area's
    first hospital (``first_hospital`` of the region); those of its others follow, the community hospital's last.
    """

    first_practice: i4
    n_practices: i4
    first_clinician: i4
    first_holder: i4
    n_holders: i4
    first_staff: i4
    first_hospital: i4
    n_hospitals: i4
    post_acute: i4
    other: i4


class OrganizationRecord(Record):
    """Who owns practices and signs contracts, alone or in the ACO ``holder`` (-1: in none), and its levers.

    ``coordination``: of what no measure sees (avoidable admissions, duplicates, long stays); ``measured_tasks``: of
    what measures see (control, follow-up, readmissions); both in [0, 1], as far as they are learned.
    ``documentation``: share of what was done elsewhere that it writes up; ``shown_control``: control that measures are
    shown beyond what its patients have; ``completeness``: share of conditions recorded. ``information``: level of its
    information system in [0, 1]; ``culture``: speed of change over the mean.
    """

    area: i4
    kind: u1
    holder: i4
    coordination: f4
    measured_tasks: f4
    documentation: f4
    shown_control: f4
    completeness: f4
    information: f4
    culture: f4


class Practice(Record):
    """Clinicians who work together: a primary-care practice, a specialist group or a hospital's medical staff.

    ``cutoff``: minus margin over altruism, the judged benefit in prices from which its clinicians give each
    discretionary service before any contract. ``capacity``: visits a month, ``usual_capacity`` at baseline;
    ``demand``: those of an average month of the last year; ``hour_price``: dollars, the shadow price of an hour.
    """

    area: i4
    organization: i4
    hospital: i4
    first_clinician: i4
    n_clinicians: u2
    x: f4
    y: f4
    altruism: f4
    reputation: f4
    load: f4
    capacity: f4
    usual_capacity: f4
    demand: f4
    hour_price: f4
    cutoff: f4_by_decision


class Region(NamedTuple):
    """All places and providers.

    ``referral_to`` (practices, list) holds clinicians by their number within the area and ``referral_share`` the
    cumulative share of referrals that go to them; ``practice_of`` (clinicians,) maps back. ``holder_kind`` (holders,):
    positions in HOLDER_KINDS. ``n_hospitals``: of all areas.
    """

    areas: Any
    organizations: Any
    practices: Any
    practice_of: NDArray[np.int32]
    referral_to: NDArray[np.uint16]
    referral_share: NDArray[np.float32]
    holder_kind: NDArray[np.uint8]
    n_hospitals: int

    @property
    def n_holders(self) -> int:
        """Contract holders of all areas."""
        return len(self.holder_kind)


def kind_of_holder(region: Region, holder: int) -> str:
    """The kind of a contract holder."""
    return HOLDER_KINDS[int(region.holder_kind[holder])]


def holder_names(region: Region) -> list[str]:
    """What results call each contract holder: its kind, and its number among all of the kind, from 1."""
    so_far: Counter[str] = Counter()
    names = []
    for holder in range(region.n_holders):
        kind = kind_of_holder(region, holder)
        so_far[kind] += 1
        names.append(f"{kind}_{so_far[kind]}")
    return names


def hospital_names(region: Region) -> list[str]:
    """What results call each hospital."""
    return [f"hospital_{number}" for number in range(1, region.n_hospitals + 1)]


def hospital_staffs(region: Region) -> NDArray[np.int64]:
    """The practice that is each hospital's staff, (hospitals,): within an area one after the other."""
    areas = region.areas
    ahead = np.repeat(areas.first_staff.astype(np.int64) - areas.first_hospital, areas.n_hospitals)
    return np.asarray(ahead + np.arange(len(ahead)))


def hospital_owners(region: Region) -> NDArray[np.int32]:
    """Whose each hospital is, shape (hospitals,): each system's of an area, then the community's."""
    owners: NDArray[np.int32] = region.practices.organization[hospital_staffs(region)]
    return owners


def is_primary(region: Region) -> NDArray[np.bool_]:
    """Whether a practice gives primary care, (practices,): those stand first in their area."""
    area = region.areas[region.practices.area]
    place = np.arange(len(region.practices)) - area.first_practice
    return np.asarray(place < area.n_practices)


def referral_weight(region: Region) -> NDArray[np.float64]:
    """Each place's share of a practice's referrals, (practices, list); 0 where a practice refers nobody."""
    weight = np.diff(np.minimum(region.referral_share, 1.0), axis=1, prepend=0.0).astype(np.float64)
    return weight * is_primary(region)[:, None]


def referred_to(region: Region) -> NDArray[np.int32]:
    """The practices on each practice's referral list, (practices, list)."""
    first = region.areas.first_clinician[region.practices.area].astype(np.int64)
    clinician = np.minimum(first[:, None] + region.referral_to, len(region.practice_of) - 1)
    practices: NDArray[np.int32] = region.practice_of[clinician]
    return practices

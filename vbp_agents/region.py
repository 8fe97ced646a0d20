"""The region: areas, and in each the same three ACOs with their practices, specialists and hospitals.

An area has a physician-led ACO (two physician groups), a hospital-led ACO (one hospital system) and an independents'
ACO (every practice
its own organization), about a third of primary care each; besides, organizations in no ACO: specialist groups, a
community hospital,
a post-acute company and a company for home health, equipment and hospice. Each area is built from its own seed.
"""

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.parameters import DECISIONS
from vbp_agents.records import Record, f4, i4, u1, u2

HOLDER_KINDS = ("physician_led", "hospital_led", "independents")
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
    """Where people live and choose among practices: positions in the region's arrays."""

    first_practice: i4
    n_practices: i4
    first_clinician: i4
    system_hospital: i4
    community_hospital: i4
    post_acute: i4
    other: i4


class Organization(Record):
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
    """All places and providers. ``referral_to`` (practices, list) holds clinicians by their number within the area and
    ``referral_share`` the cumulative share of referrals that go to them; ``practice_of`` (clinicians,) maps back."""

    areas: Any
    organizations: Any
    practices: Any
    practice_of: NDArray[np.int32]
    referral_to: NDArray[np.uint16]
    referral_share: NDArray[np.float32]
    n_holders: int


def hospitals(region: Region) -> NDArray[np.int32]:
    """Whose each hospital is, shape (hospitals,): two an area, the system's and the community's."""
    staffs = np.stack([region.areas.system_hospital, region.areas.community_hospital], axis=1)
    owners: NDArray[np.int32] = region.practices.organization[staffs.ravel()]
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

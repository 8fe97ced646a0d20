"""The region: areas, and in each the same three ACOs with their practices, specialists and hospitals.

An area has a physician-led ACO (two physician groups), a hospital-led ACO (one hospital system) and an independents'
ACO (every practice
its own organization), about a third of primary care each; besides, organizations in no ACO: specialist groups, a
community hospital,
a post-acute company and a company for home health, equipment and hospice. Each area is built from its own seed.
"""

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.compiled import compiled_loop
from vbp_agents.parameters import DECISIONS, RegionParameters
from vbp_agents.records import Record, Rows, empty, f4, i4, u1, u2
from vbp_agents.rng import luck_of, uniform

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


def choose_referrals(
    seed: int,
    first: int,
    weights: NDArray[np.float64],
    clinicians: NDArray[np.int64],
    to: NDArray[np.uint16],
    share: NDArray[np.float32],
) -> None:
    """Each practice's referral list.

    A draw without replacement by weight (Efraimidis & Spirakis 2006) and cumulative shares. The places with the least
    keys are kept in order as they come: to compile a sort takes longer than all lists of a small world.
    """
    most = min(to.shape[1], weights.shape[1])
    least, places = np.empty(most), np.empty(most, np.int64)
    for practice in range(weights.shape[0]):
        luck, kept = luck_of(seed, first + practice, -500), 0
        for k in range(weights.shape[1]):
            key = -math.log(1.0 - uniform(luck, k)) / weights[practice, k]
            if kept == most and key >= least[most - 1]:
                continue
            kept = min(kept + 1, most)
            at = kept - 1
            while at > 0 and least[at - 1] > key:
                least[at], places[at] = least[at - 1], places[at - 1]
                at -= 1
            least[at], places[at] = key, k
        total = 0.0
        for k in range(most):
            total += weights[practice, places[k]]
            to[practice, k] = clinicians[places[k]]
            share[practice, k] = total
        for k in range(most):
            share[practice, k] /= np.float32(total)
        share[practice, most - 1 :] = np.float32(2.0)


choose_referrals = compiled_loop(choose_referrals, allocates=True)


def number_of_areas(parameters: RegionParameters, patients: int) -> int:
    """As many areas as come nearest to ``people_per_area``, one at least."""
    return max(1, round(patients / parameters.people_per_area))


def build_region(parameters: RegionParameters, patients: int, seed: int) -> Region:
    """The region for ``patients`` people."""
    n_areas = number_of_areas(parameters, patients)
    people = patients / n_areas
    draws = [np.random.Generator(np.random.Philox(key=[seed % 2**63, area])) for area in range(n_areas)]
    built = [_area(parameters, people, draw) for draw in draws]
    areas = empty(Area, n_areas)
    offsets = np.zeros(3, np.int64)
    for number, (area, own, places) in enumerate(built):
        _shift(number, offsets, areas[number], area, own, places)
        offsets += (len(own), len(places), int(places.n_clinicians.sum()))
    organizations = np.concatenate([a[1] for a in built]).view(Rows)
    practices: Any = np.concatenate([a[2] for a in built]).view(Rows)
    practice_of: NDArray[np.int32] = np.repeat(np.arange(len(practices), dtype=np.int32), practices.n_clinicians)
    to, share = _referrals(parameters, areas, organizations, practices, seed)
    return Region(areas, organizations, practices, practice_of, to, share, 3 * n_areas)


def _shift(number: int, offsets: NDArray[np.int64], to: Any, area: Any, organizations: Any, practices: Any) -> None:
    """Turn an area's own numbering into positions in the whole region's arrays."""
    first_organization, first_practice, first_clinician = (int(n) for n in offsets)
    organizations.area = practices.area = number
    organizations.holder[organizations.holder != NONE] += 3 * number
    practices.organization += first_organization
    practices.hospital += first_practice
    practices.first_clinician = first_clinician + np.cumsum(practices.n_clinicians) - practices.n_clinicians
    to.first_practice, to.n_practices, to.first_clinician = first_practice, area["n_practices"], first_clinician
    to.system_hospital = first_practice + area["system_hospital"]
    to.community_hospital = first_practice + area["community_hospital"]
    to.post_acute = first_organization + area["post_acute"]
    to.other = first_organization + area["other"]


def _area(parameters: RegionParameters, people: float, draw: np.random.Generator) -> tuple[dict[str, int], Any, Any]:
    """One area in its own numbering: where its shared places are, its organizations and its practices."""
    sizes = _split(round(people * parameters.primary_clinicians_per_1000 / 1000), people, parameters, draw)
    n_primary = len(sizes)
    kinds: list[int] = [GROUP, GROUP, SYSTEM] + [INDEPENDENT] * len(range(2, n_primary, 3))
    holders: list[int] = [0, 0, 1] + [2] * (len(kinds) - 3)
    owners = [(i // 3 % 2, 2, 3 + i // 3)[i % 3] for i in range(n_primary)]
    specialists = round(people * parameters.specialists_per_1000 / 1000)
    employers = (
        (0, 0),
        (2, 1),
        (NONE, 2),
        (NONE, NONE),
    )  # (organization, holder); -1: a new organization for each group
    for share, (owner, holder) in zip(parameters.specialist_share, employers, strict=True):
        for size in _groups(specialists * share, parameters.specialists_per_group):
            owners.append(len(kinds) if owner == NONE else owner)
            sizes.append(size)
            if owner == NONE:
                kinds.append(SPECIALISTS)
                holders.append(holder)
    n = len(kinds)
    kinds += [COMMUNITY, POST_ACUTE, OTHER]
    holders += [NONE] * 3
    owners += [2, n]
    sizes += [1, 1]
    organizations, practices = empty(Organization, len(kinds)), empty(Practice, len(owners))
    organizations.kind, organizations.holder = kinds, holders
    practices.organization, practices.n_clinicians = owners, sizes
    _place(parameters, practices, organizations, draw)
    where = {"n_practices": n_primary, "system_hospital": len(owners) - 2, "community_hospital": len(owners) - 1}
    return where | {"post_acute": n + 1, "other": n + 2}, organizations, practices


def _split(clinicians: int, people: float, parameters: RegionParameters, draw: np.random.Generator) -> list[int]:
    """Clinicians of each primary-care practice, lognormal, largest first so that the three ACOs come out alike."""
    n = max(3, round(people / parameters.patients_per_practice))
    weights = exp(parameters.practice_size_spread * draw.standard_normal(n))
    return sorted((max(1, round(size)) for size in clinicians * weights / weights.sum()), reverse=True)


def _groups(specialists: float, size: float) -> list[int]:
    n = max(1, round(specialists / size))
    return [max(1, round(specialists / n))] * n


def _place(parameters: RegionParameters, practices: Any, organizations: Any, draw: np.random.Generator) -> None:
    """Where practices are, which hospital they admit to, how much their clinicians care for the patient.

    And what an organization's information system and culture are.
    """
    n = len(practices)
    practices.x, practices.y = parameters.area_width * draw.random((2, n))
    system = organizations.kind[practices.organization] == SYSTEM
    practices.hospital = np.where(system | (draw.random(n) < 0.35), n - 2, n - 1)
    practices.altruism = parameters.altruism_median * exp(parameters.altruism_spread * draw.standard_normal(n))
    organizations.information = draw.random(len(organizations))
    organizations.culture = exp(parameters.culture_spread * draw.standard_normal(len(organizations)))


def _referrals(
    parameters: RegionParameters, areas: Any, organizations: Any, practices: Any, seed: int
) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Referral lists of all primary-care practices.

    Weights fall with distance, rise within an organization and a hospital.
    """
    to = np.zeros((len(practices), parameters.referral_list), np.uint16)
    share = np.full(to.shape, 2.0, np.float32)
    ends = np.append(areas.first_practice[1:], len(practices))
    for area, end in zip(areas, ends, strict=True):
        primary = slice(area.first_practice, area.first_practice + area.n_practices)
        groups = np.arange(area.first_practice + area.n_practices, end - 2)
        weights = _weights(parameters, organizations, practices[primary], practices[groups])
        size = practices.n_clinicians[groups]
        local = np.arange(size.sum(), dtype=np.int64) + practices.first_clinician[groups[0]] - area.first_clinician
        choose_referrals(
            seed, area.first_practice, np.repeat(weights, size, axis=1), local, to[primary], share[primary]
        )
    return to, share


def _weights(parameters: RegionParameters, organizations: Any, primary: Any, groups: Any) -> NDArray[np.float64]:
    """The weight of one specialist of each group for each practice, shape (practices, groups)."""
    distance = np.hypot(primary.x[:, None] - groups.x, primary.y[:, None] - groups.y)
    holder = organizations.holder
    mine, theirs = holder[primary.organization][:, None], holder[groups.organization]
    same_aco = (mine == theirs) & (theirs != NONE)
    same_hospital = primary.hospital[:, None] == groups.hospital
    weights = exp(-distance.astype(np.float64) / parameters.referral_distance)
    weights *= np.where(same_aco, parameters.referral_same_organization, 1.0)
    weights *= np.where(same_hospital, parameters.referral_same_hospital, 1.0)
    floored: NDArray[np.float64] = np.maximum(weights, 1e-12)
    return floored

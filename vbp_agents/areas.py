"""How a region is built, area by area, each from its own seed: who is there, who belongs to which ACO, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.parameters import HOLDER_KINDS, AreaHolder, RegionParameters
from vbp_agents.records import Rows, empty
from vbp_agents.referrals import referral_lists
from vbp_agents.region import (
    COMMUNITY,
    GROUP,
    INDEPENDENT,
    NONE,
    OTHER,
    POST_ACUTE,
    SPECIALISTS,
    SYSTEM,
    Area,
    OrganizationRecord,
    Practice,
    Region,
)
from vbp_agents.rng import area_generator

_GROUPS = 2
"""Physician groups of a physician-led ACO (assumption)."""


@dataclass
class AreaPlan:
    """Who is in one area, in its own numbering.

    Of each organization its kind and its holder; of each practice the organization that owns it, and its clinicians.
    ``systems``: the hospital systems.
    """

    kinds: list[int] = field(default_factory=list)
    holders: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    clinicians: list[int] = field(default_factory=list)

    def organization(self, kind: int, holder: int = NONE) -> int:
        """One more organization; its number."""
        self.kinds.append(kind)
        self.holders.append(holder)
        return len(self.kinds) - 1

    def practice(self, owner: int, clinicians: int) -> None:
        """One more practice."""
        self.owners.append(owner)
        self.clinicians.append(clinicians)

    @property
    def systems(self) -> list[int]:
        """The hospital systems."""
        return [number for number, kind in enumerate(self.kinds) if kind == SYSTEM]


def number_of_areas(parameters: RegionParameters, patients: int) -> int:
    """As many areas as come nearest to ``people_per_area``, one at least."""
    return max(1, round(patients / parameters.people_per_area))


class Before(NamedTuple):
    """How many there are in the areas before one."""

    holders: int = 0
    hospitals: int = 0
    organizations: int = 0
    practices: int = 0
    clinicians: int = 0


def build_region(parameters: RegionParameters, patients: int, seed: int) -> Region:
    """The region for ``patients`` people."""
    n_areas = number_of_areas(parameters, patients)
    people = patients / n_areas
    draws = [area_generator(seed, area) for area in range(n_areas)]
    built = [_area(parameters, people, draw) for draw in draws]
    areas = empty(Area, n_areas)
    before = Before()
    for number, (area, of_area, places) in enumerate(built):
        _shift(number, before, area, of_area, places)
        areas[number] = area
        more = (area.n_holders, area.n_hospitals, len(of_area), len(places), places.n_clinicians.sum())
        before = Before(*(int(n + m) for n, m in zip(before, more, strict=True)))
    organizations = np.concatenate([a[1] for a in built]).view(Rows)
    practices: Any = np.concatenate([a[2] for a in built]).view(Rows)
    practice_of: NDArray[np.int32] = np.repeat(np.arange(len(practices), dtype=np.int32), practices.n_clinicians)
    to, share = referral_lists(parameters, areas, organizations, practices, seed)
    kinds = np.tile([HOLDER_KINDS.index(holder.kind) for holder in parameters.holders], n_areas).astype(np.uint8)
    return Region(areas, organizations, practices, practice_of, to, share, kinds, before.hospitals)


def _shift(number: int, before: Before, area: Any, organizations: Any, practices: Any) -> None:
    """Turn an area's own numbering into positions in the whole region's arrays."""
    organizations.area = practices.area = number
    organizations.holder[organizations.holder != NONE] += before.holders
    practices.organization += before.organizations
    practices.hospital += before.practices
    practices.first_clinician = before.clinicians + np.cumsum(practices.n_clinicians) - practices.n_clinicians
    area.first_practice, area.first_clinician = before.practices, before.clinicians
    area.first_holder, area.first_hospital = before.holders, before.hospitals
    area.first_staff += before.practices
    area.post_acute += before.organizations
    area.other += before.organizations


def _area(parameters: RegionParameters, people: float, draw: np.random.Generator) -> tuple[Any, Any, Any]:
    """One area in its own numbering: where its shared places are, its organizations and its practices."""
    plan, area = AreaPlan(), empty(Area, 1)[0]
    sizes = _split(round(people * parameters.primary_clinicians_per_1000 / 1000), people, parameters, draw)
    employers = _primary_care(plan, parameters.holders, sizes, dealt(parameters, len(sizes)))
    area.n_holders, area.n_practices = len(parameters.holders), len(sizes)
    specialists = round(people * parameters.specialists_per_1000 / 1000)
    for holder, (employer, share) in enumerate(zip(employers, specialist_shares(parameters), strict=True)):
        for size in _groups(specialists * share, parameters.specialists_per_group):
            holder_or_none = holder if holder < area.n_holders else NONE
            plan.practice(plan.organization(SPECIALISTS, holder_or_none) if employer is None else employer, size)
    area.first_staff = len(plan.owners)
    for owner in (*plan.systems, plan.organization(COMMUNITY)):
        plan.practice(owner, 1)
    area.n_hospitals = len(plan.owners) - area.first_staff
    area.post_acute, area.other = plan.organization(POST_ACUTE), plan.organization(OTHER)
    organizations, practices = empty(OrganizationRecord, len(plan.kinds)), empty(Practice, len(plan.owners))
    organizations.kind, organizations.holder = plan.kinds, plan.holders
    practices.organization, practices.n_clinicians = plan.owners, plan.clinicians
    _place(parameters, plan, practices, organizations, draw)
    return area, organizations, practices


def _primary_care(
    plan: AreaPlan, holders: Sequence[AreaHolder], sizes: Sequence[int], dealt: Sequence[int]
) -> list[int | None]:
    """Organizations with primary-care practices, of each holder in turn and then of none, and their practices.

    Who employs specialists, by holder and last for none: None where each of their groups is an organization.
    """
    employers: list[int | None] = []
    owner = [NONE] * len(sizes)
    for holder, kind in (*enumerate(some.kind for some in holders), (NONE, "independents")):
        its_practices = [practice for practice, of in enumerate(dealt) if of == holder]
        if kind == "independents":
            organizations = [plan.organization(INDEPENDENT, holder) for _ in its_practices]
        elif kind == "hospital_led":
            organizations = [plan.organization(SYSTEM, holder)]
        else:
            organizations = [plan.organization(GROUP, holder) for _ in range(_GROUPS)]
        for place, practice in enumerate(its_practices):
            owner[practice] = organizations[place % len(organizations)]
        employers.append(None if kind == "independents" else organizations[0])
    for of, size in zip(owner, sizes, strict=True):
        plan.practice(of, size)
    return employers


def dealt(parameters: RegionParameters, n: int) -> list[int]:
    """Which holder of the area each of ``n`` primary-care practices is of, -1 for none. Needs one for every holder.

    Practices come largest first, and each goes to whoever is farthest below its share of them, so that the shares of
    clinicians come out alike. Holders of sizes 2 and 1 have the first six as 0, 1, 0, 0, 1, 0. A holder too small to
    have any by then gets the smallest practice of whoever has most to spare.
    """
    shares = practice_shares(parameters)
    counts, holder_of = np.zeros(len(shares), np.int64), np.zeros(n, np.int64)
    for place in range(n):
        holder_of[place] = np.argmax(shares * (place + 1) - counts)
        counts[holder_of[place]] += 1
    outside = len(parameters.holders)
    for holder in np.flatnonzero(counts[:outside] == 0):
        spare = counts - (np.arange(len(counts)) < outside)
        donor = int(np.argmax(spare))
        holder_of[np.flatnonzero(holder_of == donor)[-1]] = holder
        counts[donor], counts[holder] = counts[donor] - 1, 1
    return [NONE if holder == outside else int(holder) for holder in holder_of]


def practice_shares(parameters: RegionParameters) -> NDArray[np.float64]:
    """The share of primary-care practices of each holder of an area, and last of none, (holders + 1,)."""
    sizes = np.array([holder.size for holder in parameters.holders])
    outside = parameters.outside_share if len(sizes) else 1.0
    return np.append(sizes / sizes.sum() * (1.0 - outside), outside)


def specialist_shares(parameters: RegionParameters) -> list[float]:
    """The share of specialists of each holder of an area, and last of none: a kind's, divided by size."""
    of_kind = dict(zip((*HOLDER_KINDS, "none"), parameters.specialist_share, strict=True))
    sizes = dict.fromkeys(HOLDER_KINDS, 0.0)
    for holder in parameters.holders:
        sizes[holder.kind] += holder.size
    absent = sum(of_kind[kind] for kind, size in sizes.items() if not size)
    of_holders = [of_kind[holder.kind] * (holder.size / sizes[holder.kind]) for holder in parameters.holders]
    return [*of_holders, of_kind["none"] + absent]


def _split(clinicians: int, people: float, parameters: RegionParameters, draw: np.random.Generator) -> list[int]:
    """Clinicians of each primary-care practice, lognormal, largest first; practices enough for every holder."""
    n = max(1, len(parameters.holders), round(people / parameters.patients_per_practice))
    weights = exp(parameters.practice_size_spread * draw.standard_normal(n))
    return sorted((max(1, round(size)) for size in clinicians * weights / weights.sum()), reverse=True)


def _groups(specialists: float, size: float) -> list[int]:
    n = max(1, round(specialists / size))
    return [max(1, round(specialists / n))] * n


def _place(
    parameters: RegionParameters, plan: AreaPlan, practices: Any, organizations: Any, draw: np.random.Generator
) -> None:
    """Where practices are, which hospital they admit to, how much their clinicians care for the patient.

    And what an organization's information system and culture are.
    """
    n = len(practices)
    practices.x, practices.y = parameters.area_width * draw.random((2, n))
    practices.hospital = _hospitals(plan, parameters.system_hospital_share, draw.random(n))
    practices.altruism = parameters.altruism_median * exp(parameters.altruism_spread * draw.standard_normal(n))
    organizations.information = draw.random(len(organizations))
    organizations.culture = exp(parameters.culture_spread * draw.standard_normal(len(organizations)))


def _hospitals(plan: AreaPlan, share: float, luck: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which practice is the staff of the hospital that each one admits to, (practices,).

    Staffs stand last, the systems' in their order and then the community's. A system's practices admit to its
    hospital. So does the ``share`` of the others with the least ``luck`` (practices,), evenly over the systems.
    """
    n, systems = len(luck), plan.systems
    community, first = n - 1, n - 1 - len(systems)
    which = np.minimum((luck / max(share, 1e-12) * len(systems)).astype(np.int64), len(systems) - 1)
    hospital_of = np.where((luck < share) & (len(systems) > 0), first + which, community)
    for number, system in enumerate(systems):
        hospital_of[np.array(plan.owners) == system] = first + number
    return hospital_of

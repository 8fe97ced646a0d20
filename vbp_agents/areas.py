"""How a region is built, area by area, each from its own seed: who is there, who belongs to which ACO, and where."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.parameters import RegionParameters
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
    Organization,
    Practice,
    Region,
)


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
    to, share = referral_lists(parameters, areas, organizations, practices, seed)
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

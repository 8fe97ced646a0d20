"""To whom practices refer: each primary-care practice's list of specialists, and the share of referrals of each."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.compiled import compiled_loop
from vbp_agents.parameters import RegionParameters
from vbp_agents.region import NONE
from vbp_agents.rng import REFERRALS, luck_of, uniform


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
        luck, kept = luck_of(seed, first + practice, REFERRALS), 0
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


def referral_lists(
    parameters: RegionParameters, areas: Any, organizations: Any, practices: Any, seed: int
) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
    """Referral lists of all primary-care practices.

    Weights fall with distance, rise within an organization and a hospital.
    """
    to = np.zeros((len(practices), parameters.referral_list), np.uint16)
    share = np.full(to.shape, 2.0, np.float32)
    for area in areas:
        primary = slice(area.first_practice, area.first_practice + area.n_practices)
        groups = np.arange(area.first_practice + area.n_practices, area.first_staff)
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

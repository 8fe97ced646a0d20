"""Patients choose a practice, practices a specialist; payers work out from visits whom a patient counts for."""

import math

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.patients import MOVED_X, MOVED_Y, NOBODY, Patient, count_for
from vbp_agents.region import Area
from vbp_agents.rng import uniform
from vbp_agents.services import CHOOSE, CHOOSE_CLINICIAN, LEAVE, MOVE, practice_of
from vbp_agents.world import QUINTILE, RISK_DECILE, UNPRICED_DECILE, Accounts, World


@compiled
def seek_practice(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """The unattached, the dissatisfied and those who moved choose among the area's practices."""
    moved = uniform(luck, MOVE) * 12.0 < world.population.moves
    if moved:
        patient.x = world.region_width * uniform(luck, MOVED_X + 1_000)
        patient.y = world.region_width * uniform(luck, MOVED_Y + 1_000)
    unhappy = patient.experience < world.care.dissatisfied_below
    if (
        patient.practice >= 0
        and not moved
        and not (unhappy and uniform(luck, LEAVE) < world.care.leaves_when_dissatisfied)
    ):
        return
    area = world.areas[patient.area]
    chosen = _choose(patient, area, uniform(luck, CHOOSE), world)
    _count_attempt(patient, accounts)
    if chosen != patient.practice:
        practice = world.practices[chosen]
        patient.practice = chosen
        local = practice.first_clinician - area.first_clinician
        patient.clinician = local + int(practice.n_clinicians * uniform(luck, CHOOSE_CLINICIAN))


@compiled
def _choose(patient: Patient, area: Area, u: float, world: World) -> int:
    """Conditional logit over the area's practices: size, distance, reputation, waiting, continuity."""
    total = 0.0
    for j in range(area.first_practice, area.first_practice + area.n_practices):
        total += _appeal(patient, j, world)
    left = u * total
    for j in range(area.first_practice, area.first_practice + area.n_practices):
        left -= _appeal(patient, j, world)
        if left < 0.0:
            return j
    return int(area.first_practice)


@compiled
def _appeal(patient: Patient, j: int, world: World) -> float:
    care, practice = world.care, world.practices[j]
    distance = math.hypot(patient.x - practice.x, patient.y - practice.y)
    value = care.choice_reputation * practice.reputation - care.choice_distance * distance
    value -= care.choice_waiting * max(0.0, practice.load - 0.9)
    if j == patient.practice:
        value += care.choice_continuity
    return float(practice.n_clinicians * math.exp(value))


@compiled
def quintile(share: float) -> int:
    """0 to 4 for a share in [0, 1]."""
    return min(4, int(5.0 * share))


@compiled
def _count_attempt(patient: Patient, accounts: Accounts) -> None:
    accounts.groups[QUINTILE, quintile(patient.deprivation)].attempts += 1
    accounts.groups[RISK_DECILE, patient.risk_decile].attempts += 1
    accounts.groups[UNPRICED_DECILE, patient.unpriced_decile].attempts += 1


@compiled
def attribute(patient: Patient, world: World) -> None:
    """The Book's row for the coming year.

    The holder with the plurality of last year's visits, primary care first.

    Whoever saw nobody, and whoever saw mostly clinicians of no contract holder, counts for none (42 CFR 425.402,
    two-step).
    """
    count_for(patient, world.unattached_row[patient.payer], world)
    area = world.areas[patient.area]
    for primary_step in (True, False):
        most, winner = 0, -2
        for turn in range(4):  # a tie goes to one or the other by the patient's id
            candidate = (turn + patient.id) % 4 - 1
            holder = 3 * patient.area + candidate if candidate >= 0 else -1
            visits = _visits_to(patient, holder, primary_step, area, world)
            if visits > most:
                most, winner = visits, holder
        if winner >= 0:
            count_for(patient, world.first_row[patient.payer] + winner, world)
        if winner > -2:
            return


@compiled
def _visits_to(patient: Patient, holder: int, primary: bool, area: Area, world: World) -> int:
    visits = 0
    for k in range(len(patient.seen_count)):
        if patient.seen_clinician[k] == NOBODY:
            break
        practice = world.practice_of[area.first_clinician + patient.seen_clinician[k]]
        is_primary = practice < area.first_practice + area.n_practices
        if is_primary == primary and world.organizations[world.practices[practice].organization].holder == holder:
            visits += patient.seen_count[k]
    return visits


@compiled
def find_specialist(patient: Patient, u: float, world: World) -> None:
    """The practice's referral weights choose the specialist."""
    shares = world.referral_share[patient.practice]
    low, high = 0, len(shares) - 1
    while low < high:
        middle = (low + high) // 2
        if u < shares[middle]:
            high = middle
        else:
            low = middle + 1
    patient.specialist = world.referral_to[patient.practice, low]


@compiled
def count_referral(patient: Patient, world: World, accounts: Accounts) -> None:
    """A referral, and whether it stays in the practice's own ACO."""
    own = world.organizations[world.practices[patient.practice].organization].holder
    theirs = world.organizations[world.practices[practice_of(patient, patient.specialist, world)].organization].holder
    members = accounts.members[patient.contract]
    members.referrals += 1
    if own >= 0 and own == theirs:
        members.referrals_inside += 1

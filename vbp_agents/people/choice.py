"""Patients choose a practice, practices a specialist; payers work out from visits whom a patient counts for."""

import math

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.counts import Group
from vbp_agents.environment import QUINTILE, RISK_DECILE, UNPRICED_DECILE, Accounts, Environment
from vbp_agents.people.draws import (
    CHOOSE_CLINICIAN,
    LEAVE,
    MOVE,
    MOVED_X,
    MOVED_Y,
    PERCEIVED,
    PERCEIVED_AGAIN,
    REVIEW,
    choice_draw,
)
from vbp_agents.people.events import CHANGED, DROPPED, JOINED, REFUSED
from vbp_agents.people.patients import KIDNEY_DISEASE, NOBODY, Patient, count_for
from vbp_agents.people.services import PRIMARY, contract_margin, practice_of
from vbp_agents.region import Area
from vbp_agents.rng import normal, uniform

MOST_ATTEMPTS = 3
"""Practices that a patient asks in a month before giving up."""


@compiled
def seek_practice(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """The unattached, the dissatisfied, those who moved and those who were dropped ask practices of the area."""
    moved = uniform(luck, MOVE) * 12.0 < environment.population.moves
    if moved:
        patient.x = environment.region_width * uniform(luck, MOVED_X)
        patient.y = environment.region_width * uniform(luck, MOVED_Y)
    unhappy = patient.experience < environment.care.dissatisfied_below
    leaving = unhappy and uniform(luck, LEAVE) < environment.care.leaves_when_dissatisfied
    if patient.practice >= 0 and not moved and not leaving:
        if uniform(luck, REVIEW) * 12.0 >= environment.conduct.reviews:
            return
        if is_kept(patient, luck, environment):
            _count_kept(patient, accounts)
            return
        _count_attempt(patient, 1, accounts)
        patient.events |= DROPPED
        patient.practice = -1
        patient.clinician = NOBODY
        return
    _ask_around(patient, luck, environment, accounts)


@compiled
def _ask_around(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """One practice after the other, the likeliest first, until one accepts; after three the patient gives up."""
    area = environment.areas[patient.area]
    first = second = -1
    for attempt in range(MOST_ATTEMPTS):
        chosen = choose_practice(patient, area, first, second, uniform(luck, choice_draw(attempt)), environment)
        if chosen == patient.practice or is_welcome(patient, chosen, normal(luck, PERCEIVED + attempt), environment):
            _count_attempt(patient, 0, accounts)
            join(patient, chosen, luck, environment)
            return
        _count_attempt(patient, 1, accounts)
        patient.events |= REFUSED
        first, second = chosen, first


@compiled
def join(patient: Patient, chosen: int, luck: np.uint64, environment: Environment) -> None:
    """Become a patient of a practice, with one of its clinicians as the usual one."""
    if chosen == patient.practice:
        return
    practice, area = environment.practices[chosen], environment.areas[patient.area]
    patient.events |= CHANGED if patient.practice >= 0 else JOINED
    patient.practice = chosen
    local = practice.first_clinician - area.first_clinician
    patient.clinician = local + int(practice.n_clinicians * uniform(luck, CHOOSE_CLINICIAN))


@compiled
def is_kept(patient: Patient, luck: np.uint64, environment: Environment) -> bool:
    """Whether a practice that asks itself keeps a patient."""
    return is_welcome(patient, int(np.int64(patient.practice)), normal(luck, PERCEIVED_AGAIN), environment)


@compiled
def is_welcome(patient: Patient, j: int, error: float, environment: Environment) -> bool:
    """Whether practice ``j`` accepts or keeps the patient. One on whom it does not expect to lose is always welcome.

    Else by the sign of: expected yearly margin under its contracts, seen with an error (standard normal), minus hours
    at their shadow price, plus altruism x what care does for the patient, plus scruple.
    """
    practice, conduct = environment.practices[j], environment.conduct
    expected = expected_margin(patient, j, environment) - practice.hour_price * hours_of(patient, environment)
    if expected >= 0.0:
        return True
    benefit = conduct.care_benefit * max(0.0, patient.true_risk)
    return bool(expected + conduct.perception_spread * error + practice.altruism * benefit + conduct.scruple >= 0.0)


@compiled
def expected_margin(patient: Patient, j: int, environment: Environment) -> float:
    """Dollars a year that the patient would bring a practice's ACO, as far as it sees their risk."""
    holder = environment.organizations[environment.practices[j].organization].holder
    if holder < 0:
        return 0.0
    row = environment.first_row[patient.payer] + holder + environment.n_rows * (patient.recorded >> KIDNEY_DISEASE & 1)
    return float(environment.fee_margin[row] * patient.seen_risk + contract_margin(patient, row, environment))


@compiled
def hours_of(patient: Patient, environment: Environment) -> float:
    """Hours of visits a year that the patient is expected to need: more when frail or deprived."""
    conduct, care = environment.conduct, environment.care
    visits = 12.0 * care.rate[PRIMARY] * math.exp(care.need_power[PRIMARY] * patient.log_need)
    burden = conduct.frail_hours * (patient.frailty + patient.deprivation - 0.5)
    return float(conduct.visit_hours * visits * max(0.2, 1.0 + burden))


@compiled
def choose_practice(patient: Patient, area: Area, first: int, second: int, u: float, environment: Environment) -> int:
    """Conditional logit over the area's practices but those that refused: size, distance, reputation, waiting."""
    total = 0.0
    for j in range(area.first_practice, area.first_practice + area.n_practices):
        if j not in (first, second):
            total += _appeal(patient, j, environment)
    left, last = u * total, int(area.first_practice)
    for j in range(area.first_practice, area.first_practice + area.n_practices):
        if j in (first, second):
            continue
        last = j
        left -= _appeal(patient, j, environment)
        if left < 0.0:
            break
    return last


@compiled
def _appeal(patient: Patient, j: int, environment: Environment) -> float:
    care, practice = environment.care, environment.practices[j]
    distance = math.hypot(patient.x - practice.x, patient.y - practice.y)
    value = care.choice_reputation * practice.reputation - care.choice_distance * distance
    value -= care.choice_waiting * max(0.0, practice.load - care.noticed_load)
    if j == patient.practice:
        value += care.choice_continuity
    return float(practice.n_clinicians * math.exp(value))


@compiled
def quintile(share: float) -> int:
    """0 to 4 for a share in [0, 1]."""
    return min(4, int(5.0 * share))


@compiled
def _count_attempt(patient: Patient, refused: int, accounts: Accounts) -> None:
    """An attempt to become a practice's patient, and whether it was refused; or a review that ended in dropping."""
    _count_in(accounts.groups[QUINTILE, quintile(patient.deprivation)], refused)
    _count_in(accounts.groups[RISK_DECILE, patient.risk_decile], refused)
    _count_in(accounts.groups[UNPRICED_DECILE, patient.unpriced_decile], refused)


@compiled
def _count_kept(patient: Patient, accounts: Accounts) -> None:
    """A review after which the practice kept its patient: an attempt to stay that was not refused."""
    accounts.groups[QUINTILE, quintile(patient.deprivation)].kept += 1
    accounts.groups[RISK_DECILE, patient.risk_decile].kept += 1
    accounts.groups[UNPRICED_DECILE, patient.unpriced_decile].kept += 1


@compiled
def _count_in(group: Group, refused: int) -> None:
    group.attempts += 1
    group.refusals += refused


@compiled
def attribute(patient: Patient, environment: Environment) -> None:
    """The Book's row for the coming year.

    The holder with the plurality of last year's visits, primary care first.

    Whoever saw nobody, and whoever saw mostly clinicians of no contract holder, counts for none (42 CFR 425.402,
    two-step).
    """
    count_for(patient, environment.unattached_row[patient.payer], environment)
    area = environment.areas[patient.area]
    alternatives = area.n_holders + 1
    for primary_step in (True, False):
        most, winner = 0, -2
        for turn in range(alternatives):  # a tie goes to one or the other by the patient's id
            candidate = (turn + patient.id) % alternatives - 1
            holder = area.first_holder + candidate if candidate >= 0 else -1
            visits = _visits_to(patient, holder, primary_step, area, environment)
            if visits > most:
                most, winner = visits, holder
        if winner >= 0:
            count_for(patient, environment.first_row[patient.payer] + winner, environment)
        if winner > -2:
            return


@compiled
def _visits_to(patient: Patient, holder: int, primary: bool, area: Area, environment: Environment) -> int:
    visits = 0
    for k in range(len(patient.seen_count)):
        if patient.seen_clinician[k] == NOBODY:
            break
        practice = environment.practice_of[area.first_clinician + patient.seen_clinician[k]]
        is_primary = practice < area.first_practice + area.n_practices
        if (
            is_primary == primary
            and environment.organizations[environment.practices[practice].organization].holder == holder
        ):
            visits += patient.seen_count[k]
    return visits


@compiled
def find_specialist(patient: Patient, u: float, environment: Environment) -> None:
    """The practice's referral weights choose the specialist."""
    shares = environment.referral_share[patient.practice]
    low, high = 0, len(shares) - 1
    while low < high:
        middle = (low + high) // 2
        if u < shares[middle]:
            high = middle
        else:
            low = middle + 1
    patient.specialist = environment.referral_to[patient.practice, low]


@compiled
def count_referral(patient: Patient, environment: Environment, accounts: Accounts) -> None:
    """A referral, and whether it stays in the practice's own ACO."""
    own_holder = environment.organizations[environment.practices[patient.practice].organization].holder
    their_holder = environment.organizations[
        environment.practices[practice_of(patient, patient.specialist, environment)].organization
    ].holder
    members = accounts.members[patient.row]
    members.referrals += 1
    if own_holder >= 0 and own_holder == their_holder:
        members.referrals_inside += 1

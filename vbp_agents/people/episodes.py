"""Joint replacement and the 90 days after it, for the hospital that discharged; and what a hospital is seen by.

The anchor is one of the patient's admissions: of the old some are for a hip fracture, of people with osteoarthritis
some are elective, as often for the well as for the sick, who meet more admissions. Services carry no day, so an
episode is the stay, what follows it that month, and three more months.
It counts when it is over, in the contract the patient is in by then; a death cancels it (42 CFR 510.210).
"""

import math

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.counts import Episodes
from vbp_agents.environment import Accounts, Environment
from vbp_agents.parameters import CareParameters
from vbp_agents.people.draws import ASKED, CASE, COMPLICATION, JOINT, SAID
from vbp_agents.people.events import DECLINED
from vbp_agents.people.expected import EPISODE_MONTHS, expected_episode
from vbp_agents.people.patients import NO_DAY, OSTEOARTHRITIS, Patient
from vbp_agents.people.services import ADMISSION, DAYS, ELECTIVE, FRACTURE, NO_JOINT
from vbp_agents.rng import normal, uniform

OLD = 75 * 12


@compiled
def joint_of(patient: Patient, luck: np.uint64, draw: int, care: CareParameters) -> int:
    """Whether an acute admission is a joint replacement, and of which stratum. One episode at a time."""
    if patient.episode_ends != NO_DAY:
        return NO_JOINT
    u = uniform(luck, draw + JOINT)
    if patient.age >= OLD and u < care.hip_fracture:
        return FRACTURE
    elective = care.joint_replacement * math.exp(-care.need_power[ADMISSION] * patient.log_need)
    if patient.conditions >> OSTEOARTHRITIS & 1 and u >= 1.0 - min(0.9, elective):
        return ELECTIVE
    return NO_JOINT


@compiled
def is_declined(
    patient: Patient, hospital: int, luck: np.uint64, draw: int, environment: Environment, accounts: Accounts
) -> bool:
    """Whether the hospital declines an elective joint replacement that its contracts make it expect to lose on.

    The loss must outweigh scruple and altruism, as it sees the case: with an error. The patient goes without.
    """
    number = hospital_of_area(patient, hospital_number(patient, hospital, environment), environment)
    worth = environment.case_worth[number, patient.payer]
    conduct = environment.conduct
    expected = worth[0] + worth[1] * expected_episode(patient, environment)
    if expected >= 0.0:
        return False
    benefit = conduct.case_benefit * environment.practices[hospital].altruism
    seen = expected + benefit + conduct.scruple + conduct.perception_spread * normal(luck, draw + CASE)
    if seen >= 0.0:
        return False
    accounts.hospitals[number, patient.payer].declined_cases += 1
    patient.events |= DECLINED
    return True


@compiled
def hospital_number(patient: Patient, hospital: int, environment: Environment) -> int:
    """The number within the patient's area of the hospital with this staff, the community's the last."""
    return int(hospital - environment.areas[patient.area].first_staff)


@compiled
def hospital_of_area(patient: Patient, number: int, environment: Environment) -> int:
    """The number in the region of a hospital of the patient's area."""
    return int(environment.areas[patient.area].first_hospital + number)


@compiled
def begin_episode(
    patient: Patient, joint: int, day: int, anchor: int, luck: np.uint64, draw: int, care: CareParameters
) -> None:
    """Open the episode of an anchor stay."""
    patient.episode_ends = day // DAYS + 1 + EPISODE_MONTHS
    patient.episode_spent = 0
    patient.fracture = 1 if joint == FRACTURE else 0
    patient.anchor = anchor
    patient.institutional = 0
    patient.complication = 1 if uniform(luck, draw + COMPLICATION) < care.joint_complications else 0


@compiled
def end_episode(patient: Patient, environment: Environment, accounts: Accounts) -> None:
    """Count an episode that is over for the contract and for the hospital."""
    count_episode(patient, accounts.episodes[patient.row])
    anchor = hospital_of_area(patient, int(np.int64(patient.anchor)), environment)
    count_episode(patient, accounts.hospital_episodes[anchor, patient.payer])
    patient.episode_ends = NO_DAY


@compiled
def count_episode(patient: Patient, episodes: Episodes) -> None:
    """One more episode in its stratum."""
    if patient.fracture:
        episodes.fracture_episodes += 1
        episodes.fracture_dollars += patient.episode_spent
    else:
        episodes.joint_episodes += 1
        episodes.joint_dollars += patient.episode_spent
    episodes.joint_institutional += patient.institutional
    episodes.joint_complications += patient.complication


@compiled
def count_discharge(
    patient: Patient, day: int, number: int, luck: np.uint64, draw: int, environment: Environment, accounts: Accounts
) -> None:
    """A discharge for its hospital, a return within 30 days for the one that discharged before; some are surveyed."""
    counts = accounts.hospitals[hospital_of_area(patient, number, environment), patient.payer]
    counts.live_discharges += 1
    if 0 <= day - patient.discharged <= 30:
        before = hospital_of_area(patient, int(np.int64(patient.discharged_by)), environment)
        accounts.hospitals[before, patient.payer].readmitted += 1
    if uniform(luck, draw + ASKED) < environment.care.hospital_survey:
        counts.surveyed += 1
        answer = patient.experience + environment.care.survey_noise * normal(luck, draw + SAID)
        counts.survey_points += round(1e3 * min(100.0, max(0.0, answer)))

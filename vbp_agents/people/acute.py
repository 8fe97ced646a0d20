"""Acute care: emergency visits, hospital stays and what follows them."""

import math

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.environment import Accounts, Environment
from vbp_agents.people.ambulatory import visit_primary
from vbp_agents.people.draws import (
    BACK,
    BACK_WHEN,
    FOLLOW_UP,
    FOLLOW_UP_VISIT,
    MOST_OPPORTUNITIES,
    MOST_RETURNS,
    PLACE,
    PLACE_DECIDE,
    PLACE_SEVERITY,
    PREVENT,
    SENSITIVE,
    SEVERITY,
    WHEN,
    WHERE,
    draw_number,
)
from vbp_agents.people.episodes import (
    ELECTIVE,
    NO_JOINT,
    begin_episode,
    count_discharge,
    hospital_number,
    hospital_of_area,
    is_declined,
    joint_of,
)
from vbp_agents.people.events import ADMITTED, EMERGENCY_VISIT
from vbp_agents.people.patients import NO_DAY, Patient
from vbp_agents.people.services import (
    ADMISSION,
    ASK_ADMISSION,
    ASK_POST_ACUTE,
    ASK_POST_ACUTE_OF_EPISODE,
    DAYS,
    EMERGENCY,
    POST_ACUTE,
    bill,
    hospital_of,
    is_given,
    measured_tasks_of,
    opportunities,
    severity,
)
from vbp_agents.rng import uniform


@compiled
def acute_factor(patient: Patient, environment: Environment) -> float:
    """How much lost control raises the hazard of acute events."""
    return math.exp(-environment.care.control_hazard * (patient.control - 0.5))


@compiled
def visit_emergency(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """Emergency visits: more with need, lost control and deprivation, and without a practice."""
    care = environment.care
    factor = acute_factor(patient, environment) * math.exp(care.emergency_deprivation * (patient.deprivation - 0.5))
    if patient.practice < 0:
        factor *= 1.0 + care.emergency_unattached
    area = environment.areas[patient.area]
    for n in range(opportunities(patient, EMERGENCY, factor, luck, environment)):
        draw = draw_number(EMERGENCY, n)
        hospital = environment.practices[hospital_of(patient, luck, draw + WHERE, area, environment)]
        price = severity(EMERGENCY, luck, draw + SEVERITY, environment)
        patient.events |= EMERGENCY_VISIT
        bill(patient, EMERGENCY, hospital.organization, price, environment, accounts)


@compiled
def be_admitted(
    patient: Patient, month: int, coordination: float, luck: np.uint64, environment: Environment, accounts: Accounts
) -> None:
    """Acute admissions, some of which coordination prevents, and readmissions that have come due."""
    care = environment.care
    first_day = DAYS * (month - 1)
    area = environment.areas[patient.area]
    for k in range(opportunities(patient, ADMISSION, acute_factor(patient, environment), luck, environment)):
        draw = draw_number(ADMISSION, k)
        sensitive = uniform(luck, draw + SENSITIVE) < care.ambulatory_sensitive
        if sensitive and uniform(luck, draw + PREVENT) < care.preventable * coordination:
            continue
        hospital = hospital_of(patient, luck, draw + WHERE, area, environment)
        if not is_given(patient, ASK_ADMISSION, hospital, luck, draw, environment, accounts):
            continue
        joint = NO_JOINT if sensitive else joint_of(patient, luck, draw, care)
        if joint == ELECTIVE and is_declined(patient, hospital, luck, draw, environment, accounts):
            continue
        if sensitive:
            accounts.hidden[patient.row].avoidable_admissions += 1
        day = first_day + int(DAYS * uniform(luck, draw + WHEN))
        stay(patient, day, hospital, joint, coordination, luck, draw, environment, accounts)
    for n in range(MOST_OPPORTUNITIES, MOST_OPPORTUNITIES + MOST_RETURNS):
        if not first_day <= patient.readmission < first_day + DAYS:
            return
        draw = draw_number(ADMISSION, n)
        hospital = hospital_of(patient, luck, draw + WHERE, area, environment)
        stay(
            patient,
            int(np.int64(patient.readmission)),
            hospital,
            NO_JOINT,
            coordination,
            luck,
            draw,
            environment,
            accounts,
        )


@compiled
def stay(
    patient: Patient,
    day: int,
    hospital: int,
    joint: int,
    coordination: float,
    luck: np.uint64,
    draw: int,
    environment: Environment,
    accounts: Accounts,
) -> None:
    """A hospital stay and what follows its discharge.

    A nursing facility or home, a follow-up visit or none, a return or none.
    """
    care = environment.care
    members = accounts.members[patient.row]
    members.live_discharges += 1
    patient.events |= ADMITTED
    number = hospital_number(patient, hospital, environment)
    count_discharge(patient, day, number, luck, draw, environment, accounts)
    if joint != NO_JOINT:
        begin_episode(patient, joint, day, number, luck, draw, care)
    if 0 <= day - patient.discharged <= 30:
        members.readmitted += 1
    if day >= patient.discharged:
        patient.discharged, patient.discharged_by = day, number
    patient.readmission = NO_DAY
    patient.utility = max(0.0, patient.utility - care.stay_disutility)
    price = care.joint_price[joint] * severity(ADMISSION, luck, draw + SEVERITY, environment)
    bill(patient, ADMISSION, environment.practices[hospital].organization, price, environment, accounts)
    go_to_post_acute(patient, hospital, joint, coordination, luck, draw, environment, accounts)
    tasks = tasks_after_discharge(patient, hospital, environment)
    if patient.practice >= 0 and uniform(luck, draw + FOLLOW_UP) < care.follow_up + care.follow_up_coordination * tasks:
        members.followed_up += 1
        accounts.hospitals[hospital_of_area(patient, number, environment), patient.payer].followed_up += 1
        visit_primary(patient, luck, draw + FOLLOW_UP_VISIT, environment, accounts)
    chance = care.readmission * math.exp(care.readmission_need * patient.log_need)
    if uniform(luck, draw + BACK) < chance * (1.0 - care.readmission_prevented * tasks):
        patient.readmission = day + 1 + int(30.0 * uniform(luck, draw + BACK_WHEN))


@compiled
def tasks_after_discharge(patient: Patient, hospital: int, environment: Environment) -> float:
    """How well those who discharge and those who take over do what measures see, in [0, 1]: half each."""
    theirs = environment.organizations[environment.practices[hospital].organization].measured_tasks
    return 0.5 * float(theirs) + 0.5 * measured_tasks_of(patient, environment)


@compiled
def go_to_post_acute(
    patient: Patient,
    hospital: int,
    joint: int,
    coordination: float,
    luck: np.uint64,
    draw: int,
    environment: Environment,
    accounts: Accounts,
) -> None:
    """The discharging hospital weighs a nursing facility against home."""
    care = environment.care
    decades = (patient.age / 12.0 - 75.0) / 10.0
    chance = care.joint_post_acute[joint] * care.post_acute
    chance *= math.exp(care.need_power[POST_ACUTE] * patient.log_need + care.post_acute_age * decades)
    if uniform(luck, draw + PLACE) >= min(0.9, chance):
        return
    asked = ASK_POST_ACUTE if joint == NO_JOINT else ASK_POST_ACUTE_OF_EPISODE
    if is_given(patient, asked, hospital, luck, draw + PLACE_DECIDE, environment, accounts):
        length = severity(POST_ACUTE, luck, draw + PLACE_SEVERITY, environment) * (
            1.0 - care.post_acute_shortened * coordination
        )
        if joint != NO_JOINT:
            patient.institutional = 1
        bill(patient, POST_ACUTE, environment.areas[patient.area].post_acute, length, environment, accounts)

"""One patient's month, as a story.

Grow older, live or die, find a practice, be seen, tested, treated, admitted, and feel.
"""

import math
from typing import Any

import numpy as np

from vbp_agents.choice import attribute, count_referral, find_specialist, seek_practice
from vbp_agents.compiled import compiled, compiled_loop
from vbp_agents.counting import be_counted, close_continuity, close_spending, count_start, end_year
from vbp_agents.episodes import (
    ELECTIVE,
    NO_JOINT,
    begin_episode,
    count_discharge,
    end_episode,
    hospital_number,
    is_declined,
    joint_of,
)
from vbp_agents.patients import (
    FOUNDER,
    NO_DAY,
    NOBODY,
    Patient,
    assess,
    be_born,
    control_target,
    forget_visits,
    monthly_hazard,
    utility_target,
)
from vbp_agents.rng import luck_of, uniform
from vbp_agents.services import (
    ADMISSION,
    ASK_ADMISSION,
    ASK_POST_ACUTE,
    ASK_POST_ACUTE_OF_EPISODE,
    ASK_PRIMARY,
    ASK_PROCEDURE,
    ASK_REFERRAL,
    ASK_RETURN,
    ASK_TEST,
    BACK,
    BACK_WHEN,
    DAYS,
    DEATH,
    DUPLICATE,
    EMERGENCY,
    FOLLOW_UP,
    FOLLOW_UP_VISIT,
    HOW_MANY,
    MOST_OPPORTUNITIES,
    OTHER,
    PLACE,
    PLACE_DECIDE,
    PLACE_SEVERITY,
    POST_ACUTE,
    PREVENT,
    PRIMARY,
    PROCEDURE,
    SENSITIVE,
    SEVERITY,
    SPECIALIST,
    TEST,
    WHEN,
    WHERE,
    WHO,
    WHOM,
    bill,
    draw_number,
    hospital_of,
    is_given,
    meet,
    opportunities,
    practice_of,
    severity,
)
from vbp_agents.world import Accounts, World


@compiled
def live_one_month(patient: Patient, month: int, world: World, accounts: Accounts) -> None:
    """Everything that happens to one patient in one month."""
    if month % 12 == 1:
        begin_year(patient, world)
    luck = luck_of(world.seed, patient.id, month)
    if uniform(luck, DEATH) < monthly_hazard(patient.age, patient.frailty, patient.control, world.population):
        die_and_be_followed(patient, month, world, accounts)
        luck = luck_of(world.seed, patient.id, month)
    coordination = coordination_of(patient, world)
    change_health(patient, measured_tasks_of(patient, world), world)
    seek_practice(patient, luck, world, accounts)
    see_primary_care(patient, luck, world, accounts)
    see_specialists(patient, luck, world, accounts)
    be_tested(patient, coordination, luck, world, accounts)
    have_procedures(patient, luck, world, accounts)
    visit_emergency(patient, luck, world, accounts)
    be_admitted(patient, month, coordination, luck, world, accounts)
    use_other_services(patient, luck, world, accounts)
    if patient.episode_ends == month:
        end_episode(patient, accounts)
    feel(patient, measured_tasks_of(patient, world), world)
    be_counted(patient, month, accounts)
    if month % 12 == 0:
        end_year(patient, luck, world, accounts)


@compiled
def coordination_of(patient: Patient, world: World) -> float:
    """How well the own practice's organization coordinates, in [0, 1]; nobody coordinates for the unattached."""
    if patient.practice < 0:
        return 0.0
    return float(world.organizations[world.practices[patient.practice].organization].coordination)


@compiled
def measured_tasks_of(patient: Patient, world: World) -> float:
    """How well the own practice's organization does what measures see, in [0, 1]."""
    if patient.practice < 0:
        return 0.0
    return float(world.organizations[world.practices[patient.practice].organization].measured_tasks)


@compiled
def begin_year(patient: Patient, world: World) -> None:
    """January: what age has brought, whom the payer counts the patient for, and a new list of visits."""
    patient.burden += world.population.burden_speed * (0.5 - patient.control - patient.burden)
    assess(patient, world)
    attribute(patient, world)
    forget_visits(patient)
    patient.spent = 0


@compiled
def die_and_be_followed(patient: Patient, month: int, world: World, accounts: Accounts) -> None:
    """A death closes the patient's year; a newcomer with a new id and luck of its own takes the place."""
    if month == 1:
        count_start(patient, accounts)
    accounts.members[patient.contract].deaths += 1
    if month % 12 != 1:  # whoever dies in January has lived no month of the year
        close_spending(patient, accounts)
        close_continuity(patient, world, accounts)
    patient.id += world.n_patients
    be_born(patient, month, world)
    accounts.members[patient.contract].entered += 1


@compiled
def change_health(patient: Patient, measured_tasks: float, world: World) -> None:
    """A month older; control and utility move towards where they are heading."""
    patient.age += 1
    attached = 1.0 if patient.practice >= 0 else 0.0
    target = control_target(patient, attached, measured_tasks, world.care)
    patient.control += world.care.control_speed * (target - patient.control)
    patient.utility += world.population.utility_speed * (utility_target(patient, world.population) - patient.utility)


@compiled
def see_primary_care(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Visits to the own practice, mostly to the usual clinician."""
    if patient.practice < 0:
        return
    seeking = 1.0 - world.care.seeking_deprivation * patient.deprivation
    for n in range(opportunities(patient, PRIMARY, seeking, luck, world)):
        draw = draw_number(PRIMARY, n)
        if is_given(patient, ASK_PRIMARY, int(patient.practice), luck, draw, world, accounts):
            visit_primary(patient, luck, draw, world, accounts)


@compiled
def visit_primary(patient: Patient, luck: np.uint64, draw: int, world: World, accounts: Accounts) -> None:
    """One visit to the usual clinician or, when that one is busy, to a colleague."""
    practice = world.practices[patient.practice]
    clinician = int(patient.clinician)
    if uniform(luck, draw + WHO) >= world.care.usual_clinician:
        local = practice.first_clinician - world.areas[patient.area].first_clinician
        clinician = int(local + int(practice.n_clinicians * uniform(luck, draw + WHOM)))
    meet(patient, clinician)
    patient.saw_usual = clinician == patient.clinician
    accounts.panels[patient.practice].visits += 1
    bill(patient, PRIMARY, practice.organization, severity(PRIMARY, luck, draw + SEVERITY, world), world, accounts)


@compiled
def see_specialists(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Referrals, which the practice decides, and returns, which the specialist decides."""
    for n in range(opportunities(patient, SPECIALIST, 1.0, luck, world)):
        draw = draw_number(SPECIALIST, n)
        if patient.specialist != NOBODY and uniform(luck, draw + WHO) < world.care.return_to_specialist:
            own = practice_of(patient, patient.specialist, world)
            given = is_given(patient, ASK_RETURN, own, luck, draw, world, accounts)
        elif patient.practice >= 0:
            given = is_given(patient, ASK_REFERRAL, int(patient.practice), luck, draw, world, accounts)
            if given:
                find_specialist(patient, uniform(luck, draw + WHOM), world)
                count_referral(patient, world, accounts)
        else:
            given = False
        if given:
            meet(patient, patient.specialist)
            seen_by = practice_of(patient, patient.specialist, world)
            accounts.panels[seen_by].visits += 1
            group = world.practices[seen_by]
            price = severity(SPECIALIST, luck, draw + SEVERITY, world)
            bill(patient, SPECIALIST, group.organization, price, world, accounts)


@compiled
def be_tested(patient: Patient, coordination: float, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Tests and images, ordered by the specialist or the practice; some repeat what another organization has done."""
    care = world.care
    for n in range(opportunities(patient, TEST, 1.0, luck, world)):
        draw = draw_number(TEST, n)
        by_specialist = patient.specialist != NOBODY and uniform(luck, draw + WHO) < care.specialist_tests
        if not by_specialist and patient.practice < 0:
            continue
        who = practice_of(patient, patient.specialist, world) if by_specialist else int(patient.practice)
        orderer = world.practices[who]
        unseen = patient.tested_by >= 0 and patient.tested_by != orderer.organization
        duplicate = unseen and uniform(luck, draw + DUPLICATE) < care.duplicate
        if duplicate and uniform(luck, draw + PREVENT) < care.duplicate_prevented * coordination:
            continue
        if not is_given(patient, ASK_TEST, who, luck, draw, world, accounts):
            continue
        accounts.unseen[patient.contract].duplicate_tests += duplicate
        patient.tested_by = orderer.organization
        bill(patient, TEST, orderer.organization, severity(TEST, luck, draw + SEVERITY, world), world, accounts)


@compiled
def have_procedures(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Elective procedures, which the specialist decides; who has none is referred first."""
    for n in range(opportunities(patient, PROCEDURE, 1.0, luck, world)):
        draw = draw_number(PROCEDURE, n)
        if patient.specialist == NOBODY:
            if patient.practice < 0:
                return
            find_specialist(patient, uniform(luck, draw + WHOM), world)
        surgeon = practice_of(patient, patient.specialist, world)
        if is_given(patient, ASK_PROCEDURE, surgeon, luck, draw, world, accounts):
            price = severity(PROCEDURE, luck, draw + SEVERITY, world)
            bill(patient, PROCEDURE, world.practices[surgeon].organization, price, world, accounts)


@compiled
def acute_factor(patient: Patient, world: World) -> float:
    """How much lost control raises the hazard of acute events."""
    return math.exp(-world.care.control_hazard * (patient.control - 0.5))


@compiled
def visit_emergency(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Emergency visits: more with need, lost control and deprivation, and without a practice."""
    care = world.care
    factor = acute_factor(patient, world) * math.exp(care.emergency_deprivation * (patient.deprivation - 0.5))
    if patient.practice < 0:
        factor *= 1.0 + care.emergency_unattached
    area = world.areas[patient.area]
    for n in range(opportunities(patient, EMERGENCY, factor, luck, world)):
        draw = draw_number(EMERGENCY, n)
        hospital = world.practices[hospital_of(patient, luck, draw + WHERE, area, world)]
        price = severity(EMERGENCY, luck, draw + SEVERITY, world)
        bill(patient, EMERGENCY, hospital.organization, price, world, accounts)


@compiled
def be_admitted(
    patient: Patient, month: int, coordination: float, luck: np.uint64, world: World, accounts: Accounts
) -> None:
    """Acute admissions, some of which coordination prevents, and readmissions that have come due."""
    care = world.care
    first_day = DAYS * (month - 1)
    area = world.areas[patient.area]
    for k in range(opportunities(patient, ADMISSION, acute_factor(patient, world), luck, world)):
        draw = draw_number(ADMISSION, k)
        sensitive = uniform(luck, draw + SENSITIVE) < care.ambulatory_sensitive
        if sensitive and uniform(luck, draw + PREVENT) < care.preventable * coordination:
            continue
        hospital = hospital_of(patient, luck, draw + WHERE, area, world)
        if not is_given(patient, ASK_ADMISSION, hospital, luck, draw, world, accounts):
            continue
        joint = NO_JOINT if sensitive else joint_of(patient, luck, draw, care)
        if joint == ELECTIVE and is_declined(patient, hospital, luck, draw, world, accounts):
            continue
        if sensitive:
            accounts.unseen[patient.contract].avoidable_admissions += 1
        day = first_day + int(DAYS * uniform(luck, draw + WHEN))
        stay(patient, day, hospital, joint, coordination, luck, draw, world, accounts)
    for n in range(MOST_OPPORTUNITIES, MOST_OPPORTUNITIES + 12):
        if not first_day <= patient.readmission < first_day + DAYS:
            return
        draw = draw_number(ADMISSION, n)
        hospital = hospital_of(patient, luck, draw + WHERE, area, world)
        stay(patient, patient.readmission, hospital, NO_JOINT, coordination, luck, draw, world, accounts)


@compiled
def stay(
    patient: Patient,
    day: int,
    hospital: int,
    joint: int,
    coordination: float,
    luck: np.uint64,
    draw: int,
    world: World,
    accounts: Accounts,
) -> None:
    """A hospital stay and what follows its discharge.

    A nursing facility or home, a follow-up visit or none, a return or none.
    """
    care = world.care
    members = accounts.members[patient.contract]
    members.live_discharges += 1
    number = hospital_number(patient, hospital, world)
    count_discharge(patient, day, number, luck, draw, world, accounts)
    if joint != NO_JOINT:
        begin_episode(patient, joint, day, number, luck, draw, care)
    if 0 <= day - patient.discharged <= 30:
        members.readmitted += 1
    if day >= patient.discharged:
        patient.discharged, patient.discharged_by = day, number
    patient.readmission = NO_DAY
    patient.utility = max(0.0, patient.utility - care.stay_disutility)
    price = care.joint_price[joint] * severity(ADMISSION, luck, draw + SEVERITY, world)
    bill(patient, ADMISSION, world.practices[hospital].organization, price, world, accounts)
    go_to_post_acute(patient, hospital, joint, coordination, luck, draw, world, accounts)
    tasks = tasks_after_discharge(patient, hospital, world)
    if patient.practice >= 0 and uniform(luck, draw + FOLLOW_UP) < care.follow_up + care.follow_up_coordination * tasks:
        members.followed_up += 1
        accounts.hospitals[2 * patient.area + number, patient.payer].followed_up += 1
        visit_primary(patient, luck, draw + FOLLOW_UP_VISIT, world, accounts)
    chance = care.readmission * math.exp(care.readmission_need * patient.log_need)
    if uniform(luck, draw + BACK) < chance * (1.0 - care.readmission_prevented * tasks):
        patient.readmission = day + 1 + int(30.0 * uniform(luck, draw + BACK_WHEN))


@compiled
def tasks_after_discharge(patient: Patient, hospital: int, world: World) -> float:
    """How well those who discharge and those who take over do what measures see, in [0, 1]: half each."""
    theirs = world.organizations[world.practices[hospital].organization].measured_tasks
    return 0.5 * float(theirs) + 0.5 * measured_tasks_of(patient, world)


@compiled
def go_to_post_acute(
    patient: Patient,
    hospital: int,
    joint: int,
    coordination: float,
    luck: np.uint64,
    draw: int,
    world: World,
    accounts: Accounts,
) -> None:
    """The discharging hospital weighs a nursing facility against home."""
    care = world.care
    decades = (patient.age / 12.0 - 75.0) / 10.0
    chance = care.joint_post_acute[joint] * care.post_acute
    chance *= math.exp(care.need_power[POST_ACUTE] * patient.log_need + care.post_acute_age * decades)
    if uniform(luck, draw + PLACE) >= min(0.9, chance):
        return
    asked = ASK_POST_ACUTE if joint == NO_JOINT else ASK_POST_ACUTE_OF_EPISODE
    if is_given(patient, asked, hospital, luck, draw + PLACE_DECIDE, world, accounts):
        length = severity(POST_ACUTE, luck, draw + PLACE_SEVERITY, world) * (
            1.0 - care.post_acute_shortened * coordination
        )
        if joint != NO_JOINT:
            patient.institutional = 1
        bill(patient, POST_ACUTE, world.areas[patient.area].post_acute, length, world, accounts)


@compiled
def use_other_services(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Home health, equipment, hospice."""
    for n in range(opportunities(patient, OTHER, 1.0, luck, world)):
        price = severity(OTHER, luck, draw_number(OTHER, n) + SEVERITY, world)
        bill(patient, OTHER, world.areas[patient.area].other, price, world, accounts)


@compiled
def feel(patient: Patient, measured_tasks: float, world: World) -> None:
    """Experience moves towards what access, continuity and coordination make it."""
    care = world.care
    points = care.experience_base + care.experience_coordination * measured_tasks
    if patient.practice >= 0:
        points += care.experience_access * min(1.0, 1.9 - world.practices[patient.practice].load)
        points += care.experience_continuity * patient.saw_usual
    patient.experience += care.experience_speed * (min(100.0, max(0.0, points)) - patient.experience)


@compiled_loop
def found(patients: Any, world: World, accounts: Accounts, low: int, high: int) -> None:
    """Make founders of records ``low`` to ``high``.

    Born, with a practice that they likely saw last year, so that January attributes them.
    """
    for i in range(low, high):
        patient = patients[i]
        be_born(patient, FOUNDER, world)
        luck = luck_of(world.seed, patient.id, FOUNDER)
        seek_practice(patient, luck, world, accounts)
        visits = 12.0 * world.care.rate[PRIMARY] * math.exp(world.care.need_power[PRIMARY] * patient.log_need)
        if uniform(luck, HOW_MANY + PRIMARY) < 1.0 - math.exp(-visits):
            meet(patient, patient.clinician)


@compiled_loop
def live(patients: Any, month: int, world: World, accounts: Accounts, low: int, high: int) -> None:
    """One month of records ``low`` to ``high``."""
    for i in range(low, high):
        live_one_month(patients[i], month, world, accounts)

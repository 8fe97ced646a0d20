"""Care without a bed: visits, referrals, tests and procedures."""

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.environment import Accounts, Environment
from vbp_agents.people.choice import count_referral, find_specialist
from vbp_agents.people.draws import DUPLICATE, PREVENT, SEVERITY, WHO, WHOM, draw_number
from vbp_agents.people.patients import NOBODY, Patient
from vbp_agents.people.services import (
    ASK_PRIMARY,
    ASK_PROCEDURE,
    ASK_REFERRAL,
    ASK_RETURN,
    ASK_TEST,
    PRIMARY,
    PROCEDURE,
    SPECIALIST,
    TEST,
    bill,
    go_without,
    is_given,
    meet,
    opportunities,
    practice_of,
    severity,
)
from vbp_agents.rng import uniform


@compiled
def see_primary_care(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """Visits to the own practice, mostly to the usual clinician; without one, nobody gives what is needed."""
    seeking = 1.0 - environment.care.seeking_deprivation * patient.deprivation
    for n in range(opportunities(patient, PRIMARY, seeking, luck, environment)):
        draw = draw_number(PRIMARY, n)
        if patient.practice < 0:
            go_without(patient, ASK_PRIMARY, luck, draw, environment, accounts)
        elif is_given(patient, ASK_PRIMARY, int(patient.practice), luck, draw, environment, accounts):
            visit_primary(patient, luck, draw, environment, accounts)


@compiled
def visit_primary(patient: Patient, luck: np.uint64, draw: int, environment: Environment, accounts: Accounts) -> None:
    """One visit to the usual clinician or, when that one is busy, to a colleague."""
    practice = environment.practices[patient.practice]
    clinician = int(patient.clinician)
    if uniform(luck, draw + WHO) >= environment.care.usual_clinician:
        local = practice.first_clinician - environment.areas[patient.area].first_clinician
        clinician = int(local + int(practice.n_clinicians * uniform(luck, draw + WHOM)))
    meet(patient, clinician)
    patient.saw_usual = clinician == patient.clinician
    accounts.panels[patient.practice].visits += 1
    bill(
        patient,
        PRIMARY,
        practice.organization,
        severity(PRIMARY, luck, draw + SEVERITY, environment),
        environment,
        accounts,
    )


@compiled
def see_specialists(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """Referrals, which the practice decides, and returns, which the specialist decides."""
    for n in range(opportunities(patient, SPECIALIST, 1.0, luck, environment)):
        draw = draw_number(SPECIALIST, n)
        if patient.specialist != NOBODY and uniform(luck, draw + WHO) < environment.care.return_to_specialist:
            group_of_last = practice_of(patient, patient.specialist, environment)
            given = is_given(patient, ASK_RETURN, group_of_last, luck, draw, environment, accounts)
        elif patient.practice >= 0:
            given = is_given(patient, ASK_REFERRAL, int(patient.practice), luck, draw, environment, accounts)
            if given:
                find_specialist(patient, uniform(luck, draw + WHOM), environment)
                count_referral(patient, environment, accounts)
        else:
            given = False
        if given:
            meet(patient, int(np.int64(patient.specialist)))
            seen_by = practice_of(patient, patient.specialist, environment)
            accounts.panels[seen_by].visits += 1
            group = environment.practices[seen_by]
            price = severity(SPECIALIST, luck, draw + SEVERITY, environment)
            bill(patient, SPECIALIST, group.organization, price, environment, accounts)


@compiled
def be_tested(
    patient: Patient, coordination: float, luck: np.uint64, environment: Environment, accounts: Accounts
) -> None:
    """Tests and images, ordered by the specialist or the practice; some repeat what another organization has done."""
    care = environment.care
    for n in range(opportunities(patient, TEST, 1.0, luck, environment)):
        draw = draw_number(TEST, n)
        by_specialist = patient.specialist != NOBODY and uniform(luck, draw + WHO) < care.specialist_tests
        if not by_specialist and patient.practice < 0:
            continue
        who = practice_of(patient, patient.specialist, environment) if by_specialist else int(patient.practice)
        orderer = environment.practices[who]
        unseen = patient.tested_by >= 0 and patient.tested_by != orderer.organization
        duplicate = unseen and uniform(luck, draw + DUPLICATE) < care.duplicate
        if duplicate and uniform(luck, draw + PREVENT) < care.duplicate_prevented * coordination:
            continue
        if not is_given(patient, ASK_TEST, who, luck, draw, environment, accounts):
            continue
        accounts.hidden[patient.row].duplicate_tests += duplicate
        patient.tested_by = orderer.organization
        bill(
            patient,
            TEST,
            orderer.organization,
            severity(TEST, luck, draw + SEVERITY, environment),
            environment,
            accounts,
        )


@compiled
def have_procedures(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """Elective procedures, which the specialist decides; who has none is referred first."""
    for n in range(opportunities(patient, PROCEDURE, 1.0, luck, environment)):
        draw = draw_number(PROCEDURE, n)
        if patient.specialist == NOBODY:
            if patient.practice < 0:
                return
            find_specialist(patient, uniform(luck, draw + WHOM), environment)
        surgeon = practice_of(patient, patient.specialist, environment)
        if is_given(patient, ASK_PROCEDURE, surgeon, luck, draw, environment, accounts):
            price = severity(PROCEDURE, luck, draw + SEVERITY, environment)
            bill(patient, PROCEDURE, environment.practices[surgeon].organization, price, environment, accounts)

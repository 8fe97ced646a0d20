"""What a month and a year of one patient add to the accounts: people, risk, quality, continuity, spending."""

import math

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.environment import GROUPINGS, HIGHEST_BIN, QUINTILE, RISK_DECILE, Accounts, Environment
from vbp_agents.parameters import CONDITIONS
from vbp_agents.people.choice import quintile
from vbp_agents.people.draws import ANSWER, DOCUMENTED, PREVENTIVE_DOCUMENTED, SURVEY
from vbp_agents.people.patients import NOBODY, Patient
from vbp_agents.people.services import measured_control, practice_of
from vbp_agents.rng import normal, uniform

_MEASURED = ("diabetes", "heart_failure", "kidney_disease", "coronary_disease")
"""Conditions whose control is a quality measure."""
MEASURED_CONDITIONS = sum(1 << CONDITIONS.index(name) for name in _MEASURED)
N_GROUPINGS = len(GROUPINGS)


@compiled
def be_counted(patient: Patient, month: int, accounts: Accounts) -> None:
    """The month in the accounts of the contract, the practice and the groups the patient belongs to."""
    members = accounts.members[patient.row]
    members.member_months += 1
    members.coded_risk += round(1e6 * patient.coded_risk)
    hidden = accounts.hidden[patient.row]
    hidden.baseline_coded_risk += round(1e6 * patient.baseline_coded_risk)
    hidden.control += round(1e6 * patient.control)
    hidden.qalys += round(1e6 / 12.0 * patient.utility)
    unpriced = round(1e6 * (patient.true_risk - patient.baseline_coded_risk))
    first_unpriced = round(1e6 * patient.first_unpriced)
    experience = round(1e3 * patient.experience)
    if patient.practice >= 0:
        hidden.unpriced_attached += unpriced
        panel = accounts.panels[patient.practice]
        panel.member_months += 1
        panel.unpriced_risk += unpriced
        panel.experience += experience
        panel.first_unpriced_risk += first_unpriced
    else:
        hidden.unattached_months += 1
        hidden.unpriced_unattached += unpriced
    for kind in range(N_GROUPINGS):
        group = accounts.groups[kind, group_of(patient, kind)]
        group.person_months += 1
        group.experience += experience
        group.first_unpriced_risk += first_unpriced
        group.unattached_months += patient.practice < 0
        if patient.entered <= 0:
            group.qalys += round(1e6 / 12.0 * patient.utility)
    if month == 1 and patient.entered <= 0:
        count_start(patient, accounts)


@compiled
def count_start(patient: Patient, accounts: Accounts) -> None:
    """Count the patient among those alive at the start, also one whom month 1 does not spare."""
    for kind in range(N_GROUPINGS):
        accounts.groups[kind, group_of(patient, kind)].at_start += 1


@compiled
def group_of(patient: Patient, kind: int) -> int:
    """The patient's deprivation quintile, true-risk decile or unpriced-risk decile."""
    if kind == QUINTILE:
        return quintile(patient.deprivation)
    return int(patient.risk_decile if kind == RISK_DECILE else patient.unpriced_decile)


@compiled
def end_year(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """December: what the year's quality measures and continuity see of this patient."""
    close_spending(patient, accounts)
    close_continuity(patient, environment, accounts)
    members = accounts.members[patient.row]
    members.preventive_eligible += 1
    members.preventive_seen += saw_primary_care(patient, environment) or is_documented(
        patient, luck, PREVENTIVE_DOCUMENTED, environment
    )
    if patient.recorded & MEASURED_CONDITIONS:
        members.diagnosed += 1
        members.controlled += measured_control(patient, environment) > 0.5 or is_documented(
            patient, luck, DOCUMENTED, environment
        )
    if uniform(luck, SURVEY) < environment.survey_share[patient.row % environment.n_rows]:
        members.surveyed += 1
        answer = patient.experience + environment.care.survey_noise * normal(luck, ANSWER)
        members.survey_points += round(1e3 * min(100.0, max(0.0, answer)))


@compiled
def is_documented(patient: Patient, luck: np.uint64, draw: int, environment: Environment) -> bool:
    """Whether what did not happen here is written up as met: done elsewhere, excluded, or only said."""
    if patient.practice < 0:
        return False
    written = environment.organizations[environment.practices[patient.practice].organization].documentation
    return bool(uniform(luck, draw) < environment.conduct.documentation_finds * written)


@compiled
def saw_primary_care(patient: Patient, environment: Environment) -> bool:
    """Whether the year had a visit to a primary-care clinician."""
    area = environment.areas[patient.area]
    for k in range(len(patient.seen_count)):
        if patient.seen_clinician[k] == NOBODY:
            return False
        if (
            environment.practice_of[area.first_clinician + patient.seen_clinician[k]]
            < area.first_practice + area.n_practices
        ):
            return True
    return False


@compiled
def close_spending(patient: Patient, accounts: Accounts) -> None:
    """Put the year's spending into its bin: bin 0 for nothing, then sixteen a doubling."""
    bin = 0
    if patient.spent > 0:
        bin = 1 + min(HIGHEST_BIN - 1, max(0, int(16.0 * (math.log2(patient.spent) - 9.0))))
    accounts.spending[patient.payer, bin].people += 1
    accounts.spending[patient.payer, bin].cents += patient.spent


@compiled
def close_continuity(patient: Patient, environment: Environment, accounts: Accounts) -> None:
    """Bice-Boxerman continuity (sum n^2 - N) / (N (N - 1)) and the usual provider's share, from 4 visits.

    Over clinicians and over practices. Bice and Boxerman 1977, Med Care 15:347.
    """
    visits, squares, most, practice_squares = 0, 0, 0, 0
    for k in range(len(patient.seen_count)):
        count = int(patient.seen_count[k])
        visits += count
        squares += count * count
        most = max(most, count)
        practice_squares += count * _visits_to_practice_of(patient, k, environment)
    if visits < 4:
        return
    pairs = visits * (visits - 1)
    members = accounts.members[patient.row]
    members.regular_visitors += 1
    members.continuity_clinicians += round(1e6 * (squares - visits) / pairs)
    members.continuity_practices += round(1e6 * (practice_squares - visits) / pairs)
    members.usual_provider += round(1e6 * most / visits)


@compiled
def _visits_to_practice_of(patient: Patient, k: int, environment: Environment) -> int:
    """All of the year's visits to the practice of the k-th clinician seen."""
    if patient.seen_count[k] == 0:
        return 0
    practice = practice_of(patient, patient.seen_clinician[k], environment)
    visits = 0
    for other in range(len(patient.seen_count)):
        if (
            patient.seen_count[other] > 0
            and practice_of(patient, patient.seen_clinician[other], environment) == practice
        ):
            visits += int(patient.seen_count[other])
    return visits

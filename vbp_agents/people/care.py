"""One patient's month, as a story.

Grow older, live or die, find a practice, be seen, tested, treated, admitted, and feel.
"""

import math
from typing import Any

import numpy as np

from vbp_agents.compiled import compiled, compiled_loop
from vbp_agents.environment import Accounts, Environment
from vbp_agents.people.acute import be_admitted, visit_emergency
from vbp_agents.people.ambulatory import be_tested, have_procedures, see_primary_care, see_specialists
from vbp_agents.people.choice import attribute, seek_practice
from vbp_agents.people.counting import be_counted, close_continuity, close_spending, count_start, end_year
from vbp_agents.people.draws import DEATH, HOW_MANY, SEVERITY, draw_number
from vbp_agents.people.episodes import end_episode
from vbp_agents.people.events import DIED
from vbp_agents.people.patients import (
    Patient,
    assess,
    be_born,
    control_target,
    forget_visits,
    monthly_hazard,
    utility_target,
)
from vbp_agents.people.services import (
    OTHER,
    PRIMARY,
    bill,
    coordination_of,
    measured_tasks_of,
    meet,
    opportunities,
    severity,
)
from vbp_agents.rng import FOUNDER, luck_of, uniform


@compiled
def live_one_month(patient: Patient, month: int, environment: Environment, accounts: Accounts) -> None:
    """Everything that happens to one patient in one month."""
    begin_month(patient, month, environment, accounts)
    luck = luck_of(environment.seed, patient.id, month)
    coordination = coordination_of(patient, environment)
    seek_practice(patient, luck, environment, accounts)
    see_primary_care(patient, luck, environment, accounts)
    see_specialists(patient, luck, environment, accounts)
    be_tested(patient, coordination, luck, environment, accounts)
    have_procedures(patient, luck, environment, accounts)
    visit_emergency(patient, luck, environment, accounts)
    be_admitted(patient, month, coordination, luck, environment, accounts)
    use_other_services(patient, luck, environment, accounts)
    if patient.episode_ends == month:
        end_episode(patient, environment, accounts)
    feel(patient, measured_tasks_of(patient, environment), environment)
    be_counted(patient, month, accounts)
    if month % 12 == 0:
        end_year(patient, luck, environment, accounts)


@compiled
def begin_month(patient: Patient, month: int, environment: Environment, accounts: Accounts) -> None:
    """As far as a month goes before anybody seeks care: January's news, life or death, health."""
    patient.events = 0
    if month % 12 == 1:
        begin_year(patient, environment)
    luck = luck_of(environment.seed, patient.id, month)
    if uniform(luck, DEATH) < monthly_hazard(patient.age, patient.frailty, patient.control, environment.population):
        die_and_be_followed(patient, month, environment, accounts)
    change_health(patient, environment)


@compiled
def begin_year(patient: Patient, environment: Environment) -> None:
    """January: what age has brought, whom the payer counts the patient for, and a new list of visits."""
    patient.burden += environment.population.burden_speed * (0.5 - patient.control - patient.burden)
    assess(patient, environment)
    attribute(patient, environment)
    forget_visits(patient)
    patient.spent = 0


@compiled
def die_and_be_followed(patient: Patient, month: int, environment: Environment, accounts: Accounts) -> None:
    """A death closes the patient's year; a newcomer with a new id and luck of its own takes the place."""
    if month == 1:
        count_start(patient, accounts)
    accounts.members[patient.row].deaths += 1
    if month % 12 != 1:  # whoever dies in January has lived no month of the year
        close_spending(patient, accounts)
        close_continuity(patient, environment, accounts)
    patient.id += environment.n_patients
    be_born(patient, month, environment)
    patient.events |= DIED
    accounts.members[patient.row].entered += 1


@compiled
def change_health(patient: Patient, environment: Environment) -> None:
    """A month older; control and utility move towards where they are heading. Health follows effort for all tasks."""
    patient.age += 1
    attached = 1.0 if patient.practice >= 0 else 0.0
    effort = 0.5 * (measured_tasks_of(patient, environment) + coordination_of(patient, environment))
    target = control_target(patient, attached, effort, environment.care)
    patient.control += environment.care.control_speed * (target - patient.control)
    patient.utility += environment.population.utility_speed * (
        utility_target(patient, environment.population) - patient.utility
    )


@compiled
def use_other_services(patient: Patient, luck: np.uint64, environment: Environment, accounts: Accounts) -> None:
    """Home health, equipment, hospice."""
    for n in range(opportunities(patient, OTHER, 1.0, luck, environment)):
        price = severity(OTHER, luck, draw_number(OTHER, n) + SEVERITY, environment)
        bill(patient, OTHER, environment.areas[patient.area].other, price, environment, accounts)


@compiled
def feel(patient: Patient, measured_tasks: float, environment: Environment) -> None:
    """Experience moves towards what access, continuity and the tasks that measures see make it."""
    care = environment.care
    points = care.experience_base + care.experience_coordination * measured_tasks
    if patient.practice >= 0:
        points += care.experience_access * min(
            1.0, 1.0 + care.noticed_load - environment.practices[patient.practice].load
        )
        points += care.experience_continuity * patient.saw_usual
    patient.experience += care.experience_speed * (min(100.0, max(0.0, points)) - patient.experience)


@compiled
def begin_life(patient: Patient, environment: Environment, accounts: Accounts) -> None:
    """A founder is born and has a practice, which it likely saw last year."""
    be_born(patient, FOUNDER, environment)
    luck = luck_of(environment.seed, patient.id, FOUNDER)
    seek_practice(patient, luck, environment, accounts)
    visits = 12.0 * environment.care.rate[PRIMARY] * math.exp(environment.care.need_power[PRIMARY] * patient.log_need)
    if uniform(luck, HOW_MANY + PRIMARY) < 1.0 - math.exp(-visits):
        meet(patient, int(np.int64(patient.clinician)))


@compiled_loop
def create_founders_between(patients: Any, environment: Environment, accounts: Accounts, low: int, high: int) -> None:
    """Make founders of records ``low`` to ``high``.

    Born, with a practice that they likely saw last year, so that January attributes them.
    """
    for i in range(low, high):
        begin_life(patients[i], environment, accounts)


@compiled_loop
def live(patients: Any, month: int, environment: Environment, accounts: Accounts, low: int, high: int) -> None:
    """One month of records ``low`` to ``high``."""
    for i in range(low, high):
        live_one_month(patients[i], month, environment, accounts)

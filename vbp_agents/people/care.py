"""One patient's month, as a story.

Grow older, live or die, find a practice, be seen, tested, treated, admitted, and feel.
"""

import math
from typing import Any

import numpy as np

from vbp_agents.compiled import compiled, compiled_loop
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
from vbp_agents.world import Accounts, World


@compiled
def live_one_month(patient: Patient, month: int, world: World, accounts: Accounts) -> None:
    """Everything that happens to one patient in one month."""
    begin_month(patient, month, world, accounts)
    luck = luck_of(world.seed, patient.id, month)
    coordination = coordination_of(patient, world)
    seek_practice(patient, luck, world, accounts)
    see_primary_care(patient, luck, world, accounts)
    see_specialists(patient, luck, world, accounts)
    be_tested(patient, coordination, luck, world, accounts)
    have_procedures(patient, luck, world, accounts)
    visit_emergency(patient, luck, world, accounts)
    be_admitted(patient, month, coordination, luck, world, accounts)
    use_other_services(patient, luck, world, accounts)
    if patient.episode_ends == month:
        end_episode(patient, world, accounts)
    feel(patient, measured_tasks_of(patient, world), world)
    be_counted(patient, month, accounts)
    if month % 12 == 0:
        end_year(patient, luck, world, accounts)


@compiled
def begin_month(patient: Patient, month: int, world: World, accounts: Accounts) -> None:
    """As far as a month goes before anybody seeks care: January's news, life or death, health."""
    patient.events = 0
    if month % 12 == 1:
        begin_year(patient, world)
    luck = luck_of(world.seed, patient.id, month)
    if uniform(luck, DEATH) < monthly_hazard(patient.age, patient.frailty, patient.control, world.population):
        die_and_be_followed(patient, month, world, accounts)
    change_health(patient, world)


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
    accounts.members[patient.row].deaths += 1
    if month % 12 != 1:  # whoever dies in January has lived no month of the year
        close_spending(patient, accounts)
        close_continuity(patient, world, accounts)
    patient.id += world.n_patients
    be_born(patient, month, world)
    patient.events |= DIED
    accounts.members[patient.row].entered += 1


@compiled
def change_health(patient: Patient, world: World) -> None:
    """A month older; control and utility move towards where they are heading. Health follows effort for all tasks."""
    patient.age += 1
    attached = 1.0 if patient.practice >= 0 else 0.0
    effort = 0.5 * (measured_tasks_of(patient, world) + coordination_of(patient, world))
    target = control_target(patient, attached, effort, world.care)
    patient.control += world.care.control_speed * (target - patient.control)
    patient.utility += world.population.utility_speed * (utility_target(patient, world.population) - patient.utility)


@compiled
def use_other_services(patient: Patient, luck: np.uint64, world: World, accounts: Accounts) -> None:
    """Home health, equipment, hospice."""
    for n in range(opportunities(patient, OTHER, 1.0, luck, world)):
        price = severity(OTHER, luck, draw_number(OTHER, n) + SEVERITY, world)
        bill(patient, OTHER, world.areas[patient.area].other, price, world, accounts)


@compiled
def feel(patient: Patient, measured_tasks: float, world: World) -> None:
    """Experience moves towards what access, continuity and the tasks that measures see make it."""
    care = world.care
    points = care.experience_base + care.experience_coordination * measured_tasks
    if patient.practice >= 0:
        points += care.experience_access * min(1.0, 1.0 + care.noticed_load - world.practices[patient.practice].load)
        points += care.experience_continuity * patient.saw_usual
    patient.experience += care.experience_speed * (min(100.0, max(0.0, points)) - patient.experience)


@compiled
def begin_life(patient: Patient, world: World, accounts: Accounts) -> None:
    """A founder is born and has a practice, which it likely saw last year."""
    be_born(patient, FOUNDER, world)
    luck = luck_of(world.seed, patient.id, FOUNDER)
    seek_practice(patient, luck, world, accounts)
    visits = 12.0 * world.care.rate[PRIMARY] * math.exp(world.care.need_power[PRIMARY] * patient.log_need)
    if uniform(luck, HOW_MANY + PRIMARY) < 1.0 - math.exp(-visits):
        meet(patient, int(np.int64(patient.clinician)))


@compiled_loop
def found(patients: Any, world: World, accounts: Accounts, low: int, high: int) -> None:
    """Make founders of records ``low`` to ``high``.

    Born, with a practice that they likely saw last year, so that January attributes them.
    """
    for i in range(low, high):
        begin_life(patients[i], world, accounts)


@compiled_loop
def live(patients: Any, month: int, world: World, accounts: Accounts, low: int, high: int) -> None:
    """One month of records ``low`` to ``high``."""
    for i in range(low, high):
        live_one_month(patients[i], month, world, accounts)

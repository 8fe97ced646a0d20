"""Which practices a patient asks in a month, and what each of them weighs: the choice is lived once more, and noted.

It is compiled with the choice itself, from which every number comes; nothing here decides anything.
"""

from typing import Any

from vbp_agents.compiled import compiled, compiled_loop
from vbp_agents.environment import QUINTILE, Accounts, Environment
from vbp_agents.people.care import begin_month
from vbp_agents.people.choice import choose_practice, expected_margin, hours_of, quintile, seek_practice
from vbp_agents.people.draws import PERCEIVED, PERCEIVED_AGAIN, choice_draw
from vbp_agents.people.expected import expected_episode
from vbp_agents.people.patients import Patient
from vbp_agents.records import Record, f8, i4, u1
from vbp_agents.rng import luck_of, normal, uniform


class PracticeAsked(Record):
    """A practice that was asked, or that asked itself (``review``), and what it weighed, dollars a year.

    ``margin``: expected under its contracts and of its own services; ``hours``: at their shadow price; ``care``:
    altruism x what care does for the patient; ``error``: of its idea of the margin.
    """

    practice: i4
    welcome: u1
    review: u1
    margin: f8
    hours: f8
    care: f8
    error: f8


@compiled_loop
def ask(patients: Any, month: int, environment: Environment, accounts: Accounts, asked: Any) -> int:
    """Note in ``asked`` (three records) whom a patient asks this month; the number of those asked.

    ``patients``: two copies of its record at the month's start; the first seeks, the second says where it came from.
    ``accounts``: empty ones. Afterwards the first has the practice that it has found.
    """
    seeker, before = patients[0], patients[1]
    begin_month(seeker, month, environment, accounts)
    begin_month(before, month, environment, accounts)
    luck = luck_of(environment.seed, seeker.id, month)
    seek_practice(seeker, luck, environment, accounts)
    before.x, before.y = seeker.x, seeker.y
    tried = accounts.groups[QUINTILE, quintile(seeker.deprivation)]
    attempts, refusals = int(tried.attempts), int(tried.refusals)
    area = environment.areas[before.area]
    first = second = -1
    for attempt in range(attempts):
        row = asked[attempt]
        row.review = 1 if attempts == 1 and refusals == 1 else 0
        row.welcome = 1 if attempt >= refusals else 0
        row.practice = before.practice
        error = normal(luck, PERCEIVED_AGAIN)
        if row.review == 0:
            draw = uniform(luck, choice_draw(attempt))
            row.practice = choose_practice(before, area, first, second, draw, environment)
            error = normal(luck, PERCEIVED + attempt)
        _weigh(before, row, error, environment)
        first, second = row.practice, first
    return attempts


@compiled
def _weigh(patient: Patient, row: PracticeAsked, error: float, environment: Environment) -> None:
    """What the practice of a row weighs, as in `choice.is_welcome`."""
    practice, conduct = environment.practices[row.practice], environment.conduct
    row.margin = expected_margin(patient, row.practice, environment)
    row.hours = practice.hour_price * hours_of(patient, environment)
    row.care = practice.altruism * conduct.care_benefit * max(0.0, patient.true_risk)
    row.error = conduct.perception_spread * error


@compiled_loop
def case_costs(patients: Any, month: int, environment: Environment, accounts: Accounts) -> float:
    """What a hospital expects an elective joint replacement of this patient to cost this month, dollars."""
    begin_month(patients[0], month, environment, accounts)
    return expected_episode(patients[0], environment)

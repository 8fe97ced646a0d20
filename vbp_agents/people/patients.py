"""Patients: one record each, born in compiled code from their own luck.

A founder is a newcomer of long ago who survived: entry age and years since are drawn until the hazard lets one live.
So ages and frailty
start in the joint distribution in which deaths and newcomers keep them.
"""

import math
from typing import Any

import numpy as np

from vbp_agents.compiled import compiled
from vbp_agents.environment import Environment
from vbp_agents.parameters import CONDITIONS, CareParameters, PopulationParameters
from vbp_agents.people.draws import (
    ADHERENCE,
    ALIVE,
    DEPRIVATION,
    EARLY,
    ENTRY_AGE,
    FEMALE,
    FRAILTY,
    HOME_X,
    HOME_Y,
    LOW_INCOME,
    OF_A_TRY,
    ONSET,
    PAYER,
    RECORDED,
    RISK_SIGNAL,
    YEARS,
)
from vbp_agents.records import Record, empty, f4, i2, i4, u1, u1x16, u2, u2x16, u4
from vbp_agents.rng import BIRTH, FOUNDER, inverse_normal, luck_of, uniform

N_CONDITIONS = len(CONDITIONS)
NOBODY = 65_535
NO_DAY = -20_000
KIDNEY_DISEASE, OSTEOARTHRITIS = CONDITIONS.index("kidney_disease"), CONDITIONS.index("osteoarthritis")


class Patient(Record):
    """One patient. Ages in months, days of 30-day months since month 1, money in cents, places as positions in arrays.

    ``clinician``, ``specialist`` and ``seen_clinician`` number clinicians within the area (65,535: nobody);
    ``practice`` is -1 when
    unattached; ``row`` is that of the accounts the patient counts in this year; ``seen_*`` holds this year's
    visits by clinician. ``first_unpriced``: unpriced risk at month 0, or at entry. ``episode_ends``: the last month of
    an open joint replacement episode; ``anchor`` and
    ``discharged_by``: hospitals by their number within the area. ``events``: what happened this month, in
    the bits of `events.EVENTS`.
    """

    id: u4
    spent: u4
    episode_spent: u4
    practice: i4
    row: i4
    tested_by: i4
    deprivation: f4
    adherence: f4
    frailty: f4
    x: f4
    y: f4
    control: f4
    utility: f4
    burden: f4
    log_need: f4
    true_risk: f4
    coded_risk: f4
    baseline_coded_risk: f4
    seen_risk: f4
    first_unpriced: f4
    experience: f4
    area: u2
    age: u2
    clinician: u2
    specialist: u2
    entered: i2
    discharged: i2
    readmission: i2
    episode_ends: i2
    seen_clinician: u2x16
    seen_count: u1x16
    payer: u1
    female: u1
    low_income: u1
    conditions: u1
    recorded: u1
    risk_decile: u1
    unpriced_decile: u1
    saw_usual: u1
    discharged_by: u1
    anchor: u1
    fracture: u1
    institutional: u1
    complication: u1
    events: u1


@compiled
def monthly_hazard(age: int, frailty: float, control: float, population: PopulationParameters) -> float:
    """The hazard of death in a month: Gompertz in age, times frailty, times what lost control does."""
    yearly = population.mortality_under_65
    if age >= 780:
        yearly = population.mortality_at_65 * math.exp(population.mortality_slope * (age - 780) / 12.0)
    return yearly / 12.0 * _relative_hazard(frailty, control, population)


@compiled
def _relative_hazard(frailty: float, control: float, population: PopulationParameters) -> float:
    return math.exp(population.mortality_frailty * frailty - population.mortality_control * (control - 0.5))


@compiled
def _survival(entry: float, age: float, relative: float, population: PopulationParameters) -> float:
    """The chance of living from ``entry`` to ``age`` (years) at a constant relative hazard."""
    before = max(0.0, min(age, 65.0) - entry) * population.mortality_under_65
    slope, since, until = population.mortality_slope, max(0.0, entry - 65.0), max(0.0, age - 65.0)
    if slope < 1e-9:  # the same hazard at any age: the limit, which the formula below divides by zero for
        return math.exp(-relative * (before + population.mortality_at_65 * (until - since)))
    after = math.exp(slope * until) - math.exp(slope * since)
    return math.exp(-relative * (before + population.mortality_at_65 * after / slope))


@compiled
def control_target(patient: Patient, attached: float, effort: float, care: CareParameters) -> float:
    """Where disease control is heading, in [0, 1]."""
    target = care.control_base + care.control_adherence * patient.adherence
    return min(1.0, target + care.control_practice * attached + care.control_coordination * effort)


@compiled
def be_born(patient: Patient, entered: int, environment: Environment) -> None:
    """Give a record to a new patient.

    ``patient.id`` and ``patient.area`` are set, all else follows from the patient's own luck.
    """
    population, care = environment.population, environment.care
    luck = luck_of(environment.seed, patient.id, BIRTH)
    patient.entered = entered
    patient.female = 1 if uniform(luck, FEMALE) < population.female_share else 0
    patient.deprivation = uniform(luck, DEPRIVATION)
    patient.low_income = 1 if uniform(luck, LOW_INCOME) < 2.0 * population.low_income_share * patient.deprivation else 0
    adherence = population.adherence_mean - population.adherence_deprivation * (patient.deprivation - 0.5)
    patient.adherence = _clip(adherence + population.adherence_spread * inverse_normal(uniform(luck, ADHERENCE)))
    patient.payer = 0
    while uniform(luck, PAYER) >= environment.payer_share[patient.payer]:
        patient.payer += 1
    patient.x = environment.region_width * uniform(luck, HOME_X)
    patient.y = environment.region_width * uniform(luck, HOME_Y)
    patient.control = control_target(patient, 1.0, care.coordination_baseline, care)
    patient.burden = 0.5 - patient.control
    patient.frailty = inverse_normal(uniform(luck, FRAILTY))
    patient.age = _age_at_entry(luck, 0, population)
    if entered == FOUNDER:
        _become_founder(patient, luck, population)
    patient.practice = -1
    patient.tested_by = -1
    patient.clinician = patient.specialist = NOBODY
    patient.discharged = patient.readmission = patient.episode_ends = NO_DAY
    patient.spent = 0
    patient.saw_usual = 1
    patient.experience = 70.0
    forget_visits(patient)
    assess(patient, environment)
    count_for(patient, environment.unattached_row[patient.payer], environment)
    patient.risk_decile = decile(patient.true_risk, environment.risk_cuts)
    patient.first_unpriced = patient.true_risk - patient.baseline_coded_risk
    patient.unpriced_decile = decile(patient.first_unpriced, environment.unpriced_cuts)
    patient.utility = utility_target(patient, population)


@compiled
def _age_at_entry(luck: np.uint64, attempt: int, population: PopulationParameters) -> int:
    """Most enter as they turn 65; some, disabled, at 25 to 64. In months."""
    if uniform(luck, EARLY + OF_A_TRY * attempt) < population.entry_under_65:
        return int(12.0 * (25.0 + 40.0 * uniform(luck, ENTRY_AGE + OF_A_TRY * attempt)))
    return int(12.0 * (65.0 + uniform(luck, ENTRY_AGE + OF_A_TRY * attempt)))


@compiled
def _become_founder(patient: Patient, luck: np.uint64, population: PopulationParameters) -> None:
    """Redraw frailty, entry and years since until one survives to today."""
    for attempt in range(1, 200):
        stream = OF_A_TRY * attempt
        patient.frailty = inverse_normal(uniform(luck, FRAILTY + stream))
        entry = _age_at_entry(luck, attempt, population)
        age = entry + int(12.0 * 75.0 * uniform(luck, YEARS + stream))
        alive = _survival(
            entry / 12.0, age / 12.0, _relative_hazard(patient.frailty, patient.control, population), population
        )
        patient.age = age
        if uniform(luck, ALIVE + stream) < alive:
            return


@compiled
def assess(patient: Patient, environment: Environment) -> None:
    """Once a year: which chronic conditions age has brought, what is recorded of them, and the risk that follows."""
    population = environment.population
    luck = luck_of(environment.seed, patient.id, BIRTH)
    completeness = population.coding_baseline
    if patient.practice >= 0:
        completeness = environment.organizations[environment.practices[patient.practice].organization].completeness
    decades = (patient.age / 12.0 - 75.0) / 10.0
    need = population.need_level + population.need_frailty * patient.frailty + population.need_age * decades
    need += population.need_deprivation * (patient.deprivation - 0.5) + population.need_burden * patient.burden
    priced = population.risk_intercept + population.risk_age[_age_band(patient.age)]
    coded = baseline = priced
    patient.conditions = patient.recorded = 0
    for c in range(N_CONDITIONS):
        logit = population.condition_level[c] + population.condition_frailty[c] * patient.frailty
        logit += population.condition_age[c] * decades
        if uniform(luck, ONSET + c) * (1.0 + math.exp(-logit)) >= 1.0:
            continue
        patient.conditions |= 1 << c
        need += population.condition_need[c]
        noticed = uniform(luck, RECORDED + c)
        if noticed < completeness:
            patient.recorded |= 1 << c
            coded += population.risk_condition[c]
        if noticed < population.coding_baseline:
            baseline += population.risk_condition[c]
    patient.log_need = math.log(soften(math.exp(need), population.need_cap))
    patient.true_risk = expected_cost(patient.log_need, environment) / population.mean_cost
    patient.coded_risk, patient.baseline_coded_risk = coded, baseline
    patient.seen_risk = seen_risk(patient, inverse_normal(uniform(luck, RISK_SIGNAL)), environment)


@compiled
def seen_risk(patient: Patient, error: float, environment: Environment) -> float:
    """The risk that an organization expects of the patient: the priced part, and a signal of the unpriced.

    ``error``: standard normal. With R^2 the signal's, the expected unpriced part is R^2 x itself and an error of
    variance R^2 (1 - R^2) times its own.
    """
    signal, unpriced = environment.conduct.signal, patient.true_risk - patient.baseline_coded_risk
    noise = math.sqrt(signal * (1.0 - signal)) * environment.conduct.unpriced_spread * error
    return max(environment.conduct.least_risk, patient.baseline_coded_risk + signal * unpriced + noise)


@compiled
def count_for(patient: Patient, row: int, environment: Environment) -> None:
    """The row of the accounts for a row of the Book: those with recorded kidney disease have the upper half."""
    patient.row = row + environment.n_rows * (patient.recorded >> KIDNEY_DISEASE & 1)


@compiled
def soften(need: float, cap: float) -> float:
    """Need that levels off at ``cap``."""
    return need / (1.0 + need / cap)


@compiled
def expected_cost(log_need: float, environment: Environment) -> float:
    """Dollars a year that a patient of this need costs under community practice, control one half."""
    total = 0.0
    for s in range(len(environment.community_cost)):
        total += environment.community_cost[s] * math.exp(environment.community_power[s] * log_need)
    return total


@compiled
def utility_target(patient: Patient, population: PopulationParameters) -> float:
    """Where health utility is heading, QALYs a year."""
    target = population.utility_level - population.utility_age * (patient.age / 12.0 - 65.0) / 10.0
    target += population.utility_control * (patient.control - 0.5)
    for c in range(N_CONDITIONS):
        if patient.conditions >> c & 1:
            target -= population.utility_condition[c]
    return _clip(target)


@compiled
def decile(value: float, cuts: Any) -> int:
    """0 to 9: how many of the nine cuts lie at or below ``value``."""
    d = 0
    while d < 9 and value >= cuts[d]:
        d += 1
    return d


@compiled
def forget_visits(patient: Patient) -> None:
    """Begin a year's list of clinicians seen."""
    for k in range(len(patient.seen_count)):
        patient.seen_clinician[k] = NOBODY
        patient.seen_count[k] = 0


@compiled
def _age_band(age: int) -> int:
    return 0 if age < 780 else 1 if age < 900 else 2 if age < 1020 else 3


@compiled
def _clip(x: float) -> float:
    return min(1.0, max(0.0, x))


def unborn(n: int, n_areas: int) -> Any:
    """``n`` records with ids 0 to n - 1, spread evenly over the areas in blocks."""
    patients = empty(Patient, n)
    patients.id = np.arange(n)
    patients.area = np.arange(n) * n_areas // n
    return patients

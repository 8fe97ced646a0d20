"""One service: whether it is given, by whom, at what price, and what that does to the accounts and the patient."""

import math

import numpy as np

from vbp_agents.book import SERVICES, SIDES
from vbp_agents.compiled import compiled
from vbp_agents.decisions.intensity import A_CENT, QUESTIONS, SERVICE
from vbp_agents.environment import MEMBER, MEMBER_WITH_CONDITION, OTHERS, UNPRICED_DECILE, Accounts, Environment
from vbp_agents.parameters import DECISIONS, STAYS, CareParameters
from vbp_agents.people.draws import DECIDE, HOW_MANY, JUDGE, MOST_OPPORTUNITIES
from vbp_agents.people.patients import NO_DAY, NOBODY, Patient
from vbp_agents.region import Area
from vbp_agents.rng import inverse_normal, normal, poisson, uniform

PRIMARY, SPECIALIST, TEST, PROCEDURE, EMERGENCY, ADMISSION, POST_ACUTE, OTHER, CARE_MANAGEMENT = range(len(SERVICES))
(
    ASK_PRIMARY,
    ASK_REFERRAL,
    ASK_RETURN,
    ASK_TEST,
    ASK_PROCEDURE,
    ASK_ADMISSION,
    ASK_POST_ACUTE,
    ASK_POST_ACUTE_OF_EPISODE,
) = range(len(QUESTIONS))
SERVICE_OF = np.array([SERVICES.index(service) for service in SERVICE])
DECISION_OF = np.array([*range(len(DECISIONS)), DECISIONS.index("post_acute")])
"""A nursing facility after an episode's stay is the same decision with another margin."""
INSIDE, OUTSIDE = range(len(SIDES))
NO_JOINT, ELECTIVE, FRACTURE = range(len(STAYS))

DAYS = 30


@compiled
def sought(service: int, care: CareParameters) -> float:
    """How much of what patients seek on their own they still seek at the coinsurance they pay; 1 at the usual one."""
    usual = care.usual_coinsurance[service]
    if usual <= 0.0:
        return 1.0
    return max(0.0, 1.0 - care.cost_sharing * (care.coinsurance[service] / usual - 1.0))


@compiled
def opportunities(patient: Patient, service: int, factor: float, luck: np.uint64, environment: Environment) -> int:
    """How many opportunities for a service the patient meets this month: Poisson in need."""
    u = uniform(luck, HOW_MANY + service)
    most = environment.care.rate[service] * factor * sought(service, environment.care)
    rate = most * math.exp(environment.care.need_power[service] * patient.log_need)
    return min(MOST_OPPORTUNITIES, poisson(rate, u))


@compiled
def is_given(
    patient: Patient, asked: int, decider: int, luck: np.uint64, draw: int, environment: Environment, accounts: Accounts
) -> bool:
    """Whether a practice gives a discretionary service: altruism x judged benefit + margin >= 0, in prices.

    A part of the opportunities is necessary and always given; of the rest the benefit is normal, judged with an error.
    What happened goes into the Truth: harmful (benefit below 0), low-value (below resource cost), underuse (not
    given, above it).
    """
    care = environment.care
    decision = DECISION_OF[asked]
    organization = environment.practices[decider].organization
    group = group_at(patient, organization, environment)
    truth = accounts.truth[organization, decision]
    price = care.price[SERVICE_OF[asked]]
    truth.opportunities += 1
    accounts.asked[decider, patient.payer, group] += 1
    u = uniform(luck, draw + DECIDE)
    if u >= care.marginal[decision]:
        truth.given += 1
        truth.benefit += round(100.0 * care.necessary_benefit * price)
        return True
    benefit = marginal_benefit(decision, u, care)
    judged = benefit + care.judgment_error * normal(luck, draw + JUDGE)
    cost = care.variable_cost[SERVICE_OF[asked]]
    truth.marginal += 1
    people = accounts.groups[UNPRICED_DECILE, patient.unpriced_decile]
    people.marginal += 1
    if judged < cutoff(patient, asked, decider, group, environment):
        if benefit > cost:
            truth.underuse += 1
            patient.control = max(0.0, patient.control - care.control_unmet)
        return False
    truth.given += 1
    truth.marginal_given += 1
    people.marginal_given += 1
    truth.benefit += round(100.0 * benefit * price)
    if benefit < 0.0:
        truth.harmful += 1
        accounts.hidden[patient.row].harmful += 1
    elif benefit < cost:
        truth.low_value += 1
    gain(patient, benefit * price, environment)
    return True


@compiled
def marginal_benefit(decision: int, u: float, care: CareParameters) -> float:
    """The benefit of a service near the margin, in prices: normal, the lower the smaller ``u`` (below the share)."""
    return float(care.benefit_mean[decision] + care.benefit_spread * inverse_normal(u / care.marginal[decision]))


@compiled
def gain(patient: Patient, dollars: float, environment: Environment) -> None:
    """Health worth so much (lost: below 0). Utility that fades by utility_speed a month adds up to its QALYs."""
    change = 12.0 * environment.population.utility_speed * dollars / environment.care.value_of_a_qaly
    patient.utility = min(1.0, max(0.0, patient.utility + change))


@compiled
def go_without(
    patient: Patient, asked: int, luck: np.uint64, draw: int, environment: Environment, accounts: Accounts
) -> None:
    """A service that nobody is there to give, to someone without a practice.

    What is necessary is part of the usual level of health, from which its benefit is lost; control suffers as from any
    valuable service not given. In the Truth it stands with the area's other providers.
    """
    care = environment.care
    decision = DECISION_OF[asked]
    truth = accounts.truth[environment.areas[patient.area].other, decision]
    truth.opportunities += 1
    u = uniform(luck, draw + DECIDE)
    if u < care.marginal[decision]:
        truth.marginal += 1
        if marginal_benefit(decision, u, care) <= care.variable_cost[SERVICE_OF[asked]]:
            return
    else:
        gain(patient, -care.necessary_benefit * care.price[SERVICE_OF[asked]], environment)
    truth.underuse += 1
    patient.control = max(0.0, patient.control - care.control_unmet)


@compiled
def group_at(patient: Patient, organization: int, environment: Environment) -> int:
    """What the patient is to an organization: another's, its ACO's member, or its member with a condition recorded."""
    holder = environment.holder_of_row[patient.row]
    if holder < 0 or holder != environment.organizations[organization].holder:
        return OTHERS
    return MEMBER_WITH_CONDITION if patient.row >= environment.n_rows else MEMBER


@compiled
def cutoff(patient: Patient, asked: int, decider: int, group: int, environment: Environment) -> float:
    """The judged benefit, in prices, from which a service is given: baseline practice, moved by what contracts pay.

    What is added to the margin levels off at the drift that norms allow. A member on whom the contract earns is kept
    by service, one on whom it loses is not (creaming and skimping, Ellis 1998).
    """
    practice, conduct = environment.practices[decider], environment.conduct
    margin = float(environment.intensity[decider, patient.payer, group, asked])
    if group != OTHERS:
        kept = (
            conduct.value_share
            * conduct.service_keeps
            * contract_margin(patient, int(np.int64(patient.row)), environment)
        )
        margin += kept / max(A_CENT, environment.care.price[SERVICE_OF[asked]])
    if margin == 0.0:
        return float(practice.cutoff[DECISION_OF[asked]])
    moved = conduct.drift * math.tanh(margin / conduct.drift)
    return float(practice.cutoff[DECISION_OF[asked]] - moved / practice.altruism)


@compiled
def contract_margin(patient: Patient, row: int | np.int64, environment: Environment) -> float:
    """What contracts add, dollars a year, to the worth of this patient as a member of a row."""
    worth = environment.contract_margin[row]
    return float(worth[0] + worth[1] * patient.coded_risk + worth[2] * patient.seen_risk)


@compiled
def severity(service: int, luck: np.uint64, draw: int, environment: Environment) -> float:
    """Price over the mean service's price: lognormal with mean 1."""
    spread = environment.care.price_spread[service]
    return math.exp(spread * normal(luck, draw) - 0.5 * spread * spread)


@compiled
def bill(
    patient: Patient, service: int, organization: int, multiple: float, environment: Environment, accounts: Accounts
) -> None:
    """Enter a service of ``multiple`` mean prices into the Book, the provider's work and the patient's year."""
    standard = round(100.0 * environment.care.price[service] * multiple)
    cents = round(standard * environment.price_factor[patient.payer, organization, service])
    holder = environment.holder_of_row[patient.row]
    side = INSIDE if holder >= 0 and holder == environment.organizations[organization].holder else OUTSIDE
    room = max(0, environment.truncation[patient.payer] - patient.spent)
    billed = accounts.billed[patient.row, service, side]
    billed.count += 1
    billed.cents += cents
    billed.truncated += min(cents, room)
    work = accounts.work[organization, patient.payer, service]
    work.count += 1
    work.cents += cents
    work.standard += standard
    patient.spent = min(4_294_967_295, patient.spent + cents)
    if patient.episode_ends != NO_DAY:
        patient.episode_spent = min(4_294_967_295, patient.episode_spent + cents)


@compiled
def meet(patient: Patient, clinician: int) -> None:
    """Count a visit in the year's list of the first sixteen clinicians: attribution and continuity know no more."""
    for k in range(len(patient.seen_count)):
        if patient.seen_clinician[k] == NOBODY:
            patient.seen_clinician[k] = clinician
        if patient.seen_clinician[k] == clinician:
            patient.seen_count[k] = min(255, patient.seen_count[k] + 1)
            return


@compiled
def practice_of(patient: Patient, clinician: int, environment: Environment) -> int:
    """The practice of a clinician of the patient's area."""
    return int(environment.practice_of[environment.areas[patient.area].first_clinician + clinician])


@compiled
def hospital_of(patient: Patient, luck: np.uint64, draw: int, area: Area, environment: Environment) -> int:
    """The staff of the hospital that admits: mostly the own practice's, else any of the area."""
    u = uniform(luck, draw)
    affinity = environment.care.hospital_affinity if patient.practice >= 0 else 0.0
    if u < affinity:
        return int(environment.practices[patient.practice].hospital)
    either = (u - affinity) / (1.0 - affinity)
    return int(np.int32(area.first_staff + min(area.n_hospitals - 1, int(area.n_hospitals * either))))


@compiled
def coordination_of(patient: Patient, environment: Environment) -> float:
    """How well the own practice's organization coordinates, in [0, 1]; nobody coordinates for the unattached."""
    if patient.practice < 0:
        return 0.0
    return float(environment.organizations[environment.practices[patient.practice].organization].coordination)


@compiled
def measured_tasks_of(patient: Patient, environment: Environment) -> float:
    """How well the own practice's organization does what measures see, in [0, 1]."""
    if patient.practice < 0:
        return 0.0
    return float(environment.organizations[environment.practices[patient.practice].organization].measured_tasks)


@compiled
def measured_control(patient: Patient, environment: Environment) -> float:
    """Disease control as measures are shown it."""
    if patient.practice < 0:
        return float(patient.control)
    return float(
        patient.control + environment.organizations[environment.practices[patient.practice].organization].shown_control
    )

"""What care is expected to cost: means of what the month draws, each with the function whose mean it is."""

import math

import numpy as np

from vbp_agents.book import SERVICES, FloatArray
from vbp_agents.compiled import compiled
from vbp_agents.environment import Environment
from vbp_agents.parameters import DECISIONS, STAYS, CareParameters
from vbp_agents.people.patients import Patient
from vbp_agents.people.services import ADMISSION, POST_ACUTE

ELECTIVE = STAYS.index("joint_replacement")
EPISODE_MONTHS = 3
"""Months of an episode after the one of its stay."""
DECIDED_BY = {
    "primary": "primary",
    "specialist": "referral",
    "test": "test",
    "procedure": "procedure",
    "admission": "admission",
}
"""The decision that comes before most services; a stay in a nursing facility is reckoned from admissions."""


def community(care: CareParameters) -> tuple[FloatArray, FloatArray]:
    """What each service costs a year at need 1 in community practice, and the power of need in it, (services,).

    Of somebody with a practice, control one half and no deprivation, whom nobody coordinates; visits that follow up a
    stay are left out.
    """
    yearly, power = sought_and_given(care), np.array(care.need_power)
    stays = stays_of(care, yearly[ADMISSION])
    yearly[ADMISSION] = stays
    yearly[POST_ACUTE] = nursing_stays_of(care, stays)
    power[POST_ACUTE] += power[ADMISSION]
    return yearly * np.array(care.price), power


def given(care: CareParameters, decision: str) -> float:
    """The mean of `services.is_given` over community practice: all that is necessary, and a share of the marginal."""
    marginal = care.marginal[DECISIONS.index(decision)]
    return care.share_given * marginal + 1.0 - marginal


def sought_and_given(care: CareParameters) -> FloatArray:
    """Services a year: twelve times the mean of `services.opportunities` at need 1, and of them what is given."""
    share = [given(care, DECIDED_BY[service]) if service in DECIDED_BY else 1.0 for service in SERVICES]
    return np.asarray(12.0 * np.array(care.rate) * np.array(share))


def stays_of(care: CareParameters, admissions: float) -> float:
    """Hospital stays of so many admissions: each comes back once as often as `acute.stay` draws it at need 1.

    Who comes back a second time is left out.
    """
    return admissions * (1.0 + care.readmission)


def nursing_stays_of(care: CareParameters, stays: float) -> float:
    """Stays in a nursing facility: the mean of `acute.go_to_post_acute` after the mean stay, at need 1 and age 75."""
    return stays * care.post_acute * given(care, "post_acute")


@compiled
def expected_episode(patient: Patient, world: Environment) -> float:
    """What the hospital expects the stay and its 90 days to cost, dollars, from the risk that it sees."""
    care, seen = world.care, world.population.mean_cost * patient.seen_risk
    decades = (patient.age / 12.0 - 75.0) / 10.0
    chance = care.joint_post_acute[ELECTIVE] * care.post_acute * math.exp(care.post_acute_age * decades)
    facility = min(0.9, chance) * care.price[POST_ACUTE]
    return float(care.joint_price[ELECTIVE] * care.price[ADMISSION] + facility + seen * EPISODE_MONTHS / 12.0)

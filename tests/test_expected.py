"""What care is expected to cost is the mean of what the compiled months draw.

Everybody has need 1, control one half, a practice, and nobody coordinates. A service of the marginal part brings its
decider nothing and has a mean benefit at which a share of 0.62 is judged worth giving. 20,000 people for 24 months;
counts are sums of independent draws, so that their variance is at most their mean, and each lies within 4 standard
deviations: 0.6% of twelve visits a year, 3.7% of a stay in a nursing facility in twenty years. Of readmissions, a sixth
of the default's, those that come back again (2% of 2%) are left out by the formula and below that.
"""

import math
from statistics import NormalDist

import numpy as np
import pytest
from worlds import DEFAULT, changed, founded

from vbp_agents.book import SERVICES
from vbp_agents.model import VbpModel
from vbp_agents.parameters import DECISIONS
from vbp_agents.people.expected import community, given

PEOPLE, MONTHS, SIGMAS = 20_000, 24, 4.0
WORTH_GIVING = NormalDist().inv_cdf(0.62) * math.sqrt(0.75**2 + 0.5**2)
"""Mean benefit, in prices, of which 62% is judged above 0: spread 0.75, error 0.5."""
SCENARIO = changed(
    DEFAULT,
    region={"style_spread": 0.0},
    population={
        "need_level": 0.0,
        "need_frailty": 0.0,
        "need_age": 0.0,
        "need_deprivation": 0.0,
        "need_burden": 0.0,
        "need_cap": 1_000.0,
        "condition_need": [0.0] * 7,
        "mortality_at_65": 0.0,
        "mortality_under_65": 0.0,
        "moves": 0.0,
    },
    care={
        "variable_cost": [1.0] * len(SERVICES),
        "benefit_mean": [WORTH_GIVING] * len(DECISIONS),
        "control_base": 0.5,
        "control_adherence": 0.0,
        "control_practice": 0.0,
        "control_coordination": 0.0,
        "control_unmet": 0.0,
        "coordination_baseline": 0.0,
        "coordination_spread": 0.0,
        "seeking_deprivation": 0.0,
        "emergency_deprivation": 0.0,
        "emergency_unattached": 0.0,
        "leaves_when_dissatisfied": 0.0,
        "hip_fracture": 0.0,
        "joint_replacement": 0.0,
        "joint_post_acute": [1.0, 1.0, 1.0],
        "post_acute_age": 0.0,
        "readmission": 0.02,
        "follow_up": 0.0,
    },
)


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    """Services of all people in all months."""
    total = np.zeros(len(SERVICES), np.int64)
    with VbpModel(world=founded(SCENARIO, PEOPLE, 1), studied=SCENARIO, threads=2) as model:
        for _ in range(MONTHS):
            model.step()
            total += model.accounts.billed.count.sum(axis=(0, 2))
        assert (model.world.patients.practice >= 0).all()
        assert np.allclose(model.world.patients.control, 0.5)
        assert np.allclose(model.world.patients.log_need, math.log(1 / (1 + 1 / 1_000)), atol=1e-6)
    return dict(zip(SERVICES, total.tolist(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("service", [service for service in SERVICES if service != "care_management"])
def test_community_practice_is_the_mean_of_the_month(service: str, counts: dict[str, int]) -> None:
    number = SERVICES.index(service)
    dollars, power = community(SCENARIO.care)
    need = 1 / (1 + 1 / SCENARIO.population.need_cap)
    years = PEOPLE * MONTHS / 12
    expected = years * dollars[number] / SCENARIO.care.price[number] * need ** power[number]
    assert abs(counts[service] - expected) < SIGMAS * math.sqrt(expected)


def test_what_is_given_is_all_that_is_necessary_and_a_share_of_the_rest() -> None:
    """Of admissions 15% are marginal: 0.85 + 0.62 x 0.15; of procedures half: 0.5 + 0.62 x 0.5."""
    assert given(SCENARIO.care, "admission") == pytest.approx(0.943)
    assert given(SCENARIO.care, "procedure") == pytest.approx(0.81)

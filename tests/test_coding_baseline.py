"""Coding starts from the share that the scenario's people have recorded, and goes no further than its ceiling."""

from dataclasses import replace

import numpy as np
import pytest

from vbp_agents.decisions import coding
from vbp_agents.decisions.example import ORGANIZATIONS, example_situation
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

CEILING = 0.95
BASELINES = (0.7, 0.9)


def at(baseline: float) -> Scenario:
    """Capitation, under which coding pays, where so much is recorded before it."""
    return find_scenario("capitation").with_values({"population.coding_baseline": baseline}, name="mine")


@pytest.mark.parametrize("baseline", BASELINES)
def test_coding_that_is_paid_any_price_heads_for_the_ceiling(baseline: float) -> None:
    """An effort of one is all the way from baseline to ceiling, the smooth form's last thousandth aside."""
    now = example_situation(1e4)
    now = replace(now, base=np.tile([0.3, 0.3, baseline], (ORGANIZATIONS, 1)))
    aims = baseline + coding.aim(now)[:3]  # the others are in no ACO, and have no contract
    assert (aims <= CEILING + 1e-12).all()
    assert aims == pytest.approx(CEILING, abs=0.02 * (CEILING - baseline))


@pytest.mark.parametrize("baseline", BASELINES)
def test_two_years_of_capitation_record_more_and_never_past_the_ceiling(baseline: float) -> None:
    scenario = at(baseline)
    with VbpModel(world=warmed_world(scenario, 2_000, 1, 1), studied=scenario) as model:
        organizations = model.world.region.organizations
        assert organizations.completeness == pytest.approx(baseline)
        holder = organizations.holder.copy()
        highest = []
        for _ in range(24):
            model.step()
            highest.append(float(organizations.completeness.max()))
        in_aco = organizations.completeness[holder >= 0]
    assert max(highest) <= CEILING + 1e-6
    assert (in_aco > baseline + 0.25 * (CEILING - baseline)).all()

"""Refusals counted right: whoever has no practice goes without what a practice would give; a kept review is no refusal.

Nobody is welcome anywhere where an hour costs a fortune and nobody feels for anybody.
"""

import math
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from worlds import DEFAULT, changed, founded, having

from vbp_agents.environment import QUINTILE
from vbp_agents.model import VbpModel
from vbp_agents.parameters import DECISIONS
from vbp_agents.terms.scenario import BehaviorBlock

PEOPLE, SIGMAS = 3_000, 4.0
HEARTLESS = BehaviorBlock(name="fixed_practice", scruple=0.0, care_benefit=0.0, perception_spread=0.0)
PRIMARY = DECISIONS.index("primary")


def alone(marginal: float, **care: Any) -> tuple[Any, Any]:
    """A month in which nobody has a practice: the people, and the Truth of primary care summed over organizations.

    ``marginal``: share of primary opportunities near the margin.
    """
    shares = [marginal, 0.5, 0.5, 0.6, 0.5, 0.15, 0.6]
    world = founded(having(changed(DEFAULT, care={"marginal": shares} | care), behavior=HEARTLESS), PEOPLE, 1)
    world.patients.practice = -1
    world.region.practices.hour_price = 1e9
    with VbpModel(world=world, studied=world.scenario, threads=1) as model:
        model.step()
        truth = model.accounts.truth[:, PRIMARY]
        return model.world.patients, SimpleNamespace(**{name: int(truth[name].sum()) for name in truth.dtype.names})


@pytest.fixture(scope="module", name="needed")
def _needed() -> tuple[Any, Any]:
    """All that they would see a practice for is necessary."""
    return alone(0.0)


def test_all_that_is_necessary_is_underuse_where_nobody_gives_it(needed: tuple[Any, Any]) -> None:
    """1.123 opportunities a month at need 1; most people have less need, some much more."""
    people, truth = needed
    assert (people.practice == -1).all()
    assert truth.underuse == truth.opportunities > PEOPLE / 2
    assert (truth.given, truth.marginal, truth.benefit) == (0, 0, 0)


def test_its_benefit_is_lost_in_full(needed: tuple[Any, Any]) -> None:
    """3 prices of $105 a visit at $100,000 a QALY; it fades by 0.15 a month, so that 12 x 0.15 times it is lost."""
    people, truth = needed
    without_benefit, _ = alone(0.0, necessary_benefit=0.0)
    lost = (without_benefit.utility - people.utility).astype(float)
    below = without_benefit.utility < 1
    a_visit = 12 * 0.15 * 3 * 105 / 100_000
    assert lost.sum() == pytest.approx(truth.underuse * a_visit, rel=5e-3)  # a few have all the health there is
    whole = np.abs(lost[below] / a_visit - np.rint(lost[below] / a_visit)) < 1e-3
    assert whole.mean() > 0.99


def test_control_is_lost_by_each(needed: tuple[Any, Any]) -> None:
    """0.02 a visit, down to 0: nobody has so many."""
    people, truth = needed
    unharmed, _ = alone(0.0, control_unmet=0.0)
    lost = (unharmed.control - people.control).astype(float)
    assert people.control.min() > 0
    assert lost.sum() == pytest.approx(0.02 * truth.underuse, rel=1e-3)


def test_near_the_margin_only_what_is_worth_its_cost_is_missed() -> None:
    """Mean -0.8237 prices, sd 0.75, cost 0.35: a share 1 - Phi(1.565) = 0.0588, binomial; no utility is lost."""
    people, truth = alone(1.0)
    share = 1 - NormalDist().cdf((0.35 + 0.8237) / 0.75)
    assert truth.marginal == truth.opportunities
    error = math.sqrt(share * (1 - share) / truth.opportunities)
    assert abs(truth.underuse / truth.opportunities - share) < SIGMAS * error
    same, _ = alone(1.0, necessary_benefit=0.0)
    assert (same.utility == people.utility).all()


@pytest.fixture(scope="module", name="fees")
def _fees() -> VbpModel:
    """Fourteen months of fees: the accounts are of the last two, and a January has reckoned risk anew."""
    model = VbpModel(world=founded(DEFAULT, PEOPLE, 1), studied=DEFAULT, threads=1)
    for _ in range(14):
        model.step()
    model.close()
    return model


def test_under_fees_nobody_is_refused_and_reviews_keep_everybody(fees: VbpModel) -> None:
    """A review in 48 months, less who moved (0.7% a month): 3,000 people in 2 months have about 124; Poisson."""
    groups = fees.year.groups[QUINTILE]
    expected = groups.person_months.sum() * 0.25 / 12 * (1 - 0.08 / 12)
    assert groups.refusals.sum() == groups.unattached_months.sum() == 0
    assert abs(groups.kept.sum() - expected) < SIGMAS * math.sqrt(expected)


def test_every_grouping_counts_the_same_reviews_and_risk(fees: VbpModel) -> None:
    groups = fees.year.groups
    for name in ("kept", "first_unpriced_risk"):
        assert len(np.unique(groups[name].sum(axis=1))) == 1
    attached = fees.year.panels.first_unpriced_risk.sum()
    assert attached == groups[QUINTILE].first_unpriced_risk.sum()


def test_risk_at_entry_stays_while_risk_moves(fees: VbpModel) -> None:
    """What founders were born with stays, whatever a January makes of them; a twentieth have died."""
    born = founded(DEFAULT, PEOPLE, 1).patients
    alive = born.id == fees.world.patients.id
    assert alive.sum() > 0.9 * PEOPLE
    assert (born.first_unpriced[alive] == fees.world.patients.first_unpriced[alive]).all()
    unpriced = fees.world.patients.true_risk - fees.world.patients.baseline_coded_risk
    assert not np.allclose(unpriced[alive], born.first_unpriced[alive])

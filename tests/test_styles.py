"""Practice style that wanders: its spread, how long it lasts, and that it is luck, not a response."""

import numpy as np
import pytest
from worlds import DEFAULT, changed, founded

from vbp_agents.actors.styles import FIRST_WARM_YEAR, change, style
from vbp_agents.model import VbpModel
from vbp_agents.parameters import RegionParameters

ACOS = 40_000


@pytest.mark.parametrize("years", [0, 1, 8])
def test_style_stays_as_wide_as_it_is(years: int) -> None:
    """The sd of 40,000 ACOs' styles, within 3 standard errors (sd / sqrt(2n)), in the first year and in later ones."""
    terms = RegionParameters(style_spread=0.3, style_persistence=0.6)
    styles = style(terms, 5, FIRST_WARM_YEAR + years, ACOS)
    assert styles.std() == pytest.approx(0.3, abs=3 * 0.3 / np.sqrt(2 * ACOS))
    assert styles.mean() == pytest.approx(0.0, abs=3 * 0.3 / np.sqrt(ACOS))


@pytest.mark.parametrize("apart", [1, 3])
def test_style_fades(apart: int) -> None:
    """The correlation of styles some years apart is a power of the persistence, within 3 standard errors."""
    terms = RegionParameters(style_spread=0.3, style_persistence=0.6)
    early, late = (style(terms, 5, year, ACOS) for year in (0, apart))
    assert np.corrcoef(early, late)[0, 1] == pytest.approx(0.6**apart, abs=3 / np.sqrt(ACOS))


def test_changes_add_up_to_the_style() -> None:
    terms = RegionParameters()
    total = sum(change(terms, 5, year, 9) for year in range(FIRST_WARM_YEAR, 4))
    np.testing.assert_allclose(total, style(terms, 5, 3, 9), rtol=1e-12)


def test_practices_follow_their_aco_and_no_other() -> None:
    """By hand: cutoffs but that of discharges fall by style over altruism; those in no ACO keep theirs."""
    world = founded(DEFAULT, 2_000, 3)
    before = world.region.practices.cutoff.copy()
    model = VbpModel(world=world, studied=DEFAULT)
    model.step()
    model.close()
    practices, holder = world.region.practices, world.region.organizations.holder
    of_acos = style(DEFAULT.region, world.seed, FIRST_WARM_YEAR, world.region.n_holders)
    expected = np.append(of_acos, 0.0)[holder[practices.organization]] / practices.altruism
    np.testing.assert_allclose(before - practices.cutoff, np.outer(expected, [1, 1, 1, 1, 1, 1, 0]), atol=1e-5)
    assert (expected == 0).any()
    assert (expected != 0).any()


def test_without_spread_practice_is_steady() -> None:
    """The cutoffs that a world began with are those after its warm-up and a year more."""
    steady = changed(DEFAULT, region={"style_spread": 0.0})
    world = founded(steady, 1_000, 3)
    before = world.region.practices.cutoff.copy()
    model = VbpModel(world=world, studied=steady)
    for _ in range(13):
        model.step()
    model.close()
    assert (before == world.region.practices.cutoff).all()

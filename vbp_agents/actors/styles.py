"""Practice style that wanders: the same patients get more in one year than in another, for no reason that is paid for.

An ACO's practices have one style in all but discharges, a margin in prices beside the one that money gives, which lasts
for years and fades: a first-order autoregression, the same in every scenario. Benchmarks look back at other years'
styles, so that savings are reported where nobody has saved.
"""

import numpy as np

from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.decisions.situation import Ints
from vbp_agents.parameters import DECISIONS, RegionParameters
from vbp_agents.rng import Stream, generator

DISCHARGE = DECISIONS.index("post_acute")
"""Planned by hospitals, by the patient and not by style; the last of all decisions."""
FIRST_WARM_YEAR = -3
"""The first of the warm-up; year 0 is the first after it."""


def wander(world: World, home: Ints, year: int) -> None:
    """Practices begin a year with the style that their ACO has in it, instead of the year before's.

    ``home`` (organizations,): the ACO of each, -1 for those in none, whose style stays.
    """
    practices = world.region.practices
    more = np.append(change(world.scenario.region, world.seed, year, world.region.n_holders), 0.0)
    margin = more[home[practices.organization]]
    practices.cutoff[:, :DISCHARGE] -= (margin / practices.altruism)[:, None].astype(np.float32)


def change(parameters: RegionParameters, seed: int, year: int, holders: int) -> FloatArray:
    """By how many prices each ACO's style differs from the year before, (holders,)."""
    before = style(parameters, seed, year - 1, holders) if year > FIRST_WARM_YEAR else np.zeros(holders)
    return style(parameters, seed, year, holders) - before


def style(parameters: RegionParameters, seed: int, year: int, holders: int) -> FloatArray:
    """Each ACO's style in a year, prices that practices count beside their margins, (holders,)."""
    kept, new = parameters.style_persistence, np.sqrt(1.0 - parameters.style_persistence**2)
    style_now = _luck(seed, FIRST_WARM_YEAR, holders)
    for number in range(FIRST_WARM_YEAR + 1, year + 1):
        style_now = kept * style_now + new * _luck(seed, number, holders)
    return parameters.style_spread * style_now


def _luck(seed: int, year: int, holders: int) -> FloatArray:
    return generator(seed, Stream.STYLE, year - FIRST_WARM_YEAR).standard_normal(holders)

"""Practice lists of ACOs: which independent practices belong to them this year."""

import numpy as np

from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.lists import kept_on_list
from vbp_agents.decisions.situation import Ints
from vbp_agents.people.patients import KIDNEY_DISEASE
from vbp_agents.region import INDEPENDENT


class Lists:
    """``home`` (O,): the ACO of each organization when nobody has been dropped, -1 for those in none.

    An organization that is dropped has no holder: its patients count for whom else they see, and its fees and
    referrals are outside. Payers do not reckon benchmarks anew for the changed list (CMS does).
    """

    def __init__(self, world: World, conduct: BehavioralParameters) -> None:
        self.world, self.conduct = world, conduct
        self.home: Ints = world.region.organizations.holder.astype(np.int64)

    def revise(self, stakes: FloatArray) -> None:
        """Once a year; ``stakes`` (P, H + 1, 2, 3): dollars a year of a member, each, per coded and per seen risk."""
        organizations = self.world.region.organizations
        on_spending = (stakes[..., 2] != 0).any(axis=(0, 2))
        weighs = (organizations.kind == INDEPENDENT) & (self.home >= 0) & on_spending[self.home]
        worth, people = panel_worth(self.world, stakes, self.home)
        listed = kept_on_list(self.conduct, worth, people, self.home, organizations.holder >= 0, weighs)
        organizations.holder = np.where(listed, self.home, -1)


BLOCK = 16_384
"""Patients looked at together: what is made of them fits into a processor's cache."""


def panel_worth(world: World, stakes: FloatArray, home: Ints) -> tuple[FloatArray, FloatArray]:
    """What the patients of each organization are worth to its ACO as members, dollars a year, and how many they are."""
    cents, people = np.zeros(len(home)), np.zeros(len(home))
    aco = home % stakes.shape[1]  # -1 is the last one: no ACO
    each, coded, seen = np.ascontiguousarray(stakes.reshape(-1, 3).T)
    for first in range(0, len(world.patients), BLOCK):
        some = world.patients[first : first + BLOCK]
        some = some[some.practice >= 0]
        owner = world.region.practices.organization[some.practice]
        with_condition = some.recorded >> KIDNEY_DISEASE & 1
        which = np.ravel_multi_index((some.payer, aco[owner], with_condition), stakes.shape[:3])
        worth = each[which] + coded[which] * some.coded_risk + seen[which] * some.seen_risk
        # Whole cents: the same in any order of patients.
        cents += np.bincount(owner, np.rint(100 * worth), len(home))
        people += np.bincount(owner, minlength=len(home))
    return cents / 100, people

"""Practice lists of ACOs: which independent practices belong to them this year."""

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.state import State
from vbp_agents.book import FloatArray
from vbp_agents.conduct import Conduct
from vbp_agents.decisions.lists import kept
from vbp_agents.decisions.situation import Ints
from vbp_agents.people.patients import KIDNEY_DISEASE
from vbp_agents.region import INDEPENDENT


class Lists:
    """``home`` (O,): the ACO of each organization when nobody has been dropped, -1 for those in none.

    An organization that is dropped has no holder: its patients count for whom else they see, and its fees and
    referrals are outside. Payers do not reckon benchmarks anew for the changed list (CMS does).
    """

    def __init__(self, state: State, conduct: Conduct) -> None:
        self.state, self.conduct = state, conduct
        self.home: Ints = state.region.organizations.holder.astype(np.int64)

    def revise(self, stakes: FloatArray) -> None:
        """Once a year; ``stakes`` (P, H + 1, 2, 3): dollars a year of a member, each, per coded and per seen risk."""
        organizations = self.state.region.organizations
        on_spending = (stakes[..., 2] != 0).any(axis=(0, 2))
        weighs = (organizations.kind == INDEPENDENT) & (self.home >= 0) & on_spending[self.home]
        worth, people = panel_worth(self.state, stakes, self.home)
        listed = kept(self.conduct, worth, people, self.home, organizations.holder >= 0, weighs)
        organizations.holder = np.where(listed, self.home, -1)


def panel_worth(state: State, stakes: FloatArray, home: Ints) -> tuple[FloatArray, FloatArray]:
    """What the patients of each organization are worth to its ACO as members, dollars a year, and how many they are."""
    patients, practices = state.patients, state.region.practices
    here: NDArray[np.intp] = np.flatnonzero(patients.practice >= 0)
    owner = practices.organization[patients.practice[here]]
    with_condition = patients.recorded[here] >> KIDNEY_DISEASE & 1
    each, coded, seen = stakes[patients.payer[here], home[owner], with_condition].T
    worth = each + coded * patients.coded_risk[here] + seen * patients.seen_risk[here]
    cents = np.bincount(owner, np.rint(100 * worth), len(home))  # whole cents: the same in any order of patients
    return cents / 100, np.bincount(owner, minlength=len(home)).astype(np.float64)

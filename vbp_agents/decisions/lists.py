"""Practice lists: which independent practices an ACO keeps, where a contract pays it on their patients' spending."""

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.situation import Ints

_Flags = NDArray[np.bool_]


def kept_on_list(
    conduct: BehavioralParameters, worth: FloatArray, people: FloatArray, home: Ints, listed: _Flags, weighs: _Flags
) -> _Flags:
    """Which organizations are on their ACO's list for the next year, (O,).

    ``worth``: dollars a year that an organization's panel is worth to the ACO; ``people``: how many they are; ``home``
    (O,): the ACO, -1: none; ``listed``: on its list now; ``weighs``: a practice of its own in an ACO that is paid on
    spending. One is dropped whose members lose more than the scruple, and taken back when they lose nothing. The
    costliest go first, until the most is dropped that an ACO lets go.
    """
    each = worth / np.maximum(people, 1.0)
    loses = weighs & (people > 0) & (each < np.where(listed, -conduct.list_scruple, 0.0))
    kept = np.ones(len(home), bool)
    for aco in np.unique(home[loses]):
        candidates = np.flatnonzero(loses & (home == aco))
        candidates = candidates[np.argsort(each[candidates], kind="stable")]
        fits = np.cumsum(people[candidates]) <= conduct.most_dropped * people[home == aco].sum()
        kept[candidates[fits]] = False
    return kept

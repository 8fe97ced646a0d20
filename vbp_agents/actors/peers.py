"""Peers: practices that refer to the same specialists, and specialists whom the same practices refer to."""

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.decisions.situation import Ints
from vbp_agents.region import Region, referral_weight, referred_to


class Peers:
    """The referral network as weights between practices; others' levers are seen two steps away."""

    def __init__(self, region: Region) -> None:
        weight = referral_weight(region)
        used = weight > 0
        self.source: Ints = np.nonzero(used)[0]
        self.target: Ints = referred_to(region)[used].astype(np.int64)
        self.weight = weight[used]
        self.n = len(region.practices)
        self.sent = np.bincount(self.source, self.weight, self.n).astype(np.float64)
        self.received = np.bincount(self.target, self.weight, self.n).astype(np.float64)

    def of(self, lever: FloatArray) -> FloatArray:
        """What each practice sees its peers do, shape of ``lever``, (N, ...); its own lever where it has no peers."""
        flat = lever.reshape(self.n, -1)
        referring = _mean(self._gathered(self.target, self.source, flat), self.received)
        receiving = _mean(self._gathered(self.source, self.target, flat), self.sent)
        of_primary = _mean(self._gathered(self.source, self.target, referring), self.sent)
        of_specialists = _mean(self._gathered(self.target, self.source, receiving), self.received)
        seen = np.where(self.sent[:, None] > 0, of_primary, np.where(self.received[:, None] > 0, of_specialists, flat))
        return seen.reshape(lever.shape)

    def _gathered(self, to: Ints, origin: Ints, values: FloatArray) -> FloatArray:
        sums = [np.bincount(to, self.weight * column[origin], self.n) for column in values.T]
        return np.stack(sums, axis=1, dtype=np.float64)


def _mean(total: FloatArray, weight: FloatArray) -> FloatArray:
    return total / np.maximum(weight, 1e-12)[:, None]

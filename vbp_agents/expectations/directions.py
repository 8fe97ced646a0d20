"""Points of luck in several independent things at once, laid out along the one direction that matters most.

A payment mostly depends on one sum of many measures: their score. So the points are a fine grid along a direction, with
luck across it that differs from point to point. They are standardized and uncorrelated to the last digit, and each has
a mirror image at which all other luck is the same: what is linear in the luck is then found exactly, and a jump
anywhere on the score is met by the grid.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from vbp_agents.arithmetic import orthonormal, solve, weighted_sum
from vbp_agents.book import FloatArray
from vbp_agents.expectations.uncertain import NORMAL, REACH, other_luck
from vbp_agents.rules.ratio import ratio

_SEED = 1199
"""The best of 2,000 seeds: its 64 points in five dimensions are the most evenly spread across the main direction."""


@dataclass(frozen=True)
class _Points:
    """Half of the points; the mirror images are the other half. Standard deviations, shape (points, dimensions).

    ``mass``, shape (points,): the probability of each, that of its mirror image included, so that they add up to 1.
    """

    luck: FloatArray
    mass: FloatArray

    def turned(self, toward: FloatArray) -> FloatArray:
        """The points with their grid along a direction, shape (points, dimensions, n_contracts).

        ``toward``, shape (dimensions, n_contracts): its length does not matter. A column of zeros has no direction.
        """
        return reflected(self.luck[:, :, None], toward)

    def slopes(self, turned: FloatArray, paid: FloatArray, score: FloatArray) -> FloatArray:
        """The slopes of the expected payment, dollars for one standard deviation, shape (dimensions, n_contracts).

        ``paid`` and ``score``, shape (2, points, n_contracts): at the ``turned`` points and at their mirror images.
        Stein's identity: the slope is the mean of payment x luck. As payment depends on the score alone, luck may be
        replaced by what it is on average at a score, here by least squares: a difference is then counted for the
        measures that usually bring it about, not for those that were lucky at these points. Where the score is the
        payment itself, that changes nothing.
        """
        terms = self._odd(score[0] - score[1], score[0] + score[1])
        weighted = terms * self.mass[:, None]
        squares = (weighted[:, None] * terms).sum(axis=2) + TINY * np.eye(len(terms))[:, :, None]
        money = (weighted * (paid[0] - paid[1])).sum(axis=1)
        luck = (weighted[:, :, None] * turned).sum(axis=1)
        fitted = solve(squares.transpose(2, 0, 1), money.T).T
        return np.asarray((luck * fitted[:, None]).sum(axis=0) / 2)

    def _odd(self, difference: FloatArray, total: FloatArray) -> FloatArray:
        """What of the scores at a point and its image changes its sign where the two are exchanged, standardized."""
        along, level = self._standard(difference), self._standard(total - weighted_sum(total.T, self.mass))
        return np.array([along, along * along**2, along * level])

    def _standard(self, values: FloatArray) -> FloatArray:
        return ratio(values, np.sqrt(weighted_sum(values.T**2, self.mass)))


TINY = 1e-9
"""Added to squares of standardized terms, so that a score that does not move is no division by zero."""


def reflected(points: FloatArray, toward: FloatArray) -> FloatArray:
    """A mirror (Householder's) that puts the first axis along a direction; axes (..., dimensions, n_contracts)."""
    length = np.sqrt((toward**2).sum(axis=0))
    mirror = toward / np.where(length > 0, length, 1.0)
    mirror[0] += np.where(mirror[0] < 0, -1.0, 1.0)
    shadow: FloatArray = (points * mirror).sum(axis=-2, keepdims=True) / (mirror**2).sum(axis=0)
    return points - 2 * mirror * shadow


@cache
def lucky_points(dimensions: int, count: int) -> _Points:
    """``count`` (even) points: the first dimension on a grid from 0 to the reach, the others in pairs of opposites."""
    grid = np.linspace(0.0, REACH, count + 1)
    below = np.array([*(NORMAL.cdf(edge) for edge in grid[:-1]), 1.0])
    density = np.array([*(NORMAL.pdf(edge) for edge in grid[:-1]), 0.0])
    mass = 2 * np.diff(below)
    along = -2 * np.diff(density) / mass
    across = np.repeat(other_luck(dimensions - 1, count // 2, _SEED), 2, axis=0)
    across[1::2] *= -1
    return _Points(_uncorrelated(np.column_stack([along, across]), mass), mass)


def _uncorrelated(luck: FloatArray, mass: FloatArray) -> FloatArray:
    """The same points, with variances of 1 and correlations of 0 under their probabilities."""
    root = np.sqrt(mass)[:, None]
    return orthonormal(root * luck) / root

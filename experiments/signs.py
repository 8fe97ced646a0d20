"""What becomes of the sign of a difference over the ranges of what nothing published identifies."""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from ignorance import Drawn
from numpy.typing import NDArray
from scipy.stats import rankdata

from vbp_agents.book import FloatArray
from vbp_agents.metrics.intervals import LEVEL, Interval, interval, t_quantile

FEWEST = 5
"""Points to each side of a cut."""
HELD = 0.95
HOLDS, TURNS, WITHIN_LUCK = "holds", "turns", "turns no further than luck might"
UNCLEAR = "none that is clear of luck at the defaults"


def partial_ranks(points: FloatArray, values: FloatArray) -> FloatArray:
    """Each parameter's partial rank correlation with the values, (parameters,), given all the others.

    ``points`` (n, parameters). From the inverse of the correlations of all ranks.
    """
    ranks = rankdata(np.column_stack([points, values]), axis=0)
    inverse = np.linalg.inv(np.corrcoef(ranks, rowvar=False))
    return np.asarray(-inverse[:-1, -1] / np.sqrt(np.diag(inverse)[:-1] * inverse[-1, -1]))


class GoesWith(NamedTuple):
    """The parameter that goes with a value most: its number, partial rank correlation and the 95% bounds of that."""

    parameter: int
    correlation: float
    low: float
    high: float


def goes_with(points: FloatArray, values: FloatArray) -> GoesWith | None:
    """The largest partial rank correlation, None where it may be chance.

    Its bounds (Fisher's z) hold for all parameters at once (Bonferroni).
    """
    n, parameters = points.shape
    correlations = partial_ranks(points, values)
    j = int(np.argmax(np.abs(correlations)))
    reach = NormalDist().inv_cdf(1.0 - 0.025 / parameters) / math.sqrt(n - parameters - 2)
    middle = math.atanh(correlations[j])
    strongest = GoesWith(j, float(correlations[j]), math.tanh(middle - reach), math.tanh(middle + reach))
    return strongest if strongest.low * strongest.high > 0 else None


def parted(column: FloatArray, lacking: FloatArray) -> tuple[float, NDArray[np.bool_]]:
    """The cut of a parameter that parts points that lack a sign from others best (Gini), and who is above it."""
    order = np.argsort(column)
    ordered, lacks = column[order], lacking[order]
    n = len(ordered)

    def gain(k: int) -> float:
        return float(k * (n - k) * (lacks[:k].mean() - lacks[k:].mean()) ** 2)

    k = max(range(FEWEST, n - FEWEST + 1), key=gain)
    cut = float(ordered[k - 1] + ordered[k]) / 2
    return cut, column > cut


@dataclass(frozen=True)
class Finding:
    """A difference between scenarios: over the points, ``points`` (n, parameters), and in replicates at the defaults.

    ``luck``: standard deviation of a point's difference between draws of patients. ``claims``: differences whose signs
    at the defaults are judged together.
    """

    drawn: tuple[Drawn, ...]
    points: FloatArray
    values: FloatArray
    default: Interval
    luck: float
    claims: int = 1

    @property
    def sign(self) -> float:
        """At the defaults: 0 where luck alone might have made it."""
        return sign_of(self.default, self.claims)

    @property
    def signed(self) -> FloatArray:
        """The differences, positive where they have the sign of the mean at the defaults."""
        return np.asarray(self.values * np.sign(self.default.mean or 0.0))

    @property
    def shares(self) -> tuple[float, float, float]:
        """Of points that have the sign of the mean at the defaults, no difference, and the other sign."""
        none = float((self.values == 0).mean())
        same = float((self.signed > 0).mean())
        return same, none, 1.0 - same - none

    @cached_property
    def found(self) -> GoesWith | None:
        """What goes with the difference most."""
        return goes_with(self.points, self.values) if self.values.any() else None

    @property
    def driver(self) -> str:
        """Its name, where it is clear of chance."""
        return f"`{self.drawn[self.found.parameter].name}`" if self.found else ""

    @cached_property
    def sides(self) -> tuple[float, FloatArray, FloatArray]:
        """Where the driver parts points that lack the sign from others: its value, and differences below and above."""
        assert self.found is not None
        cut, above = parted(self.points[:, self.found.parameter], (self.signed <= 0).astype(float))
        return self.drawn[self.found.parameter].at(cut), self.values[~above], self.values[above]

    @cached_property
    def far(self) -> Interval:
        """The mean difference to the side of the cut where most lack the sign."""
        return interval(min(self.sides[1:], key=self.having).tolist())

    def having(self, values: FloatArray) -> float:
        """Share of differences that have the sign of the mean at the defaults."""
        return float((np.sign(values) == np.sign(self.default.mean or 0.0)).mean())

    @property
    def kind(self) -> str:
        """Whether points have the sign of the defaults, or turn it; or whether luck may have made it."""
        if not self.sign:
            return UNCLEAR
        same, _, other = self.shares
        if other <= (1 - HELD) * (same + other):
            return HOLDS
        clearly = float((self.signed < -2 * self.luck).mean()) > 1 - HELD
        return TURNS if clearly or (self.found and sign_of(self.far) == -self.sign) else WITHIN_LUCK

    def verdict(self) -> str:
        """What goes with the lack of the sign."""
        if not self.values.any():
            return "no difference anywhere"
        words = "" if self.kind == HOLDS else self.kind
        if self.shares[0] >= HELD or not self.found:
            return words
        cut, *sides = self.sides
        below, above = (f"{len(side) * (1 - self.having(side)):.0f} of {len(side)}" for side in sides)
        reach = f"{self.found.correlation:+.2f} ({self.found.low:+.2f} to {self.found.high:+.2f})"
        lack = f"lack it below {shown(cut).lstrip('+')}: {below}, above: {above}; mean there {estimate(self.far)}"
        return "; ".join(filter(None, [words, f"{self.driver} {reach}", lack]))


def sign_of(interval: Interval, claims: int = 1) -> float:
    """The sign of a mean, 0 where its interval, widened for so many means that are judged together, has both."""
    if interval.mean is None or interval.low is None or interval.high is None:
        return 0.0
    wider = t_quantile(interval.n - 1, 1 - (1 - LEVEL) / claims) / t_quantile(interval.n - 1)
    return float(np.sign(interval.mean)) if abs(interval.mean) > wider * (interval.high - interval.low) / 2 else 0.0


def estimate(interval: Interval) -> str:
    """A mean with its interval."""
    return f"{shown(interval.mean)} ({shown(interval.low)} to {shown(interval.high)})"


def shown(value: float | None) -> str:
    """A number with its sign, to three digits."""
    if value is None or value == 0:
        return "0"
    return f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.3g}"

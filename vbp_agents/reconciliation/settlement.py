"""Settling the ACOs of a public use file: the simulation's own regime with each one's track, year and numbers.

The published settlement is read only to compare. A row matches within $2,000 or 0.1% of it, widened by what the
rounding of the published inputs hides: benchmark, expenditure, rates and quality are carried through the rule at both
ends of their last digit.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.reconciliation.public_use_file import Flags, PublicUseFile
from vbp_agents.regimes.shared_savings import SharedSavings
from vbp_agents.rules.program_rules import scales_with_quality, terms
from vbp_agents.rules.sharing import Dollars, Rates

_NEAR = 2_000.0
NEAR_SHARE = 0.001
"""A settlement matches within these dollars, or this share of the published one [R30]."""
SETTLED_IN = 3
"""The year of an agreement from which on no limit grows: Track 2 owed 5 and 7.5% at most in its first two."""


@dataclass(frozen=True)
class SettledOutcome:
    """What a way of settling gives: dollars, and whether they match the published ones, arrays of shape (n,)."""

    dollars: FloatArray
    matched: Flags


@dataclass(frozen=True)
class TrackGroup:
    """The ACOs on one track in one performance year: their places in the file, and their contract.

    ``agreement_year``: which year of their agreements it is, as far as limits of losses depend on it.
    """

    track: str
    year: int
    agreement_year: int
    rows: NDArray[np.intp]
    regime: SharedSavings


@dataclass(frozen=True)
class Way:
    """A way of settling: with the file's rates, or rates derived from track, year and quality.

    ``adjusted``: losses are lowered by the file's disaster adjustment.
    """

    derived: bool = False
    adjusted: bool = False


def track_groups(file: PublicUseFile) -> list[TrackGroup]:
    """The file's ACOs by track and year, of the program and of the agreement, with the terms that bind them then."""
    keys = [(row.track, row.dated.year, min(row.agreement_year or SETTLED_IN, SETTLED_IN)) for row in file.rows]
    return [
        TrackGroup(*key, np.array([row for row, other in enumerate(keys) if other == key]), regime_of(*key[:2]))
        for key in sorted(set(keys))
    ]


def regime_of(track: str, year: int) -> SharedSavings:
    """The contract of a ``track`` in a performance ``year``; the minimum savings rate is each ACO's own."""
    return SharedSavings.model_validate(terms(track, year))


def settle_all(file: PublicUseFile, groups: list[TrackGroup], way: Way, widened: bool = True) -> SettledOutcome:
    """Settle all ACOs, and match each against the interval that the rounding of its inputs leaves open."""
    published = file.numbers["published"]
    best = _dollars(file, groups, way)
    matched = near(best, published.values)
    for threshold in (-1, 0, 1) if widened else ():
        low, high = (_dollars(file, groups, way, side, threshold) for side in (-1, 1))
        within = tolerance(published.values)
        matched |= (low - within <= published.high) & (published.low <= high + within)
    return SettledOutcome(best, matched)


def tolerance(published: FloatArray) -> FloatArray:
    """By how many dollars a settlement may miss the published one."""
    return np.maximum(_NEAR, NEAR_SHARE * np.abs(published))


def near(dollars: FloatArray, published: FloatArray) -> Flags:
    """Do dollars match the published ones, without regard to rounding?"""
    close: Flags = np.abs(dollars - published) <= tolerance(published)
    return close


def _dollars(file: PublicUseFile, groups: list[TrackGroup], way: Way, side: int = 0, threshold: int = 0) -> FloatArray:
    """Each ACO's settlement with every published input at the end of its rounding that is worst (-1) or best (1).

    The minimum savings rate is shifted apart (``threshold``), since whether it is met jumps instead of sliding.
    """
    earned = np.zeros(len(file.acos))
    for group in groups:
        earned[group.rows] = _earned(file, group, way, side, threshold)
    if way.adjusted:
        relieved = np.minimum(earned + np.abs(file.amount("adjustment")), 0.0)
        earned = np.where(earned < 0, relieved, earned)
    return earned + 0.0  # no settlement is minus zero


def _earned(file: PublicUseFile, group: TrackGroup, way: Way, side: int, threshold: int) -> FloatArray:
    number = {name: rounded.of(group.rows) for name, rounded in file.numbers.items()}
    dollars = Dollars(number["benchmark"].shifted(side), number["expenditure"].shifted(-side))
    rates = derived_rates(file, group, side)
    rates = rates if way.derived else _published_rates(file, group, rates, side)
    rates = replace(rates, minimum=np.maximum(number["minimum"].shifted(threshold), 0.0))
    earned = group.regime.earned(dollars, rates, group.agreement_year)["settlement"]
    guarded = file.flagged("guardrail")[group.rows]  # savings that only the two-way blend shows are not paid
    return np.where(guarded, np.minimum(earned, 0.0), earned)


def derived_rates(file: PublicUseFile, group: TrackGroup, side: int = 0) -> Rates:
    """Sharing and loss rates from the track's terms of the year and measured quality, 100 where reporting is enough."""
    regime, people = group.regime, file.amount("people")[group.rows]
    points = _points(file, group, side)
    rates = regime.rates(people, points)
    known = file.known("met")[group.rows]
    if known.any():
        by_flag = regime.with_changes(quality_standard=100.0, alternative_standard=0.0)
        standing = _standing(file, group, points)
        owed = np.where(standing > 0, rates.loss, regime.loss_rate_high)
        sharing = np.where(known, by_flag.rates(people, standing).sharing, rates.sharing)
        rates = replace(rates, sharing=sharing, loss=np.where(known, owed, rates.loss))
    return replace(rates, below_minimum=_reduced(file, group))


def _points(file: PublicUseFile, group: TrackGroup, side: int) -> FloatArray:
    if not file.has("quality"):
        return np.full(len(group.rows), 100.0)
    quality = file.numbers["quality"].of(group.rows).shifted(side)
    return np.clip(100 * np.nan_to_num(quality, nan=1.0), 0, 100)


def _standing(file: PublicUseFile, group: TrackGroup, points: FloatArray) -> FloatArray:
    """Quality as the file's flags count it: 0 for who failed the standard, 100 for who met that of 2021 and later."""
    met, alternative = (file.flagged(name)[group.rows] for name in ("met", "alternative"))
    if scales_with_quality(group.year):
        return np.where(met, points, 0.0)
    return np.where(met, 100.0, np.where(alternative, points, 0.0))


def _reduced(file: PublicUseFile, group: TrackGroup) -> FloatArray:
    """The share of savings below the minimum, of those whom the file says to have it."""
    share = group.regime.reduced_share * group.regime.sharing_rate
    return np.where(file.flagged("reduced")[group.rows], share, 0.0)


def _published_rates(file: PublicUseFile, group: TrackGroup, derived: Rates, side: int) -> Rates:
    """The file's own rates; one that it does not hold is the derived one."""
    blank = np.full(len(group.rows), np.nan)
    sharing = file.numbers["sharing"].of(group.rows).shifted(side) if file.has("sharing") else blank
    loss = file.numbers["loss"].of(group.rows).shifted(-side) if file.has("loss") else blank
    sharing = np.where(np.isnan(sharing), derived.sharing, sharing)
    below = np.minimum(sharing, derived.below_minimum)
    return Rates(derived.minimum, sharing, np.where(np.isnan(loss), derived.loss, loss), below)

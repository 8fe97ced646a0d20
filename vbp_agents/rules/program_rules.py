"""The rules of the Medicare Shared Savings Program by track and date: one table for the presets and for real ACOs.

What changes with the performance year (how quality counts, what sequestration takes) stands beside what is fixed when
an agreement starts (regional weights, the reduced share). `terms` reads the table for one track and year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Term: TypeAlias = "float | int | list[float] | None"
"""A parameter of the regime shared_savings."""


@dataclass(frozen=True)
class Track:
    """A track or a level of BASIC: what it is called, its preset, and the performance years in which it exists."""

    title: str
    preset: str
    since: int
    until: int | None = None

    def exists_in(self, year: int) -> bool:
        """Does anybody hold it in that performance year?"""
        return self.since <= year and (self.until is None or year <= self.until)


TRACKS = {
    "1": Track("Track 1", "mssp_track1", 2012, 2021),
    "1+": Track("Track 1+", "mssp_track1_plus", 2018, 2021),
    "2": Track("Track 2", "mssp_track2", 2012, 2021),
    "3": Track("Track 3", "mssp_track3", 2016, 2021),
    "A": Track("BASIC level A", "mssp_basic_a", 2019),
    "B": Track("BASIC level B", "mssp_basic_b", 2019),
    "C": Track("BASIC level C", "mssp_basic_c", 2019),
    "D": Track("BASIC level D", "mssp_basic_d", 2019),
    "E": Track("BASIC level E", "mssp_basic_e", 2019),
    "EN": Track("ENHANCED", "mssp_enhanced", 2019),
}
"""By the codes that CMS uses."""
FIRST_YEAR = 2012
EARLIER = ("1", "1+", "2", "3")
"""Tracks of agreements that started before July 2019."""
_LEVELS = ("A", "B", "C", "D", "E")
LATER = (*_LEVELS, "EN")
ONE_SIDED = ("1", "A", "B")
"""Tracks that owe no losses."""


@dataclass(frozen=True)
class Rule:
    """Terms of some ``tracks`` from the year ``since`` through ``until``: the performance year's.

    ``by_start``: the year is the one in which the agreement started.
    """

    terms: Mapping[str, Term]
    tracks: tuple[str, ...]
    source: str
    since: int = FIRST_YEAR
    until: int = 9999
    by_start: bool = False

    def binds(self, track: str, year: int, start: int) -> bool:
        """Does it bind an agreement on ``track`` of that ``start`` in the performance ``year``?"""
        return track in self.tracks and self.since <= (start if self.by_start else year) <= self.until


RULES = (
    # Shares of savings and their caps.
    Rule({"sharing_rate": 0.50, "savings_cap": 0.10}, ("1", "1+"), "42 CFR 425.604(d), (e)"),
    Rule({"sharing_rate": 0.60, "savings_cap": 0.15}, ("2",), "42 CFR 425.606(d), (e)"),
    Rule({"sharing_rate": 0.75, "savings_cap": 0.20}, ("3", "EN"), "42 CFR 425.610(d), (e); R03, R12"),
    Rule({"sharing_rate": 0.40, "savings_cap": 0.10}, ("A", "B"), "42 CFR 425.605(d)(1)(i), (ii); R01, R11"),
    Rule({"sharing_rate": 0.50, "savings_cap": 0.10}, ("C", "D", "E"), "42 CFR 425.605(d)(1); R02, R11"),
    # Shares of losses.
    Rule({"loss_rate_low": 0.0, "loss_rate_high": 0.0}, ONE_SIDED, "42 CFR 425.604, 425.605(d)(1)(i), (ii); R04"),
    Rule({"loss_rate_low": 0.3, "loss_rate_high": 0.3}, ("1+", "C", "D", "E"), "42 CFR 425.605(d)(1); R04"),
    Rule({"loss_rate_low": 0.4, "loss_rate_high": 0.6}, ("2",), "42 CFR 425.606(f)"),
    Rule({"loss_rate_low": 0.4, "loss_rate_high": 0.75}, ("3", "EN"), "42 CFR 425.610(f); R05, R31"),
    # Limits of losses, of the benchmark and of the participants' revenue.
    Rule({"loss_limit": 0.10, "loss_phase_in": [0.5, 0.75]}, ("2",), "42 CFR 425.606(g)"),
    Rule({"loss_limit": 0.15, "revenue_loss_limit": None}, ("3", "EN"), "42 CFR 425.610(g); R16"),
    Rule({"loss_limit": 0.01, "revenue_loss_limit": 0.02}, ("C",), "42 CFR 425.605(d)(1)(iii); R13"),
    Rule({"loss_limit": 0.02, "revenue_loss_limit": 0.04}, ("D",), "42 CFR 425.605(d)(1)(iv); R14"),
    Rule({"loss_limit": 0.04, "revenue_loss_limit": 0.08}, ("E", "1+"), "42 CFR 425.605(d)(1)(v); R15"),
    # Quality: a rate in proportion to it through 2020, then the whole rate from a percentile of MIPS on.
    Rule({"quality_standard": 100, "alternative_standard": 30}, tuple(TRACKS), "42 CFR 425.502", until=2020),
    Rule({"quality_standard": 61.73, "alternative_standard": 61.73}, tuple(TRACKS), "425.512; R24", 2021, 2021),
    Rule({"quality_standard": 70.63, "alternative_standard": 70.63}, tuple(TRACKS), "425.512; R24", 2022, 2022),
    Rule({"quality_standard": 65.76, "alternative_standard": 45}, tuple(TRACKS), "425.512; R24, R25", 2023, 2023),
    Rule({"quality_standard": 77.05, "alternative_standard": 45}, tuple(TRACKS), "425.512; R24, R25", 2024),
    # A share below the minimum savings rate, for low-revenue ACOs.
    Rule({"reduced_share": 0.0}, tuple(TRACKS), "42 CFR 425.605(h)", until=2023, by_start=True),
    Rule({"reduced_share": 0.5}, _LEVELS, "42 CFR 425.605(h); R26", 2024, by_start=True),
    Rule({"reduced_share": 0.0}, (*EARLIER, "EN"), "42 CFR 425.605(h)", 2024, by_start=True),
    # Benchmarks: how long they last, the market's part, coded risk.
    Rule({"agreement_years": 3, "risk_cap": 0.0}, EARLIER, "42 CFR 425.602, 425.603; R29"),
    Rule({"agreement_years": 5, "risk_cap": 0.03}, LATER, "42 CFR 425.605(a), 425.610(a); R17, R29"),
    Rule(
        {"regional_weights_below": [0.0] * 4, "regional_weights_above": [0.0] * 4},
        EARLIER,
        "42 CFR 425.602, 425.603",
        until=2016,
        by_start=True,
    ),
    Rule(
        {"regional_weights_below": [0.0, 0.35, 0.7, 0.7], "regional_weights_above": [0.0, 0.25, 0.5, 0.7]},
        EARLIER,
        "42 CFR 425.603(c)",
        2017,
        by_start=True,
    ),
    Rule({"regional_cap": 1.0, "regional_floor": -1.0}, EARLIER, "42 CFR 425.603(c): none"),
    Rule(
        {"regional_weights_below": [0.35, 0.5, 0.5, 0.5], "regional_weights_above": [0.15, 0.25, 0.35, 0.5]},
        LATER,
        "42 CFR 425.601(f); R21",
    ),
    Rule({"regional_cap": 0.05}, LATER, "42 CFR 425.601(a)(8)(ii)(C); R20b"),
    Rule({"regional_floor": -0.05}, LATER, "42 CFR 425.601(a)(8)(ii)(C); R20", until=2023, by_start=True),
    Rule({"regional_floor": -0.015}, LATER, "R20", 2024, by_start=True),
)
"""Later rows stand for later dates; no two bind the same term of a track at one date."""

SEQUESTRATION = ((2013, 4, 0.02), (2020, 5, 0.0), (2022, 4, 0.01), (2022, 7, 0.02))
"""From a year's month on: the share of payments that is withheld. R06; suspended from May 2020 (memory)."""
PAID_IN = 9
"""The month of the next year in which a performance year is settled."""


def terms(track: str, year: int, start: int | None = None) -> dict[str, Term]:
    """The terms of shared_savings that the program fixes for a ``track`` (see TRACKS) in a performance ``year``.

    ``start``: the year in which the agreement started; the latest possible where it is not given. What an ACO chooses,
    its minimum savings rate, is not among them. Raises ValueError for an unknown track or a year before the program.
    """
    if track not in TRACKS:
        raise ValueError(f"there is no track {track!r}; allowed {', '.join(TRACKS)}")
    if year < FIRST_YEAR:
        raise ValueError(f"{year} is before the program; its first performance year is {FIRST_YEAR}")
    last = year if track in LATER else min(year, 2019)
    bound = [rule for rule in RULES if rule.binds(track, year, last if start is None else start)]
    fixed = {name: value for rule in bound for name, value in rule.terms.items()}
    return fixed | {"paid_share": paid_share(year)}


def paid_share(year: int) -> float:
    """What sequestration leaves of the savings paid for a performance ``year``, by the date of the payment."""
    withheld = [share for since, month, share in SEQUESTRATION if (since, month) <= (year + 1, PAID_IN)]
    return 1 - withheld[-1] if withheld else 1.0


def scales_with_quality(year: int) -> bool:
    """Is the sharing rate of that performance year in proportion to quality, rather than whole or nothing?"""
    return terms("1", year)["quality_standard"] == 100

"""Which performance year a row of a public use file is of, and how that is known.

Published files say it in a column through 2017 only. Later ones show it by what else they have: a title, the name of
the file, columns of one year alone, and, where those leave several years open, whether sharing rates follow quality.
What the file says was earned is never asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vbp_agents.reconciliation.layout import Section
from vbp_agents.rules.program_rules import EARLIER, FIRST_YEAR, LATER

LAST_YEAR = 2099
LEVELS_SINCE = 2019
"""Performance years with the levels of BASIC and ENHANCED."""
TRACKS_UNTIL = 2021
WHOLE_RATE_SINCE = 2021
"""From then on the sharing rate is whole where the quality standard is met."""

_YEAR = re.compile(r"(?<!\d)(20[1-9]\d)(?!\d)(?![-_./ ]\d{1,2}[-_./ ]\d{1,2}(?!\d))")
_STATED = re.compile(r"(?:\bpy|_py|performance[ _-]*year)[ _'-]*(20[1-9]\d)(?!\d)", re.IGNORECASE)
_MARKS: tuple[tuple[int, frozenset[str]], ...] = (
    (2024, frozenset({"guardrail", "reducedss", "met40pctl", "recvd40p", "regadj"})),
    (2023, frozenset({"finallossrate", "impactmidyeartermination", "metaltqps"})),
    (2022, frozenset({"proratesharedlosses", "met30pctl", "metfirstyear", "metincentive"})),
    (2021, frozenset({"maxsharerate", "reportwi", "recvd30p"})),
    (2013, frozenset({"earnshrsavings", "owelosses", "minlossperc"})),
)
"""Columns that no earlier file has (those of 2013: no later one), the newest first."""


@dataclass(frozen=True)
class Dated:
    """A performance year and how it is known: words that follow it, "" where it is the row's own."""

    year: int
    known_by: str


@dataclass(frozen=True)
class Evidence:
    """What one row says of its year: its track, whether its rate is whole in spite of its quality (None: neither)."""

    track: str
    start: int | None
    whole: bool | None


def year_in(cell: str) -> int | None:
    """The year in a cell of a year's column: 2019, 2019.0, PY2019, PY 19, 12/31/2019."""
    match = re.fullmatch(r"(?:py|cy)?[ _'-]*(20\d\d|\d\d)(?:\.0*|a|b)?", cell.strip().lower())
    year = int(match[1]) if match else year_of_start(cell.strip()) or 0
    year += 2000 if 0 < year < 100 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def year_stated(text: str) -> int | None:
    """The one performance year that a title or a file's name states; dates of a download are none."""
    for pattern in (_STATED, _YEAR):
        years = {int(year) for year in pattern.findall(text)}
        if len(years) == 1 and FIRST_YEAR <= (year := years.pop()) <= LAST_YEAR:
            return year
    return None


def year_of_start(cell: str) -> int | None:
    """The year in a date: 7/1/12, 01/01/2018 12:00:00 AM, 2019-07-01."""
    if match := re.match(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d\d)(?!\d)", cell) or re.match(r"(\d{4})-\d\d?-\d\d?", cell):
        year = int(match[1])
        return year + 2000 if year < 100 else year
    return None


def section_year(section: Section, name: str, rows: Sequence[Evidence]) -> Dated | None:
    """The year of the rows that have none of their own, None where nothing tells it apart.

    ``name``: the file's. What contradicts the tracks or the agreements' starts is no year of theirs.
    """
    low, high = _bounds(rows)
    for text, words in ((" ".join(section.titles), "from the title"), (name, "from the file's name")):
        year = year_stated(text)
        if year is not None and low <= year <= high:
            return Dated(year, words)
    names = set(section.layout.places)
    for since, marks in _MARKS:
        year = max(since, low) if since > 2013 else since
        if marks & names and low <= year <= high:
            return Dated(year, "from its columns")
    if _flags_track_1_plus(names) and low <= 2018 <= high:
        return Dated(2018, "from its columns")
    return _by_rates(rows, low, high)


def _bounds(rows: Sequence[Evidence]) -> tuple[int, int]:
    """The first and last year that the tracks and the starts of agreements leave open."""
    tracks = {row.track for row in rows}
    starts = [row.start for row in rows if row.start is not None and FIRST_YEAR <= row.start <= LAST_YEAR]
    first = LEVELS_SINCE if tracks & set(LATER) else 2018 if "1+" in tracks else FIRST_YEAR + 1
    return max([first, *starts]), TRACKS_UNTIL if tracks & set(EARLIER) else LAST_YEAR


def _flags_track_1_plus(names: set[str]) -> bool:
    return "currenttrack1plus" in names and not any(name.startswith("currentbasic") for name in names)


def _by_rates(rows: Sequence[Evidence], low: int, high: int) -> Dated | None:
    """The year by whether sharing rates follow quality, where that decides."""
    whole = sum(row.whole is True for row in rows)
    scaled = sum(row.whole is False for row in rows)
    if whole > scaled and high >= WHOLE_RATE_SINCE:
        return Dated(max(low, WHOLE_RATE_SINCE), "or later: sharing rates are whole whatever the quality")
    if scaled > whole and LEVELS_SINCE <= low < WHOLE_RATE_SINCE:
        return Dated(low, "or nearly: sharing rates follow quality")
    return None


def usual_year(track: str) -> Dated:
    """The year taken where nothing tells it: that of the terms which a track's preset has."""
    year = 2018 if track in EARLIER else 2024
    return Dated(year, "not stated: the terms of the preset are taken (--year says another)")

"""The track of a row: a code, words, or the one of several columns that is flagged."""

import re
from collections.abc import Sequence

from vbp_agents.reconciliation.layout import CODE, RISK_MODEL, Layout, plain_name
from vbp_agents.reconciliation.numerals import is_blank
from vbp_agents.reconciliation.text_table import Cells
from vbp_agents.rules.program_rules import TRACKS

YES = {"1", "1.0", "yes", "y", "true", "t", "x"}
NO = {"0", "0.0", "no", "n", "false", "f"}
"""Flags, in small letters."""
_FEW = 4
"""Columns that are named one by one."""

_NUMBERED = re.compile(r"(?:mssp|ssp)?(?:track)?(1plus|[123])(?:track)?")
_LEVEL = re.compile(r"(?:mssp|ssp)?(?:track)?(?:basic)?(?:track)?(?:level)?([a-e])")
_ENHANCED = re.compile(r"(?:mssp|ssp)?(?:track)?(?:en|enh|enhanced)(?:track)?")
_BASIC = re.compile(r"(?:mssp|ssp)?(?:track)?basic(?:track)?")


class NoTrack(ValueError):
    """A row whose track cannot be told."""


def track_of(layout: Layout, cells: Cells) -> str:
    """The track's code, one of TRACKS. Raises NoTrack."""
    for place in layout.find(CODE):
        if not is_blank(cells[place]):
            return _of_words(cells[place], _first(layout.find(RISK_MODEL), cells))
    return _of_flags(layout, cells)


def _first(places: Sequence[int], cells: Cells) -> str:
    return next((cells[place] for place in places if not is_blank(cells[place])), "")


def _of_words(words: str, risk_model: str) -> str:
    plain = plain_name(re.sub(r"\.0+$", "", words))
    if match := _NUMBERED.fullmatch(plain):
        return "1+" if match[1] == "1plus" else match[1]
    if match := _LEVEL.fullmatch(plain):
        return match[1].upper()
    if _ENHANCED.fullmatch(plain):
        return "EN"
    if _BASIC.fullmatch(plain):
        if plain_name(risk_model).startswith("one"):
            return "B"  # both one-sided levels have the same terms
        raise NoTrack(f"track {words[:20]!r} has no level; write A, B, C, D or E")
    raise NoTrack(f"unknown track {words[:20]!r}; known are {', '.join(TRACKS)}")


def _of_flags(layout: Layout, cells: Cells) -> str:
    for flags in layout.flags():
        filled = {place: track for place, track in flags.items() if not is_blank(cells[place])}
        flagged = {track for place, track in filled.items() if cells[place].lower() in YES}
        if len(flagged) > 1:
            raise NoTrack(f"columns of tracks {', '.join(sorted(flagged))}: flag exactly one track; these all are")
        if flagged:
            return flagged.pop()
        if set(filled.values()) == {"2"} and all(cells[place].lower() in NO for place in filled):
            return "1"  # in 2013 there were two tracks and one flag
    columns = [layout.columns[place] for flags in layout.flags() for place in flags]
    if not columns:
        raise NoTrack(f"column {layout.columns[layout.find(CODE)[0]]}: the track is missing")
    named = ", ".join(columns) if len(columns) <= _FEW else f"{columns[0]} to {columns[-1]}"
    raise NoTrack(f"columns {named}: flag exactly one track; none is flagged")

"""Whether the model's figure lies where the evidence does, and whether there is any telling."""

from typing import Literal

from vbp_agents.evidence.rows import EvidenceRow
from vbp_agents.metrics.intervals import Interval

RowVerdict = Literal["inside", "missed", "cannot tell", "cannot move", "no interval"]
INSIDE: RowVerdict = "inside"
MISSED: RowVerdict = "missed"
CANNOT_TELL: RowVerdict = "cannot tell"
CANNOT_MOVE: RowVerdict = "cannot move"
NO_INTERVAL: RowVerdict = "no interval"
VERDICTS: tuple[RowVerdict, ...] = (INSIDE, MISSED, CANNOT_TELL, CANNOT_MOVE, NO_INTERVAL)
NULL_MODEL = "fixed_practice"
"""Nobody changes anything: what it hits too, a row does not test."""
FEWEST_REPLICATES = 8
"""With fewer an interval is too wide, and too uncertain itself, to say anything."""
OTHER_SIGN = "other sign"


def verdict(row: EvidenceRow, ours: Interval, behavior: str) -> RowVerdict:
    """What our figure, in the unit in which the row is judged, says of the row.

    Inside: our whole 95% interval lies in the published one, or on the published side of zero. Missed: all of it lies
    outside. Cannot tell: it crosses a bound, or comes from too few replicates. Cannot move: it would be inside, but
    could not be elsewhere (`cannot_move`), or nothing moved it in any replicate, though somebody might have. No
    interval: nothing to be inside of, or the model has no figure.
    """
    position = _where(row, ours)
    if position != INSIDE:
        return position
    still = behavior != NULL_MODEL and (ours.mean, ours.low, ours.high) == (0.0, 0.0, 0.0)
    return CANNOT_MOVE if row.cannot_move or still else INSIDE


def _where(row: EvidenceRow, ours: Interval) -> RowVerdict:
    ends = row.ends
    if ours.mean is None or ends is None:
        return NO_INTERVAL
    if ours.n < FEWEST_REPLICATES or ours.low is None or ours.high is None:
        return CANNOT_TELL
    if row.sign is not None:  # zero is on neither side
        near, far = sorted((row.sign * ours.low, row.sign * ours.high))
        return INSIDE if near > 0 else MISSED if far <= 0 else CANNOT_TELL
    if ends[0] <= ours.low and ours.high <= ends[1]:
        return INSIDE
    return MISSED if ours.high < ends[0] or ours.low > ends[1] else CANNOT_TELL


def against(row: EvidenceRow, ours: Interval) -> str:
    """Ours beside a published figure without an interval: how many times it, or that the sign is another; else ""."""
    if not row.target or row.low is not None or ours.mean is None:
        return ""
    if ours.mean * row.target >= 0:
        return f"{_part(abs(ours.mean / row.target))} times it"
    clear = ours.low is not None and _clearly(-1 if row.target > 0 else 1, ours)
    return OTHER_SIGN if clear else f"{OTHER_SIGN}, unclear"


def _part(share: float) -> str:
    return f"{share:.2g}" if share < 0.95 else f"{share:,.1f}"


def _clearly(sign: int, ours: Interval) -> bool:
    """Whether the mean and both ends of its interval have the sign."""
    return all(end is None or sign * end > 0 for end in (ours.mean, ours.low, ours.high))

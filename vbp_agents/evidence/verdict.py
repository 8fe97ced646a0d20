"""Whether the model's figure lies where the evidence does."""

from typing import Literal

from vbp_agents.evidence.rows import EvidenceRow
from vbp_agents.metrics.intervals import Interval

RowVerdict = Literal["inside", "missed", "no interval"]
VERDICTS: tuple[RowVerdict, ...] = ("inside", "missed", "no interval")
OTHER_SIGN = "other sign"


def verdict(row: EvidenceRow, ours: Interval) -> RowVerdict:
    """Inside: our mean lies in the published interval, or is clearly on the published side of zero; else missed.

    Clearly: our 95% interval, where there is one, leaves zero out. No interval: nothing to be inside of, or the
    model has no figure.
    """
    if ours.mean is None:
        return "no interval"
    if row.sign is not None:
        return "inside" if _clearly(row.sign, ours) else "missed"
    if row.low is None or row.high is None:
        return "no interval"
    return "inside" if row.low <= ours.mean <= row.high else "missed"


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

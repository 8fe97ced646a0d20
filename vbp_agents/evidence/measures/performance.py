"""What pay for performance did, by percent of fees at stake, in the last year and against fee for service."""

from statistics import fmean

from vbp_agents.evidence.arms import BASE
from vbp_agents.evidence.lived import EvidenceRuns, less
from vbp_agents.metrics.base import Frames, ratio

PROCESSES = (
    ("followed_up", "live_discharges"),
    ("controlled", "diagnosed"),
    ("preventive_seen", "preventive_eligible"),
)


def mortality_change(lived: EvidenceRuns, percent: int, per: int) -> float | None:
    """Deaths per so many person-years."""
    change = _change(lived, percent, (("deaths", "member_months"),))
    return None if change is None else 12 * per * change


def process_change(lived: EvidenceRuns, percent: int) -> float | None:
    """The mean of 7-day follow-up, control among the diagnosed and preventive visits, points."""
    change = _change(lived, percent, PROCESSES)
    return None if change is None else 100 * change


def _change(lived: EvidenceRuns, percent: int, measures: tuple[tuple[str, str], ...]) -> float | None:
    arms = (lived.runs[f"performance_{percent}"], lived.runs[BASE])
    return less(*(_shares(tables, lived.years, measures) for tables in arms))


def _shares(tables: Frames, year: int, measures: tuple[tuple[str, str], ...]) -> float | None:
    """The mean of some columns over others, everybody, in a year."""
    people = tables["contracts"]
    sums = people[people["year"] == year]
    shares = [ratio(float(sums[part].sum()), float(sums[whole].sum())) for part, whole in measures]
    numbers = [share for share in shares if share is not None]
    return fmean(numbers) if len(numbers) == len(shares) else None

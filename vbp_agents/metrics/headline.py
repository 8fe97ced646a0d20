"""The dozen metrics that answer most questions first, in plain words: what tables, pictures and pages lead with."""

from typing import NamedTuple


class HeadlineRow(NamedTuple):
    """A metric of the headline: its ``title`` in words, and how many of its units make one that people read.

    Rows of one unit stand together, so that a table can say the unit once.
    """

    metric: str
    title: str
    unit: str
    scale: float = 1.0

    @property
    def heading(self) -> str:
        """The unit as rows that share it stand below it."""
        return "% or points" if self.unit.startswith(("%", "points")) else self.unit

    @property
    def amount(self) -> str:
        """How an amount is written in a sentence, with {} for its number."""
        if self.unit.startswith("$"):
            return "${}"
        for people in ("per 1,000", "per 100"):
            if self.unit.startswith(f"{people} "):
                return f"{{}} {people}"
        return "{} points"


HEADLINE: tuple[HeadlineRow, ...] = (
    HeadlineRow("cost_per_capita", "Cost of care", "$ a person and year"),
    HeadlineRow("payer_outlay_per_capita", "Payments to providers", "$ a person and year"),
    HeadlineRow("qalys_per_1000", "Healthy years (QALYs)", "per 1,000 people a year"),
    HeadlineRow("mortality", "Deaths", "per 1,000 people a year"),
    HeadlineRow("avoidable_admissions_per_1000", "Avoidable admissions", "per 1,000 people a year"),
    HeadlineRow("underuse_per_1000", "Needed services missed", "per 1,000 people a year"),
    HeadlineRow("refused_per_100", "Refused or dropped", "per 100 people a year"),
    HeadlineRow("experience", "Experience of care", "points of 100"),
    HeadlineRow("provider_margin", "Providers' margin", "% of revenue", 100),
    HeadlineRow("harmful_share", "Harmful optional care", "% of optional services", 100),
    HeadlineRow("unpriced_risk_mix", "Costly patients in panels", "% of the mean risk, over everybody's", 100),
    HeadlineRow("coding_wedge", "Risk coded above usual", "% of coded risk", 100),
)

WATCHED: tuple[HeadlineRow, ...] = (
    *(row for row in HEADLINE if row.metric == "cost_per_capita"),
    HeadlineRow("disease_control", "Disease control", "% of the best there is", 100),
    *(row for row in HEADLINE if row.metric == "experience"),
    HeadlineRow("follow_up_7_day_share", "Seen within a week of hospital", "% of discharges", 100),
    *(row for row in HEADLINE if row.metric in ("refused_per_100", "provider_margin")),
)
"""What is followed month by month where a run is watched: cost, health, experience, coordination, refusals, margin."""

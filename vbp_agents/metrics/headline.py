"""The dozen metrics that answer most questions first, in plain words: what tables, pictures and pages lead with."""

from typing import NamedTuple


class HeadlineRow(NamedTuple):
    """A metric of the headline: its ``title`` in words, and how many of its units make one that people read."""

    metric: str
    title: str
    unit: str
    scale: float = 1.0


HEADLINE: tuple[HeadlineRow, ...] = (
    HeadlineRow("cost_per_capita", "Cost of care", "$ a person and year"),
    HeadlineRow("payer_outlay_per_capita", "Paid by payers and patients", "$ a person and year"),
    HeadlineRow("provider_margin", "Providers' margin", "% of revenue", 100),
    HeadlineRow("savings_earned_share", "ACO years that earned savings", "%", 100),
    HeadlineRow("qalys_per_1000", "Health", "QALYs a 1,000 people and year"),
    HeadlineRow("mortality", "Deaths", "a 1,000 people and year"),
    HeadlineRow("experience", "Experience of care", "points of 100"),
    HeadlineRow("avoidable_admissions_per_1000", "Avoidable admissions", "a 1,000 people and year"),
    HeadlineRow("readmission_share", "Back in hospital in 30 days", "% of discharges", 100),
    HeadlineRow("underuse_per_1000", "Needed services not given", "a 1,000 people and year"),
    HeadlineRow("low_value_share", "Low-value services", "% of discretionary ones", 100),
    HeadlineRow("refusal_share", "Patients refused by a practice", "% of who ask", 100),
    HeadlineRow("refusal_difference", "Refused: costliest tenth over cheapest", "points of %", 100),
    HeadlineRow("coding_wedge", "Risk coded above usual practice", "%", 100),
)

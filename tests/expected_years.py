"""Years as ACOs expect them, with known benchmarks, and the closed form of what a dollar not spent is worth."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np

from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.expectations.uncertain import USUAL_BELIEFS, Beliefs
from vbp_agents.regimes.shared_savings import SharedSavings

NORMAL = NormalDist()
PEOPLE = 10_000
SPENDING = 131_660_000.0
QUALITY = {
    "diagnosed": 5_000.0,
    "controlled": 3_852.0,
    "live_discharges": 2_500.0,
    "followed_up": 948.0,
    "readmitted": 368.0,
    "preventive_eligible": 9_500.0,
    "preventive_seen": 8_996.0,
    "surveyed": 300.0,
    "survey_points": 21_864.0,
}
"""Medians of the five measures (rules/quality.py)."""
NEVER_MIND = replace(USUAL_BELIEFS, foresight=0.0)


def year(savings: FloatArray, **more: float) -> dict[str, FloatArray]:
    """Columns of contracts that spend their share of savings less than $13,166 per person, half of it inside."""
    n = len(savings)
    columns = {
        f"{service}_{measure}_{side}": SPENDING / 16 * (1 - savings)
        for service in SERVICES[:8]
        for measure in ("dollars", "truncated")
        for side in ("inside", "outside")
    }
    people = {"member_months": 12.0 * PEOPLE, "risk_months": 12.0 * PEOPLE, "participant_revenue": 0.5 * SPENDING}
    return columns | {name: np.full(n, value) for name, value in (people | QUALITY | more).items()}


def book(savings: FloatArray, performance_year: int = 1, **more: float) -> Book:
    """A year with these savings against base years that all cost the same: the benchmark is $131.66 million."""
    base = year(np.zeros(len(savings)))
    market = Book({name: 10 * column[:1] for name, column in base.items()})
    return Book(year(savings, **more), market, (Book(base, market),) * 12, performance_year)


def one_sided(rate: float, minimum: float) -> SharedSavings:
    return SharedSavings(sharing_rate=rate, chosen_minimum=minimum, savings_cap=1.0, reduced_share=0.0)


def known(sd: float) -> Beliefs:
    """An uncertainty of spending that has nothing to do with size."""
    return replace(USUAL_BELIEFS, person_sd=0.0, unknown_sd=sd, foresight=0.0)


def gamma(savings: float, rate: float, minimum: float, sd: float) -> float:
    """The closed form of section 5 of the model description: what a dollar not spent is worth.

    ``sd`` is a share of expected spending, which is 1 - savings of the benchmark.
    """
    sd *= 1 - savings
    z = (savings - minimum) / sd
    return 0.98 * rate * (NORMAL.cdf(z) + minimum / sd * NORMAL.pdf(z))

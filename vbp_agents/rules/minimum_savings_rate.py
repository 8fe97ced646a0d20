"""The minimum savings rate: how large savings must be before they count, so that luck is not paid for.

A small ACO's spending is noisy, so the one-sided rate falls with the number of assigned people. A two-sided ACO may
choose a fixed rate instead, which then is its minimum loss rate too.
"""

import numpy as np

from vbp_agents.book import FloatArray

SCHEDULE = (
    # people, share of benchmark. From 5,000 up: [R07], 42 CFR 425.604(b).
    # Below: up to 12.2% [R08]; knots found on MinSavPerc of the smaller ACOs in the CMS files, which they reproduce.
    (500, 0.122),
    (1_000, 0.087),
    (3_000, 0.050),
    (5_000, 0.039),
    (6_000, 0.036),
    (7_000, 0.034),
    (8_000, 0.032),
    (9_000, 0.031),
    (10_000, 0.030),
    (15_000, 0.027),
    (20_000, 0.025),
    (50_000, 0.022),
    (60_000, 0.020),
)
CHOICES = (0.0, 0.005, 0.010, 0.015, 0.020)
"""What a two-sided ACO may choose, locked for the agreement, instead of the rate by size [R09]."""


def by_size(people: FloatArray) -> FloatArray:
    """The minimum savings rate, share of the benchmark, for ``people`` assigned: linear between knots [R07, R08]."""
    sizes, rates = np.array(SCHEDULE).T
    interpolated: FloatArray = np.interp(people, sizes, rates)
    return interpolated


def minimum_savings_rate(people: FloatArray, chosen: float | None) -> FloatArray:
    """The rate that binds each contract, shape of ``people``: the ``chosen`` one, or the rate by size where none is."""
    return by_size(people) if chosen is None else np.full(np.shape(people), chosen)

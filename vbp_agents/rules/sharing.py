"""From savings against a benchmark to dollars earned or owed: rates, thresholds, caps and limits of shared savings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.rules.ratio import ratio
from vbp_agents.rules.threshold import reaches, scores


@dataclass(frozen=True)
class Dollars:
    """A contract-year in dollars, each of shape (n_contracts,). ``revenue``: its participants', None where unknown."""

    benchmark: FloatArray
    expenditure: FloatArray
    revenue: FloatArray | None = None


@dataclass(frozen=True)
class Rates:
    """The rates that bind each contract for a year, arrays of shape (n_contracts,).

    ``minimum``: savings or losses below this share of the benchmark count for nothing.
    ``sharing`` and ``loss``: the contract's share of first-dollar savings and losses.
    ``below_minimum``: its share of savings that do not reach the minimum.
    """

    minimum: FloatArray
    sharing: FloatArray
    loss: FloatArray
    below_minimum: FloatArray | float = 0.0


@dataclass(frozen=True)
class Limits:
    """What no settlement exceeds: shares of the benchmark, and of the participants' revenue (None: no such limit)."""

    savings: float
    losses: float
    losses_of_revenue: float | None


def multiplier(points: FloatArray, standard: float, alternative: float) -> FloatArray:
    """The part of the maximum sharing rate that measured quality, 0 to 100, earns.

    All of it from ``standard`` on [R24], the score as a share of 100 from ``alternative`` on [R25], below that nothing.
    """
    scaled = np.where(scores(points, alternative), points / 100, 0.0)
    return np.where(scores(points, standard), 1.0, scaled)


def loss_rate(shared: FloatArray, met: NDArray[np.bool_], low: float, high: float) -> FloatArray:
    """1 less the share of savings that quality earns, within bounds; the upper one where no standard is ``met``.

    42 CFR 425.610(f)(2). Shape of ``shared``.
    """
    return np.where(met, np.clip(1 - shared, low, high), high)


def is_low_revenue(revenue: FloatArray, share: float, spending: FloatArray) -> NDArray[np.bool_]:
    """Is the participants' revenue less than a ``share`` of what their people cost? 42 CFR 425.20. Same shape."""
    return ~reaches(revenue, share, spending)


def savings_earned(
    dollars: Dollars, rates: Rates, cap: float, paid_share: float, past: NDArray[np.bool_]
) -> FloatArray:
    """Dollars of savings paid: first-dollar ``past`` the minimum, less sequestration, then capped [R06, R11, R12]."""
    savings = np.maximum(dollars.benchmark - dollars.expenditure, 0.0)
    share = np.where(past, rates.sharing, rates.below_minimum)
    return np.minimum(share * savings * paid_share, cap * dollars.benchmark)


def losses_owed(dollars: Dollars, rates: Rates, limits: Limits, past: NDArray[np.bool_]) -> FloatArray:
    """Dollars of losses owed, positive: first-dollar ``past`` the minimum, no sequestration, then limited [R13-R16]."""
    losses = np.maximum(dollars.expenditure - dollars.benchmark, 0.0)
    limit = limits.losses * dollars.benchmark
    if limits.losses_of_revenue is not None and dollars.revenue is not None:
        limit = np.minimum(limit, limits.losses_of_revenue * dollars.revenue)
    return np.where(past, np.minimum(rates.loss * losses, limit), 0.0)


def settled_lines(dollars: Dollars, rates: Rates, limits: Limits, paid_share: float) -> dict[str, FloatArray]:
    """The lines of a settled year, from "benchmark" to "settlement" (dollars, positive to the provider)."""
    savings = dollars.benchmark - dollars.expenditure
    past = reaches(np.abs(savings), rates.minimum, dollars.benchmark)  # the same minimum either way
    earned = savings_earned(dollars, rates, limits.savings, paid_share, past)
    return {
        "benchmark": dollars.benchmark,
        "expenditure": dollars.expenditure,
        "savings": savings,
        "savings_rate": ratio(savings, dollars.benchmark),
        "minimum_savings_rate": rates.minimum,
        "sharing_rate": rates.sharing,
        "loss_rate": rates.loss,
        "settlement": earned - losses_owed(dollars, rates, limits, past),
    }

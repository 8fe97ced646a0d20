"""Savings as a program reports them: benchmark less spending, luck and benchmark artifacts included. Never effects."""

import math
from typing import TYPE_CHECKING

import numpy as np

from vbp_agents.arithmetic import correlation as _correlation
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.evidence.lived import KEY, EvidenceRuns, WhichYear, years_of
from vbp_agents.metrics.base import ratio

if TYPE_CHECKING:
    from pandas import DataFrame, Series

ANY = math.inf
_LINES = ("savings", "savings_rate", "settlement", "quality", "regional_adjustment", "trend", "risk_ratio")


def settled_years(
    lived: EvidenceRuns, arm: str, year: WhichYear = "all", fewest: float = 0, most: float = ANY
) -> "DataFrame":
    """Settled shared-savings contract-years, a row each (payer, contract, year), with LINES and ``people``.

    ``fewest`` (included) and ``most``: of people in the contract that year.
    """
    tables = lived.runs[arm]
    lines = tables["settlements"]
    wide = lines.set_index([*KEY, "year", "line"])["amount"].unstack("line").reindex(columns=list(_LINES))
    people = tables["contracts"].set_index([*KEY, "year"])["member_months"] / 12
    settled = wide.assign(people=people.reindex(wide.index))
    known = settled.index.get_level_values("year").isin(years_of(lived, year))
    return settled[known & (settled["people"] >= fewest) & (settled["people"] < most)]


def savings_rate(lived: EvidenceRuns, arm: str, year: WhichYear = "all") -> float | None:
    """Mean over contracts, percent of the benchmark."""
    return _mean(100 * settled_years(lived, arm, year)["savings_rate"])


def spread(lived: EvidenceRuns, arm: str, year: WhichYear) -> float | None:
    """Standard deviation of savings rates between contracts in a year, points."""
    return _sd(100 * settled_years(lived, arm, year)["savings_rate"])


def share_earning(
    lived: EvidenceRuns, arm: str, year: WhichYear = "all", fewest: float = 0, most: float = ANY
) -> float | None:
    """Contract-years with a settlement above 0, percent."""
    return _mean(100.0 * (settled_years(lived, arm, year, fewest, most)["settlement"] > 0))


def share_under(lived: EvidenceRuns, arm: str, year: WhichYear = "all") -> float | None:
    """Contract-years that spent less than their benchmark, percent."""
    return _mean(100.0 * (settled_years(lived, arm, year)["savings"] > 0))


def share_unpaid(lived: EvidenceRuns, arm: str, year: WhichYear) -> float | None:
    """Contract-years under their benchmark that are paid nothing, percent of all."""
    settled = settled_years(lived, arm, year)
    return _mean(100.0 * ((settled["savings"] > 0) & (settled["settlement"] <= 0)))


def paid(lived: EvidenceRuns, arm: str, year: WhichYear = "all") -> float | None:
    """Savings paid, dollars per member-year; losses are left out."""
    settled = settled_years(lived, arm, year)
    return ratio(float(settled["settlement"].clip(lower=0).sum()), float(settled["people"].sum()))


def net(lived: EvidenceRuns, arm: str, year: WhichYear = "all") -> float | None:
    """Benchmark less spending less settlements, dollars per member-year."""
    settled = settled_years(lived, arm, year)
    return ratio(float((settled["savings"] - settled["settlement"]).sum()), float(settled["people"].sum()))


def contracts(lived: EvidenceRuns, arm: str) -> float | None:
    """How many are settled in the last year."""
    return float(len(settled_years(lived, arm, "last")))


def quality_mean(lived: EvidenceRuns, arm: str) -> float | None:
    """Points, last year."""
    return _mean(settled_years(lived, arm, "last")["quality"])


def quality_sd(lived: EvidenceRuns, arm: str) -> float | None:
    """Points, between contracts, last year."""
    return _sd(settled_years(lived, arm, "last")["quality"])


def regional_share(lived: EvidenceRuns, arm: str) -> float | None:
    """Regional adjustments, carried to the year, percent of benchmark less spending; None where nothing is saved."""
    settled = settled_years(lived, arm, "last")
    saved = float(settled["savings"].sum())
    monthly = settled["regional_adjustment"] * settled["trend"] * settled["risk_ratio"]
    return 100 * float((12 * settled["people"] * monthly).sum()) / saved if saved > 0 else None


def correlation(lived: EvidenceRuns, arm: str) -> float | None:
    """Of a contract's savings rate with that of the year after; None with fewer than 3 pairs or a constant rate."""
    now, after = neighbors(lived, arm)
    if len(now) < 3 or now.nunique() < 2 or after.nunique() < 2:
        return None
    return _correlation(now, after)


def noise(lived: EvidenceRuns, arm: str, fewest: float, most: float) -> float | None:
    """Standard deviation of the change from one year to the next over the square root of 2, points."""
    now, after = neighbors(lived, arm, fewest, most)
    spread = _sd(after - now)
    return None if spread is None else spread / math.sqrt(2)


def slope(lived: EvidenceRuns, arm: str) -> float | None:
    """Mean growth of a contract's savings rate, points a year, by least squares within contracts."""
    rates = panel(lived, arm)
    if rates.shape[1] < 2:
        return None
    year = np.arange(rates.shape[1]) - (rates.shape[1] - 1) / 2
    return _mean(weighted_sum(rates, year) / weighted_sum(year, year))


def spread_within(lived: EvidenceRuns, arm: str) -> float | None:
    """Standard deviation of savings rates from year to year within contracts, points."""
    rates = panel(lived, arm)
    return None if min(rates.shape) < 2 else math.sqrt(_within(rates))


def spread_between(lived: EvidenceRuns, arm: str) -> float | None:
    """Standard deviation between contracts' long-run savings rates, points: their means', less what luck adds."""
    rates = panel(lived, arm)
    if min(rates.shape) < 2:
        return None
    return math.sqrt(max(0.0, float(np.var(rates.mean(axis=1), ddof=1)) - _within(rates) / rates.shape[1]))


def panel(lived: EvidenceRuns, arm: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Savings rates (%) of contracts that were settled every year, (contracts, years)."""
    rates = 100 * settled_years(lived, arm)["savings_rate"].unstack("year")
    complete: np.ndarray[tuple[int, int], np.dtype[np.float64]] = rates.dropna().to_numpy(float)
    return complete


def neighbors(lived: EvidenceRuns, arm: str, fewest: float = 0, most: float = ANY) -> "tuple[Series, Series]":
    """Savings rates (%) of contract-years of a size and of the years after them, aligned."""
    rates = 100 * settled_years(lived, arm)["savings_rate"]
    sized = settled_years(lived, arm, "all", fewest, most).index
    later = rates.rename(lambda year: year - 1, level="year")
    index = sized.intersection(later.index)
    return rates.reindex(index), later.reindex(index)


def _within(rates: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> float:
    return float(np.var(rates, axis=1, ddof=1).mean())


def _mean(values: "Series | np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float | None:
    return float(values.mean()) if len(values) else None


def _sd(values: "Series") -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None

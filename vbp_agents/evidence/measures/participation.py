"""Who leaves a voluntary program, and how that goes with what it brought: BASIC level E, joined by choice."""

import math
from typing import TYPE_CHECKING

from vbp_agents.evidence.lived import KEY, EvidenceRuns
from vbp_agents.evidence.measures.reported import settled_years
from vbp_agents.metrics.base import ratio

if TYPE_CHECKING:
    from pandas import DataFrame

ARM = "mssp_voluntary"
LOSS = -2.0
"""Percent of the benchmark, below which an ACO is a loser (Mexit2)."""


def exits(lived: EvidenceRuns) -> float | None:
    """Contracts that are not in the program the year after, percent of contract-years with a year after."""
    return _rate(contract_years(lived), -math.inf, math.inf)


def exits_by_rate(lived: EvidenceRuns, above: float, below: float) -> float | None:
    """The same of those with a savings rate, in percent, between two bounds."""
    return _rate(contract_years(lived), above, below)


def losers_less_others(lived: EvidenceRuns) -> float | None:
    """Exit rate of contracts below LOSS less that of the others, points; None where either has nobody."""
    years = contract_years(lived)
    losers, others = _rate(years, -math.inf, LOSS), _rate(years, LOSS, math.inf)
    return None if losers is None or others is None else losers - others


def contract_years(lived: EvidenceRuns) -> "DataFrame":
    """Contract-years in the program but the last, with ``savings_rate`` (%) and ``left``: out of it the year after."""
    people = lived.runs[ARM]["contracts"]
    within = people.loc[people["program"] == "voluntary", [*KEY, "year"]]
    after = within.assign(year=within["year"] - 1, stayed=True)
    years = within[within["year"] < lived.years].merge(after, on=[*KEY, "year"], how="left")
    years["left"] = years["stayed"].isna()
    rates = settled_years(lived, ARM, "all").reset_index()[[*KEY, "year", "savings_rate"]]
    return years.merge(rates.assign(savings_rate=100 * rates["savings_rate"]), on=[*KEY, "year"], how="left")


def _rate(years: "DataFrame", above: float, below: float) -> float | None:
    """Percent that left; a contract-year without a settlement counts only where no bound asks for its rate."""
    bounded = math.isfinite(above) or math.isfinite(below)
    kept = years[(years["savings_rate"] >= above) & (years["savings_rate"] < below)] if bounded else years
    share = ratio(float(kept["left"].sum()), len(kept))
    return None if share is None else 100 * share

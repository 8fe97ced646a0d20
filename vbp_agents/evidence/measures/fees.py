"""Volume after a cut of physician fees: visits, tests and procedures of everybody, at the prices before."""

import math
from typing import TYPE_CHECKING

from vbp_agents.evidence.arms import BASE
from vbp_agents.evidence.lived import EvidenceRuns, WhichYear, years_of
from vbp_agents.metrics.base import ratio

if TYPE_CHECKING:
    from pandas import DataFrame

CUT = "fee_cut"
_SERVICES = ("primary", "specialist", "test", "procedure")


def elasticity(lived: EvidenceRuns) -> float | None:
    """Relative change of volume over relative change of price, both as logarithms, last year."""
    before, after, price = _year(lived, "last")
    change = ratio(after, before)
    return math.log(change) / math.log(price) if change and price != 1.0 else None


def volume_change(lived: EvidenceRuns, year: WhichYear) -> float | None:
    """Percent, in a year."""
    if not years_of(lived, year):
        return None
    before, after, _ = _year(lived, year)
    change = ratio(after, before)
    return None if change is None else 100 * (change - 1)


def offset(lived: EvidenceRuns) -> float | None:
    """Revenue that more volume brings at the new prices, percent of what the cut took from the old volume, last year.

    Negative where volume falls as well.
    """
    before, after, price = _year(lived, "last")
    share = ratio(price * (after - before), (1 - price) * before)
    return None if share is None else 100 * share


def _year(lived: EvidenceRuns, year: WhichYear) -> tuple[float, float, float]:
    """Volume without and with the cut, dollars at the prices before, and the price index of what is given after it."""
    base, cut = (_sums(lived.runs[arm]["services"], years_of(lived, year)) for arm in (BASE, CUT))
    price = base["dollars"] / base["count"]
    before, volume = (float((price * counted["count"]).sum()) for counted in (base, cut))
    return before, volume, ratio(float(cut["dollars"].sum()), volume) or math.nan


def _sums(services: "DataFrame", years: tuple[int, ...]) -> "DataFrame":
    kept = services[services["service"].isin(_SERVICES) & services["year"].isin(years)]
    return kept.groupby("service")[["count", "dollars"]].sum()

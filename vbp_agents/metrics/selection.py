"""Selection: are people whose risk no payer prices kept out, and is risk written up?

Unpriced risk is true risk minus coded risk at baseline coding: what no payer would pay for, however well a provider
codes. Coding is frozen at baseline everywhere but in the wedge.
"""

import math
from typing import TYPE_CHECKING

from vbp_agents.metrics.base import Tables, metric, per_1000, ratio, total

if TYPE_CHECKING:
    from pandas import DataFrame

ELLIS = "after Ellis, J Health Econ 1998;17:537"
CONTRACT_YEAR = ["year", "payer", "contract"]


@metric("selection", "risk score", "lower", ELLIS)
def unpriced_risk_gap(tables: Tables) -> float | None:
    """Mean unpriced risk of unattached minus that of attached patient-months; none where nobody is unattached."""
    unattached = total(tables, "contracts", "unattached_months")
    attached = total(tables, "contracts", "member_months") - unattached
    without = ratio(total(tables, "contracts", "unpriced_unattached"), unattached)
    within = ratio(total(tables, "contracts", "unpriced_attached"), attached)
    return None if without is None or within is None else without - within


@metric("selection", "risk score", "lower", ELLIS)
def unpriced_risk_sorting(tables: Tables) -> float | None:
    """Standard deviation between practices of their panels' mean unpriced risk, weighted by person-months.

    The weights keep the luck of very small panels from passing for sorting.
    """
    panels = tables["practices"].groupby("practice")[["member_months", "unpriced_risk"]].sum()
    months = panels["member_months"]
    if len(panels) < 2:
        return None
    mean = panels["unpriced_risk"] / months
    center = panels["unpriced_risk"].sum() / months.sum()
    return math.sqrt(float((months * (mean - center) ** 2).sum() / months.sum()))


@metric("selection", "share of attempts to attach", "lower", "model definition")
def refusal_share(tables: Tables) -> float | None:
    """Attempts to attach to a practice that were refused."""
    people = _grouping(tables, "deprivation_quintile")
    return ratio(float(people["refusals"].sum()), float(people["attempts"].sum()))


@metric("selection", "odds ratio", "lower", "a half added per cell: Haldane, Ann Hum Genet 1956;20:309")
def refusal_odds_ratio(tables: Tables) -> float | None:
    """Odds of a refusal, top against bottom decile of baseline unpriced risk; 1 where neither is ever refused.

    With a half added per cell, unequal attempts alone would give another ratio than 1 where nobody is refused.
    """
    bottom, top = _extreme_deciles(tables)
    if bottom[0] == 0 or top[0] == 0:
        return None
    if bottom[1] == top[1] == 0:
        return 1.0
    return _odds(*top) / _odds(*bottom)


def _extreme_deciles(tables: Tables) -> tuple[tuple[float, float], tuple[float, float]]:
    """Attempts and refusals of the bottom and of the top decile of baseline unpriced risk."""
    deciles = _grouping(tables, "unpriced_risk_decile").groupby("group")[["attempts", "refusals"]].sum()
    bottom, top = deciles.reindex([1, 10], fill_value=0).to_numpy(float)
    return (bottom[0], bottom[1]), (top[0], top[1])


@metric("selection", "share of attempts to attach", "lower", "model definition")
def refusal_difference(tables: Tables) -> float | None:
    """Share of attempts refused, top minus bottom decile of baseline unpriced risk."""
    bottom, top = (ratio(refusals, attempts) for attempts, refusals in _extreme_deciles(tables))
    return None if bottom is None or top is None else top - bottom


@metric("selection", "per 1,000 person-years", "lower", ELLIS)
def declined_cases_per_1000(tables: Tables) -> float | None:
    """Elective joint replacements that hospitals declined, expecting to lose on them, per 1,000 person-years alive."""
    return per_1000(tables, total(tables, "hospitals", "declined_cases"))


def _odds(attempts: float, refusals: float) -> float:
    return (refusals + 0.5) / (attempts - refusals + 0.5)


@metric("selection", "share of opportunities", None, ELLIS)
def given_to_bottom_decile(tables: Tables) -> float | None:
    """Services near the margin that are given, bottom decile of unpriced risk: above the baseline's is creaming."""
    return _given(tables, 1)


@metric("selection", "share of opportunities", None, ELLIS)
def given_to_top_decile(tables: Tables) -> float | None:
    """Services near the margin that are given, top decile of unpriced risk: below the baseline's is skimping."""
    return _given(tables, 10)


@metric("selection", "share of attempts to attach", "lower", ELLIS)
def refused_top_decile(tables: Tables) -> float | None:
    """Attempts to become or stay a patient that were refused, top decile of unpriced risk: dumping."""
    deciles = _grouping(tables, "unpriced_risk_decile")
    top = deciles[deciles["group"] == 10]
    return ratio(float(top["refusals"].sum()), float(top["attempts"].sum()))


def _given(tables: Tables, decile: int) -> float | None:
    deciles = _grouping(tables, "unpriced_risk_decile")
    people = deciles[deciles["group"] == decile]
    return ratio(float(people["marginal_given"].sum()), float(people["marginal"].sum()))


@metric("selection", "months per person-year", "lower", "model definition")
def months_unattached_top_decile(tables: Tables) -> float | None:
    """Months without a practice per person-year, top decile of baseline true risk."""
    deciles = _grouping(tables, "true_risk_decile")
    top = deciles[deciles["group"] == 10]
    return ratio(12 * float(top["unattached_months"].sum()), float(top["person_months"].sum()))


@metric("selection", "share of coded risk", "lower", "after Geruso and Layton, J Polit Econ 2020;128:984")
def coding_wedge(tables: Tables) -> float | None:
    """Coded risk over the same at baseline completeness, minus 1, both before renormalization, under value contracts.

    A year counts for a contract that had a value-based regime in any of its months.
    """
    months = tables["months"]
    paid_by_value = months[months["value_based"]]
    years = paid_by_value.assign(year=(paid_by_value["month"] - 1) // 12 + 1)[CONTRACT_YEAR].drop_duplicates()
    people = tables["contracts"].merge(years, on=CONTRACT_YEAR)
    wedge = ratio(float(people["coded_risk"].sum()), float(people["baseline_coded_risk"].sum()))
    return None if wedge is None else wedge - 1


def _grouping(tables: Tables, grouping: str) -> "DataFrame":
    groups = tables["groups"]
    return groups[groups["grouping"] == grouping]

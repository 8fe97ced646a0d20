"""Selection: are people whose risk no payer prices kept out, and is risk written up?

Unpriced risk is true risk minus coded risk at baseline coding: what no payer would pay for, however well a provider
codes. Coding is frozen at baseline everywhere but in the wedge.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vbp_agents.metrics.base import (
    Columns,
    Tables,
    groups_of,
    metric,
    per_1000,
    person_years,
    ratio,
    share,
    sums_by,
    total,
)
from vbp_agents.metrics.years import year_of

ELLIS = "after Ellis, J Health Econ 1998;17:537"
_EVERY = slice(None)


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
    practices = tables["practices"]
    _, months = sums_by(practices["practice"], practices["member_months"])
    _, unpriced = sums_by(practices["practice"], practices["unpriced_risk"])
    if len(months) < 2:
        return None
    mean = unpriced / months
    center = unpriced.sum() / months.sum()
    return math.sqrt(float((months * (mean - center) ** 2).sum() / months.sum()))


@metric("selection", "per 100 person-years", "lower", "model definition")
def refused_per_100(tables: Tables) -> float | None:
    """Times that a practice refused somebody who asked, or dropped a member, per 100 person-years alive."""
    refusals = total(tables, "groups", "refusals", groups_of(tables, "deprivation_quintile"))
    return ratio(100 * refusals, person_years(tables))


@metric("selection", "months per person-year", "lower", "model definition")
def months_unattached(tables: Tables) -> float | None:
    """Months without a practice per person-year."""
    months = total(tables, "groups", "unattached_months", groups_of(tables, "deprivation_quintile"))
    return ratio(months, person_years(tables))


@metric("selection", "risk score", None, ELLIS)
def unpriced_risk_mix(tables: Tables) -> float | None:
    """Mean unpriced risk at month 0 of contract holders' panels minus everybody's.

    It falls where the costly are kept out. Risk is as at month 0, or when somebody came, so that no care moves it.
    """
    practices, organizations = tables["practices"], tables["organizations"]
    held = organizations["contract"] != "unattached"
    holders = set(zip(*(column[held].tolist() for column in _organization_years(organizations)), strict=True))
    years = zip(*(column.tolist() for column in _organization_years(practices)), strict=True)
    inside = np.array([year in holders for year in years], bool)
    everybody = groups_of(tables, "deprivation_quintile")
    panels = ratio(*(total(tables, "practices", name, inside) for name in ("first_unpriced_risk", "member_months")))
    market = ratio(*(total(tables, "groups", name, everybody) for name in ("first_unpriced_risk", "person_months")))
    return None if panels is None or market is None else panels - market


@metric("selection", "share of attempts to attach", "lower", "model definition")
def refusal_share(tables: Tables) -> float | None:
    """Attempts to become or stay a practice's patient that were refused; a review that keeps a member is one."""
    attempts, refusals = attempts_of(tables, groups_of(tables, "deprivation_quintile"))
    return ratio(refusals, attempts)


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
    bottom, top = (groups_of(tables, "unpriced_risk_decile", _only(decile)) for decile in (1, 10))
    return attempts_of(tables, bottom), attempts_of(tables, top)


def attempts_of(tables: Tables, rows: NDArray[np.bool_]) -> tuple[float, float]:
    """Attempts to become or stay a patient of some groups, reviews that kept a member among them, and refusals."""
    asked, kept, refusals = (total(tables, "groups", name, rows) for name in ("attempts", "kept", "refusals"))
    return asked + kept, refusals


def _only(decile: int) -> range:
    return range(decile, decile + 1)


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
    attempts, refusals = attempts_of(tables, groups_of(tables, "unpriced_risk_decile", _only(10)))
    return ratio(refusals, attempts)


def _given(tables: Tables, decile: int) -> float | None:
    people = groups_of(tables, "unpriced_risk_decile", _only(decile))
    return share(tables, "groups", "marginal_given", "marginal", people)


@metric("selection", "months per person-year", "lower", "model definition")
def months_unattached_top_decile(tables: Tables) -> float | None:
    """Months without a practice per person-year, top decile of baseline true risk."""
    top = groups_of(tables, "true_risk_decile", _only(10))
    unattached = total(tables, "groups", "unattached_months", top)
    return ratio(12 * unattached, total(tables, "groups", "person_months", top))


@metric("selection", "share of coded risk", "lower", "after Geruso and Layton, J Polit Econ 2020;128:984")
def coding_wedge(tables: Tables) -> float | None:
    """Coded risk over the same at baseline completeness, minus 1, both before renormalization, under value contracts.

    A year counts for a contract that had a value-based regime in any of its months.
    """
    months = tables["months"]
    by_value = set(_contract_years(months, months["value_based"].astype(bool)))
    under = np.array([key in by_value for key in _contract_years(tables["contracts"], _EVERY)], bool)
    wedge = share(tables, "contracts", "coded_risk", "baseline_coded_risk", under)
    return None if wedge is None else wedge - 1


def _organization_years(columns: Columns) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    return year_of(columns), columns["organization"]


def _contract_years(columns: Columns, rows: NDArray[np.bool_] | slice) -> Iterator[tuple[object, ...]]:
    """The year, payer and contract of each row."""
    parts = (year_of(columns), columns["payer"], columns["contract"])
    return zip(*(part[rows].tolist() for part in parts), strict=True)

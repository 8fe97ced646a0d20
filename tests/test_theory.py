"""Theory's signs, where clinicians bear what they bill and what contracts add (`owner_practice`): a closed list.

No magnitude is tested. Each sign must be clear: its 95% interval over the replicates excludes zero.
"""

from functools import cache

import pytest

from vbp_agents.ensemble import Replicate, replicates
from vbp_agents.metrics import METRICS
from vbp_agents.metrics.base import Tables
from vbp_agents.metrics.intervals import interval, paired
from vbp_agents.scenario import Scenario
from vbp_agents.scenario_file import behaving, find_scenario

PATIENTS, YEARS, REPLICATES, SEED = 20_000, 3, 5, 11
FEES, SAVINGS, CAPITATION = "fee_for_service", "shared_savings_two_sided", "capitation"
MIX, FLAT = "half_capitation", "flat_capitation"


def scenarios() -> list[Scenario]:
    """Fees, BASIC E, capitation, half of it on fees, and capitation that is the same amount for everybody."""
    fees, savings, capitation = (find_scenario(name) for name in (FEES, SAVINGS, CAPITATION))
    [contract] = capitation.contracts
    half = contract.model_copy(update={"share": 0.5})
    flat = contract.model_copy(update={"terms": {**contract.terms, "risk_adjustment": 0.0}})
    others = [
        capitation.model_copy(update={"name": name, "contracts": (terms,)})
        for name, terms in ((MIX, half), (FLAT, flat))
    ]
    return behaving([fees, savings, capitation, *others], "owner_practice")


@cache
def lived() -> list[Replicate]:
    return list(replicates(scenarios(), patients=PATIENTS, years=YEARS, count=REPLICATES, seed=SEED, threads=2))


def harmful(tables: Tables) -> float:
    """Harmful discretionary services per 1,000 person-years."""
    return float(12_000 * tables["decisions"]["harmful"].sum() / tables["contracts"]["member_months"].sum())


def given(decile: int, tables: Tables) -> float:
    """Share of discretionary services near the margin that a decile of unpriced risk is given."""
    groups = tables["groups"]
    people = groups[(groups["grouping"] == "unpriced_risk_decile") & (groups["group"] == decile)]
    return float(people["marginal_given"].sum() / people["marginal"].sum())


def given_to_the_low(tables: Tables) -> float:
    return given(1, tables)


def given_to_the_high(tables: Tables) -> float:
    return given(10, tables)


def refused(grouping: str, tables: Tables) -> float:
    """Refusals among the top decile minus those among the bottom decile, shares of attempts."""
    groups = tables["groups"]
    sums = groups[groups["grouping"] == grouping].groupby("group")[["attempts", "refusals"]].sum()
    share = sums["refusals"] / sums["attempts"]
    return float(share.loc[10] - share.loc[1])


def refused_by_true_risk(tables: Tables) -> float:
    return refused("true_risk_decile", tables)


def refused_by_unpriced_risk(tables: Tables) -> float:
    return refused("unpriced_risk_decile", tables)


SIGNS = [
    # metric, from, to, sign
    ("specialist_visits_per_1000", FEES, SAVINGS, -1),
    ("specialist_visits_per_1000", SAVINGS, CAPITATION, -1),
    ("tests_per_1000", FEES, SAVINGS, -1),
    ("tests_per_1000", SAVINGS, CAPITATION, -1),
    ("procedures_per_1000", FEES, SAVINGS, -1),
    ("procedures_per_1000", SAVINGS, CAPITATION, -1),
    ("post_acute_stays_per_1000", FEES, CAPITATION, -1),
    (harmful, FEES, CAPITATION, -1),
    (harmful, FEES, MIX, -1),
    ("underuse_per_1000", FEES, CAPITATION, +1),
    ("underuse_per_1000", CAPITATION, MIX, -1),
    (given_to_the_high, FEES, CAPITATION, -1),
    ("refusal_odds_ratio", FEES, CAPITATION, +1),
    (refused_by_unpriced_risk, FEES, CAPITATION, +1),
    (refused_by_true_risk, FLAT, CAPITATION, -1),
]
"""What is measured, two scenarios on the same patients and luck, and which way it must go from one to the other."""


def named(case: object) -> str | None:
    return getattr(case, "__name__", None)


@pytest.mark.slow
@pytest.mark.parametrize(("metric", "first", "second", "sign"), SIGNS, ids=named)
def test_a_sign_of_theory(metric: object, first: str, second: str, sign: int) -> None:
    """20,000 patients, 3 years, 5 paired replicates: the whole 95% interval of the difference has the sign."""
    measure = METRICS[metric] if isinstance(metric, str) else metric
    assert callable(measure)
    values = [[measure(replicate.runs[name].tables) for replicate in lived()] for name in (second, first)]
    difference = interval(paired(*values))
    assert difference.low is not None
    assert difference.high is not None
    assert min(sign * difference.low, sign * difference.high) > 0, difference

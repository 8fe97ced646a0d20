"""Money: what payers and patients pay, what providers keep, who earns savings; and what health is had for it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vbp_agents.metrics.base import Columns, Metric, Tables, metric, person_years, ratio, total
from vbp_agents.metrics.triple_aim import cost_per_capita, qalys_per_1000

COSTS = ("variable_cost", "fixed_cost", "care_management")
REVENUE = ("fees", "beyond_fees", "settlements")
SHARES_SAVINGS = "minimum_savings_rate"
"""A statement has this line where, and only where, its contract shares savings."""
QALY_IS_WORTH = 100_000.0
"""Dollars, the middle of the three that are usual: Neumann, Cohen and Weinstein, N Engl J Med 2014;371:796."""
_VALUE = "Porter, N Engl J Med 2010;363:2477"
_Rows = NDArray[np.bool_] | slice
_EVERY = slice(None)


@metric("money", "dollars per person-year", "lower", "model definition")
def payer_outlay_per_capita(tables: Tables) -> float | None:
    """Everything payers and patients pay, settlements included, per person-year."""
    paid = total(tables, "months", "payer_outlay") + total(tables, "months", "patient_outlay")
    settlements = total(tables, "settlements", "amount", tables["settlements"]["line"] == "settlement")
    return ratio(paid + settlements, person_years(tables))


@metric("money", "share of revenue", None, "model definition")
def provider_margin(tables: Tables) -> float | None:
    """Providers' revenue minus all costs and effort, as a share of revenue."""
    organizations = tables["organizations"]
    return ratio(_kept(organizations), _sum(organizations, REVENUE))


def of_organizations(kind: str, plural: str) -> Metric:
    """The metric of the margin of one kind of organization, over fees: revenue may come near to nothing, or below."""

    def value(tables: Tables) -> float | None:
        organizations = tables["organizations"]
        of_kind = organizations["kind"] == kind
        return ratio(_kept(organizations, of_kind), _sum(organizations, ("fees",), of_kind))

    about = f"Revenue of {plural.replace('_', ' ')} minus all costs and effort, over the fees of their work"
    return Metric(f"provider_margin_{plural}", "share of fees", "money", None, about, "model definition", value)


margin_of_groups = of_organizations("physician_group", "physician_groups")
margin_of_systems = of_organizations("hospital_system", "hospital_systems")
margin_of_independents = of_organizations("independent_practice", "independent_practices")


def _kept(organizations: Columns, rows: _Rows = _EVERY) -> float:
    return _sum(organizations, REVENUE, rows) - _sum(organizations, COSTS, rows)


def _sum(organizations: Columns, columns: tuple[str, ...], rows: _Rows = _EVERY) -> float:
    return float(np.concatenate([organizations[column][rows] for column in columns]).sum())


@metric("money", "QALYs per $100,000", "higher", _VALUE)
def outcomes_per_dollar(tables: Tables) -> float | None:
    """Yearly QALYs per person alive at the start over the cost of care per person-year."""
    qalys, cost = qalys_per_1000(tables), cost_per_capita(tables)
    return None if qalys is None or cost is None else ratio(100_000 * qalys / 1_000, cost)


@metric("money", "dollars per person-year", "higher", "Stinnett and Mullahy, Med Decis Making 1998;18:S68")
def net_monetary_benefit(tables: Tables) -> float | None:
    """Yearly QALYs per person alive at the start, at $100,000 each, minus the cost of care per person-year."""
    qalys, cost = qalys_per_1000(tables), cost_per_capita(tables)
    return None if qalys is None or cost is None else QALY_IS_WORTH * qalys / 1_000 - cost


@metric("money", "share of contract-years", None, "42 CFR 425.604-610: savings paid past the minimum savings rate")
def savings_earned_share(tables: Tables) -> float | None:
    """Settled shared-savings contract-years that earned savings; none where no contract shares savings."""
    settled = tables["settlements"]
    sharing = {key for key, _ in _amounts(settled, SHARES_SAVINGS)}
    paid = [amount for key, amount in _amounts(settled, "settlement") if key in sharing]
    return ratio(sum(amount > 0 for amount in paid), len(paid))


def _amounts(settled: Columns, line: str) -> Iterator[tuple[tuple[object, ...], float]]:
    """One line of every statement: whose it is, and its amount."""
    rows = settled["line"] == line
    keys = zip(*(settled[name][rows].tolist() for name in ("year", "payer", "contract", "regime")), strict=True)
    return zip(keys, settled["amount"][rows].tolist(), strict=True)

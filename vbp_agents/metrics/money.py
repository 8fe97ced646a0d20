"""Money: what payers and patients pay, what providers keep, who earns savings; and what health is had for it."""

from typing import TYPE_CHECKING

from vbp_agents.metrics.base import Metric, Tables, metric, person_years, ratio
from vbp_agents.metrics.triple_aim import cost_per_capita, qalys_per_1000

if TYPE_CHECKING:
    from pandas import DataFrame

COSTS = ("variable_cost", "fixed_cost", "care_management")
REVENUE = ("fees", "beyond_fees", "settlements")
SHARES_SAVINGS = "minimum_savings_rate"
"""A statement has this line where, and only where, its contract shares savings."""
QALY_IS_WORTH = 100_000.0
"""Dollars, the middle of the three that are usual: Neumann, Cohen and Weinstein, N Engl J Med 2014;371:796."""
VALUE = "Porter, N Engl J Med 2010;363:2477"


@metric("money", "dollars per person-year", "lower", "model definition")
def payer_outlay_per_capita(tables: Tables) -> float | None:
    """Everything payers and patients pay, settlements included, per person-year."""
    months, settled = tables["months"], tables["settlements"]
    paid = float(months["payer_outlay"].sum() + months["patient_outlay"].sum())
    settlements = float(settled.loc[settled["line"] == "settlement", "amount"].sum())
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
        own = organizations[organizations["kind"] == kind]
        return ratio(_kept(own), _sum(own, ("fees",)))

    about = f"Revenue of {plural.replace('_', ' ')} minus all costs and effort, over the fees of their work"
    return Metric(f"provider_margin_{plural}", "share of fees", "money", None, about, "model definition", value)


margin_of_groups = of_organizations("physician_group", "physician_groups")
margin_of_systems = of_organizations("hospital_system", "hospital_systems")
margin_of_independents = of_organizations("independent_practice", "independent_practices")


def _kept(organizations: "DataFrame") -> float:
    return _sum(organizations, REVENUE) - _sum(organizations, COSTS)


def _sum(organizations: "DataFrame", columns: tuple[str, ...]) -> float:
    return float(organizations[list(columns)].to_numpy().sum())


@metric("money", "QALYs per $100,000", "higher", VALUE)
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
    key = ["year", "payer", "contract", "regime"]
    sharing = settled.loc[settled["line"] == SHARES_SAVINGS, key].drop_duplicates()
    paid = settled[settled["line"] == "settlement"].merge(sharing, on=key)
    return ratio(float((paid["amount"] > 0).sum()), len(paid))

"""Money: what payers and patients pay, what providers keep, who earns savings."""

from vbp_agents.metrics.base import Tables, metric, person_years, ratio, total

COSTS = ("variable_cost", "fixed_cost", "care_management")
REVENUE = ("fees", "beyond_fees", "settlements")
SHARES_SAVINGS = "minimum_savings_rate"
"""A statement has this line where, and only where, its contract shares savings."""


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
    revenue = sum(total(tables, "organizations", column) for column in REVENUE)
    costs = sum(total(tables, "organizations", column) for column in COSTS)
    return ratio(revenue - costs, revenue)


@metric("money", "share of contract-years", None, "42 CFR 425.604-610: savings paid past the minimum savings rate")
def savings_earned_share(tables: Tables) -> float | None:
    """Settled shared-savings contract-years that earned savings; none where no contract shares savings."""
    settled = tables["settlements"]
    key = ["year", "payer", "contract", "regime"]
    sharing = settled.loc[settled["line"] == SHARES_SAVINGS, key].drop_duplicates()
    paid = settled[settled["line"] == "settlement"].merge(sharing, on=key)
    return ratio(float((paid["amount"] > 0).sum()), len(paid))

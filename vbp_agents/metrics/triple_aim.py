"""The Triple Aim: experience, health, and the cost of care per head."""

import numpy as np

from vbp_agents.metrics.base import Metric, Tables, groups_of, metric, per_1000, person_years, ratio, share, total

TRIPLE_AIM = "Berwick, Nolan and Whittington, Health Aff 2008;27:759"
EVERYBODY = "deprivation_quintile"


@metric("triple_aim", "points, 0 to 100", "higher", TRIPLE_AIM)
def experience(tables: Tables) -> float | None:
    """Mean experience of access, continuity, coordination and being accepted, over person-months."""
    return mean_experience(tables, range(1, 6))


@metric("triple_aim", "QALYs per 1,000 people a year", "higher", TRIPLE_AIM)
def qalys_per_1000(tables: Tables) -> float | None:
    """Quality-adjusted years per 1,000 people alive at the start, per year; who has died scores 0."""
    return yearly_qalys(tables, range(1, 6))


@metric("triple_aim", "deaths per 1,000 person-years", "lower", TRIPLE_AIM)
def mortality(tables: Tables) -> float | None:
    """Deaths per 1,000 person-years alive."""
    return per_1000(tables, total(tables, "contracts", "deaths"))


@metric("triple_aim", "control, 0 to 1", "higher", "model definition")
def disease_control(tables: Tables) -> float | None:
    """Mean disease control over person-months."""
    return share(tables, "contracts", "control", "member_months")


@metric("triple_aim", "per 1,000 person-years", "lower", "after AHRQ's Prevention Quality Indicators")
def avoidable_admissions_per_1000(tables: Tables) -> float | None:
    """Admissions for conditions sensitive to ambulatory care, per 1,000 person-years alive."""
    return per_1000(tables, total(tables, "contracts", "avoidable_admissions"))


@metric("triple_aim", "dollars per person-year", "lower", TRIPLE_AIM)
def cost_per_capita(tables: Tables) -> float | None:
    """Services at standard prices plus care management, per person-year."""
    return ratio(_cost(tables), person_years(tables))


@metric("triple_aim", "dollars per person-year at true risk 1", "lower", "model definition")
def cost_per_true_risk(tables: Tables) -> float | None:
    """Services at standard prices plus care management, per person-year times true risk."""
    return ratio(_cost(tables), true_risk_years(tables))


def of_contracts(kind: str) -> Metric:
    """The metric of what people under one kind of ACO cost, whoever cared for them, by how ill they truly are."""

    def value(tables: Tables) -> float | None:
        billed = total(tables, "services", "dollars", tables["services"]["kind"] == kind)
        people, organizations = tables["contracts"], tables["organizations"]
        holders = set(people["contract"][people["kind"] == kind].tolist())
        of_kind = np.array([contract in holders for contract in organizations["contract"].tolist()], bool)
        managed = total(tables, "organizations", "care_management", of_kind)
        return ratio(billed + managed, true_risk_years(tables, kind))

    about = f"The same of people under {kind.replace('_', '-')} ACOs, at payers' prices, with the ACO's care management"
    unit = "dollars per person-year at true risk 1"
    return Metric(f"cost_per_true_risk_{kind}", unit, "triple_aim", "lower", about, "model definition", value)


cost_of_physician_led, cost_of_hospital_led, cost_of_independents = (
    of_contracts(kind) for kind in ("physician_led", "hospital_led", "independents")
)


def _cost(tables: Tables) -> float:
    return sum(total(tables, "organizations", column) for column in ("standard_dollars", "care_management"))


def true_risk_years(tables: Tables, kind: str | None = None) -> float:
    """True risk summed over person-years, of everybody or of one kind of contract: what is coded and what is not."""
    kept = None if kind is None else tables["contracts"]["kind"] == kind
    parts = ("baseline_coded_risk", "unpriced_attached", "unpriced_unattached")
    return sum(total(tables, "contracts", part, kept) for part in parts) / 12


def mean_experience(tables: Tables, quintiles: range) -> float | None:
    """Mean experience over the person-months of some quintiles of deprivation."""
    people = _of(tables, quintiles)
    return ratio(people["experience"], people["person_months"])


def yearly_qalys(tables: Tables, quintiles: range) -> float | None:
    """QALYs per 1,000 people of some quintiles of deprivation who were alive at the start, per year."""
    people, years = _of(tables, quintiles), len(np.unique(tables["groups"]["year"]))
    return ratio(1000 * people["qalys"], people["at_start"] * years)


def _of(tables: Tables, quintiles: range) -> dict[str, float]:
    """Sums over the years. Quintiles of deprivation hold everybody once, and nobody changes his."""
    kept = groups_of(tables, EVERYBODY, quintiles)
    return {name: total(tables, "groups", name, kept) for name in ("experience", "person_months", "qalys", "at_start")}

"""The Triple Aim: experience, health, and the cost of care per head."""

from vbp_agents.metrics.base import Tables, metric, per_1000, person_years, ratio, total

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


@metric("triple_aim", "per 1,000 person-years", "lower", "after AHRQ's Prevention Quality Indicators")
def avoidable_admissions_per_1000(tables: Tables) -> float | None:
    """Admissions for conditions sensitive to ambulatory care, per 1,000 person-years alive."""
    return per_1000(tables, total(tables, "contracts", "avoidable_admissions"))


@metric("triple_aim", "dollars per person-year", "lower", TRIPLE_AIM)
def cost_per_capita(tables: Tables) -> float | None:
    """Services at standard prices plus care management, per person-year."""
    standard = total(tables, "organizations", "standard_dollars")
    return ratio(standard + total(tables, "organizations", "care_management"), person_years(tables))


def mean_experience(tables: Tables, quintiles: range) -> float | None:
    """Mean experience over the person-months of some quintiles of deprivation."""
    people = _of(tables, quintiles)
    return ratio(people["experience"], people["person_months"])


def yearly_qalys(tables: Tables, quintiles: range) -> float | None:
    """QALYs per 1,000 people of some quintiles of deprivation who were alive at the start, per year."""
    people, years = _of(tables, quintiles), tables["groups"]["year"].nunique()
    return ratio(1000 * people["qalys"], people["at_start"] * years)


def _of(tables: Tables, quintiles: range) -> dict[str, float]:
    """Sums over the years. Quintiles of deprivation hold everybody once, and nobody changes his."""
    groups = tables["groups"]
    kept = groups[(groups["grouping"] == EVERYBODY) & groups["group"].isin(quintiles)]
    return {name: float(kept[name].sum()) for name in ("experience", "person_months", "qalys", "at_start")}

"""Equity: the distance between the least and the most deprived fifth of people, and between low and high need."""

from vbp_agents.metrics.base import Tables, groups_of, metric, ratio, share, sums_by
from vbp_agents.metrics.selection import attempts_of
from vbp_agents.metrics.triple_aim import mean_experience, yearly_qalys

DEPRIVATION = "deprivation_quintile"
LEAST, MOST = range(1, 2), range(5, 6)


@metric("equity", "points, 0 to 100", "lower", "model definition")
def equity_gap_experience(tables: Tables) -> float | None:
    """Experience of the least deprived quintile minus that of the most deprived."""
    return _gap(mean_experience(tables, LEAST), mean_experience(tables, MOST))


@metric("equity", "QALYs per 1,000 people a year", "lower", "model definition")
def equity_gap_qalys(tables: Tables) -> float | None:
    """Yearly QALYs per 1,000 of the least deprived quintile minus those of the most deprived."""
    return _gap(yearly_qalys(tables, LEAST), yearly_qalys(tables, MOST))


@metric("equity", "share of attempts to attach", "lower", "model definition")
def equity_gap_refusals(tables: Tables) -> float | None:
    """Share of attempts refused in the most deprived quintile minus that in the least deprived."""
    return _gap(*(_refused(tables, quintile) for quintile in (MOST, LEAST)))


@metric("equity", "months per person-year", "lower", "model definition")
def equity_gap_unattached(tables: Tables) -> float | None:
    """Months without a practice per person-year of the most deprived quintile minus those of the least deprived."""
    gap = _gap(*(_per(tables, DEPRIVATION, group, "unattached_months", "person_months") for group in (MOST, LEAST)))
    return None if gap is None else 12 * gap


@metric("equity", "points, 0 to 100", "lower", "model definition")
def need_gap_experience(tables: Tables) -> float | None:
    """Experience of the fifth with the least true risk at baseline minus that of the fifth with the most."""
    fifths = (range(1, 3), range(9, 11))
    return _gap(*(_per(tables, "true_risk_decile", fifth, "experience", "person_months") for fifth in fifths))


@metric("equity", "index, -1 to 1", None, "Kakwani, Wagstaff and van Doorslaer, J Econometrics 1997;77:87")
def concentration_index_qalys(tables: Tables) -> float | None:
    """Concentration of QALYs over quintiles of deprivation, the most deprived first; above 0: among the better off."""
    groups, rows = tables["groups"], groups_of(tables, DEPRIVATION)
    people, qalys = (sums_by(groups["group"][rows], groups[name][rows])[1][::-1] for name in ("at_start", "qalys"))
    if people.sum() == 0 or qalys.sum() == 0:
        return None
    rank = (people.cumsum() - people / 2) / people.sum()
    return float(2 * (qalys * rank).sum() / qalys.sum() - 1)


def _refused(tables: Tables, quintile: range) -> float | None:
    attempts, refusals = attempts_of(tables, groups_of(tables, DEPRIVATION, quintile))
    return ratio(refusals, attempts)


def _per(tables: Tables, grouping: str, kept: range, part: str, whole: str) -> float | None:
    """One column's sum over another's, of some groups."""
    return share(tables, "groups", part, whole, groups_of(tables, grouping, kept))


def _gap(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second

"""Equity: the distance between the least and the most deprived fifth of people."""

from vbp_agents.metrics.base import Tables, metric
from vbp_agents.metrics.triple_aim import mean_experience, yearly_qalys

LEAST, MOST = range(1, 2), range(5, 6)


@metric("equity", "points, 0 to 100", "lower", "model definition")
def equity_gap_experience(tables: Tables) -> float | None:
    """Experience of the least deprived quintile minus that of the most deprived."""
    return _gap(mean_experience(tables, LEAST), mean_experience(tables, MOST))


@metric("equity", "QALYs per 1,000 people a year", "lower", "model definition")
def equity_gap_qalys(tables: Tables) -> float | None:
    """Yearly QALYs per 1,000 of the least deprived quintile minus those of the most deprived."""
    return _gap(yearly_qalys(tables, LEAST), yearly_qalys(tables, MOST))


def _gap(least: float | None, most: float | None) -> float | None:
    return None if least is None or most is None else least - most

"""Metrics: results to numbers. They read a run's tables and nothing else, so old results can be measured again."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.metrics import coordination, equity, money, selection, triple_aim, volume
from vbp_agents.metrics.base import Frames, Metric, Tables, plain
from vbp_agents.metrics.cost_effectiveness import CostEffectiveness, cost_effectiveness
from vbp_agents.metrics.intervals import interval, paired
from vbp_agents.metrics.years import of_year
from vbp_agents.user_file import USERS

__all__ = [
    "METRICS",
    "CostEffectiveness",
    "Measured",
    "Metric",
    "compared",
    "cost_effectiveness",
    "measure",
    "of_year",
    "summarize",
]

Measured = Mapping[str, float | None]
"""What one run measured, by metric."""
BY_AIM = (volume, coordination, selection, triple_aim, money, equity)

METRIC = "metric"


class _Metrics(Mapping[str, Metric]):
    """Every metric by name: those of this package, then those of users' files."""

    def __init__(self, shipped: Mapping[str, Metric]) -> None:
        self._shipped = shipped

    def __getitem__(self, name: str) -> Metric:
        return self._shipped[name] if name in self._shipped else self._of_users()[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._shipped, *self._of_users()))

    def __len__(self) -> int:
        return len(self._shipped) + len(self._of_users())

    def _of_users(self) -> dict[str, Metric]:
        return {metric.name: metric for of_file in USERS.find(METRIC).values() for metric in of_file}


METRICS: Mapping[str, Metric] = _Metrics(
    {metric.name: metric for module in BY_AIM for metric in vars(module).values() if isinstance(metric, Metric)}
)
"""Every metric by name, in the order of the aims: a metric written into an aim's file is found by being there.

Those of users' files come last (``metric_file.load_metric_file``).
"""


def measure(tables: Tables | Frames, year: int | None = None) -> dict[str, float | None]:
    """Every metric of one run, of all its years or of one; None where one is not defined, never NaN.

    ``tables``: a run's DataFrames or plain columns. Raises WrongInput where one or its column is missing, and where
    the run has no such year.
    """
    if not isinstance(tables, Mapping):
        raise WrongInput(f"{tables!r:.60} are no tables; give those of a run by name, as read_tables(folder) has them")
    columns = plain(tables) if year is None else of_year(tables, year)
    return {name: _measured(metric, columns) for name, metric in METRICS.items()}


def _measured(metric: Metric, columns: Tables) -> float | None:
    try:
        return finite(metric.value(columns))
    except KeyError as missing:
        whence = "give those of a run, as read_tables(folder) and run(...).tables have them"
        raise WrongInput(f"the tables have no {missing}, which {metric.name} reads; {whence}") from None


def summarize(values: Mapping[str, Sequence[Measured]], baseline: str) -> dict[str, Any]:
    """By metric: unit, aim, better, and by scenario the mean and the difference from the baseline, with 95% intervals.

    ``values`` holds what each replicate measured, in the same order for all scenarios. Replicates without a number
    are left out: ``n`` says how many remain, ``difference_n`` how many of them have a number of the baseline's too.
    """
    summary: dict[str, Any] = {}
    for name, metric in METRICS.items():
        by_scenario = {scenario: [run.get(name) for run in runs] for scenario, runs in values.items()}
        summaries = {scenario: compared(numbers, by_scenario[baseline]) for scenario, numbers in by_scenario.items()}
        summary[name] = {"unit": metric.unit, "aim": metric.aim, "better": metric.better, "values": summaries}
    return summary


def compared(numbers: Sequence[float | None], baseline: Sequence[float | None]) -> dict[str, float | None]:
    """Mean and difference from the baseline over replicates, each with its 95% interval and None where undefined."""
    mean, difference = interval(numbers), interval(paired(numbers, baseline))
    return mean._asdict() | {
        "difference_n": difference.n,
        "difference": difference.mean,
        "difference_low": difference.low,
        "difference_high": difference.high,
    }


def finite(value: float | None) -> float | None:
    """The number, None where there is none or it is infinite or NaN."""
    return value if value is not None and math.isfinite(value) else None

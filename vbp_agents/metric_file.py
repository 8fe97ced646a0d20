"""Metrics from a user's own Python file: read, run and tried on small made-up tables before anything is simulated."""

from pathlib import Path
from typing import Any

import numpy as np

from vbp_agents.metrics import METRIC, METRICS
from vbp_agents.metrics.base import Metric, Tables
from vbp_agents.reports.comparison import AIMS
from vbp_agents.tables import TABLES
from vbp_agents.user_file import USERS, FileKind, UserFileError, blamed_on, run_file


class MetricFileError(UserFileError):
    """A file of metrics cannot be read, does not run, or defines none. The message names the file and the line."""


def load_metric_file(path: str | Path, code: bytes | None = None) -> tuple[Metric, ...]:
    """The metrics that a user's Python file defines, from now on measured after all others.

    The file is run; a file that was loaded before is read anew. ``code``: what another process found in it, and runs.
    Raises MetricFileError, naming file and line, where one does not work, or has the name of another.
    """
    metrics: tuple[Metric, ...] = USERS.load(_KIND, path, code)
    return metrics


def read_metrics(file: Path, code: bytes) -> tuple[Metric, ...]:
    """The metrics in a file, tried out. Raises MetricFileError."""
    module = run_file(METRIC, file, code, MetricFileError)
    defined = tuple(
        thing for thing in vars(module).values() if isinstance(thing, Metric) and thing not in METRICS.values()
    )
    if not defined:
        raise MetricFileError(f"{file}: defines no metric; put `@metric(...)` above a function of tables")
    for metric in defined:
        if metric.aim not in AIMS:
            text = f"{metric.name} has the aim {metric.aim!r}; allowed {', '.join(AIMS)}"
            raise MetricFileError(f"{file}: {text}")
        if metric.better not in ("higher", "lower", None):
            raise MetricFileError(
                f"{file}: {metric.name} has better={metric.better!r}; allowed 'higher', 'lower', None"
            )
        with blamed_on(file, METRIC, MetricFileError):
            _try_out(metric)
    before = {metric.name for metric in USERS.find(METRIC).get(file.stem, ())}
    if taken := [metric.name for metric in defined if metric.name in METRICS and metric.name not in before]:
        raise MetricFileError(f"{file}: {taken[0]!r} is a metric already; give the function another name")
    return defined


_KIND = FileKind(METRIC, MetricFileError, load_metric_file, read_metrics, tuple)


def _try_out(metric: Metric) -> None:
    """Measure two years and none. Raises what the metric raises, ValueError for what is no number."""
    for rows in (24, 0):
        value = metric(_example_tables(rows))
        if value is not None and not isinstance(value, int | float | np.number):
            raise ValueError(f"{metric.name} gives a {type(value).__name__}; a number, or None where it has none")


def _example_tables(rows: int) -> Tables:
    """Every declared table with so many rows: months that count up, and ones."""

    def column(name: str, stored: str) -> np.ndarray[Any, Any]:
        if stored == "string":
            return np.full(rows, "example", dtype=object)
        values = np.arange(1, rows + 1) if name == "month" else np.arange(rows) // 12 + 1 if name == "year" else None
        return np.ones(rows, stored) if values is None else values.astype(stored)

    return {
        name: {column_name: column(column_name, kind) for column_name, kind in table.dtypes().items()}
        for name, table in TABLES.items()
    }

"""A comparison's tables for other programs: numbers to the last digit, nothing where there is none."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vbp_agents.reports.headline import headline_rows

_NUMBERS = ("mean", "low", "high", "difference", "difference_low", "difference_high")
_Document = Mapping[str, Any]
"""A comparison's document."""


def headline_csv(document: _Document) -> bytes:
    """The rows of the headline in their own units, a line a row and scenario."""
    lines = [
        [row["title"], row["unit"], row["metric"], name, *(row["values"][name][key] for key in _NUMBERS)]
        for row in headline_rows(document)
        for name in document["scenarios"]
    ]
    return lines_csv(["title", "unit", "metric", "scenario", *_NUMBERS], lines)


def metrics_csv(document: _Document) -> bytes:
    """Every metric, a line a metric and scenario, as `vbp compare --json` has them."""
    lines = [
        [metric["aim"], name, metric["unit"], metric["better"], scenario, values["n"], *(values[k] for k in _NUMBERS)]
        for name, metric in document["metrics"].items()
        for scenario, values in metric["values"].items()
    ]
    return lines_csv(["aim", "metric", "unit", "better", "scenario", "n", *_NUMBERS], lines)


def lines_csv(names: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """Lines below their heads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(lines)
    return text.getvalue().encode()

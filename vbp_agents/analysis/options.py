"""What may be chosen: each scenario with the values of its levers, its outcomes averaged over all that is uncertain."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.factors import factor_labels, plain_number, spoken_value
from vbp_agents.analysis.measured import SweepNumbers
from vbp_agents.arithmetic import FloatArray
from vbp_agents.presentation.written import spoken
from vbp_agents.sweeps.varied import Varied, places_of


@dataclass(frozen=True)
class Option:
    """A scenario at some of the points: ``rows`` of these, and its levers' values in words ("" where it has none)."""

    scenario: str
    levers: str
    rows: NDArray[np.int64]

    @property
    def label(self) -> str:
        """What it is called."""
        return f"{spoken(self.scenario)}{f', {self.levers}' if self.levers else ''}"

    def by_replicate(self, values: FloatArray) -> FloatArray:
        """Values, (points, replicates), as the mean over its points, (replicates,); NaN where one has no number."""
        numbers = values[self.rows]
        numbers = numbers[np.isfinite(numbers).any(axis=1)]
        return numbers.mean(axis=0) if len(numbers) else np.full(values.shape[1], np.nan)


def options(measured: SweepNumbers) -> list[Option]:
    """Every scenario with every combination of its levers' values, the baseline last."""
    all_options = []
    labels = factor_labels(measured.factors)
    for scenario in (*measured.others, measured.baseline):
        levers = [lever for lever in measured.factors if lever.role == "lever" and _has(measured, lever, scenario)]
        table = measured.values[[lever.written for lever in levers]]
        groups: dict[tuple[object, ...], list[int]] = {}
        for row, values in enumerate(table.itertuples(index=False, name=None)):
            groups.setdefault(tuple(values), []).append(row)
        for values, rows in groups.items():
            words = (f"{labels[lever.written]} {_words(lever, v)}" for lever, v in zip(levers, values, strict=True))
            all_options.append(Option(scenario, ", ".join(words), np.asarray(rows, np.int64)))
    return all_options


def _has(measured: SweepNumbers, lever: Varied, scenario: str) -> bool:
    return scenario in [holder.name for holder, _ in places_of(lever.written, measured.study.scenarios)]


def _words(lever: Varied, value: Any) -> str:
    return plain_number(float(value)) if lever.numeric else spoken_value(str(value))

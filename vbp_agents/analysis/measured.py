"""What a sweep measured, as arrays of points by replicates, and the factors of the points."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import FloatArray
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.metrics import METRICS
from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.presentation.written import spoken
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.varied import Varied

if TYPE_CHECKING:
    from pandas import DataFrame

    from vbp_agents.analysis.sheet import Ink


@dataclass(frozen=True)
class ShownOutcome:
    """A metric as it is shown: its name, a title in words, its unit, and how many of the metric's units make one."""

    name: str
    title: str
    unit: str
    scale: float
    better: str | None

    @property
    def axis(self) -> str:
        """What an axis of it is called."""
        return f"{self.title}, {self.unit}"


def outcome_of(name: str) -> ShownOutcome:
    """A metric as the headline shows it, as it is where the headline has it not."""
    metric, words = METRICS[name], spoken(name)
    for row in HEADLINE:
        if row.metric == name:
            return ShownOutcome(name, row.title, row.unit, row.scale, metric.better)
    return ShownOutcome(name, words[0].upper() + words[1:], metric.unit, 1.0, metric.better)


class SweepNumbers:
    """A sweep's numbers. Points are those that have been begun, in the order of the design."""

    def __init__(self, sweep: Sweep) -> None:
        self.study, self.experiments, self.outcomes_by_run = sweep.study, sweep.experiments, sweep.outcomes
        self._levels: dict[tuple[str, str], FloatArray] = {}

    @property
    def baseline(self) -> str:
        """What the others are compared with."""
        return self.study.baseline

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The scenarios that differ from the baseline, in the study's order."""
        return tuple(scenario.name for scenario in self.study.scenarios if scenario.name != self.baseline)

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """The number of each point, (points,), ascending."""
        return np.unique(self.experiments["point"].to_numpy(np.int64))

    @cached_property
    def replicates(self) -> int:
        """How many there are of any point."""
        return int(self.experiments["replicate"].max()) if len(self.experiments) else 0

    @property
    def factors(self) -> tuple[Varied, ...]:
        """What is varied."""
        return self.study.varied

    @cached_property
    def values(self) -> "DataFrame":
        """The factors' values, a row a point."""
        rows = self.experiments.drop_duplicates("point").sort_values("point")
        return rows[[each.written for each in self.factors]].reset_index(drop=True)

    @cached_property
    def _places(self) -> "DataFrame":
        """The rows of the experiments with where each stands in an array of points by replicates."""
        rows = self.experiments[["run", "scenario", "point", "replicate"]].copy()
        rows["row"] = np.searchsorted(self.points, rows["point"].to_numpy())
        return rows

    def level(self, outcome: str, scenario: str) -> FloatArray:
        """What a scenario came to in an outcome's unit as it is shown, (points, replicates); NaN where no number is.

        It is worked out once and not to be written to.
        """
        if (outcome, scenario) not in self._levels:
            self._levels[outcome, scenario] = self._arranged(outcome, scenario)
            self._levels[outcome, scenario].flags.writeable = False
        return self._levels[outcome, scenario]

    def _arranged(self, outcome: str, scenario: str) -> FloatArray:
        levels = np.full((len(self.points), self.replicates), np.nan)
        places = self._places[self._places["scenario"] == scenario]
        numbers = self.outcomes_by_run[self.outcomes_by_run["outcome"] == outcome].set_index("run")["value"]
        values = numbers.reindex(places["run"]).to_numpy(float)
        levels[places["row"].to_numpy(), places["replicate"].to_numpy() - 1] = values
        return np.where(np.isfinite(levels), levels, np.nan) * outcome_of(outcome).scale

    def effect(self, outcome: str, scenario: str) -> FloatArray:
        """The paired difference of a scenario from the baseline, (points, replicates); of the baseline what it is."""
        levels = self.level(outcome, scenario)
        return levels if scenario == self.baseline else levels - self.level(outcome, self.baseline)

    def outcome(self, name: str | None) -> ShownOutcome:
        """The outcome that is asked for, the study's first where none is. Raises WrongInput."""
        return outcome_of(_among(name, self.study.outcomes, "outcome", "outcomes of this study"))

    def outcomes(self, names: Sequence[str] | None) -> list[ShownOutcome]:
        """The outcomes that are asked for, all where none are. Raises WrongInput."""
        asked = self.study.outcomes if names is None else [names] if isinstance(names, str) else names
        return [self.outcome(name) for name in asked]

    def scenario(self, name: str | None) -> str:
        """The scenario that is asked for: the first that differs from the baseline, else the baseline.

        Raises WrongInput.
        """
        known = (*self.others, self.baseline)
        return _among(name, known, "scenario", "scenarios of this study")

    def scenarios(self, names: Sequence[str] | None) -> list[str]:
        """The scenarios that are asked for, all that differ from the baseline where none are. Raises WrongInput."""
        asked = self.others if names is None else [names] if isinstance(names, str) else names
        return [self.scenario(name) for name in asked]

    def color(self, ink: "Ink", scenario: str) -> str:
        """A scenario's color, the same in every picture: by its place among those that differ from the baseline."""
        return ink.gray if scenario == self.baseline else ink.scenario(self.others.index(scenario))

    def what(self, outcome: ShownOutcome, scenario: str) -> str:
        """What `effect` is, in words."""
        title = outcome.title
        if scenario == self.baseline:
            return f"{title} under {spoken(scenario)}"
        return f"{title}, {spoken(scenario)} minus {spoken(self.baseline)}"


_KNOWN: WeakKeyDictionary[Sweep, SweepNumbers] = WeakKeyDictionary()
"""The numbers of sweeps that are in use: an analysis of one begins with what an earlier one has arranged."""


def numbers_of(sweep: Sweep) -> SweepNumbers:
    """A sweep's numbers, the same for all analyses of it."""
    if sweep not in _KNOWN:
        _KNOWN[sweep] = SweepNumbers(sweep)
    return _KNOWN[sweep]


def _among(name: Any, known: Sequence[str], what: str, whose: str) -> str:
    """The name, where it is known; the first where none is given. Raises WrongInput with what could be meant."""
    if name is None:
        return known[0]
    if name not in known:
        hint = did_you_mean(str(name), list(known))
        raise WrongInput(f"there is no {what} {name!r} here{hint}; {whose}: {', '.join(known)}")
    return str(name)


def stem(kind: str, *parts: str) -> str:
    """A file's stem: the kind of analysis and what it is about."""
    return "-".join([kind, *parts])

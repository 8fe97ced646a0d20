"""Sweeps of models that take no time: an outcome is any function of a scenario's values and the luck."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sweeps import Quick, study

from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.sweeping import sweep
from vbp_agents.terms.paths import find_positions

Model = Callable[["Lived"], Mapping[str, float | None]]


class Lived:
    """A scenario that was run: its name, its values by path, and its luck: normal draws, of the seed alone or own."""

    def __init__(self, scenario: Any, seed: int) -> None:
        self.scenario, self.seed, self.name = scenario, seed, scenario.name

    def __getitem__(self, path: str) -> float:
        return float(find_positions(path, self.scenario.resolved())[0].content)

    def shared(self) -> float:
        """The same for all that have a seed."""
        return float(np.random.default_rng(self.seed).normal())

    def own(self, number: int = 0) -> float:
        """Another for each scenario and point."""
        return float(np.random.default_rng([self.seed, int(self.scenario.hash[:12], 16), number]).normal())


class Modelled(Quick):
    """The model's stand-in whose outcomes are a function of what was run."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def run(self, world: Any, scenario: Any, years: int, progress: Any, threads: int) -> SimpleNamespace:
        """The run as the model's function sees it."""
        super().run(world, scenario, years, progress, threads)
        return SimpleNamespace(tables=Lived(scenario, world.seed))

    def measure(self, tables: Any) -> dict[str, float | None]:
        """What the function says."""
        return dict(self.model(tables))


def modelled(monkeypatch: pytest.MonkeyPatch, folder: Path, model: Model, **changes: Any) -> Sweep:
    """A sweep through the whole pipeline of a study (`sweeps.study`) with changes, computed by a function."""
    found = Modelled(model)
    monkeypatch.setattr("vbp_agents.study.worlds.warm_world", found.world)
    monkeypatch.setattr("vbp_agents.model.run_model", found.run)
    monkeypatch.setattr("vbp_agents.metrics.measure", found.measure)
    return sweep(study(**changes), out=folder, workers=0)

"""Small studies for the tests of sweeps, and a model that takes no time: its numbers follow from what is asked."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.study import Study
from vbp_agents.sweeps.sweeping import sweep

RATE = "mssp_enhanced:contracts.0.terms.sharing_rate"
OUTCOMES = ("cost_per_capita", "qalys_per_1000")
STUDY = f"""title: A trial
scenarios: [mssp_enhanced, capitation]
levers:
  {RATE}: {{from: 0.5, to: 0.75, steps: 3}}
uncertainties:
  behavior.speed: [0.06, 0.12]
outcomes: [cost_per_capita, qalys_per_1000]
design: {{kind: grid}}
replicates: 2
patients: 100
years: 1
"""
"""Six points of three scenarios; fees and capitation do not know the lever: (3 + 1 + 1) x 2 scenarios, twice."""
RUNS = 20


def study(**changes: Any) -> Study:
    """The same study from Python, with changes."""
    given: dict[str, Any] = {
        "title": "A trial",
        "scenarios": ["mssp_enhanced", "capitation"],
        "levers": {RATE: {"from": 0.5, "to": 0.75, "steps": 3}},
        "uncertainties": {"behavior.speed": [0.06, 0.12]},
        "outcomes": OUTCOMES,
        "design": {"kind": "grid"},
        "replicates": 2,
        "patients": 100,
        "years": 1,
    }
    return Study(**given | changes)


def swept(folder: Path, **more: Any) -> Sweep:
    """A sweep in this process, of the small study where no other is given."""
    return sweep(more.pop("study", study()), out=folder, workers=0, **more)


class Quick:
    """The model's stand-in. ``first``: what it does first in a run; ``lived``: the runs, by what tells them apart."""

    def __init__(self) -> None:
        self.lived: list[tuple[str, int]] = []
        self.built: list[tuple[str, int]] = []
        self.first: Callable[[Any, int, Callable[[int], None]], None] = lambda scenario, seed, progress: None

    def world(self, scenario: Any, patients: int, seed: int, threads: int, progress: Any = None) -> SimpleNamespace:
        self.built.append((scenario.world_hash, seed))
        return SimpleNamespace(seed=seed)

    def run(self, world: Any, scenario: Any, years: int, progress: Any, threads: int) -> SimpleNamespace:
        self.first(scenario, world.seed, progress)
        for month in range(1, 12 * years + 1):
            progress(month)
        self.lived.append((scenario.hash, world.seed))
        return SimpleNamespace(tables=(scenario.hash, world.seed))

    def measure(self, tables: tuple[str, int]) -> dict[str, float | None]:
        """Two numbers that no other run has, and one that there is not."""
        share = int(hashlib.sha256(repr(tables).encode()).hexdigest()[:12], 16) / 16**12
        return {"cost_per_capita": 10_000 + share, "qalys_per_1000": share / 3, "procedures_per_1000": None}


def stand_in(patched: pytest.MonkeyPatch) -> Quick:
    """The stand-in where a sweep looks for the model."""
    model = Quick()
    patched.setattr("vbp_agents.study.worlds.warm_world", model.world)
    patched.setattr("vbp_agents.model.run_model", model.run)
    patched.setattr("vbp_agents.metrics.measure", model.measure)
    return model


def tables(folder: Path) -> tuple[bytes, bytes]:
    """The bytes of both tables."""
    return (folder / "experiments.parquet").read_bytes(), (folder / "outcomes.parquet").read_bytes()

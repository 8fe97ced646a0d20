"""Sweeps of which only the tables are: every point of a study's design, with numbers that a function makes."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from pandas import DataFrame
from sweeps import RATE, study

from vbp_agents.sweeps.designs import design_points
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.study import Study

Cell = Callable[[Mapping[str, Any], str, int], Mapping[str, float | None]]
"""What a scenario's run comes to, of the values of a point and a replicate."""
SPEED, ALTRUISM, PRIMARY = "behavior.speed", "region.altruism_median", "care.rate.primary"
RANGES = {SPEED: {"from": 0.1, "to": 0.5}, ALTRUISM: {"from": 0.5, "to": 1.5}, PRIMARY: {"from": 1.0, "to": 2.0}}
LATIN: dict[str, Any] = {"kind": "latin_hypercube", "points": 60, "seed": 3}


def drawn(design: Mapping[str, Any], **changes: Any) -> Study:
    """A study of three numbers between their ends, and of capitation against fees."""
    given: dict[str, Any] = {"scenarios": ["capitation"], "levers": {}, "uncertainties": RANGES, "design": design}
    return study(**given | changes)


def tabled(asked: Study, cell: Cell, replicates: int = 5) -> Sweep:
    """The sweep of a study whose runs a function makes; a run without numbers has failed."""
    names = [scenario.name for scenario in asked.scenarios]
    experiments, outcomes = [], []
    for number, values in enumerate(design_points(asked.document.design, asked.varied), 1):
        for name in names:
            for replicate in range(1, replicates + 1):
                run = f"{number:05}-{name}-{replicate}"
                found = cell(values, name, replicate)
                experiments.append(
                    (run, number, name, replicate, replicate, "done" if found else "failed", *values.values())
                )
                outcomes += [(run, outcome, value) for outcome, value in found.items()]
    columns = ["run", "point", "scenario", "replicate", "seed", "status", *(each.written for each in asked.varied)]
    sweep: Sweep = object.__new__(Sweep)
    sweep.study = asked
    sweep.__dict__["experiments"] = DataFrame(experiments, columns=columns)
    sweep.__dict__["outcomes"] = DataFrame(outcomes, columns=["run", "outcome", "value"]).astype({"value": float})
    return sweep


def noise(seed: int) -> Callable[[], float]:
    """Another normal draw each time."""
    draw = np.random.default_rng(seed)
    return lambda: float(draw.normal())


def paired_cells(effect: Callable[[Mapping[str, Any]], float], sd: float = 0.0, seed: int = 1) -> Cell:
    """Costs of fees that each replicate has its own of, and capitation's: as much more as the effect, and own luck."""
    common = 10_000 + 300 * np.random.default_rng([seed, 1]).normal(size=1_000)
    own = noise(seed)

    def cell(values: Mapping[str, Any], name: str, replicate: int) -> dict[str, float | None]:
        more = effect(values) + sd * own() if name == "capitation" else 0.0
        return {"cost_per_capita": float(common[replicate]) + more, "qalys_per_1000": 700.0}

    return cell


__all__ = ["ALTRUISM", "LATIN", "PRIMARY", "RANGES", "RATE", "SPEED", "drawn", "noise", "paired_cells", "tabled"]

"""Agents under payment regimes: patients, providers, organizations and payers, and what the money rule does to care.

Everything heavy (mesa, numba, pandas) is imported only when it is used, so that `import vbp_agents` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from vbp_agents.model import Run, run
    from vbp_agents.results import read_tables
    from vbp_agents.runs.ensemble import Replicate, replicates
    from vbp_agents.terms.scenario import Scenario
    from vbp_agents.terms.scenario_file import find_scenario
    from vbp_agents.warm_up import build_world

__all__ = [
    "Replicate",
    "Run",
    "Scenario",
    "__version__",
    "build_world",
    "find_scenario",
    "read_tables",
    "replicates",
    "run",
]

_HOMES = {
    "Replicate": "runs.ensemble",
    "replicates": "runs.ensemble",
    "Run": "model",
    "build_world": "warm_up",
    "run": "model",
    "read_tables": "results",
    "Scenario": "terms.scenario",
    "find_scenario": "terms.scenario_file",
}


def __getattr__(name: str) -> object:
    """The public names, imported on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""Agents under payment regimes: patients, providers, organizations and payers, and what the money rule does to care.

Everything heavy (mesa, numba, pandas) is imported only when it is used, so that `import vbp_agents` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.2.0"

if TYPE_CHECKING:
    from vbp_agents.analysis.acceptability import acceptability_curve as acceptability_curve
    from vbp_agents.analysis.base import Analysis as Analysis
    from vbp_agents.analysis.cost_effectiveness_frontier import (
        cost_effectiveness_frontier as cost_effectiveness_frontier,
    )
    from vbp_agents.analysis.cost_effectiveness_plane import cost_effectiveness_plane as cost_effectiveness_plane
    from vbp_agents.analysis.every import analyses as analyses
    from vbp_agents.analysis.main_effects import main_effects as main_effects
    from vbp_agents.analysis.morris import morris as morris
    from vbp_agents.analysis.paired_differences import paired_differences as paired_differences
    from vbp_agents.analysis.pareto import pareto_front as pareto_front
    from vbp_agents.analysis.prcc import prcc as prcc
    from vbp_agents.analysis.regret import regret as regret
    from vbp_agents.analysis.response_surface import response_surface as response_surface
    from vbp_agents.analysis.robustness import robustness as robustness
    from vbp_agents.analysis.scenario_discovery import scenario_discovery as scenario_discovery
    from vbp_agents.analysis.sobol import sobol as sobol
    from vbp_agents.analysis.tornado import tornado as tornado
    from vbp_agents.behavior_file import load_behavior_file as load_behavior_file
    from vbp_agents.behaviors.base import Behavior as Behavior
    from vbp_agents.behaviors.base import Levers as Levers
    from vbp_agents.book import Book as Book
    from vbp_agents.decisions.situation import Situation as Situation
    from vbp_agents.declaration import param as param
    from vbp_agents.errors import WrongInput as WrongInput
    from vbp_agents.metric_file import load_metric_file as load_metric_file
    from vbp_agents.metrics import METRICS as METRICS
    from vbp_agents.metrics import measure as measure
    from vbp_agents.metrics.base import metric as metric
    from vbp_agents.model import Run as Run
    from vbp_agents.model import VbpModel as VbpModel
    from vbp_agents.regime_file import load_regime_file as load_regime_file
    from vbp_agents.regimes.base import Regime as Regime
    from vbp_agents.regimes.base import Statement as Statement
    from vbp_agents.results import read_tables as read_tables
    from vbp_agents.study.comparing import compare as compare
    from vbp_agents.study.comparing import load as load
    from vbp_agents.study.comparison import Comparison as Comparison
    from vbp_agents.study.month import Month as Month
    from vbp_agents.study.replicates import replicates as replicates
    from vbp_agents.study.running import run_tasks as run_tasks
    from vbp_agents.study.runs import run as run
    from vbp_agents.study.simulation import Simulation as Simulation
    from vbp_agents.study.size import Size as Size
    from vbp_agents.study.tasks import Task as Task
    from vbp_agents.study.tasks import replicate_seed as replicate_seed
    from vbp_agents.study.tasks import replicate_tasks as replicate_tasks
    from vbp_agents.study.worlds import build_world as build_world
    from vbp_agents.sweep_reports.writing import write_report as write_report
    from vbp_agents.sweeps.reading import Sweep as Sweep
    from vbp_agents.sweeps.reading import read_sweep as read_sweep
    from vbp_agents.sweeps.study import Study as Study
    from vbp_agents.sweeps.study import read_study as read_study
    from vbp_agents.sweeps.sweeping import sweep as sweep
    from vbp_agents.terms.scenario import Contract as Contract
    from vbp_agents.terms.scenario import Scenario as Scenario
    from vbp_agents.terms.scenario_file import find_scenario as find_scenario

HOMES = {
    "acceptability_curve": "analysis.acceptability",
    "analyses": "analysis.every",
    "Analysis": "analysis.base",
    "Behavior": "behaviors.base",
    "Book": "book",
    "build_world": "study.worlds",
    "compare": "study.comparing",
    "Comparison": "study.comparison",
    "Contract": "terms.scenario",
    "cost_effectiveness_frontier": "analysis.cost_effectiveness_frontier",
    "cost_effectiveness_plane": "analysis.cost_effectiveness_plane",
    "find_scenario": "terms.scenario_file",
    "Levers": "behaviors.base",
    "load": "study.comparing",
    "load_behavior_file": "behavior_file",
    "load_metric_file": "metric_file",
    "load_regime_file": "regime_file",
    "main_effects": "analysis.main_effects",
    "measure": "metrics",
    "metric": "metrics.base",
    "METRICS": "metrics",
    "Month": "study.month",
    "morris": "analysis.morris",
    "paired_differences": "analysis.paired_differences",
    "param": "declaration",
    "pareto_front": "analysis.pareto",
    "prcc": "analysis.prcc",
    "read_study": "sweeps.study",
    "read_sweep": "sweeps.reading",
    "read_tables": "results",
    "Regime": "regimes.base",
    "regret": "analysis.regret",
    "replicate_seed": "study.tasks",
    "replicate_tasks": "study.tasks",
    "replicates": "study.replicates",
    "response_surface": "analysis.response_surface",
    "robustness": "analysis.robustness",
    "Run": "model",
    "run": "study.runs",
    "run_tasks": "study.running",
    "Scenario": "terms.scenario",
    "scenario_discovery": "analysis.scenario_discovery",
    "Simulation": "study.simulation",
    "Situation": "decisions.situation",
    "Size": "study.size",
    "sobol": "analysis.sobol",
    "Statement": "regimes.base",
    "Study": "sweeps.study",
    "Sweep": "sweeps.reading",
    "sweep": "sweeps.sweeping",
    "Task": "study.tasks",
    "tornado": "analysis.tornado",
    "VbpModel": "model",
    "write_report": "sweep_reports.writing",
    "WrongInput": "errors",
}
"""Every exported name and the module that it is from."""
__all__ = ["__version__", *HOMES]


def __getattr__(name: str) -> object:
    """The public names, imported on first use (PEP 562)."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""All analyses that a sweep of this design has, in the order in which a report tells them."""

from collections.abc import Iterator

from vbp_agents.analysis.acceptability import acceptability_curve
from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.cost_effectiveness_frontier import cost_effectiveness_frontier
from vbp_agents.analysis.cost_effectiveness_plane import cost_effectiveness_plane
from vbp_agents.analysis.main_effects import main_effects
from vbp_agents.analysis.measured import numbers_of, outcome_of
from vbp_agents.analysis.morris import morris
from vbp_agents.analysis.paired_differences import paired_differences
from vbp_agents.analysis.pareto import pareto_front
from vbp_agents.analysis.prcc import prcc
from vbp_agents.analysis.regret import regret
from vbp_agents.analysis.response_surface import response_surface
from vbp_agents.analysis.robustness import robustness
from vbp_agents.analysis.scenario_discovery import scenario_discovery
from vbp_agents.analysis.sobol import sobol
from vbp_agents.analysis.tornado import tornado
from vbp_agents.metrics.cost_effectiveness import COST, HEALTH
from vbp_agents.sweeps.document import DesignKind
from vbp_agents.sweeps.reading import Sweep

BY_DESIGN = {
    "grid": (tornado, main_effects, response_surface, scenario_discovery),
    "list": (tornado, main_effects, response_surface, scenario_discovery),
    "latin_hypercube": (tornado, prcc, main_effects, response_surface, scenario_discovery),
    "sobol": (tornado, sobol, prcc, main_effects, response_surface, scenario_discovery),
    "morris": (tornado, morris),
}
"""What is asked of one outcome and scenario, by the kind of the design."""


def analyses(sweep: Sweep) -> list[Analysis]:
    """Every analysis that applies to a sweep of this design, in the order of a report: the question first.

    First what is asked of all scenarios together, outcome by outcome; then, of each outcome and scenario, what moves
    it; at last health for money. One that applies but has too few points or replicates is among them, with a sentence
    that says what it needs (``answered`` is False). Numbers are computed here, pictures when they are asked for.
    """
    return list(_told(sweep))


def _told(sweep: Sweep) -> Iterator[Analysis]:
    measured = numbers_of(sweep)
    outcomes, points = sweep.study.outcomes, len(measured.points)
    if measured.others:
        yield from (paired_differences(sweep, outcome=name) for name in outcomes)
        if points > 1:
            yield from (robustness(sweep, outcome=name) for name in outcomes)
            yield from (regret(sweep, outcome=name) for name in outcomes if outcome_of(name).better)
    kind: DesignKind = sweep.study.document.design.kind
    numbers = sum(factor.numeric for factor in measured.factors)
    for name in outcomes:
        for scenario in measured.others or (measured.baseline,):
            for analysis in BY_DESIGN[kind]:
                if analysis is not response_surface or numbers > 1:
                    yield analysis(sweep, outcome=name, scenario=scenario)
    if sum(outcome_of(name).better is not None for name in outcomes) > 1:
        yield pareto_front(sweep)
    if measured.others and {COST, HEALTH} <= set(outcomes):
        yield cost_effectiveness_frontier(sweep)
        yield cost_effectiveness_plane(sweep)
        yield acceptability_curve(sweep)

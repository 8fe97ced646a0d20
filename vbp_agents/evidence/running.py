"""Runs the arms under each behavior on the same patients with the same luck, and measures every row of the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vbp_agents.actors.world import World
from vbp_agents.evidence.arms import BASE, arms, luck
from vbp_agents.evidence.lived import EvidenceRuns
from vbp_agents.evidence.measures import row_numbers
from vbp_agents.evidence.population import lived_year
from vbp_agents.evidence.rows import evidence_rows
from vbp_agents.metrics import Measured
from vbp_agents.metrics.base import Frames
from vbp_agents.model import VbpModel, run_model
from vbp_agents.study.clock import MonthsDone, Progress
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import Task, replicate_seed
from vbp_agents.terms.scenario import Scenario


def observe_rows(behaviors: Sequence[str], size: Size, progress: Progress) -> Iterator[dict[str, Measured]]:
    """Yield for each replicate, as it is finished, what every row measured, by behavior.

    Warm-up is the same under every behavior, and so is the run without any effect.
    """
    plans = {behavior: arms(size.years, behavior) for behavior in behaviors}
    tasks = [task for number in range(1, size.replicates + 1) for task in _tasks(plans, size, number)]
    results = run_tasks(tasks, size.threads, progress)
    for _ in range(size.replicates):
        by_luck = next(results).runs
        yield {behavior: _measured(next(results).runs[BASE], next(results).runs, by_luck) for behavior in plans}


def _tasks(plans: Mapping[str, Mapping[str, Scenario]], size: Size, number: int) -> Iterator[Task[Any]]:
    """A replicate's: the run without any effect, then of each behavior the population's first year and every arm."""
    size_and_luck = {"patients": size.patients, "seed": replicate_seed(size.seed, number), "number": number}
    yield Task(run_tables, (luck(),), years=size.years, **size_and_luck)
    for plan in plans.values():
        yield Task(first_year, (plan[BASE],), years=1, **size_and_luck)
        yield Task(run_tables, tuple(plan.values()), years=size.years, **size_and_luck)


def _measured(population: Mapping[str, float], runs: Mapping[str, Frames], by_luck: Mapping[str, Frames]) -> Measured:
    return row_numbers(evidence_rows(), EvidenceRuns({**runs, **by_luck}, population))


def run_tables(world: World, scenario: Scenario, years: int, progress: MonthsDone, threads: int) -> Frames:
    """The tables of a run."""
    return run_model(world, scenario, years, progress, threads).tables


def first_year(world: World, scenario: Scenario, years: int, progress: MonthsDone, threads: int) -> dict[str, float]:
    """The population's measures in its first year after the warm-up."""
    with VbpModel(world=world.copy(), studied=scenario, threads=threads) as model:
        measures = lived_year(model)
    progress(12)
    return measures

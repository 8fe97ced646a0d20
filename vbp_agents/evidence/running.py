"""Runs the arms under each behavior on the same patients with the same luck, and measures every row of the evidence."""

from collections.abc import Iterator, Mapping, Sequence

from vbp_agents.actors.state import WARM_UP, State
from vbp_agents.evidence.arms import BASE, LUCK, arms, luck
from vbp_agents.evidence.lived import Lived
from vbp_agents.evidence.measures import measured
from vbp_agents.evidence.population import lived_year
from vbp_agents.evidence.rows import rows
from vbp_agents.evidence.size import Size
from vbp_agents.metrics import Measured
from vbp_agents.metrics.base import Tables
from vbp_agents.model import VbpModel, run
from vbp_agents.runs.replicate import Clock, Progress, replicate_seed
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import build_world


def observe(behaviors: Sequence[str], size: Size, progress: Progress) -> Iterator[dict[str, Measured]]:
    """Yield for each replicate, as it is finished, what every row measured, by behavior."""
    plans = {behavior: arms(size.years, behavior) for behavior in behaviors}
    runs = 1 + sum(map(len, plans.values()))
    clock = Clock(size.replicates * (WARM_UP + 12 * (runs * size.years + len(plans))), progress)
    for number in range(1, size.replicates + 1):
        seed = replicate_seed(size.seed, number)
        world = build_world(luck(), size.patients, seed, size.threads, clock.of_run())
        by_luck = _runs({LUCK: luck()}, world, size, clock)
        yield {
            behavior: measured(rows(), _lived(plan, by_luck, world, size, clock)) for behavior, plan in plans.items()
        }


def _lived(
    plan: Mapping[str, Scenario], by_luck: Mapping[str, Tables], world: State, size: Size, clock: Clock
) -> Lived:
    """Every arm of a plan, beside the run without any effect: warm-up is the same under every behavior."""
    population = _first_year(world, plan[BASE], size.threads, clock)
    return Lived({**_runs(plan, world, size, clock), **by_luck}, population)


def _runs(plan: Mapping[str, Scenario], world: State, size: Size, clock: Clock) -> dict[str, Tables]:
    """The tables of every scenario of a plan, each run on its own copy of the world."""
    return {
        name: run(world, scenario, size.years, clock.of_run(), size.threads).tables for name, scenario in plan.items()
    }


def _first_year(world: State, terms: Scenario, threads: int, clock: Clock) -> dict[str, float]:
    """The population's measures in its first year after the warm-up."""
    counted = clock.of_run()
    with VbpModel(state=world.copy(), terms=terms, threads=threads) as model:
        found = lived_year(model)
    counted(12)
    return found

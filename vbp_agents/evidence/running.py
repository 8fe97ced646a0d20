"""Runs the arms under each behavior on the same patients with the same luck, and measures every row of the evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vbp_agents.ensemble import Progress, replicate_seed
from vbp_agents.evidence.arms import BASE, LUCK, arms, luck
from vbp_agents.evidence.lived import Lived
from vbp_agents.evidence.measures import measured
from vbp_agents.evidence.rows import rows
from vbp_agents.evidence.size import Size
from vbp_agents.metrics import Measured
from vbp_agents.metrics.base import Tables
from vbp_agents.model import VbpModel, build_world, run
from vbp_agents.population import lived_year
from vbp_agents.scenario import Scenario
from vbp_agents.state import WARM_UP, State


@dataclass
class _Months:
    """Months of simulation so far, told to whoever waits."""

    total: int
    tell: Progress
    done: int = field(default=0)

    def counted(self) -> Callable[[int], None]:
        """What a run calls with the months that it has done so far."""
        start = self.done

        def at(months: int) -> None:
            self.done = start + months
            self.tell(self.done, self.total)

        return at


def observe(behaviors: Sequence[str], size: Size, progress: Progress) -> Iterator[dict[str, Measured]]:
    """Yield for each replicate, as it is finished, what every row measured, by behavior."""
    plans = {behavior: arms(size.years, behavior) for behavior in behaviors}
    runs = 1 + sum(map(len, plans.values()))
    each = WARM_UP + 12 * (runs * size.years + len(plans))
    months = _Months(size.replicates * each, progress)
    for number in range(1, size.replicates + 1):
        seed = replicate_seed(size.seed, number)
        first = next(iter(plans.values()))[BASE]
        world = build_world(first, size.patients, seed, size.threads, months.counted())
        by_luck = run(world, luck(), size.years, months.counted(), size.threads).tables
        yield {
            behavior: measured(rows(), _lived(world, plan, size, months, by_luck)) for behavior, plan in plans.items()
        }


def _lived(world: State, plan: Mapping[str, Scenario], size: Size, months: _Months, by_luck: Tables) -> Lived:
    """Every arm of a plan on its own copy of the world, beside the run without any effect."""
    population = _first_year(world, plan[BASE], size.threads, months)
    runs = {
        name: run(world, scenario, size.years, months.counted(), size.threads).tables for name, scenario in plan.items()
    }
    return Lived({**runs, LUCK: by_luck}, population)


def _first_year(world: State, terms: Scenario, threads: int, months: _Months) -> dict[str, float]:
    """The population's measures in its first year after the warm-up."""
    counted = months.counted()
    model = VbpModel(state=world.copy(), terms=terms, threads=threads)
    found = lived_year(model)
    model.free()
    counted(12)
    return found

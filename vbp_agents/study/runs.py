"""One run from Python: a scenario's years on a warm world, with every table."""

from typing import TYPE_CHECKING

from vbp_agents.errors import WrongInput
from vbp_agents.study.checks import Named, checked_size, checked_threads, found_scenario
from vbp_agents.study.clock import MonthsDone

if TYPE_CHECKING:
    from vbp_agents.actors.world import World
    from vbp_agents.model import Run


def run(
    world: "World", scenario: Named, years: int, progress: MonthsDone | None = None, threads: int | None = 1
) -> "Run":
    """Run a scenario for ``years`` on a copy of a warmed-up world (`build_world`): `.tables` by name, `.timing`.

    ``progress`` is told the months done. Raises WrongInput where the world is not one that the scenario's people live
    in, or a number is none.
    """
    from vbp_agents.actors.world import World
    from vbp_agents.model import run_model

    if not isinstance(world, World):
        raise WrongInput(f"{world!r:.60} is no world: build one with build_world")
    return run_model(world, found_scenario(scenario), checked_size("years", years), progress, checked_threads(threads))

"""What one Mesa agent a practice would cost beside what deciding costs: why practices are columns.

    python benchmarks/practices.py [--patients 200000] [--months 36]

A `do` over as many agents as there are practices, once with a method that does nothing and once with one that moves the
practice's own rows of the levers; processor seconds, one thread, over the month outside the patients' loop.
"""

import argparse
from collections.abc import Sequence
from time import process_time

import mesa

from vbp_agents.actors.providers import Providers
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import warmed_world

SCENARIOS = ("fee_for_service", "capitation", "shared_savings_two_sided")


class OnePractice(mesa.Agent):
    """A practice as an agent of its own."""

    def __init__(self, model: VbpModel, number: int) -> None:
        super().__init__(model)
        self.number, self.providers = number, model.providers

    def look(self) -> None:
        """Do nothing: what the call itself costs."""

    def move(self) -> None:
        """Its own levers a step on, as `Providers.move` does it for all at once."""
        for name in ("steering", "intensity"):
            self._moved(self.providers, name)

    def _moved(self, providers: Providers, name: str) -> None:
        lever, aim = getattr(providers.levers, name)[self.number], getattr(providers.aims, name)[self.number]
        lever + providers.conduct.speed * (aim - lever)


class Timed(VbpModel):
    """Knows the processor seconds of its patients' loop."""

    living = 0.0

    def live(self) -> None:
        """As the model."""
        start = process_time()
        super().live()
        self.living += process_time() - start


def milliseconds(model: Timed, agents: Sequence[str], months: int) -> list[float]:
    """A month outside the patients' loop, and each of the ``agents``' methods."""
    spent = [0.0] * (1 + len(agents))
    for _ in range(months):
        start, before = process_time(), model.living
        model.step()
        spent[0] += process_time() - start - (model.living - before)
        for number, method in enumerate(agents, 1):
            start = process_time()
            model.agents_by_type[OnePractice].do(method)
            spent[number] += process_time() - start
    return [1e3 * seconds / months for seconds in spent]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--months", type=int, default=36)
    options = parser.parse_args()
    world = warmed_world(find_scenario("default"), options.patients, 1, 1)
    for name in SCENARIOS:
        with Timed(world=world.copy(), studied=find_scenario(name)) as model:
            n = len(model.world.region.practices)
            OnePractice.create_agents(model, n, list(range(n)))
            outside, call, move = milliseconds(model, ("look", "move"), options.months)
        print(
            f"{name:26} {n:,} practices; a month outside {outside:.1f} ms; a call of each {call:.2f} ms "
            f"({call / outside:.1%}); a move of each {move:.2f} ms ({move / outside:.0%})",
            flush=True,
        )


if __name__ == "__main__":
    main()

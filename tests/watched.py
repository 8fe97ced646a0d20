"""Simulations that tests watch."""

from typing import Any

from worlds import BEHAVING, under

from vbp_agents.actors.world import World
from vbp_agents.study.month import Month
from vbp_agents.study.simulation import Simulation
from vbp_agents.terms.scenario import Scenario

CAPITATION = under(BEHAVING, "capitation")


def lived(world: World, scenario: Scenario, months: int, **options: Any) -> list[Month]:
    with Simulation(world, scenario, **options) as simulation:
        return list(simulation.months(months))

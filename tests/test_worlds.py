"""Kept worlds: the same bytes as new ones, one for all that may share it, and a limit on what is kept."""

from types import SimpleNamespace
from typing import Any

import pytest

import vbp_agents as vbp
from vbp_agents.actors.world import World
from vbp_agents.conduct import BORN_WITH
from vbp_agents.study.worlds import Shelf
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import warmed_world

DEFAULT = vbp.find_scenario("default")
ENDS = [
    (number.path, end)
    for number in DEFAULT.numbers()
    if number.path.startswith("behavior.") and number.path.count(".") == 1
    for end in (number.low, number.high)
    if end is not None
]


def content(value: Any) -> Any:
    """All that a world is made of, but for what it is called."""
    if hasattr(value, "dtype"):
        names = value.dtype.names
        return [value[name].tobytes() for name in names] if names else value.tobytes()
    if isinstance(value, dict | list | tuple):
        return [content(item) for item in (value.values() if isinstance(value, dict) else value)]
    if isinstance(value, Scenario):
        return None
    inner = getattr(value, "__dict__", None) or {name: getattr(value, name) for name in getattr(value, "__slots__", ())}
    return content(inner) if inner else value


def born(scenario: Scenario) -> World:
    return warmed_world(scenario, 300, 2, 1)


@pytest.mark.slow
def test_behavior_that_tells_worlds_apart_is_behavior_that_they_are_made_with() -> None:
    """Each number of the behavioral block at both ends: another world hash where, and only where, the world is."""
    usual, other = content(vars(born(DEFAULT))), set()
    for path, end in ENDS:
        try:
            scenario = DEFAULT.with_values({path: end})
        except vbp.WrongInput:
            continue  # only together with another number
        differs = content(vars(born(scenario))) != usual
        assert (scenario.world_hash != DEFAULT.world_hash) >= differs, f"{path} at {end} makes another world"
        other |= {path.removeprefix("behavior.")} if differs else set()
    assert other == set(BORN_WITH)


def test_a_world_is_kept_for_all_that_differ_in_contracts_and_behavior() -> None:
    world = vbp.build_world("fee_for_service", patients=300, seed=7)
    assert vbp.build_world("capitation", patients=300, seed=7) is world
    assert vbp.build_world(DEFAULT.with_values({"behavior.speed": 0.5}), patients=300, seed=7) is world
    assert vbp.build_world("fee_for_service", patients=300, seed=8) is not world
    assert vbp.build_world(DEFAULT.with_values({"behavior.signal": 0.5}), patients=300, seed=7) is not world
    assert vbp.build_world(DEFAULT.with_values({"care.cost_sharing": 0.3}), patients=300, seed=7) is not world


def test_a_run_leaves_a_kept_world_as_it_was() -> None:
    world = vbp.build_world("fee_for_service", patients=300, seed=7)
    before = content(vars(world))
    vbp.run(world, vbp.find_scenario("capitation"), 1)
    assert content(vars(world)) == before


def test_the_shelf_lets_go_of_what_was_used_least_lately() -> None:
    """Three worlds of 40 bytes where 100 have room."""
    shelf = Shelf(100)
    worlds: list[Any] = [SimpleNamespace(patients=SimpleNamespace(nbytes=40)) for _ in range(3)]
    for seed, world in enumerate(worlds[:2]):
        shelf.keep(("world", 1, seed), world)
    assert shelf.find(("world", 1, 0)) is worlds[0]
    shelf.keep(("world", 1, 2), worlds[2])
    assert [shelf.find(("world", 1, seed)) for seed in range(3)] == [worlds[0], None, worlds[2]]


def test_a_world_that_has_no_room_is_not_kept() -> None:
    shelf = Shelf(100)
    large: Any = SimpleNamespace(patients=SimpleNamespace(nbytes=101))
    shelf.keep(("world", 1, 1), large)
    assert shelf.find(("world", 1, 1)) is None

"""What must be so of every behavior, also of one that is dropped into the folder: nothing is added here for it."""

from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import BEHAVING, under

from vbp_agents import behaviors
from vbp_agents.actors.world import World
from vbp_agents.behavior_file import baseline_levers, load_behavior_file
from vbp_agents.behaviors import behavior_names, find
from vbp_agents.behaviors.base import Levers, wrong_with
from vbp_agents.decisions.example import example_situation
from vbp_agents.decisions.worth import Worth
from vbp_agents.model import run_model

ALL = behavior_names()
SHAPES = {
    "intensity": (7, 2, 3, 8),
    "steering": (7, 2),
    "coordination": (5,),
    "measured_tasks": (5,),
    "documentation": (5,),
    "completeness": (5,),
    "selection": (2, 4, 2, 3),
    "cases": (2, 2, 2),
}
"""Of seven practices, two payers, three holders and none, two hospitals and five organizations."""


def parts(levers: Levers) -> dict[str, Any]:
    return {field.name: getattr(levers, field.name) for field in fields(Levers)}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("pressure", [-1.0, 0.5, 1.0, 4.0])
def test_aims_are_numbers_in_the_shapes_of_the_levers(name: str, pressure: float) -> None:
    """And shares, with what was there at baseline, are shares; a thousandth from an end counts as that end."""
    now = example_situation(pressure)
    aims = parts(find(name)().aim(now, baseline_levers()))
    assert {lever: value.shape for lever, value in aims.items()} == SHAPES
    assert all(np.isfinite(value).all() for value in aims.values())
    for lever, base in (("coordination", 0.3), ("measured_tasks", 0.3), ("completeness", 0.7)):
        assert (aims[lever] >= -base - 2e-3).all()
        assert (aims[lever] <= 1.0 - base + 2e-3).all()
    assert (np.abs(aims["documentation"]) <= 1.0).all()


@pytest.mark.parametrize("name", ALL)
def test_no_behavior_means_to_stay_where_peers_have_drawn_it_below_nothing(name: str) -> None:
    """0.4 less than the 0.3 that there were at baseline: an effort of -0.1 is none that anybody could aim at."""
    now, drawn = example_situation(0.0), replace(baseline_levers(), coordination=np.full(5, -0.4))
    assert wrong_with(find(name)().aim(now, drawn), drawn, now) == ""


@pytest.mark.parametrize("name", ALL)
def test_where_nothing_has_changed_practice_is_at_baseline(name: str) -> None:
    """Contracts add nothing, hours cost nothing, prices and incomes are the usual: no lever moves, to the bit."""
    aims = parts(find(name)().aim(example_situation(0.0), baseline_levers()))
    assert not any(np.any(lever) for lever in aims.values())


@pytest.mark.parametrize("name", ALL)
def test_it_says_truly_what_moves_it(name: str) -> None:
    """One that does not respond is never moved; one that does not weigh contracts is moved by none; else by both."""
    behavior, now = find(name)(), example_situation(1.0)
    aims = parts(behavior.aim(now, baseline_levers()))
    without = replace(now, worth=Worth({}, {}, now.worth.shape))
    unpaid = parts(behavior.aim(without, baseline_levers()))
    same = all(np.array_equal(aims[lever], unpaid[lever]) for lever in SHAPES)
    assert same == (not behavior.weighs_contracts)
    assert any(np.any(lever) for lever in aims.values()) == behavior.responds


@pytest.mark.parametrize("name", ALL)
def test_it_leaves_what_it_is_given_as_it_was_and_says_the_same_again(name: str) -> None:
    behavior, now, levers = find(name)(), example_situation(1.0), baseline_levers()
    before = deepcopy(levers), deepcopy(now.past.rates), now.income.copy(), now.price.copy()
    first, again = (parts(behavior.aim(now, levers)) for _ in range(2))
    assert all(np.array_equal(first[lever], again[lever]) for lever in SHAPES)
    assert all(np.array_equal(value, parts(before[0])[lever]) for lever, value in parts(levers).items())
    assert all(np.array_equal(rate, before[1][column]) for column, rate in now.past.rates.items())
    assert np.array_equal(now.income, before[2])
    assert np.array_equal(now.price, before[3])


@pytest.mark.parametrize("name", ALL)
def test_it_says_what_it_is_and_where_it_is_from(name: str) -> None:
    behavior = find(name)
    assert behavior.title
    assert behavior.source
    assert (behavior.__doc__ or "").splitlines()[0].endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_under_another_name_every_number_is_the_same(name: str, small_world: World, tmp_path: Path) -> None:
    """The same code as a user's file: loaded, it passes what files must pass, and a year's tables are equal."""
    file = tmp_path / f"qzx_{name}.py"
    file.write_text((Path(behaviors.__path__[0]) / f"{name}.py").read_text("utf-8"), encoding="utf-8")
    load_behavior_file(file)
    runs = []
    for called in (name, file.stem):
        scenario = under(BEHAVING, "capitation").with_values({"behavior.name": called}, name="one")
        runs.append({table: frame.to_csv() for table, frame in run_model(small_world, scenario, 1).tables.items()})
    assert runs[0] == runs[1]

"""Worlds that many tests share, built once; every test lives on a copy."""

from collections.abc import Iterator

import pytest
from worlds import DEFAULT, changed

from vbp_agents import behaviors, metrics, regimes, user_file
from vbp_agents.actors.world import World
from vbp_agents.warm_up import warmed_world


@pytest.fixture(scope="session")
def warm() -> World:
    """3,000 people of the default scenario after their warm-up: its ACOs are too small for shared savings."""
    return warmed_world(DEFAULT, 3_000, 1, 1)


@pytest.fixture(scope="session")
def large() -> World:
    """One area of 30,000 people after its warm-up: every ACO has more than 5,000."""
    return warmed_world(changed(DEFAULT, region={"people_per_area": 30_000}), 30_000, 2, 1)


@pytest.fixture(autouse=True)
def users_files_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What one test loads from a file is there for no other, whatever the order and the worker."""
    for module, known in ((regimes, "_from_users"), (behaviors, "_from_users"), (user_file, "_loaded")):
        monkeypatch.setattr(module, known, dict(vars(module)[known]))
    measured = dict(metrics._found)
    yield
    metrics._found.clear()
    metrics._found.update(measured)


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readline, which pytest loads, tells processes the width of a terminal that there is not."""
    monkeypatch.delenv("COLUMNS", raising=False)

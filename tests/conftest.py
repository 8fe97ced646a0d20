"""Worlds that many tests share, built once; every test lives on a copy."""

from collections.abc import Iterator

import pytest
from sweeps import Quick, stand_in
from worlds import DEFAULT, changed

from vbp_agents.actors.world import World
from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.swept import shelf
from vbp_agents.user_file import USERS
from vbp_agents.warm_up import warmed_world


@pytest.fixture(scope="session")
def small_world() -> World:
    """3,000 people of the default scenario after their warm-up: its ACOs are too small for shared savings."""
    return warmed_world(DEFAULT, 3_000, 1, 1)


@pytest.fixture(scope="session")
def one_area() -> World:
    """One area of 30,000 people after its warm-up: every ACO has more than 5,000."""
    return warmed_world(changed(DEFAULT, region={"people_per_area": 30_000}), 30_000, 2, 1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Quick:
    """Sweeps of a model that takes no time."""
    return stand_in(monkeypatch)


@pytest.fixture
def told_no_folder() -> Iterator[None]:
    """A page's server has no folder of sweeps and the usual limits again, whatever a test told it."""
    yield
    shelf._chosen.clear()
    set_limits(ServerLimits())


@pytest.fixture(autouse=True)
def users_files_are_forgotten() -> Iterator[None]:
    """What one test loads from a file is there for no other, whatever the order and the worker."""
    before = USERS.files()
    yield
    for name in USERS.files().keys() - before.keys():
        USERS.forget(name)


@pytest.fixture(autouse=True)
def no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readline, which pytest loads, tells processes the width of a terminal that there is not."""
    monkeypatch.delenv("COLUMNS", raising=False)

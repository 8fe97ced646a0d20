"""Compiled code is made ready when the server starts, so that the first visitor waits as little as may be."""

import logging
import threading
import time
from collections.abc import Callable

from vbp_agents.cache import COMPILING_SECONDS, compiling

_log = logging.getLogger(__name__)
_SMALL = 600
"""People of the world that is lived to have everything compiled."""


class Prepared:
    """Whether a run can begin at once; `begin` makes it so, in a thread of its own."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._ready = threading.Event()
        self._began: float | None = None
        self.once = False

    def begin(self) -> None:
        """At the server's start. ``once``: it compiles, which is never needed again on this machine."""
        self.once, self._began = bool(compiling()), time.monotonic()
        threading.Thread(target=self._run, daemon=True, name="vbp-prepare").start()

    def _run(self) -> None:
        try:
            self._work()
        except Exception:
            _log.exception("compiling ahead failed; the first run does it")
        finally:
            self._ready.set()

    @property
    def busy(self) -> bool:
        """Is it under way?"""
        return self._began is not None and not self._ready.is_set()

    def left(self) -> int:
        """About how many seconds it takes yet; 0 once it should be over."""
        return max(0, round(COMPILING_SECONDS - (time.monotonic() - self._began))) if self._began is not None else 0

    def wait(self, wanted: Callable[[], bool]) -> None:
        """Until it is ready, or nobody wants it any more; at once where it was never begun."""
        while self.busy and wanted():
            self._ready.wait(0.1)


def live_a_little() -> None:
    """Live two months of a small world, with all that a run calls."""
    from vbp_agents.study.simulation import Simulation
    from vbp_agents.study.worlds import warm_world
    from vbp_agents.terms.scenario_file import find_scenario

    scenario = find_scenario("mssp_enhanced")
    world = warm_world(scenario, _SMALL, 1, 1)
    with Simulation(world, scenario, people=True) as simulation:
        for month in simulation.months(2):
            simulation.practice(month.number)


prepared = Prepared(live_a_little)
"""This server's own."""

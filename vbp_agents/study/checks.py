"""What can be asked for: sizes, seeds and names, checked alike for the command line and for Python."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

from vbp_agents import machine
from vbp_agents.errors import WrongInput

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario

Named: TypeAlias = "str | Path | Scenario"
"""A scenario, or what finds it: the name of a preset or a regime, or the path of a file."""
SomeNames: TypeAlias = "Iterable[Named] | Named"
"""Some of them, or one."""


@dataclass(frozen=True)
class Bounds:
    """A whole number that is asked for: what it is, and the least and the most that it may be (None: no end)."""

    about: str
    low: int
    high: int | None

    @property
    def allowed(self) -> str:
        """Both bounds in words."""
        return f"{self.low:,} to {self.high:,}" if self.high is not None else f"{self.low:,} and more"

    def holds(self, number: int) -> bool:
        """Whether a number is within the bounds."""
        return self.low <= number and (self.high is None or number <= self.high)


SIZES = {
    "patients": Bounds("People in the region.", 100, 100_000_000),
    "years": Bounds("Years after the warm-up.", 1, 50),
    "replicates": Bounds("Pairs of new patients and new luck.", 1, 10_000),
    "seed": Bounds("Same seed, same results.", 0, 2**63 - 1),
    "threads": Bounds("Default: as many as there are processors to use.", 1, 256),
}
"""The numbers of any run, by name."""

WORKERS = Bounds("Processes of this machine.", 0, 256)
"""Of a sweep."""


def checked_size(name: str, given: object) -> int:
    """One of SIZES as an int, whatever whole number it was (`numpy.int64(5)`). Raises WrongInput."""
    bounds = SIZES[name]
    try:
        number = operator.index(given) if isinstance(given, SupportsIndex) else None
    except TypeError:  # an array, which is a whole number where it has one item alone
        number = None
    if number is None or isinstance(given, bool):
        raise _refused(name, f"{given!r:.40} is no whole number; allowed {bounds.allowed}")
    if not bounds.holds(number):
        raise _refused(name, f"{number:,} is out of range; allowed {bounds.allowed}")
    return number


def _refused(name: str, message: str) -> WrongInput:
    return WrongInput(f"{name}: {message}", [(name, message)])


def checked_threads(threads: int | None) -> int:
    """So many threads, or as many as there are processors to use. Raises WrongInput."""
    return machine.processors() if threads is None else checked_size("threads", threads)


def found_scenario(named: Named) -> "Scenario":
    """The scenario that is meant. Raises WrongInput."""
    from vbp_agents.terms.scenario import Scenario
    from vbp_agents.terms.scenario_file import find_scenario

    if isinstance(named, Scenario):
        return named
    if isinstance(named, str | Path):
        return find_scenario(named)
    raise WrongInput(f"{named!r:.60} is no scenario: give a Scenario, a name, or the path of a file")


def found_scenarios(named: SomeNames) -> "list[Scenario]":
    """The scenarios that are meant, one at least, no two of one name. Raises WrongInput."""
    from vbp_agents.terms.scenario import Scenario
    from vbp_agents.terms.scenario_file import find_scenarios

    if isinstance(named, str | Path | Scenario) or not isinstance(named, Iterable):
        named = [named]
    listed: Sequence[Any] = list(named)
    if not listed:
        raise WrongInput("there is no scenario to run: name one at least")
    if all(isinstance(name, str) for name in listed):
        return find_scenarios(listed)
    scenarios = [found_scenario(each) for each in listed]
    for place, scenario in enumerate(scenarios):
        if scenario.name in [earlier.name for earlier in scenarios[:place]]:
            raise WrongInput(
                f"two scenarios are named {scenario.name!r}: results could not tell them apart; "
                "give one another name, as in with_values({...}, name='another')",
                [(f"scenarios.{place}", f"{scenario.name!r} is the name of an earlier scenario too")],
            )
    return scenarios

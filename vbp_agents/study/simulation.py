"""One scenario on one world, stepped month by month: watched, paused, left or copied at any of them."""

import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.columns import TablePart
from vbp_agents.actors.provider_document import provider_document
from vbp_agents.actors.world import World
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.metrics import METRICS, Measured, measure
from vbp_agents.metrics.base import Columns, Tables
from vbp_agents.metrics.headline import HEADLINE
from vbp_agents.metrics.money import COSTS, REVENUE
from vbp_agents.metrics.years import until
from vbp_agents.model import VbpModel, begun
from vbp_agents.study import places
from vbp_agents.study.dropped import Dropped, dropped_in
from vbp_agents.study.month import Month, events_of, levers_of, money_of, people_of, unwritable, whole_table
from vbp_agents.study.places import WholeNumber
from vbp_agents.study.window import MONTHS_A_YEAR, Window, window_metrics
from vbp_agents.tables import TABLES
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame


class Simulation:
    """A scenario's months on a copy of a warmed-up world.

    ``metrics``: names of those that each month has, the headline's where none are named. ``people``: whether each month
    has everybody's events, a byte a person. ``tables``: whether tables are recorded: without them a simulation takes no
    more room with time. ``threads`` live the patients' month and leave no trace in results.

    Steps only when asked for a month: pause it by not asking, end it with `close`, or use it as a context manager.
    One simulation is for one thread at a time; several run beside one another.

    Raises WrongInput where the world is not one that the scenario's people live in, or an argument is none.

        with Simulation(world, scenario) as simulation:
            for month in simulation.months(60):
                print(month.number, month.metrics["cost_per_capita"], month.events["refused"])
    """

    def __init__(
        self,
        world: World,
        scenario: Scenario,
        *,
        threads: WholeNumber = 1,
        tables: bool = False,
        people: bool = False,
        metrics: Iterable[str] | None = None,
    ) -> None:
        names = _metric_names(metrics)
        if not isinstance(world, World) or not isinstance(scenario, Scenario):
            raise WrongInput("a simulation wants a world that build_world has built and a Scenario")
        model = begun(world, scenario, _whole_number("threads", threads, 1), keep=bool(tables))
        self._begin(model, Window(model.recorder.labels, model.accounts), names, bool(people), [])

    def _begin(
        self, model: VbpModel, window: Window, names: tuple[str, ...], people: bool, coming: list[TablePart]
    ) -> None:
        self._model, self._window, self._names, self._people, self._coming = model, window, names, people, coming
        self._before: Any = None
        self._free = weakref.finalize(self, model.close)
        self._free.atexit = False

    @property
    def scenario(self) -> Scenario:
        """What is run."""
        return self._model.studied

    @property
    def month(self) -> int:
        """How many months have been lived."""
        return self._model.month

    def months(self, n: WholeNumber) -> Iterator[Month]:
        """The next ``n`` months, each lived when it is asked for. Raises WrongInput once the simulation is closed."""
        return self._months(_whole_number("months", n, 0))

    def _months(self, n: int) -> Iterator[Month]:
        for _ in range(n):
            yield self.step()

    def step(self) -> Month:
        """Live one month. Raises WrongInput once the simulation is closed."""
        if not self._free.alive:
            raise WrongInput("this simulation has been closed; begin another, or copy it before it is closed")
        model = self._model
        self._before = model.world.patients.copy() if self._people else None
        model.step()
        latest = model.recorder.latest
        self._window.add(model.month, model.accounts, latest)
        levers, marks = levers_of(model), self.marks()
        values, as_of = window_metrics(self._window, levers.by_organization, self._names)
        return Month(
            number=model.month,
            year=(model.month - 1) // MONTHS_A_YEAR + 1,
            window=len(self._window),
            metrics=values,
            as_of=as_of,
            money=money_of(latest, self._known(latest.settlements)),
            people=people_of(model),
            levers=levers,
            events=events_of(model.accounts, marks),
            marks=unwritable(marks) if self._people else None,
        )

    def _known(self, settled: Sequence[TablePart]) -> Columns:
        """The settlements that become known this month, of those that were ever made."""
        self._coming += settled
        due = [part for part in self._coming if part["known_month"] <= self.month]
        self._coming = [part for part in self._coming if part["known_month"] > self.month]
        return whole_table("settlements", TABLES["settlements"].plain(due))

    def marks(self) -> NDArray[np.uint8]:
        """What happened to everybody this month, (patients,), in the bits of `people.events.EVENTS`."""
        return np.array(self._model.world.patients["events"])

    def dropped(self, area: int, most: int) -> list[Dropped]:
        """Up to ``most`` people of an area whom their practices dropped this month, with the margin that was expected.

        None before the first month, or where the simulation was not asked for people.
        """
        return [] if self._before is None else dropped_in(self._model, self._before, area, most)

    def everybody(self, names: Collection[str] | None = None) -> Columns:
        """Everybody's place and state now, a copy; columns of some ``names`` alone: see `places.everybody`."""
        return places.everybody(self._model, names)

    def practices(self) -> Columns:
        """Every practice's place, owner, levers and its organization's margin: see `places.practice_columns`.

        ``margin``: dollars of its organization over the last twelve months, last December's settlement included; 0
        before the first month. Levers by their names, as in `Month.levers`.
        """
        owner = self._model.world.region.practices.organization
        margin = self._margin()[owner]
        return {**places.practice_columns(self._model), "margin": margin, **levers_of(self._model).by_practice}

    def _margin(self) -> NDArray[np.float64]:
        """Dollars that every organization kept over the last twelve months, (organizations,)."""
        if not len(self._window):
            return np.zeros(len(self._model.world.region.organizations))
        columns = self._window.tables({})["organizations"]
        earned, spent = (np.sum([columns[name] for name in names], axis=0) for names in (REVENUE, COSTS))
        return np.asarray(earned - spent)

    def practice(self, number: WholeNumber) -> dict[str, Any]:
        """One practice: who it is, where each lever is and heads for, and why, in dollars that add up.

        As `vbp explain --provider` has it, of the last decision that was taken. Raises WrongInput where there is none
        of that number.
        """
        last = len(self._model.world.region.practices) - 1
        if not 0 <= _whole_number("the practice", number, 0) <= last:
            raise WrongInput(f"there is no practice {number}; they are 0 to {last}")
        return provider_document(self._model, int(number))

    def patient(self, number: WholeNumber) -> dict[str, Any]:
        """One person's place and state now, by its `id`. Raises WrongInput unless it is alive."""
        return places.patient(self._model, number)

    def last_twelve_months(self) -> Tables:
        """The last twelve months (fewer at first) as the tables of one year, plain columns, a copy.

        Raises WrongInput before the first month.
        """
        if not len(self._window):
            raise WrongInput("no month has been lived yet")
        tables = self._window.tables(self._model.providers.by_organization())
        return {name: whole_table(name, columns) for name, columns in tables.items()}

    def tables(self) -> "dict[str, DataFrame]":
        """Every table of the months so far, as `run` has them. Raises WrongInput unless they were asked for."""
        self._check_recorded()
        return self._model.recorder.tables()

    def measure(self) -> Measured:
        """Every metric over all whole years so far. Raises WrongInput unless tables were asked for, or too early."""
        self._check_recorded()
        years = self.month // MONTHS_A_YEAR
        if years < 1:
            raise WrongInput(f"no year is over yet: {self.month} months have been lived")
        return measure(until(self._model.recorder.columns(), years))

    def _check_recorded(self) -> None:
        if not self._model.recorder.keep:
            raise WrongInput("no tables were recorded: ask for them at the start, Simulation(..., tables=True)")

    def copy(self) -> "Simulation":
        """A simulation that goes its own way from here; left alone it has the same months as this one."""
        twin = Simulation.__new__(Simulation)
        model = self._model.copy()
        window = self._window.copy(model.recorder.labels)
        twin._begin(model, window, self._names, self._people, list(self._coming))
        return twin

    def close(self) -> None:
        """Let go of threads and agents; what was lived can still be looked at. Closing twice does nothing."""
        self._free()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()


def _metric_names(metrics: Iterable[str] | None) -> tuple[str, ...]:
    """The metrics asked for. Raises WrongInput where there is none of a name."""
    if metrics is None:
        return tuple(row.metric for row in HEADLINE)
    if not isinstance(metrics, Iterable):
        raise WrongInput(f"metrics: {metrics!r:.60} are no names; write some, such as ['cost_per_capita']")
    names = tuple([metrics] if isinstance(metrics, str) else metrics)
    for name in names:
        if name not in METRICS:
            meant = did_you_mean(str(name), list(METRICS)) or f"; allowed {', '.join(METRICS)}"
            raise WrongInput(f"there is no metric {name!r:.60}{meant}")
    return names


def _whole_number(what: str, value: WholeNumber, least: int) -> int:
    """It as Python's. Raises WrongInput where it is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < least:
        raise WrongInput(f"{what}: {value!r} is not a whole number from {least}")
    return int(value)

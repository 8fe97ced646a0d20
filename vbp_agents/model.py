"""One month, top to bottom: the only place where patients, providers, payers and rules meet."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np

from vbp_agents.actors.agents import Holders, Organizations, Payer, Stage
from vbp_agents.actors.lists import Lists
from vbp_agents.actors.payer_books import PayerBooks
from vbp_agents.actors.providers import Providers
from vbp_agents.actors.recorder import Recorder
from vbp_agents.actors.styles import wander
from vbp_agents.actors.world import World, check_world
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.expectations.uncertain import Beliefs
from vbp_agents.people import care
from vbp_agents.terms.scenario import Scenario
from vbp_agents.threads import PatientThreads

if TYPE_CHECKING:
    from pandas import DataFrame


OnMonth = Callable[[int], None]
"""Called with the months done so far."""


@dataclass(frozen=True)
class Run:
    """What a run leaves: tidy tables by name (columns in `tables.TABLES`) and seconds spent."""

    tables: "dict[str, DataFrame]"
    timing: dict[str, float]


CHANGING = ("world", "environment", "books", "providers", "lists", "recorder", "kernel_seconds")
"""What a month changes in a model, beside what its agents hold."""


class VbpModel(Stage):
    """Payers, organizations, providers and patients, a month a step, under the scenario that is ``studied``.

    (Mesa keeps the name `scenario` of a model for a class of its own.)

    Choices in month t use what was known at the end of month t - 1; care in month t follows them; payment for
    month t is made at its
    end; a year is settled after its last month, known ``settlement_lag`` months later, and booked to the year it
    is for.
    """

    def __init__(
        self,
        *,
        world: World,
        studied: Scenario,
        threads: int = 1,
        chunk: int | None = None,
        rng: int | None = None,
        keep: bool = True,
    ) -> None:
        """``keep``: whether tables are recorded, which take more room with every month."""
        super().__init__(rng=rng)
        self.world, self.studied = world, studied
        self.threads = PatientThreads(threads, chunk)
        self.environment = world.environment(studied.behavior)
        self.coinsurance = np.array(studied.care.coinsurance)
        self.books, self.beliefs = PayerBooks(world, studied.measurement), Beliefs.of(studied.behavior, studied.care)
        self.providers = Providers(world, studied)
        self.lists = Lists(world, studied.behavior)
        self.recorder = Recorder(world, keep)
        self.kernel_seconds = 0.0
        Payer.create_agents(self, len(studied.payers), list(range(len(studied.payers))))
        Holders.create_agents(self, 1)
        Organizations.create_agents(self, 1)

    @property
    def accounts(self) -> Accounts:
        """What the month has counted."""
        return self.books.accounts

    @property
    def year(self) -> Accounts:
        """What the year so far has counted."""
        return self.books.year

    def step(self) -> None:
        """One month.

        The patients' four lines (evolve, choose a practice, seek, deliver) are one compiled story:
        `care.live_one_month`.
        """
        with np.errstate(divide="raise", invalid="raise"):  # else what is no number would become cents
            self.world.month += 1
            self.choose()
            self.live()
            self.pay()
            self.settle()
            self.learn()
            self.record()

    def choose(self) -> None:
        """Holders choose contracts and providers set levers from what they knew at the end of last month.

        Each January style has wandered.
        """
        if self.month % 12 == 1:
            wander(self.world, self.lists.home, self.month // 12)
        if self.month < 1:
            return
        self.agents_by_type[Holders].do("choose_contracts")
        self.agents_by_type[Organizations].do("weigh").do("move")

    def live(self) -> None:
        """Every patient evolves, seeks and gets care; Book and Truth are written."""
        start = perf_counter()
        kernel = partial(_live, month=self.month, environment=self.environment)
        counted = self.threads.over_patients(kernel, self.world.patients, self.world.new_accounts)
        self.kernel_seconds += perf_counter() - start
        self.books.count(counted)

    def pay(self) -> None:
        """Each payer pays each contract; what payers and patients pay is what providers get, to the cent."""
        self.agents_by_type[Payer].do("pay")

    def settle(self) -> None:
        """After December: benchmarks, quality, shared savings and withholds of the year."""
        if self.month % 12 == 0:
            self.agents_by_type[Payer].do("settle")

    def learn(self) -> None:
        """Providers see how busy they are; after December payers close their Books, and patients hear of practices."""
        self.providers.live_with(self.accounts)
        if self.month % 12 == 0:
            self.close_books()
            self.spread_word()
            self.providers.close_year(self.year, self.income())

    def income(self) -> FloatArray:
        """What each organization's year brought beyond variable costs and coordination, dollars."""
        work, care = self.year.work, self.studied.care
        fees = (work.cents.sum(axis=(1, 2)) - weighted_sum(work.standard.sum(axis=1), care.variable_cost)) / 100
        contracts = (self.recorder.beyond_fees + self.recorder.settled) / 100
        return np.asarray(fees + contracts - self.recorder.management)

    def record(self) -> None:
        """The month's tables; the year's after December."""
        effort = self.providers.effort_cost()
        self.recorder.month(self.month, self.accounts, effort, self.payers)
        if self.month % 12 == 0:
            self.recorder.year(self.month // 12, self.year, self.providers.by_organization())

    def close_books(self) -> None:
        """Payers keep the year's Books; next year's truncation point and survey follow from them."""
        self.books.close(self.studied.care.survey_size)

    def spread_word(self) -> None:
        """Practices' reputations and waiting times, as the year showed them."""
        practices, panels = self.world.region.practices, self.year.panels
        months = np.maximum(1, panels.member_months)
        seen = panels.member_months > 0
        practices.reputation = np.where(seen, panels.experience / months / 1e3, practices.reputation)
        usual = practices.n_clinicians * self.studied.care.visits_per_clinician
        practices.load = panels.visits / np.maximum(1.0, usual * practices.capacity / practices.usual_capacity)

    def run_for(self, months: int, progress: OnMonth | None = None) -> None:
        """Months in a row; ``progress`` is told after each how many they are."""
        for month in range(1, months + 1):
            self.step()
            if progress:
                progress(month)

    def copy(self) -> "VbpModel":
        """A model that goes its own way from here, and without other orders the same one."""
        shared = {id(self.studied): self.studied, id(self.world.scenario): self.world.scenario}
        ours = {name: getattr(self, name) for name in CHANGING}
        held = [(payer.signed, payer.agreements) for payer in self.payers]
        outlooks = self.agents_by_type[Organizations].get("outlook")
        parts, agreed, outlooks = deepcopy((ours, held, outlooks), shared)
        twin = VbpModel(
            world=parts["world"],
            studied=self.studied,
            threads=self.threads.threads,
            chunk=self.threads.chunk,
            keep=self.recorder.keep,
        )
        vars(twin).update(parts)
        for payer, (signed, agreements) in zip(twin.payers, agreed, strict=True):
            payer.go_on_from(signed, agreements)
        for organizations, outlook in zip(twin.agents_by_type[Organizations], outlooks, strict=True):
            organizations.outlook = outlook
        return twin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the threads and of every agent: Mesa 3.3 would keep models for ever."""
        self.threads.close()
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def _live(patients: Any, accounts: Accounts, low: int, high: int, *, month: int, environment: Any) -> None:
    care.live(patients, month, environment, accounts, low, high)


def begun(world: World, scenario: Scenario, threads: int = 1, keep: bool = True) -> VbpModel:
    """A scenario on a copy of a warmed-up world, before its first month. Raises WrongInput for another's world."""
    check_world(world, scenario)
    return VbpModel(world=world.copy(), studied=scenario, threads=threads, keep=keep)


def run_model(world: World, scenario: Scenario, years: int, progress: OnMonth | None = None, threads: int = 1) -> Run:
    """Run a scenario for ``years`` on a copy of a warmed-up world; ``progress`` is told the months done.

    Raises WrongInput where the world is not one that the scenario's people live in.
    """
    start = perf_counter()
    with begun(world, scenario, threads) as model:
        model.run_for(12 * years, progress)
        decisions = perf_counter() - start - model.kernel_seconds
    tables = model.recorder.tables()
    total = perf_counter() - start
    return Run(tables, {"kernel": model.kernel_seconds, "decisions": decisions, "all": total})

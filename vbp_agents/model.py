"""One month, top to bottom: the only place where patients, providers, payers and rules meet."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np

from vbp_agents.actors.agents import Organization, Payer, Provider
from vbp_agents.actors.beliefs import Outlook, parts, projected
from vbp_agents.actors.lists import Lists
from vbp_agents.actors.membership import Membership, choice_luck
from vbp_agents.actors.payment import HOSPITAL, KIDNEY_DISEASE, MEMBERS, Agreement, Cents, december, share_out
from vbp_agents.actors.providers import QUARTER, Providers
from vbp_agents.actors.recorder import Recorder
from vbp_agents.actors.signing import decided, eligible, signed, units
from vbp_agents.actors.state import State, check_world
from vbp_agents.actors.styles import wander
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.book import Book, FloatArray
from vbp_agents.decisions.participation import Prospect
from vbp_agents.decisions.selection import stakes
from vbp_agents.decisions.worth import total
from vbp_agents.engine import Crew
from vbp_agents.expectations.chances import chances
from vbp_agents.expectations.uncertain import Beliefs
from vbp_agents.ledger import (
    add,
    book_of,
    by_condition,
    hospital_columns,
    payer_columns,
    revenue_by_holder,
    truncation_point,
)
from vbp_agents.parameters import CONDITION_PARTS
from vbp_agents.people import care
from vbp_agents.regimes.base import Statement
from vbp_agents.region import hospitals
from vbp_agents.terms.measurement import measured, measured_years
from vbp_agents.terms.scenario import Scenario
from vbp_agents.world import Accounts, new_accounts

if TYPE_CHECKING:
    from pandas import DataFrame


Told = Callable[[int], None]
"""Called with the months done so far."""


@dataclass(frozen=True)
class Run:
    """What a run leaves: tidy tables by name (columns in `tables.TABLES`) and seconds spent."""

    tables: "dict[str, DataFrame]"
    timing: dict[str, float]


CHANGING = (
    "month",
    "state",
    "world",
    "accounts",
    "condition",
    "year",
    "condition_year",
    "providers",
    "lists",
    "recorder",
    "outlook",
    "years_told",
    "kernel_seconds",
)
"""What a month changes in a model, beside its payers' agreements."""


class VbpModel(mesa.Model):
    """Payers, organizations, providers and patients, a month a step.

    Choices in month t use what was known at the end of month t - 1; care in month t follows them; payment for
    month t is made at its
    end; a year is settled after its last month, known ``settlement_lag`` months later, and booked to the year it
    is for.
    """

    def __init__(
        self,
        *,
        state: State,
        terms: Scenario,
        threads: int = 1,
        chunk: int | None = None,
        rng: int | None = None,
        keep: bool = True,
    ) -> None:
        """``keep``: whether tables are recorded, which take more room with every month."""
        super().__init__(rng=rng)
        self.state, self.terms = state, terms
        self.crew = Crew(threads, chunk)
        self.month = state.month
        self.world = state.world(terms.behavior)
        self.accounts, self.condition = self.year, self.condition_year = by_condition(self.new_accounts())
        self.beliefs = Beliefs.of(terms.behavior, terms.care)
        self.coinsurance = np.array(terms.care.coinsurance)
        self.providers = Providers(state, terms)
        self.lists = Lists(state, terms.behavior)
        self.recorder = Recorder(state, keep)
        self.outlook = Outlook()
        self.years_told: dict[tuple[int, str, float, bytes], tuple[Book, ...]] = {}
        self.kernel_seconds = 0.0
        region = state.region
        Organization.create_agents(self, len(region.organizations), list(range(len(region.organizations))))
        Provider.create_agents(self, len(region.practices), list(range(len(region.practices))))
        for number in range(len(terms.payers)):
            Payer(self, number, signed(state, terms, number))

    def step(self) -> None:
        """One month.

        The patients' four lines (evolve, choose a practice, seek, deliver) are one compiled story:
        `care.live_one_month`.
        """
        with np.errstate(divide="raise", invalid="raise"):  # else what is no number would become cents
            self.month += 1
            self.choose()
            self.live()
            self.pay()
            self.settle()
            self.learn()
            self.record()

    def choose(self) -> None:
        """Providers set their levers from what they knew at the end of last month; each January style has wandered."""
        if self.month % 12 == 1:
            wander(self.state, self.lists.home, self.month // 12)
        if self.month < 1:
            return
        self.agents_by_type[Payer].do("offer")
        agreed = [(payer.number, terms) for payer in self.agents_by_type[Payer] for terms in payer.agreements]
        news = any(self.month in (terms.first, terms.last + 1) for _, terms in agreed)
        if self.providers.prices_change(self.month):
            self.world.price_factor[:], news = self.providers.price, True
        if news or self.month % QUARTER == 1:
            weighed = agreed if self.providers.behavior.weighs_contracts else []
            due = [(payer, terms, self.believed(payer, terms)) for payer, terms in weighed if terms.pays(self.month)]
            if self.month % 12 == 1:
                self.outlook = Outlook()
            found = parts(due, self.beliefs, self.providers.shape, december(self.month), self.outlook)
            if self.month % 12 == 1 and decided(self.terms, "lists"):
                self.lists.revise(stakes(self.providers.situation(total(found, self.providers.shape))))
                self.providers.lists_change()
            self.providers.aim(found)
        self.providers.move()

    def decide(self, payer: int, number: int, membership: Membership) -> None:
        """Holders decide on a payer's voluntary contracts; ``number``: which of the payer's choices it is."""
        may = [eligible(self.state, payer, contract, membership.panel) for contract in membership.contracts]
        shape = len(membership.offers) + 1, len(membership.at)
        luck = choice_luck(self.state.seed, payer, number, self.month, shape)
        membership.decide(self.month, self.terms.behavior, may, partial(self.prospect, payer), luck)

    def prospect(self, payer: int, agreement: Agreement) -> Prospect:
        """What an agreement's holders expect of the year that begins."""
        book, beliefs = self.believed(payer, agreement), self.beliefs
        people = self.people(payer, agreement)
        expected, spread = chances(agreement.rule, book, beliefs)
        whole = replace(agreement, first=1)  # the twelve months to come, whenever they begin
        [part] = parts([(payer, whole, book)], beliefs, self.providers.shape, december(self.month), Outlook())
        everybody = sum(self.people(number, agreement) for number in range(self.state.n_payers))
        response = 12.0 * self.providers.response(part.worth, agreement.panel == HOSPITAL)[agreement.holders]
        return Prospect(people, expected / people, spread / people, response * everybody / people)

    def people(self, payer: int, agreement: Agreement) -> FloatArray:
        """The payer's members of an agreement's holders last year; a hospital's: who have its stays in the region."""
        members = self.state.past(payer, MEMBERS)[0]
        months = members["member_months"]
        if agreement.panel == HOSPITAL:
            stays = self.state.past(payer, HOSPITAL)[0]["live_discharges"]
            months = stays * months.sum() / max(1.0, members["live_discharges"].sum())
        return np.maximum(1.0, months[agreement.holders] / 12)

    def believed(self, payer: int, agreement: Agreement) -> Book:
        """The year as the agreement's holders expect it: so far, and the rest as last year, but for their practice."""
        months = (self.month - 1) % 12
        last = dict(self.state.past(payer, agreement.panel)[0].columns)
        if agreement.panel != HOSPITAL:
            last |= self.providers.shown_now(last)
        year = projected(self.columns(payer, agreement.panel, whole_year=True), last, months)
        return self.seen(payer, agreement, year, 12)

    def live(self) -> None:
        """Every patient evolves, seeks and gets care; Book and Truth are written."""
        start = perf_counter()
        kernel = partial(_live, month=self.month, world=self.world)
        counted = self.crew.over_patients(kernel, self.state.patients, self.new_accounts)
        self.kernel_seconds += perf_counter() - start
        self.accounts, self.condition = by_condition(counted)
        if self.month % 12 == 1:
            self.year, self.condition_year = by_condition(self.new_accounts())
        add(self.year, self.accounts)
        add(self.condition_year, self.condition)

    def pay(self) -> None:
        """Each payer pays each contract; what payers and patients pay is what providers get, to the cent."""
        self.agents_by_type[Payer].do("pay")
        for payer in self.agents_by_type[Payer]:
            self.recorder.pay(self.share_among(payer))

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
        work, care = self.year.work, self.terms.care
        fees = (work.cents.sum(axis=(1, 2)) - weighted_sum(work.standard.sum(axis=1), care.variable_cost)) / 100
        contracts = (self.recorder.beyond_fees + self.recorder.settled) / 100
        return np.asarray(fees + contracts - self.recorder.management)

    def record(self) -> None:
        """The month's tables; the year's after December."""
        effort = self.providers.effort_cost()
        self.recorder.month(self.month, self.accounts, effort, self.agents_by_type[Payer])
        if self.month % 12 == 0:
            self.recorder.year(self.month // 12, self.year, self.providers.by_organization())
        self.state.month = self.month

    def new_accounts(self) -> Accounts:
        """Empty accounts of this world's size."""
        region = self.state.region
        return new_accounts(
            len(CONDITION_PARTS) * self.world.n_rows,
            len(region.organizations),
            len(region.practices),
            self.state.n_payers,
            region.n_hospitals,
        )

    def book(self, payer: int, agreement: Agreement, whole_year: bool = False) -> Book:
        """What the payer sees of this month (or year), for the agreement's contracts and its part of their panels."""
        columns = self.columns(payer, agreement.panel, whole_year)
        return self.seen(payer, agreement, columns, 12 if whole_year else 1)

    def seen(self, payer: int, agreement: Agreement, columns: dict[str, FloatArray], months: int) -> Book:
        """A period's columns as the payer sees them, for the agreement's contracts and its part of their panels."""
        terms, seed = self.terms.measurement, self.state.seed
        own = measured(columns, terms, seed, payer, self.month, months)
        book = agreement.part(book_of(own, (), agreement.performance_year(self.month), months))
        # What is budget-neutral is so over who is in.
        return replace(book, earlier=self.told(payer, agreement), peers=None)

    def told(self, payer: int, agreement: Agreement) -> tuple[Book, ...]:
        """Whole years as they were measured, of an agreement's holders, latest first; worked out once a year."""
        last = (self.month - 1) // 12 * 12
        whose = payer, agreement.panel, agreement.share, agreement.holders.tobytes()
        if whose not in self.years_told:
            terms, seed = self.terms.measurement, self.state.seed
            years = measured_years(self.state.past(payer, agreement.panel), terms, seed, payer, last)
            self.years_told[whose] = tuple(agreement.part(year) for year in years)
        return self.years_told[whose]

    def columns(self, payer: int, panel: str, whole_year: bool) -> dict[str, FloatArray]:
        """One payer's columns of the Book, by contract holder or by hospital."""
        region = self.state.region
        accounts = self.year if whole_year else self.accounts
        if panel == HOSPITAL:
            return hospital_columns(accounts, hospitals(region), payer)
        revenue = revenue_by_holder(accounts, region.organizations.holder, region.n_holders)[payer]
        with_condition = self.condition_year if whole_year else self.condition
        people = with_condition if panel == KIDNEY_DISEASE else accounts
        return payer_columns(people, self.state.rows_of(payer), revenue)

    def share_among(self, payer: Payer) -> Cents:
        """What each organization gets beyond its own fees this month, cents.

        Its share of what its ACO is paid beyond them, and what its hospital is.
        """
        inside = self.accounts.billed.cents[self.state.rows_of(payer.number)][:, :, 0].sum(axis=1)
        return self.shared_out((payer.paid.holder - inside)[:-1], self.accounts) + self.to_hospitals(
            payer.paid.hospitals
        )

    def shared_out(self, cents: Cents, period: Accounts) -> Cents:
        """Divide holders' amounts, (holders,), among their organizations by attached member-months."""
        organizations = self.state.region.organizations
        attached = np.zeros(len(organizations), np.int64)
        np.add.at(attached, self.state.region.practices.organization, period.panels.member_months)
        return share_out(cents, organizations.holder, attached)

    def to_hospitals(self, cents: Cents) -> Cents:
        """Hospitals' amounts, (hospitals,), by the organization that has them."""
        amounts = np.zeros(len(self.state.region.organizations), np.int64)
        np.add.at(amounts, hospitals(self.state.region), cents)
        return amounts

    def enter_settlement(self, payer: int, agreement: Agreement, statement: Statement, cents: Cents) -> None:
        """Book a settled year to the year it is for."""
        anchors = agreement.panel == HOSPITAL
        amounts = np.zeros(units(self.state.region, agreement.panel), np.int64)
        amounts[agreement.holders] = cents
        shares = self.to_hospitals(amounts) if anchors else self.shared_out(amounts, self.year)
        self.recorder.settle(self.month, payer, agreement, statement, cents, shares)

    def close_books(self) -> None:
        """Keep the year's Book; next year's truncation point and survey follow from it."""
        state = self.state
        self.years_told.clear()
        for payer in range(state.n_payers):
            for panel in (MEMBERS, KIDNEY_DISEASE, HOSPITAL):
                self.state.past(payer, panel).insert(0, book_of(self.columns(payer, panel, whole_year=True)))
            state.truncation[payer] = truncation_point(self.year.spending.people[payer])
        people = np.maximum(1.0, self.accounts.members.member_months)
        state.survey_share[:] = np.minimum(1.0, self.terms.care.survey_size / people)

    def spread_word(self) -> None:
        """Practices' reputations and waiting times, as the year showed them."""
        practices, panels = self.state.region.practices, self.year.panels
        months = np.maximum(1, panels.member_months)
        seen = panels.member_months > 0
        practices.reputation = np.where(seen, panels.experience / months / 1e3, practices.reputation)
        usual = practices.n_clinicians * self.terms.care.visits_per_clinician
        practices.load = panels.visits / np.maximum(1.0, usual * practices.capacity / practices.usual_capacity)

    def go_on(self, months: int, progress: Told | None = None) -> None:
        """Months in a row; ``progress`` is told after each how many they are."""
        for month in range(1, months + 1):
            self.step()
            if progress:
                progress(month)

    def copy(self) -> "VbpModel":
        """A model that goes its own way from here, and without other orders the same one."""
        shared = {id(self.terms): self.terms, id(self.state.scenario): self.state.scenario}
        ours = {name: getattr(self, name) for name in CHANGING}
        payers = [(payer.signed, payer.agreements) for payer in self.agents_by_type[Payer]]
        parts, copied = deepcopy((ours, payers), shared)
        twin = VbpModel(
            state=parts["state"],
            terms=self.terms,
            threads=self.crew.threads,
            chunk=self.crew.chunk,
            keep=self.recorder.keep,
        )
        vars(twin).update(parts)
        for payer, agreed in zip(twin.agents_by_type[Payer], copied, strict=True):
            payer.go_on_from(*agreed)
        return twin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.free()

    def free(self) -> None:
        """Let go of the threads and of every agent: Mesa 3.3 would keep models for ever."""
        self.crew.dismiss()
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def _live(patients: Any, accounts: Accounts, low: int, high: int, *, month: int, world: Any) -> None:
    care.live(patients, month, world, accounts, low, high)


def begun(world: State, scenario: Scenario, threads: int = 1, keep: bool = True) -> VbpModel:
    """A scenario on a copy of a warmed-up world, before its first month. Raises WrongInput for another's world."""
    check_world(world, scenario)
    return VbpModel(state=world.copy(), terms=scenario, threads=threads, keep=keep)


def run(world: State, scenario: Scenario, years: int, progress: Told | None = None, threads: int = 1) -> Run:
    """Run a scenario for ``years`` on a copy of a warmed-up world; ``progress`` is told the months done.

    Raises WrongInput where the world is not one that the scenario's people live in.
    """
    start = perf_counter()
    with begun(world, scenario, threads) as model:
        model.go_on(12 * years, progress)
        decisions = perf_counter() - start - model.kernel_seconds
    tables = model.recorder.tables()
    total = perf_counter() - start
    return Run(tables, {"kernel": model.kernel_seconds, "decisions": decisions, "all": total})

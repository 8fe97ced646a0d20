"""Who acts in a month, as Mesa agents: each payer, contract holders, and organizations with their practices.

Payers are few and each has contracts of its own. Contract holders act as one agent, and so do organizations: what they
decide is columns, (holders,) or (practices,), so that a behavior is a rule about arrays, and a region with ten million
patients has no object a practice.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import mesa
import numpy as np

from vbp_agents.actors.beliefs import Outlook, parts
from vbp_agents.actors.lists import Lists
from vbp_agents.actors.membership import Membership, choice_luck
from vbp_agents.actors.payer_books import PayerBooks
from vbp_agents.actors.payment import (
    HOSPITAL,
    Agreement,
    Cents,
    Paid,
    pay_month,
    settle_year,
    shared_by_hospital,
    shared_by_members,
)
from vbp_agents.actors.providers import QUARTER, Providers
from vbp_agents.actors.recorder import Recorder
from vbp_agents.actors.signing import agreements_now, contracts_signed, eligible, units, uses_lever
from vbp_agents.actors.world import World
from vbp_agents.book import FloatArray
from vbp_agents.decisions.participation import Prospect
from vbp_agents.decisions.selection import margins_of_contracts
from vbp_agents.decisions.worth import Part, total_worth
from vbp_agents.environment import Environment
from vbp_agents.expectations.chances import chances
from vbp_agents.expectations.uncertain import Beliefs
from vbp_agents.terms.scenario import Scenario


class Stage(mesa.Model):
    """What agents see of the model that they act in (`model.VbpModel`)."""

    world: World
    studied: Scenario
    environment: Environment
    books: PayerBooks
    beliefs: Beliefs
    providers: Providers
    lists: Lists
    recorder: Recorder
    coinsurance: FloatArray

    @property
    def month(self) -> int:
        """The world's month."""
        return self.world.month

    @property
    def payers(self) -> "Sequence[Payer]":
        """Every payer, in the scenario's order."""
        return list(self.agents_by_type[Payer])


class Payer(mesa.Agent):
    """Pays each contract for the month, settles the year, and sees nothing but its Books."""

    def __init__(self, stage: Stage, number: int) -> None:
        super().__init__(stage)
        self.stage, self.number = stage, number
        self.name = stage.studied.payers[number].name
        self.sign(contracts_signed(stage.world, stage.studied, number))
        self.paid: Paid

    def sign(self, signed: list[Agreement | Membership]) -> None:
        """Be bound by contracts, and by those of voluntary ones that holders are in."""
        self.signed, self.agreements = signed, agreements_now(signed)
        self.memberships = [part for part in signed if isinstance(part, Membership)]

    def go_on_from(self, signed: list[Agreement | Membership], agreements: list[Agreement]) -> None:
        """Take over what another payer has signed, and who is in it now."""
        self.sign(signed)
        self.agreements = agreements

    def pay(self) -> None:
        """Pay the month by the rules in force, fee for service where there is none."""
        stage, rows = self.stage, self.stage.world.rows_of(self.number)
        due = [(a, stage.books.of_month(self.number, a)) for a in self.agreements if a.pays(stage.month)]
        self.paid = pay_month(stage.books.accounts, rows, due, stage.coinsurance)
        stage.recorder.pay(self.beyond_fees())

    def beyond_fees(self) -> Cents:
        """What each organization gets beyond its own fees this month, cents.

        Its share of what its ACO is paid beyond them, and what its hospital is.
        """
        accounts, region = self.stage.books.accounts, self.stage.world.region
        inside = accounts.billed.cents[self.stage.world.rows_of(self.number)][:, :, 0].sum(axis=1)
        of_members = shared_by_members((self.paid.holder - inside)[:-1], region, accounts)
        return of_members + shared_by_hospital(self.paid.hospitals, region)

    def settle(self) -> None:
        """In December, settle the agreements that were in force all year: benchmarks, quality, savings, withholds."""
        for agreement in self.agreements:
            if agreement.settles(self.stage.month):
                self._settle(agreement)

    def _settle(self, agreement: Agreement) -> None:
        stage, region = self.stage, self.stage.world.region
        statement, cents = settle_year(agreement, stage.books.of_year(self.number, agreement))
        amounts = np.zeros(units(region, agreement.panel), np.int64)
        amounts[agreement.holders] = cents
        anchored = agreement.panel == HOSPITAL
        shares = (
            shared_by_hospital(amounts, region) if anchored else shared_by_members(amounts, region, stage.books.year)
        )
        stage.recorder.settle(stage.month, self.number, agreement, statement, cents, shares)
        for membership in self.memberships:
            membership.remember(agreement, stage.month, cents / 100 / stage.books.people(self.number, agreement))


class Holders(mesa.Agent):
    """Contract holders: they decide which of the voluntary contracts they are in."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage = stage

    def choose_contracts(self) -> None:
        """Each January, and when a contract begins: payers' agreements are from this month on what holders chose."""
        for payer in self.stage.payers:
            deciding = [(n, choice) for n, choice in enumerate(payer.memberships) if choice.decides(self.stage.month)]
            for number, membership in deciding:
                self._decide(payer.number, number, membership)
            if deciding:
                payer.sign(payer.signed)

    def _decide(self, payer: int, number: int, membership: Membership) -> None:
        """On a payer's voluntary contracts; ``number``: which of the payer's choices it is."""
        stage = self.stage
        may = [eligible(stage.world, payer, contract, membership.panel) for contract in membership.contracts]
        shape = len(membership.offers) + 1, len(membership.at)
        luck = choice_luck(stage.world.seed, payer, number, stage.month, shape)
        membership.decide(stage.month, stage.studied.behavior, may, partial(self.prospect, payer), luck)

    def prospect(self, payer: int, agreement: Agreement) -> Prospect:
        """What an agreement's holders expect of the year that begins."""
        stage = self.stage
        people = stage.books.people(payer, agreement)
        everybody = sum(stage.books.people(number, agreement) for number in range(stage.world.n_payers))
        book = stage.books.expected(payer, agreement, stage.providers.shown_now)
        expected, spread = chances(agreement.rule, book, stage.beliefs)
        whole = replace(agreement, first=1)  # the twelve months to come, whenever they begin
        [part] = parts([(payer, whole, book)], stage.beliefs, stage.providers.shape, stage.month, Outlook())
        response = 12.0 * stage.providers.response(part.worth, agreement.panel == HOSPITAL)[agreement.holders]
        return Prospect(people, expected / people, spread / people, response * everybody / people)


class Organizations(mesa.Agent):
    """Provider organizations with their practices: what contracts are worth to them, and where their levers head."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.stage, self.outlook = stage, Outlook()

    def weigh(self) -> None:
        """Each quarter, and when contracts or prices change: set every lever's aim from what was known last month."""
        stage = self.stage
        agreed = [(payer.number, agreement) for payer in stage.payers for agreement in payer.agreements]
        news = any(stage.month in (agreement.first, agreement.last + 1) for _, agreement in agreed)
        if stage.providers.prices_change(stage.month):
            stage.environment.price_factor[:], news = stage.providers.price, True
        if not news and stage.month % QUARTER != 1:
            return
        if stage.month % 12 == 1:
            self.outlook = Outlook()
        worth = self._worth(agreed if stage.providers.behavior.weighs_contracts else [])
        if stage.month % 12 == 1 and uses_lever(stage.studied, "lists"):
            everything = stage.providers.situation(total_worth(worth, stage.providers.shape))
            stage.lists.revise(margins_of_contracts(everything))
            stage.providers.lists_change()
        stage.providers.aim(worth)

    def _worth(self, agreed: Sequence[tuple[int, Agreement]]) -> list[Part]:
        """What each contract in force is worth to its holders."""
        stage = self.stage
        due = [
            (payer, agreement, stage.books.expected(payer, agreement, stage.providers.shown_now))
            for payer, agreement in agreed
            if agreement.pays(stage.month)
        ]
        return parts(due, stage.beliefs, stage.providers.shape, stage.month, self.outlook)

    def move(self) -> None:
        """Every lever goes a part of its way."""
        self.stage.providers.move()

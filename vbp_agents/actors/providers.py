"""Providers decide: what they know becomes aims, levers follow month by month, and patients meet the result."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.peers import Peers
from vbp_agents.actors.world import World, price_factors
from vbp_agents.arithmetic import exp, log
from vbp_agents.behaviors import find
from vbp_agents.behaviors.base import Levers, wrong_with
from vbp_agents.book import COLUMNS, SERVICES, FloatArray
from vbp_agents.decisions import capacity, coding, coordination, intensity, participation
from vbp_agents.decisions.intensity import A_CENT, QUESTIONS
from vbp_agents.decisions.shown import MeasuredPractice, over_a_year, restated_for
from vbp_agents.decisions.situation import Past, Situation, share_or_zero
from vbp_agents.decisions.steering import DIRECTIONS
from vbp_agents.decisions.worth import Part, Worth, total_worth
from vbp_agents.environment import Accounts
from vbp_agents.errors import WrongInput
from vbp_agents.parameters import PopulationParameters
from vbp_agents.region import (
    INDEPENDENT,
    Region,
    hospital_owners,
    hospital_staffs,
    is_primary,
    referral_weight,
    referred_to,
)
from vbp_agents.terms.scenario import Scenario

QUARTER = 3
NO_PEERS = ("selection", "cases")
"""Levers that are a holder's or a hospital's own affair."""
BY_PRACTICE = ("intensity", "steering")
OF_ORGANIZATIONS = ("coordination", "measured_tasks", "documentation", "completeness")


class Providers:
    """All providers' levers, what they head for, and what providers know.

    ``levers``: how far each is from baseline practice; ``aims``: where they head, found anew each quarter from what
    was then ``known`` and from ``parts``, what each contract was worth: the reasons (`reasons.py`).
    """

    def __init__(self, world: World, scenario: Scenario) -> None:
        self.world, self.scenario, self.conduct = world, scenario, scenario.behavior
        self.behavior = find(scenario.behavior.name).model_validate(scenario.behavior.terms)
        region = world.region
        self.peers, self.primary = Peers(region), is_primary(region)
        self.base = baseline(region, world.scenario.population)
        self.referral_share, self.referral_weight = region.referral_share.copy(), referral_weight(region)
        self.price_before = self.price = price_factors(world.scenario, region, world.seed)
        self.places = self._places()
        self.inside = inside_share(region, self.referral_weight)
        self.learned = np.zeros(len(region.organizations))
        self.income = np.ones(len(region.organizations))
        self.demand_before = region.practices.demand.astype(np.float64)
        self.parts: list[Part] = []
        self.known: Situation | None = None
        self.past: Past | None = None
        self.levers = self.aims = self.seen = self.at_baseline()
        self.efforts, self.months = self.efforts_now(), list[MeasuredPractice]()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Payers, holders, hospitals."""
        return self.world.n_payers, self.world.region.n_holders, self.world.region.n_hospitals

    def at_baseline(self) -> Levers:
        """Every lever where warm-up left it."""
        region = self.world.region
        return Levers.at_baseline(len(region.practices), len(region.organizations), *self.shape)

    def prices_change(self, month: int) -> bool:
        """Take note of the prices that payers update this month; whether any does. Practice stays at those before."""
        due = any(update.start == month for payer in self.scenario.payers for update in payer.updates)
        if due:
            self.price = price_factors(self.scenario, self.world.region, self.world.seed, month)
            self.places = self._places()
        return due

    def lists_change(self) -> None:
        """Take note of which practices belong to an ACO now."""
        self.places, self.inside = self._places(), inside_share(self.world.region, self.referral_weight)

    def aim(self, parts: Sequence[Part]) -> None:
        """Once a quarter, and when a contract begins or ends: where levers head, given what contracts are worth."""
        self.parts = list(parts)
        self.known = self.situation(total_worth(self.parts, self.shape))
        self.aims = self._aims(self.known)
        self.seen = self.levers.each(self._seen_of_peers)

    def _aims(self, now: Situation) -> Levers:
        active = self.conduct.levers
        aims = self.behavior.aim(now, self.levers)
        if wrong := wrong_with(aims, self.levers, now):
            raise WrongInput(f"behavior {self.conduct.name!r}: in month {self.world.month} aim() {wrong}")
        return aims.each(lambda name, lever: lever if name in active else np.zeros_like(lever))

    def move(self) -> None:
        """A month: every lever a step towards its aim, as own judgment and peers have it; more or less by culture."""
        culture = self.world.region.organizations.culture.astype(np.float64)
        rate = np.minimum(1.0, self.conduct.speed * culture)
        own_weight = self.conduct.own_judgment

        def step(name: str, lever: FloatArray) -> FloatArray:
            aim = getattr(self.aims, name)
            if name in NO_PEERS:
                return np.asarray(lever + self.conduct.speed * (aim - lever))
            speed = rate[self.world.region.practices.organization] if name in BY_PRACTICE else rate
            towards = own_weight * aim + (1 - own_weight) * getattr(self.seen, name)
            return np.asarray(lever + speed.reshape(-1, *[1] * (lever.ndim - 1)) * (towards - lever))

        self.levers = self.levers.each(step)
        active = (self.levers.coordination + self.levers.measured_tasks) > 0.01
        self.learned = self.learned + active
        self.pull()

    def pull(self) -> None:
        """Put levers where the patients' month reads them."""
        world, levers = self.world, self.levers
        organizations = world.region.organizations
        learned = 1.0 - exp(-self.learned / self.conduct.learning_months)
        organizations.coordination = effective(self.base[:, 0], levers.coordination, learned)
        organizations.measured_tasks = effective(self.base[:, 1], levers.measured_tasks, learned)
        tasks = np.stack([organizations.coordination, organizations.measured_tasks], axis=1).astype(np.float64)
        beyond = coordination.reported_control(self.scenario.care, tasks) - organizations.shown_control
        organizations.shown_control += self.scenario.care.control_speed * beyond
        organizations.documentation = levers.documentation
        self.months.append(self.efforts_now())
        organizations.completeness = self.base[:, 2] + levers.completeness
        world.intensity[:] = levers.intensity
        world.contract_margin[:] = by_row(levers.selection)
        world.case_worth[:] = levers.cases
        self.steer()

    def steer(self) -> None:
        """Referral shares as steering has moved them."""
        if not self.levers.steering.any():
            self.world.region.referral_share[:] = self.referral_share
            return
        inside, price = self.places
        moved = self.referral_weight * np.where(inside, exp(self.levers.steering[:, :1]), 1.0)
        priced = (price != 0) & (self.referral_weight > 0)
        moved[priced] *= exp(-(self.levers.steering[:, 1:] * price)[priced])
        share = np.cumsum(moved, axis=1) / np.maximum(moved.sum(axis=1, keepdims=True), 1e-12)
        share[self.referral_share >= 1.5] = 2.0
        self.world.region.referral_share[:] = share

    def _places(self) -> tuple[NDArray[np.bool_], FloatArray]:
        """Of each place on a referral list: whether it is in the own ACO, and the log of its price, (N, list)."""
        region = self.world.region
        theirs = region.practices.organization[referred_to(region)]
        holder = region.organizations.holder
        own_holder = holder[region.practices.organization][:, None]
        price = log(self.price[:, :, SERVICES.index("specialist")].mean(axis=0))
        return (own_holder >= 0) & (holder[theirs] == own_holder), price[theirs]

    def live_with(self, accounts: Accounts) -> None:
        """After a month: how busy practices were, and what an hour has become worth; warm-up is at baseline."""
        if not self.behavior.responds or self.world.month < 1:
            return
        practices = self.world.region.practices
        practices.demand = capacity.demand(practices.demand, accounts.panels.visits, self.conduct)
        fee = self.scenario.care.price[0]
        practices.hour_price = capacity.hour_price(
            practices.hour_price, practices.demand, practices.capacity, fee, self.conduct
        )

    def close_year(self, year: Accounts, income: FloatArray) -> None:
        """After December: what the year brought, whom practices saw, and what is invested in hours."""
        world, practices = self.world, self.world.region.practices
        world.decision_mix, self.past = asked_shares(year), None
        if not self.behavior.responds or world.month < 1:
            return
        self.efforts, self.months = over_a_year(self.months), []
        before = world.income
        self.income = np.where(before > 0, income / np.where(before > 0, before, 1.0), 1.0)
        hours = practices.capacity / practices.usual_capacity
        owner = practices.organization.astype(np.int64)
        hour = capacity.margin(self.income, owner, practices.demand, self.demand_before, hours)
        care = self.scenario.care
        brings = max(A_CENT, care.price[0] * (1.0 - care.variable_cost[0]))
        short = practices.hour_price * self.conduct.visit_hours / brings
        practices.capacity = capacity.invested(
            practices.capacity, hour, short, practices.demand, care.usual_load, self.conduct
        )

    def situation(self, worth: Worth) -> Situation:
        """What providers know now, contracts adding ``worth``."""
        world, region = self.world, self.world.region
        owners = hospital_owners(region)
        staffs = hospital_staffs(region)
        hospital = np.full(len(region.practices), -1)
        hospital[staffs] = np.arange(len(staffs))
        return Situation(
            conduct=self.conduct,
            care=self.scenario.care,
            worth=worth,
            past=self.last_year(),
            holder=region.organizations.holder.astype(np.int64),
            owner=region.organizations.kind == INDEPENDENT,
            information=region.organizations.information.astype(np.float64),
            learned=self.learned,
            organization=region.practices.organization.astype(np.int64),
            hospital=hospital,
            hospital_organization=owners.astype(np.int64),
            price=self.price,
            price_before=self.price_before,
            inside=self.inside,
            asked=world.decision_mix,
            hour_price=region.practices.hour_price.astype(np.float64),
            codable=world.codable,
            income=self.income,
            base=self.base,
            efforts=self.efforts,
        )

    def response(self, worth: Worth, hospital: bool) -> FloatArray:
        """What levers on their way to where a contract draws them will add beyond their cost, dollars a member-month.

        By holder, the mean over its organizations by primary care visits, or by hospital.
        """
        now = self.situation(worth)
        aims, way = self._aims(now), 1.0 - (1.0 - self.conduct.speed) ** participation.HALF_YEAR
        later = self.levers.each(lambda name, lever: np.asarray(lever + way * (getattr(aims, name) - lever)))
        cost = self._effort_cost(later) - self._effort_cost(self.at_baseline())
        added = participation.response(now, vars(self.levers), vars(later), cost)
        if hospital:
            return np.asarray(added[now.hospital_organization])
        return self.by_holder(added)[0][:-1]

    def efforts_now(self) -> MeasuredPractice:
        """What measures see of holders' practice now."""
        tasks = self.world.region.organizations.measured_tasks
        return MeasuredPractice(*self.by_holder(tasks, self.levers.documentation, self.levers.completeness))

    def shown_now(self, year: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Measures of last year, (H,) each, as practice now would have shown them."""
        now, codable = self.efforts_now(), self.world.codable
        return restated_for(year, self.efforts, now, self.scenario.care, self.conduct, codable)

    def by_holder(self, *values: FloatArray) -> list[FloatArray]:
        """Organizations' values, (O,) each, by holder, (H + 1,) each: the mean by primary care visits."""
        region, holders = self.world.region, self.world.region.n_holders
        organization, visits = region.practices.organization, region.practices.demand * self.primary
        holder = region.organizations.holder[organization]
        holder = np.where(holder < 0, holders, holder)
        weight = np.bincount(holder, visits, holders + 1).astype(np.float64)
        weighed = [np.bincount(holder, visits * value[organization], holders + 1) for value in values]
        return [share_or_zero(total.astype(np.float64), weight) for total in weighed]

    def last_year(self) -> Past:
        """Last year's Books, worked out once a year."""
        if self.past is None:
            hospitals = {name: np.stack([past[0][name] for past in self.world.hospital_books]) for name in SEEN}
            self.past = Past.of(members_book(self.world), hospitals)
        return self.past

    def effort_cost(self) -> FloatArray:
        """Dollars a member-month that coordination, documentation and coding cost each organization, (O,)."""
        return self._effort_cost(self.levers)

    def _effort_cost(self, levers: Levers) -> FloatArray:
        conduct = self.conduct
        information = self.world.region.organizations.information.astype(np.float64)
        factor = coordination.cost_factor(conduct, self.learned, information)
        tasks = (levers.coordination, levers.measured_tasks, levers.documentation)
        spent = coordination.coordination_cost(self.scenario.care, conduct, factor, self.base, tasks)
        return spent + coding.recording_cost(conduct, levers.completeness, self.base[:, 2])

    def by_organization(self, by_practice: Mapping[str, FloatArray] | None = None) -> dict[str, FloatArray]:
        """Each lever as it is now by organization, (O,): those of practices on average over an organization's.

        ``by_practice``: these, where they are known.
        """
        of_practices = self.by_practice() if by_practice is None else by_practice
        owner, n = self.world.region.practices.organization, len(self.base)
        practices = np.maximum(1, np.bincount(owner, minlength=n))
        levers = {name: getattr(self.levers, name) for name in OF_ORGANIZATIONS}
        means = {name: np.bincount(owner, values, n) / practices for name, values in of_practices.items()}
        return levers | means

    def by_practice(self) -> dict[str, FloatArray]:
        """The levers that practices have to themselves, (N,) each, intensity over all whom they are asked about."""
        style = intensity.on_average(self.world.decision_mix, self.levers.intensity)
        names = [f"steering_{where}" for where in DIRECTIONS] + [f"intensity_{question}" for question in QUESTIONS]
        return dict(zip(names, np.concatenate([self.levers.steering, style], axis=1).T, strict=True))

    def _seen_of_peers(self, name: str, lever: FloatArray) -> FloatArray:
        """What peers do: practices see practices, organizations the average of what their practices see."""
        if name in NO_PEERS or not lever.any():
            return lever
        if name == "intensity":
            style = intensity.on_average(self.world.decision_mix, lever)
            return np.asarray(np.broadcast_to(self.peers.of(style)[:, None, None, :], lever.shape))
        if name in BY_PRACTICE:
            return self.peers.of(lever)
        owner = self.world.region.practices.organization
        seen = self.peers.of(lever[owner][:, None])[:, 0]
        count = np.bincount(owner, minlength=len(lever))
        return np.where(count > 0, np.bincount(owner, seen, len(lever)) / np.maximum(count, 1), lever)


SEEN = ("live_discharges", "readmitted", "followed_up", "surveyed")
"""Columns of a hospital's Book that decisions read."""


def baseline(region: Region, population: PopulationParameters) -> FloatArray:
    """Coordination, measured tasks and completeness of coding as warm-up left them, (O, 3)."""
    organizations = region.organizations
    completeness = np.full(len(organizations), population.coding_baseline)
    return np.stack([organizations.coordination, organizations.measured_tasks, completeness], axis=1, dtype=np.float64)


def by_row(value: FloatArray) -> FloatArray:
    """Values by payer, holder and condition, (P, H + 1, 2, ...), by the patients' rows, (2 x rows, ...)."""
    return np.moveaxis(value, 2, 0).reshape(-1, *value.shape[3:])


def effective(base: FloatArray, lever: FloatArray, learned: FloatArray) -> FloatArray:
    """Coordination as far as it is learned: what is beyond baseline takes practice, doing less does not."""
    return np.asarray(base + np.where(lever > 0, learned, 1.0) * lever)


def members_book(world: World) -> dict[str, FloatArray]:
    """Last year's Books of all payers, by column (P, H, 2): members without and with a condition recorded."""
    everybody, with_it = (
        np.array([[past[0][name] for past in books] for name in COLUMNS])
        for books in (world.books, world.condition_books)
    )
    parts = np.stack([np.maximum(0.0, everybody - with_it), with_it], axis=-1)
    return dict(zip(COLUMNS, parts, strict=True))


def asked_shares(year: Accounts) -> FloatArray:
    """Shares of a year's decisions by payer and by what the patient is to the practice, (N, P, 3)."""
    asked = year.asked.astype(np.float64)
    return np.asarray(asked / np.maximum(1.0, asked.sum(axis=(1, 2), keepdims=True)))


def inside_share(region: Region, weight: FloatArray) -> FloatArray:
    """The share of each practice's referrals, by their ``weight`` (N, list), that stays in its ACO, (N,)."""
    holder = region.organizations.holder
    own_holder = holder[region.practices.organization][:, None]
    theirs = holder[region.practices.organization[referred_to(region)]]
    return np.asarray((weight * ((own_holder >= 0) & (theirs == own_holder))).sum(axis=1))

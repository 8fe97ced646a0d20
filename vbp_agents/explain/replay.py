"""A recorded run lived again: up to a month, or with one patient followed through all its months.

Luck is keyed and sums are exact, so the same scenario and seed give the same world: nothing but the seed is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vbp_agents.actors.agents import Payer
from vbp_agents.actors.recorder import in_force
from vbp_agents.actors.world import World
from vbp_agents.book import SERVICES
from vbp_agents.environment import Accounts, Environment
from vbp_agents.model import VbpModel
from vbp_agents.parameters import DECISIONS
from vbp_agents.people import care
from vbp_agents.people.choice import MOST_ATTEMPTS
from vbp_agents.people.seeking import PracticeAsked, ask, case_costs
from vbp_agents.records import Rows, empty
from vbp_agents.region import ORGANIZATION_KINDS, hospital_staffs
from vbp_agents.results import read_table
from vbp_agents.study.clock import MonthsDone
from vbp_agents.study.recorded import Recorded
from vbp_agents.terms.scenario import Scenario


@dataclass(frozen=True)
class Attempt:
    """A practice that was asked to take the patient, or asked itself whether to keep it; dollars a year.

    It refuses where margin - hours + care + scruple + error is below 0, unless margin - hours alone is not.
    """

    practice: int
    welcome: bool
    review: bool
    margin: float
    hours: float
    care: float
    scruple: float
    error: float

    @property
    def balance(self) -> float:
        """What decides, dollars a year."""
        return self.margin - self.hours + self.care + self.scruple + self.error


@dataclass(frozen=True)
class Declined:
    """An elective joint replacement that a hospital declined, dollars; an error is added to the margin.

    ``hospital``: its number in the area; ``owner``: the kind of the organization that has it.
    """

    hospital: int
    owner: str
    margin: float
    care: float
    scruple: float


@dataclass(frozen=True)
class PatientMonth:
    """What a month was to one patient.

    ``practice``: -1 for none; ``contract``: whom it counts for; ``regime``: what that one is paid by. ``given``:
    services by name; ``not_given``: discretionary ones by decision; ``underuse``: of those, worth more than they cost;
    ``by_levers``: given beyond what this month would have had at the practices' baseline, by decision.
    ``attempts``: practices asked; ``declined``: cases; ``dollars``: allowed charges. ``event``: "", "entered", "died".
    """

    month: int
    event: str
    practice: int = -1
    contract: str = ""
    regime: str = ""
    age: float = 0.0
    coded_risk: float = 0.0
    true_risk: float = 0.0
    control: float = 0.0
    utility: float = 0.0
    given: Mapping[str, int] = field(default_factory=dict)
    not_given: Mapping[str, int] = field(default_factory=dict)
    underuse: int = 0
    by_levers: Mapping[str, int] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    declined: Declined | None = None
    dollars: float = 0.0


class FollowedModel(VbpModel):
    """The same model, in which one patient's month is lived alone first, on a copy, and noted.

    ``slot``: where the patient's record is.
    """

    def __init__(self, *, world: World, studied: Scenario, threads: int, patient: int) -> None:
        super().__init__(world=world, studied=studied, threads=threads)
        self.patient = patient
        self.slot = patient % len(world.patients)
        self.story: list[PatientMonth] = []
        self.copy: Any = None

    def live(self) -> None:
        """The one, then everybody."""
        self.follow()
        super().live()

    def follow(self) -> None:
        """Live the month on a copy of the record, and note it if the patient was there."""
        before = self.world.patients[self.slot : self.slot + 1]
        self.copy, counted = self.alone(self.environment)
        if self.copy.id[0] == self.patient:
            self.story.append(self.noted(self.copy[0], counted, entered=before.id[0] != self.patient))
        elif before.id[0] == self.patient:
            self.story.append(PatientMonth(self.month, "died"))

    def alone(self, environment: Environment) -> tuple[Any, Accounts]:
        """The record after the month, and accounts in which nobody else is."""
        copy, accounts = self.records(1), self.world.new_accounts()
        care.live(copy, self.month, environment, accounts, 0, 1)
        return copy, accounts

    def records(self, n: int) -> Any:
        """``n`` copies of the followed record as it is now."""
        return np.repeat(self.world.patients[self.slot : self.slot + 1], n).view(Rows)

    def noted(self, record: Any, counted: Accounts, entered: bool) -> PatientMonth:
        """The month in words and numbers."""
        _, usual = self.alone(environment_at_baseline(self.environment))
        done, done_at_baseline = decision_truth(counted, "given"), decision_truth(usual, "given")
        asked = decision_truth(counted, "opportunities")
        holder = int(self.environment.holder_of_row[record.row])
        return PatientMonth(
            month=self.month,
            event="entered" if entered else "",
            practice=int(record.practice),
            contract=self.recorder.labels.holders[holder],
            regime=self.regime(int(record.payer), holder),
            age=float(record.age / 12),
            coded_risk=float(record.coded_risk),
            true_risk=float(record.true_risk),
            control=float(record.control),
            utility=float(record.utility),
            given=named(SERVICES, counted.billed.count.sum(axis=(0, 2))),
            not_given=named(DECISIONS, asked - done),
            underuse=int(decision_truth(counted, "underuse").sum()),
            by_levers=named(DECISIONS, done - done_at_baseline),
            attempts=self.attempts(),
            declined=self.declined(counted),
            dollars=float(counted.billed.cents.sum() / 100),
        )

    def regime(self, payer: int, holder: int) -> str:
        """What the payer's rules for a holder's members are called this month."""
        agreements = next(other.agreements for other in self.agents_by_type[Payer] if other.number == payer)
        return str(in_force(agreements, self.month, self.world.region.n_holders + 1, hospitals=False)[0][holder])

    def attempts(self) -> tuple[Attempt, ...]:
        """The practices that were asked this month, in their order."""
        asked = empty(PracticeAsked, MOST_ATTEMPTS)
        n = ask(self.records(2), self.month, self.environment, self.world.new_accounts(), asked)
        scruple = self.studied.behavior.scruple
        return tuple(
            Attempt(
                practice=int(row.practice),
                welcome=bool(row.welcome),
                review=bool(row.review),
                margin=float(row.margin),
                hours=float(row.hours),
                care=float(row.care),
                scruple=scruple,
                error=float(row.error),
            )
            for row in asked[:n]
        )

    def declined(self, counted: Accounts) -> Declined | None:
        """The elective case that was declined this month, if any."""
        region = self.world.region
        hospitals, payers = np.nonzero(counted.hospitals.declined_cases)
        if not len(hospitals):
            return None
        staff = hospital_staffs(region)[hospitals[0]]
        number = int(staff - region.areas.first_staff[region.practices.area[staff]])
        each, per_dollar = self.environment.case_worth[hospitals[0], payers[0]]
        costs = case_costs(self.records(1), self.month, self.environment, self.world.new_accounts())
        conduct = self.studied.behavior
        altruism = float(region.practices.altruism[staff])
        owner = ORGANIZATION_KINDS[region.organizations.kind[region.practices.organization[staff]]]
        margin = float(each + per_dollar * costs)
        return Declined(number, owner, margin, conduct.case_benefit * altruism, conduct.scruple)


def environment_at_baseline(environment: Environment) -> Environment:
    """The environment as it would be this month if practices decided as they did before any contract."""
    still = ("intensity", "contract_margin", "case_worth")
    return environment._replace(**{name: np.zeros_like(getattr(environment, name)) for name in still})


def decision_truth(counted: Accounts, what: str) -> Any:
    """The Truth of decisions over all who decide, (decisions,)."""
    return counted.truth[what].sum(axis=0)


def named(names: tuple[str, ...], numbers: Any) -> dict[str, int]:
    """What is not zero, by name."""
    return {name: int(number) for name, number in zip(names, numbers, strict=True) if number}


def run_to(month: int, model: VbpModel, progress: MonthsDone) -> int:
    """Live a new model's months up to ``month``; the month of the last decision that its providers took."""
    decided, known = 0, model.providers.known
    for done in range(1, month + 1):
        model.step()
        if model.providers.known is not known:
            decided, known = done, model.providers.known
        progress(done)
    model.close()
    return decided


def is_as_recorded(recorded: Recorded, scenario: Scenario, replicate: int, model: VbpModel) -> bool:
    """Whether the months that were lived again are those in the folder, to the cent."""
    ours = model.recorder.tables()["months"]
    theirs = read_table(recorded.folder, "months")
    lived = (theirs.scenario == scenario.name) & (theirs.replicate == replicate) & (theirs.month <= model.month)
    return all(ours[name].tolist() == theirs.loc[lived, name].tolist() for name in ours.columns)

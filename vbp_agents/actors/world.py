"""The state of a world between two months.

Its patients, its places, its past. Copied when scenarios part from one another.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.payment import HOSPITAL, KIDNEY_DISEASE, MEMBERS
from vbp_agents.areas import build_region
from vbp_agents.arithmetic import exp
from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.coordination import at_baseline, reported_control
from vbp_agents.decisions.intensity import QUESTIONS, usual_margin
from vbp_agents.decisions.selection import CASES, CONTRACT_MARGINS
from vbp_agents.environment import DECILES, Accounts, Environment, new_accounts
from vbp_agents.errors import WrongInput
from vbp_agents.parameters import CONDITION_PARTS, DECISIONS, RELATIONS, WARM_UP, CareParameters
from vbp_agents.people.expected import community
from vbp_agents.people.patients import unborn
from vbp_agents.records import record_of
from vbp_agents.region import SYSTEM, Region
from vbp_agents.rng import Stream, generator
from vbp_agents.terms.scenario import Scenario


@dataclass
class World:
    """Everything that a month changes, and the world it happens in.

    ``month``: the one that is lived, or was lived last; 0 after the warm-up.
    ``truncation`` (payers,) cents; ``survey_share`` (rows,); ``books``: each payer's whole years, latest first;
    ``condition_books`` and ``hospital_books``: the same of members with recorded kidney disease, and of hospitals.
    ``fixed_cost`` (organizations,) cents a year; cuts (9,) between deciles at baseline.
    ``income`` (organizations,) dollars of margin in the last year before month 1; ``codable``: risk score per person
    and share of conditions recorded; ``decision_mix`` (practices, payers, 3): shares of last year's decisions,
    by payer and by what the patient is to the practice.
    ``intensity``, ``contract_margin``, ``fee_margin`` and ``case_worth``: what providers have decided, as in
    `environment.Environment`.
    """

    scenario: Scenario
    seed: int
    patients: Any
    region: Region
    month: int
    truncation: NDArray[np.int64]
    survey_share: FloatArray
    risk_cuts: FloatArray
    unpriced_cuts: FloatArray
    fixed_cost: NDArray[np.int64]
    income: FloatArray
    codable: float
    decision_mix: FloatArray
    intensity: NDArray[np.float32]
    contract_margin: FloatArray
    fee_margin: FloatArray
    case_worth: FloatArray
    books: list[list[Book]] = field(default_factory=list)
    condition_books: list[list[Book]] = field(default_factory=list)
    hospital_books: list[list[Book]] = field(default_factory=list)

    def copy(self) -> "World":
        """A world that can go its own way from here."""
        return copy.deepcopy(self)

    @property
    def n_payers(self) -> int:
        """How many payers there are."""
        return len(self.scenario.payers)

    def past(self, payer: int, panel: str) -> list[Book]:
        """A payer's whole years, latest first."""
        kept = {MEMBERS: self.books, KIDNEY_DISEASE: self.condition_books, HOSPITAL: self.hospital_books}
        return kept[panel][payer]

    def rows_of(self, payer: int) -> slice:
        """The Book rows of a payer: its contracts, then its unattached."""
        n = self.region.n_holders + 1
        return slice(payer * n, (payer + 1) * n)

    def new_accounts(self) -> Accounts:
        """Empty accounts of this world's size."""
        region = self.region
        return new_accounts(
            len(CONDITION_PARTS) * self.n_payers * (region.n_holders + 1),
            len(region.organizations),
            len(region.practices),
            self.n_payers,
            region.n_hospitals,
        )

    def environment(self, conduct: BehavioralParameters) -> Environment:
        """What is around a patient, as the compiled month reads it."""
        scenario, region = self.scenario, self.region
        n, payers = region.n_holders, np.arange(self.n_payers)
        cost, power = community(scenario.care)
        return Environment(
            seed=self.seed,
            n_patients=len(self.patients),
            care=record_of(scenario.care),
            population=record_of(scenario.population),
            areas=region.areas,
            organizations=region.organizations,
            practices=region.practices,
            practice_of=region.practice_of,
            referral_to=region.referral_to,
            referral_share=region.referral_share,
            region_width=scenario.region.area_width,
            payer_share=np.cumsum([payer.share for payer in scenario.payers]) + 1e-12,
            n_rows=self.n_payers * (n + 1),
            first_row=payers * (n + 1),
            unattached_row=payers * (n + 1) + n,
            holder_of_row=np.tile(np.append(np.arange(n), -1), len(CONDITION_PARTS) * self.n_payers),
            price_factor=price_factors(scenario, region, self.seed),
            truncation=self.truncation,
            survey_share=self.survey_share,
            community_cost=cost,
            community_power=power,
            risk_cuts=self.risk_cuts,
            unpriced_cuts=self.unpriced_cuts,
            conduct=record_of(conduct),
            intensity=self.intensity,
            contract_margin=self.contract_margin,
            fee_margin=self.fee_margin,
            case_worth=self.case_worth,
        )


def check_world(world: World, scenario: Scenario) -> None:
    """Raise WrongInput unless a world is one that the scenario's people live in: region, population, care, payers.

    Contracts, price updates and behavior may differ, but for what people and places are born with. ``problems``: every
    number that differs, by its path.
    """
    born = world.scenario
    if born.world_hash == scenario.world_hash:
        return
    theirs, ours = (dict(_numbers("", whose.world_parts())) for whose in (born, scenario))
    paths = sorted(path for path in {*theirs, *ours} if theirs.get(path) != ours.get(path))
    problems = [(path, f"{theirs.get(path)} in the world, {ours.get(path)} in the scenario") for path in paths]
    first = "; ".join(f"{path} is {said}" for path, said in problems[:3])
    more = f"; and {len(problems) - 3} more" if len(problems) > 3 else ""
    raise WrongInput(
        f"this world was built for another scenario than {scenario.name!r}: {first}{more}; "
        "build its own with build_world",
        problems,
    )


def _numbers(path: str, content: Any) -> Iterator[tuple[str, object]]:
    """Every value by its path."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _numbers(f"{path}.{name}" if path else str(name), value)
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _numbers(f"{path}.{index}", value)
    else:
        yield path, content


def new_world(scenario: Scenario, patients: int, seed: int) -> World:
    """A world before its first month: places, and records whose patients are yet to be born."""
    region = build_region(scenario.region, patients, seed)
    rows = len(scenario.payers) * (region.n_holders + 1)
    care = scenario.care
    tasks = at_baseline(
        baseline_coordination(care, region, seed), region.organizations.kind == SYSTEM, care, scenario.behavior
    )
    region.organizations.coordination, region.organizations.measured_tasks = tasks.T
    region.organizations.shown_control = reported_control(care, tasks)
    region.organizations.completeness = scenario.population.coding_baseline
    region.practices.cutoff = -usual_margin(care)[: len(DECISIONS)] / region.practices.altruism[:, None]
    region.practices.load, region.practices.reputation = care.usual_load, 70.0
    region.practices.capacity = region.practices.n_clinicians * care.visits_per_clinician / 12
    region.practices.usual_capacity = region.practices.capacity
    return World(
        scenario=scenario,
        seed=seed,
        patients=unborn(patients, len(region.areas)),
        region=region,
        month=-WARM_UP,
        truncation=np.full(len(scenario.payers), round(100 * care.truncation), np.int64),
        survey_share=np.full(rows, min(1.0, care.survey_size * (region.n_holders + len(region.areas)) / patients)),
        risk_cuts=np.full(DECILES - 1, np.inf),
        unpriced_cuts=np.full(DECILES - 1, np.inf),
        fixed_cost=np.zeros(len(region.organizations), np.int64),
        income=np.zeros(len(region.organizations)),
        codable=0.0,
        decision_mix=np.zeros((len(region.practices), len(scenario.payers), len(RELATIONS))),
        intensity=np.zeros((len(region.practices), len(scenario.payers), len(RELATIONS), len(QUESTIONS)), np.float32),
        contract_margin=np.zeros((len(CONDITION_PARTS) * rows, len(CONTRACT_MARGINS))),
        fee_margin=np.zeros(len(CONDITION_PARTS) * rows),
        case_worth=np.zeros((region.n_hospitals, len(scenario.payers), len(CASES))),
        books=[[] for _ in scenario.payers],
        condition_books=[[] for _ in scenario.payers],
        hospital_books=[[] for _ in scenario.payers],
    )


def baseline_coordination(care: CareParameters, region: Region, seed: int) -> FloatArray:
    """Coordination before any contract where no hospital is owned, shape (organizations,).

    An ACO's organizations have one program; in none, the average.
    """
    draw = generator(seed, Stream.COORDINATION)
    of_holder = care.coordination_baseline + care.coordination_spread * draw.standard_normal(region.n_holders)
    programs: FloatArray = np.append(np.clip(of_holder, 0.0, 1.0), care.coordination_baseline)
    of_organization: FloatArray = programs[region.organizations.holder]
    return of_organization


def price_factors(scenario: Scenario, region: Region, seed: int, month: int = 0) -> FloatArray:
    """Prices over standard prices in a month, shape (payers, organizations, services).

    A mix of professional and hospital levels, dispersed.
    """
    professional = np.array(scenario.care.physician_share)
    factors = np.ones((len(scenario.payers), len(region.organizations), len(SERVICES)))
    draw = generator(seed, Stream.PRICES)
    for number, payer in enumerate(scenario.payers):
        physician, hospital = payer.prices_in(month)
        level = physician * professional + hospital * (1.0 - professional)
        spread = payer.price_dispersion
        of_organization = exp(spread * draw.standard_normal(len(region.organizations)) - spread**2 / 2)
        factors[number] = level * of_organization[:, None]
    return factors


def baseline_cuts(values: FloatArray) -> FloatArray:
    """The nine cuts between deciles."""
    return np.quantile(values, np.arange(1, DECILES) / DECILES)

"""Section 3's closed forms against the compiled month, each within 3 standard errors.

What is expected is worked out here from the scenario's numbers, with the standard library's normal distribution and
sums over a fine grid; the code under test only lives the months. Seeds are fixed: a test that passes goes on passing.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from worlds import DEFAULT, Life, changed, founded, lived, record_bytes

from vbp_agents.actors.world import World
from vbp_agents.model import VbpModel
from vbp_agents.parameters import DECISIONS
from vbp_agents.people import care
from vbp_agents.terms.scenario import Scenario

SIGMAS = 3.0
NORMAL = NormalDist()
PHI = np.vectorize(NORMAL.cdf)
SERVICE = {"primary": 0, "referral": 1, "return_visit": 1, "test": 2, "procedure": 3, "admission": 5, "post_acute": 6}
"""Which entry of the care parameters' lists by service a decision concerns."""
BILLED_BY_ITSELF = {"primary", "return_visit", "test", "procedure", "admission"}
"""Fee for service pays the decider for one more of these; for a referral or a nursing stay it pays another."""
STEADY = changed(DEFAULT, region={"style_spread": 0.0})
"""Practices whose style does not wander."""
ALIKE = changed(STEADY, region={"altruism_spread": 0.0})
"""All clinicians equally altruistic: one closed form a decision."""
SAME_NEED: dict[str, object] = {
    "need_frailty": 0.0,
    "need_age": 0.0,
    "need_deprivation": 0.0,
    "need_burden": 0.0,
    "condition_need": [0.0] * 7,
}
IMMORTAL: dict[str, object] = {"mortality_at_65": 0.0, "mortality_under_65": 0.0}


def coordinating(level: float) -> dict[str, object]:
    """Every organization coordinates alike."""
    return {"coordination_baseline": level, "coordination_spread": 0.0}


by_decision = pytest.mark.parametrize("decision", DECISIONS)


@dataclass(frozen=True)
class Margin:
    """A marginal part: benefit ~ Normal(mean, spread), judged with an error, given from a cutoff on (in prices)."""

    mean: float
    spread: float
    error: float
    cutoff: float
    cost: float

    def share(self) -> float:
        """Phi((mean + margin / altruism) / sqrt(spread^2 + error^2)), the cutoff being - margin / altruism."""
        return NORMAL.cdf((self.mean - self.cutoff) / math.hypot(self.spread, self.error))

    def moment(self, low: float, high: float, given: bool = True, power: int = 0) -> float:
        """The integral from low to high of b^power x density of b x chance to be (not) given at b, by midpoints."""
        low, high = max(low, self.mean - 9 * self.spread), min(high, self.mean + 9 * self.spread)
        edges = np.linspace(low, high, 20_001)
        b = (edges[1:] + edges[:-1]) / 2
        density = np.exp(-(((b - self.mean) / self.spread) ** 2) / 2) / (self.spread * math.sqrt(2 * math.pi))
        chance = PHI((b - self.cutoff) / self.error)
        return float((b**power * density * (chance if given else 1 - chance)).sum() * (edges[1] - edges[0]))

    def benefit_given(self) -> tuple[float, float]:
        """Mean and sd of the benefit of what is given."""
        first, second = (self.moment(-math.inf, math.inf, power=p) / self.share() for p in (1, 2))
        return first, math.sqrt(second - first**2)


def margin_of(scenario: Scenario, decision: str, altruism: float) -> Margin:
    """The closed forms of a decision under fee for service."""
    numbers, service = scenario.care, SERVICE[decision]
    cost = numbers.variable_cost[service]
    margin = numbers.baseline_volume_share * (1 - cost) if decision in BILLED_BY_ITSELF else 0.0
    mean = numbers.benefit_mean[DECISIONS.index(decision)]
    return Margin(mean, numbers.benefit_spread, numbers.judgment_error, -margin / altruism, cost)


def sigmas(count: float, n: float, share: float) -> float:
    """How many standard errors a binomial count lies from its mean."""
    return abs(count - n * share) / math.sqrt(n * share * (1 - share))


def totals(life: Life, decision: str) -> Any:
    """The Truth of one decision, summed over organizations."""
    cells = life.truth[:, DECISIONS.index(decision)]
    return {name: int(cells[name].sum()) for name in cells.dtype.names}


@pytest.fixture(scope="module")
def alike() -> Life:
    """20,000 people, 24 months: from 1,000 (nursing stays) to 100,000 and more (visits) marginal opportunities."""
    return lived(founded(ALIKE, 20_000, 11), 24)


def test_the_closed_forms_themselves() -> None:
    """By hand: mean and cutoff 0 give half; with sd = error the benefit given has mean sd/sqrt(pi), and 1/8 harms."""
    even = Margin(mean=0, spread=1, error=1, cutoff=0, cost=0.4)
    assert even.share() == 0.5
    assert even.moment(-math.inf, math.inf) == pytest.approx(0.5, abs=1e-6)
    assert even.benefit_given()[0] == pytest.approx(1 / math.sqrt(math.pi), abs=1e-6)
    assert even.moment(-math.inf, 0) == pytest.approx(1 / 8, abs=1e-6)


@by_decision
def test_share_of_the_marginal_part_given(alike: Life, decision: str) -> None:
    counts, margin = totals(alike, decision), margin_of(ALIKE, decision, ALIKE.region.altruism_median)
    assert counts["marginal"] > 300
    assert sigmas(counts["marginal_given"], counts["marginal"], margin.share()) < SIGMAS


@by_decision
def test_the_rest_is_necessary_and_always_given(alike: Life, decision: str) -> None:
    counts, marginal = totals(alike, decision), ALIKE.care.marginal[DECISIONS.index(decision)]
    assert sigmas(counts["marginal"], counts["opportunities"], marginal) < SIGMAS
    assert counts["given"] - counts["marginal_given"] == counts["opportunities"] - counts["marginal"]


@by_decision
def test_harmful_low_value_and_underuse(alike: Life, decision: str) -> None:
    """Given below 0, given from 0 to resource cost, not given above resource cost: integrals of a bivariate normal."""
    counts, margin = totals(alike, decision), margin_of(ALIKE, decision, ALIKE.region.altruism_median)
    assert sigmas(counts["harmful"], counts["marginal"], margin.moment(-math.inf, 0)) < SIGMAS
    assert sigmas(counts["low_value"], counts["marginal"], margin.moment(0, margin.cost)) < SIGMAS
    assert sigmas(counts["underuse"], counts["marginal"], margin.moment(margin.cost, math.inf, given=False)) < SIGMAS


@by_decision
def test_realized_benefit_is_a_truncated_mean(alike: Life, decision: str) -> None:
    """Dollars of health: the necessary part at its fixed benefit, the marginal part at a truncated mean."""
    counts, margin = totals(alike, decision), margin_of(ALIKE, decision, ALIKE.region.altruism_median)
    mean, spread = margin.benefit_given()
    n, necessary = counts["marginal_given"], counts["given"] - counts["marginal_given"]
    benefit = counts["benefit"] / 100 / ALIKE.care.price[SERVICE[decision]] - necessary * ALIKE.care.necessary_benefit
    assert abs(benefit - n * mean) < SIGMAS * spread * math.sqrt(n)


@pytest.mark.parametrize("decision", ["primary", "referral", "return_visit", "procedure"])
def test_each_decider_gives_by_its_own_altruism(decision: str) -> None:
    """With altruism lognormal: the sum over organizations of a single practice of what each should give."""
    world = founded(STEADY, 20_000, 12)
    truth = lived(world, 12).truth[:, DECISIONS.index(decision)]
    practices = world.region.practices
    alone = np.flatnonzero(np.bincount(practices.organization) == 1)
    altruism = np.array([practices.altruism[practices.organization == j][0] for j in alone], float)
    share = np.array([margin_of(DEFAULT, decision, a).share() for a in altruism])
    marginal, given = truth["marginal"][alone], truth["marginal_given"][alone]
    assert marginal.sum() > 500
    assert abs((given - marginal * share).sum()) < SIGMAS * math.sqrt((marginal * share * (1 - share)).sum())


def with_margins(world: World, margin: NDArray[np.float64], altruism: float, months: int) -> Life:
    """Months under other margins, (decisions,) in prices, and one altruism."""
    changed_state = world.copy()
    changed_state.region.practices.altruism = altruism
    model = VbpModel(world=changed_state, studied=world.scenario)
    changed_state.region.practices.cutoff[:] = -margin / altruism
    truth = model.accounts.truth.copy()
    for _ in range(months):
        model.step()
        for name in truth.dtype.names:
            truth[name] += model.accounts.truth[name]
    model.close()
    return Life(model.world.patients, [], truth)


def test_boundless_altruism_makes_care_independent_of_money() -> None:
    """As altruism grows the share given tends to Phi(mean / sqrt(spread^2 + error^2)), whatever a service brings."""
    world = founded(ALIKE, 5_000, 13)
    paid, charged = (with_margins(world, np.full(7, m), altruism=1e9, months=12) for m in (0.8, -0.8))
    assert record_bytes(paid.patients) == record_bytes(charged.patients)
    assert paid.truth.tobytes() == charged.truth.tobytes()
    counts = totals(paid, "primary")
    share = NORMAL.cdf(ALIKE.care.benefit_mean[0] / math.hypot(ALIKE.care.benefit_spread, ALIKE.care.judgment_error))
    assert sigmas(counts["marginal_given"], counts["marginal"], share) < SIGMAS


def test_owners_give_less_when_a_service_costs_them() -> None:
    """Volume share 1, a marginal half of which fees let 62% be given: capitation takes 20 to 50% off (section 3)."""
    altruism, spread, error, cost = 0.5, 0.75, 0.5, 0.35
    total = math.hypot(spread, error)
    mean = total * NORMAL.inv_cdf(0.62) - (1 - cost) / altruism
    half = changed(
        ALIKE,
        care={"marginal": [0.5] * 7, "benefit_mean": [mean] * 7, "benefit_spread": spread, "judgment_error": error},
    )
    world = founded(half, 5_000, 14)
    fees, capitated = (
        totals(with_margins(world, np.full(7, m), altruism, months=1), "primary") for m in (1 - cost, -cost)
    )
    share = NORMAL.cdf((mean - cost / altruism) / total)
    expected = (0.5 + 0.5 * share) / (0.5 + 0.5 * 0.62) - 1
    assert -0.5 < expected < -0.2
    assert fees["opportunities"] == capitated["opportunities"]
    change = capitated["given"] / fees["given"] - 1
    assert change == pytest.approx(expected, abs=SIGMAS * math.sqrt(0.5 / fees["given"]))


def one_by_one(world: World, month: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Opportunities and services given in one month, each of shape (patients, decisions)."""
    model = VbpModel(world=world, studied=world.scenario)
    model.choose()
    accounts = model.world.new_accounts()
    met, given = (np.zeros((len(world.patients) + 1, len(DECISIONS)), np.int64) for _ in range(2))
    for i in range(len(world.patients)):
        care.live(world.patients, month, model.environment, accounts, i, i + 1)
        met[i + 1], given[i + 1] = accounts.truth.opportunities.sum(axis=0), accounts.truth.given.sum(axis=0)
    model.close()
    return np.diff(met, axis=0), np.diff(given, axis=0)


def test_volume_is_a_thinned_poisson() -> None:
    """Where need is the same, opportunities and services given are Poisson: mean and variance, n = 4,000 patients.

    The mean of n counts has sd sqrt(rate/n), the ratio of variance to mean about sqrt(2/n).
    """
    n = 4_000
    same = changed(ALIKE, population=SAME_NEED | IMMORTAL, care={"seeking_deprivation": 0.0})
    met, given = one_by_one(founded(same, n, 15), month=-35)
    level = math.exp(same.population.need_level)
    need = level / (1 + level / same.population.need_cap)
    for decision in ("primary", "test", "procedure"):
        service, column = SERVICE[decision], DECISIONS.index(decision)
        rate = same.care.rate[service] * need ** same.care.need_power[service]
        marginal = same.care.marginal[column]
        thin = 1 - marginal + marginal * margin_of(same, decision, same.region.altruism_median).share()
        for counts, expected in ((met[:, column], rate), (given[:, column], rate * thin)):
            assert abs(counts.mean() - expected) < SIGMAS * math.sqrt(expected / n)
            assert abs(counts.var(ddof=1) / counts.mean() - 1) < SIGMAS * math.sqrt(2 / n + 1 / (n * expected))


def gompertz(patients: Any, scenario: Scenario) -> NDArray[np.float64]:
    """The month's chance of death: Gompertz in age x frailty x control, from the scenario's numbers."""
    numbers = scenario.population
    years = patients.age / 12.0
    grown = numbers.mortality_at_65 * np.exp(numbers.mortality_slope * (years - 65.0))
    yearly = np.where(years >= 65.0, grown, numbers.mortality_under_65)
    lost = 0.5 - patients.control.astype(float)
    frailty = patients.frailty.astype(float)
    return np.asarray(yearly / 12 * np.exp(numbers.mortality_frailty * frailty + numbers.mortality_control * lost))


def test_deaths_follow_the_hazard(one_area: World) -> None:
    """30,000 people, 12 months: deaths against the sum of the hazards met, overall and among the oldest."""
    model = VbpModel(world=one_area.copy(), studied=one_area.scenario)
    died = expected = variance = 0.0
    old = old_expected = old_variance = 0.0
    for _ in range(12):
        before, ids = gompertz(model.world.patients, one_area.scenario), model.world.patients.id.copy()
        aged = model.world.patients.age >= 85 * 12
        model.step()
        dead = model.world.patients.id != ids
        died, expected, variance = died + dead.sum(), expected + before.sum(), variance + (before * (1 - before)).sum()
        old, old_expected = old + dead[aged].sum(), old_expected + before[aged].sum()
        old_variance += (before * (1 - before))[aged].sum()
    model.close()
    assert died > 500
    assert abs(died - expected) < SIGMAS * math.sqrt(variance)
    assert abs(old - old_expected) < SIGMAS * math.sqrt(old_variance)


def expected_events(patients: Any, scenario: Scenario, coordination: float) -> dict[str, float]:
    """What the records at a month's end say its opportunities should have been, summed over people."""
    numbers = scenario.care
    need, control, deprivation = (patients[name].astype(float) for name in ("log_need", "control", "deprivation"))
    lost = np.exp(-numbers.control_hazard * (control - 0.5))
    prevented = numbers.ambulatory_sensitive * numbers.preventable * coordination
    factor = {
        "primary": (0, 1 - numbers.seeking_deprivation * deprivation),
        "specialist": (1, 1.0),
        "test": (2, 1.0),
        "procedure": (3, 1.0),
        "emergency": (4, lost * np.exp(numbers.emergency_deprivation * (deprivation - 0.5))),
        "admission": (5, lost * (1 - prevented)),
        "other": (7, 1.0),
    }
    return {
        name: float((numbers.rate[service] * np.exp(numbers.need_power[service] * need) * times).sum())
        for name, (service, times) in factor.items()
    }


def met_events(model: VbpModel) -> dict[str, int]:
    """The month's opportunities, from the Truth and, for what nobody decides, from what was billed."""
    asked = dict(zip(DECISIONS, model.accounts.truth.opportunities.sum(axis=0).tolist(), strict=True))
    billed = model.accounts.billed.count.sum(axis=(0, 2)).tolist()
    met = {name: asked[name] for name in ("primary", "test", "procedure", "admission")}
    return met | {
        "specialist": asked["referral"] + asked["return_visit"],
        "emergency": billed[4],
        "other": billed[7],
    }


def test_events_are_poisson_in_need_and_control() -> None:
    """20,000 people, 36 months: the sum of Poisson counts has the sum of their rates as mean and variance.

    With no harm from unmet need, control is final before a month's events. Coordination prevents part of the sensitive.
    """
    calm = changed(DEFAULT, care={"control_unmet": 0.0, "duplicate_prevented": 0.0} | coordinating(0.6))
    model = VbpModel(world=founded(calm, 20_000, 16), studied=calm)
    met: dict[str, float] = {}
    expected: dict[str, float] = {}
    for _ in range(36):
        model.step()
        due = expected_events(model.world.patients, calm, 0.6)
        met = {name: met.get(name, 0) + count for name, count in met_events(model).items()}
        expected = {name: expected.get(name, 0.0) + rate for name, rate in due.items()}
    model.close()
    for name, rate in expected.items():
        assert abs(met[name] - rate) < SIGMAS * math.sqrt(rate), name


def discharged(scenario: Scenario, n: int, seed: int) -> VbpModel:
    """A model in which everyone is admitted once, on the last day of the month just lived, and nobody otherwise."""
    rates = [*scenario.care.rate]
    rates[5] = 0.0
    quiet = changed(scenario, population=IMMORTAL, care={"rate": rates} | coordinating(0.5))
    world = founded(quiet, n, seed)
    model = VbpModel(world=world, studied=quiet)
    world.patients.readmission = 30 * model.month + 29
    model.step()
    return model


def test_discharges_are_followed_up_and_come_back() -> None:
    """10,000 discharges: follow-up and return are binomial, the day is uniform; every return is a readmission."""
    n = 10_000
    scenario = changed(DEFAULT, care={"readmission_need": 0.0})
    numbers = scenario.care
    model = discharged(scenario, n, 17)
    members, patients = model.accounts.members, model.world.patients
    first_day = 30 * model.month
    assert members.live_discharges.sum() == n
    assert (patients.discharged == first_day - 1).all()
    assert sigmas(members.followed_up.sum(), n, numbers.follow_up + 0.5 * numbers.follow_up_coordination) < SIGMAS
    back = patients.readmission[patients.readmission >= first_day].astype(int) - first_day
    assert sigmas(len(back), n, numbers.readmission * (1 - 0.5 * numbers.readmission_prevented)) < SIGMAS
    assert set(back.tolist()) <= set(range(30))
    assert abs(back.mean() - 14.5) < SIGMAS * math.sqrt((30**2 - 1) / 12 / len(back))
    model.step()
    assert model.accounts.members.readmitted.sum() >= len(back)
    assert model.accounts.members.readmitted.sum() == model.accounts.members.live_discharges.sum()
    model.close()

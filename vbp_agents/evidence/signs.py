"""Theory's signs: which way a metric goes from one way of paying to another on the same patients with the same luck.

They are sharp where clinicians bear what they bill and what contracts add (`owner_practice`: volume and value share 1)
and are reported for the defaults, where compensation passes on less.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vbp_agents.evidence.running import run_tables
from vbp_agents.metrics import METRICS
from vbp_agents.metrics.base import Frames, Tables, Value, groups_of, per_1000, plain, ratio, total
from vbp_agents.metrics.intervals import Interval
from vbp_agents.metrics.selection import attempts_of
from vbp_agents.study.clock import Progress
from vbp_agents.study.running import run_tasks
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import Task, replicate_seed
from vbp_agents.terms.behaving import behaving
from vbp_agents.terms.scenario import BehaviorBlock, Scenario
from vbp_agents.terms.scenario_file import find_scenario

FEES, SAVINGS, CAPITATION = "fee_for_service", "shared_savings_two_sided", "capitation"
MIX, FLAT = "half_capitation", "flat_capitation"
OWNERS = "owner_practice"
AS_THEORY, OPPOSITE, UNCLEAR, NO_NUMBER = "as theory has it", "the other way", "unclear", "no number"


@dataclass(frozen=True)
class Sign:
    """What is measured, two scenarios, and which way it must go (-1 or +1) from the one to the other."""

    what: str
    first: str
    second: str
    sign: int
    value: Value

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return f"{self.what}: {self.first} to {self.second}"

    def verdict(self, difference: Interval) -> str:
        """Whether the whole interval has the sign, or the other."""
        if difference.mean is None:
            return NO_NUMBER
        if difference.low is None or difference.high is None or difference.low <= 0 <= difference.high:
            return UNCLEAR
        return AS_THEORY if self.sign * difference.low > 0 else OPPOSITE


def scenarios(behavior: str) -> list[Scenario]:
    """Fees, BASIC E, capitation, half of it on fees, and capitation that is the same amount for everybody."""
    fees, savings, capitation = (find_scenario(name) for name in (FEES, SAVINGS, CAPITATION))
    half = capitation.with_values({"contracts.0.share": 0.5}, MIX)
    flat = capitation.with_values({"contracts.0.terms.risk_adjustment": 0.0}, FLAT)
    return behaving([fees, savings, capitation, half, flat], behavior)


def behaviors() -> tuple[str, str]:
    """Where clinicians bear all of it, and the default."""
    return OWNERS, BehaviorBlock().name


def observe_signs(names: Sequence[str], size: Size, progress: Progress) -> Iterator[dict[str, dict[str, float | None]]]:
    """Yield for each replicate, by behavior, by how much what each sign measures differs, second less first."""
    plans = {name: tuple(scenarios(name)) for name in names}
    tasks = [
        Task(run_tables, plan, size.patients, size.years, replicate_seed(size.seed, number), number)
        for number in range(1, size.replicates + 1)
        for plan in plans.values()
    ]
    results = run_tasks(tasks, size.threads, progress)
    for _ in range(size.replicates):
        yield {name: sign_differences(next(results).runs) for name in names}


def sign_differences(runs: Mapping[str, Frames]) -> dict[str, float | None]:
    """Second less first of every sign, None where either has no number."""
    differences: dict[str, float | None] = {}
    for sign in SIGNS:
        before, after = (sign.value(plain(runs[name])) for name in (sign.first, sign.second))
        differences[sign.id] = None if before is None or after is None else after - before
    return differences


def harmful(tables: Tables) -> float | None:
    """Harmful discretionary services per 1,000 person-years."""
    return per_1000(tables, total(tables, "decisions", "harmful"))


def refused_by_true_risk(tables: Tables) -> float | None:
    """Refusals in the top decile of true risk minus those in the bottom decile, shares of attempts."""
    deciles = (groups_of(tables, "true_risk_decile", range(number, number + 1)) for number in (10, 1))
    top, bottom = (ratio(refusals, attempts) for attempts, refusals in (attempts_of(tables, rows) for rows in deciles))
    return None if top is None or bottom is None else top - bottom


def _metric(name: str, first: str, second: str, sign: int) -> Sign:
    return Sign(name, first, second, sign, METRICS[name].value)


def _own(value: Value, first: str, second: str, sign: int) -> Sign:
    return Sign(value.__name__, first, second, sign, value)


SIGNS = (
    _metric("specialist_visits_per_1000", FEES, SAVINGS, -1),
    _metric("specialist_visits_per_1000", SAVINGS, CAPITATION, -1),
    _metric("tests_per_1000", FEES, SAVINGS, -1),
    _metric("tests_per_1000", SAVINGS, CAPITATION, -1),
    _metric("procedures_per_1000", FEES, SAVINGS, -1),
    _metric("procedures_per_1000", SAVINGS, CAPITATION, -1),
    _metric("post_acute_stays_per_1000", FEES, CAPITATION, -1),
    _own(harmful, FEES, CAPITATION, -1),
    _own(harmful, FEES, MIX, -1),
    _metric("underuse_per_1000", FEES, CAPITATION, +1),
    _metric("underuse_per_1000", CAPITATION, MIX, -1),
    _metric("given_to_top_decile", FEES, CAPITATION, -1),
    _metric("refusal_odds_ratio", FEES, CAPITATION, +1),
    _metric("refusal_difference", FEES, CAPITATION, +1),
    _own(refused_by_true_risk, FLAT, CAPITATION, -1),
)

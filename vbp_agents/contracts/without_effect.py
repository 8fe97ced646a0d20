"""Numbers of a scenario that cannot matter in it, each with the reason: they look like those that do.

Of the world and of behavior the conditions stand here; of a contract's terms the rule itself is asked.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from vbp_agents.behaviors import BEHAVIOR
from vbp_agents.behaviors import find as find_behavior
from vbp_agents.contracts.idle_terms import idle_terms
from vbp_agents.terms.scenario import Scenario
from vbp_agents.user_file import is_users

WEIGHED = (
    "value_share",
    "discharge_share",
    "foresight",
    "free_riding",
    "service_keeps",
    "learning_months",
    "learning_horizon",
    "beginner_cost",
    "information_cost",
    "documentation_start",
    "documentation_cost",
    "documentation_finds",
    "coding_start",
    "coding_cost",
    "steering_limit",
    "steering_cost",
    "referral_follows",
    "list_scruple",
    "most_dropped",
    "person_sd",
    "unknown_sd",
    "largest_sd",
    "episode_sd",
)
"""Numbers of behavior by which alone what contracts are worth is weighed."""
OF_ENTRY = ("set_up_cost", "switching_cost", "risk_premium", "choice_noise", "experience")
OF_LEVERS = {
    ("intensity", "selection"): ("drift",),
    ("intensity",): ("own_payer_weight", "discharge_share"),
    ("steering",): ("steering_limit", "steering_cost", "referral_follows"),
    ("completeness",): ("coding_start", "coding_cost"),
    ("documentation",): ("documentation_start", "documentation_cost", "documentation_finds"),
    ("lists",): ("list_scruple", "most_dropped"),
    ("coordination", "measured_tasks"): ("learning_months", "learning_horizon", "beginner_cost", "information_cost"),
}
"""Numbers of behavior that matter while one of these levers may be moved."""
_FEES = "fee_for_service"
BY_SERVICE = (
    "rate",
    "need_power",
    "price",
    "price_spread",
    "physician_share",
    "variable_cost",
    "fixed_cost",
    "coinsurance",
    "usual_coinsurance",
)
"""Lists of care by service. Care management is one in the Book's columns, which nobody bills so far."""


@dataclass(frozen=True)
class Idle:
    """Paths, or what they begin with, that cannot matter where ``where`` is so of a scenario, and ``why``."""

    paths: tuple[str, ...]
    where: Callable[[Scenario], bool]
    why: str

    def has(self, path: str) -> bool:
        """Whether a path is one of them, or an item of a list that is."""
        return any(path == idle or path.startswith(f"{idle}.") for idle in self.paths)


def without_effect(scenario: Scenario, paths: Collection[str]) -> Iterator[tuple[str, str]]:
    """Those of the ``paths`` whose number cannot matter in the scenario, and why."""
    reasons = {path: idle.why for idle in _idle() for path in paths if idle.has(path) and idle.where(scenario)}
    for number, contract in enumerate(scenario.contracts):
        head = f"contracts.{number}.terms."
        terms = {path.removeprefix(head).split(".")[0] for path in paths if path.startswith(head)}
        why = f"no payment of {contract.regime} depends on it as its other terms are"
        reasons |= {
            path: why for name in idle_terms(scenario, contract, terms) for path in paths if _is_of(path, head + name)
        }
    yield from ((path, reasons[path]) for path in paths if path in reasons)


def _is_of(path: str, whole: str) -> bool:
    return path == whole or path.startswith(f"{whole}.")


def _idle() -> Iterator[Idle]:
    """Every condition of the world's and of behavior's numbers."""
    yield Idle(("population.female_share", "population.low_income_share"), lambda _: True, "it only describes people")
    managed = tuple(f"care.{name}.care_management" for name in BY_SERVICE)
    yield Idle(managed, lambda _: True, "nobody bills care management: what it costs is care.coordination_cost")
    after_stays = ("care.rate.post_acute", "care.usual_coinsurance.post_acute")
    yield Idle(after_stays, lambda _: True, "these stays follow from discharges, not from what is sought")
    yield Idle(("care.physician_share",), _one_price, "all payers pay professionals and hospitals alike")
    yield Idle(("care.cost_sharing",), _usual_coinsurance, "care.coinsurance is care.usual_coinsurance")
    yield Idle(("measurement.noise",), lambda s: not s.measurement.outcomes, "measurement.outcomes is off")
    yield Idle(
        _behavior("volume_share"), _conduct_of(_no_updates), "it is about changes of prices: no payer has updates"
    )
    yield Idle(_behavior(*OF_ENTRY), _conduct_of(_nobody_chooses), "no contract is voluntary")
    yield Idle(
        _behavior(*WEIGHED), _conduct_of(_fees_alone), "nothing but fees is paid: contracts add nothing to weigh"
    )
    yield Idle(_behavior(*WEIGHED, *OF_ENTRY), _conduct_of(_unweighed), "this behavior does not weigh contracts")
    yield Idle(_behavior("drift"), _conduct_of(_unmoved), "this behavior moves nothing")
    for levers, names in OF_LEVERS.items():
        why = f"behavior.levers has no {' and no '.join(levers)}"
        yield Idle(_behavior(*names), _conduct_of(_without(levers)), why)
    yield Idle(_behavior(*OF_ENTRY), _conduct_of(_without(("participation",))), "behavior.levers has no participation")


def _behavior(*names: str) -> tuple[str, ...]:
    return tuple(f"behavior.{name}" for name in names)


def _conduct_of(where: Callable[[Scenario], bool]) -> Callable[[Scenario], bool]:
    """The condition, of behaviors whose code is known to read the numbers of behavior for nothing else."""
    return lambda scenario: not is_users(BEHAVIOR, scenario.behavior.name) and where(scenario)


def _without(levers: tuple[str, ...]) -> Callable[[Scenario], bool]:
    return lambda scenario: not set(levers) & set(scenario.behavior.levers)


def _one_price(scenario: Scenario) -> bool:
    return all(
        payer.physician_price == payer.hospital_price
        and all(update.physician == update.hospital for update in payer.updates)
        for payer in scenario.payers
    )


def _usual_coinsurance(scenario: Scenario) -> bool:
    pairs = zip(scenario.care.coinsurance, scenario.care.usual_coinsurance, strict=True)
    return all(now == usual or usual == 0 for now, usual in pairs)


def _no_updates(scenario: Scenario) -> bool:
    return not any(payer.updates for payer in scenario.payers)


def _nobody_chooses(scenario: Scenario) -> bool:
    return all(contract.program != "voluntary" for contract in scenario.contracts)


def _fees_alone(scenario: Scenario) -> bool:
    return all(contract.regime == _FEES for contract in scenario.contracts)


def _unweighed(scenario: Scenario) -> bool:
    return not find_behavior(scenario.behavior.name).weighs_contracts


def _unmoved(scenario: Scenario) -> bool:
    return not find_behavior(scenario.behavior.name).responds

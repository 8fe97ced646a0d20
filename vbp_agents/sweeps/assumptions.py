"""Everything marked assumption, as one word: but for the world's shape, what contracts say, and what cannot matter."""

from collections.abc import Iterator, Sequence

from vbp_agents.behaviors import find
from vbp_agents.book import SERVICES
from vbp_agents.conduct import Lever
from vbp_agents.declaration import ASSUMPTION
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Number, numbers

STRUCTURAL = frozenset(
    {
        *("people_per_area", "area_width", "primary_clinicians_per_1000", "specialists_per_1000"),
        *("patients_per_practice", "practice_size_spread", "specialists_per_group", "specialist_share"),
        *("referral_list",),
    }
)
"""Numbers of the region that say how many there are of whom, and where: another one is another place."""
OF_LEVERS: dict[str, Lever] = {
    **dict.fromkeys(("steering_cost", "referral_follows"), "steering"),
    **dict.fromkeys(("documentation_cost", "documentation_finds"), "documentation"),
    **dict.fromkeys(("coding_cost", "coding_ceiling"), "completeness"),
    **dict.fromkeys(("risk_premium", "experience"), "participation"),
    **dict.fromkeys(("list_scruple", "most_dropped"), "lists"),
    "reviews": "selection",
    "case_benefit": "cases",
}
"""Numbers that weigh in one lever's decision alone, and cannot matter where no provider moves it."""


def assumptions(scenarios: Sequence[Scenario]) -> list[str]:
    """The paths that the word means, in the order in which a scenario has them; each is in all the scenarios."""
    found = [dict.fromkeys(number.path for number in _varied(scenario, scenarios)) for scenario in scenarios]
    return [path for path in found[0] if all(path in other for other in found)]


def _varied(scenario: Scenario, scenarios: Sequence[Scenario]) -> Iterator[Number]:
    for number in numbers(scenario):
        top, *rest = number.path.split(".")
        bounded = number.low is not None and number.high is not None and number.low < number.high
        if ASSUMPTION not in number.source or not bounded or number.value is None:
            continue
        if top in ("contracts", "payers") or rest[0] in STRUCTURAL:
            continue
        if any(_matters(top, rest, other) for other in scenarios):
            yield number


def _matters(top: str, rest: Sequence[str], scenario: Scenario) -> bool:
    """Whether a number can change anything in a scenario."""
    if top == "measurement":
        return scenario.measurement.outcomes
    if top == "care" and rest[-1] in SERVICES:
        return scenario.care.price[SERVICES.index(rest[-1])] > 0
    lever = OF_LEVERS.get(rest[0]) if top == "behavior" else None
    if lever == "participation" and not any(contract.program == "voluntary" for contract in scenario.contracts):
        return False
    moves = find(scenario.behavior.name).responds
    return lever is None or (moves and lever in scenario.behavior.levers)

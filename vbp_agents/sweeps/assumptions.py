"""Everything marked assumption, as one word: but for the world's shape, what contracts say, and what cannot matter."""

from collections.abc import Iterator, Sequence

from vbp_agents.contracts.without_effect import without_effect
from vbp_agents.declaration import ASSUMPTION
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import numbers

STRUCTURAL = frozenset(
    {
        *("holders", "outside_share", "people_per_area", "area_width"),
        *("primary_clinicians_per_1000", "specialists_per_1000", "patients_per_practice", "practice_size_spread"),
        *("specialists_per_group", "specialist_share", "referral_list"),
    }
)
"""Numbers of the region that say how many there are of whom, and where: another one is another place."""


def assumptions(scenarios: Sequence[Scenario]) -> list[str]:
    """The paths that the word means, in the order in which a scenario has them: each is in all the scenarios, and can
    matter in one of them."""
    marked = [list(_marked(scenario)) for scenario in scenarios]
    shared = [path for path in marked[0] if all(path in other for other in marked)]
    idle = [{path for path, _ in without_effect(scenario, shared)} for scenario in scenarios]
    return [path for path in shared if not all(path in paths for paths in idle)]


def _marked(scenario: Scenario) -> Iterator[str]:
    """The numbers that are marked as assumptions and have a range, but for the world's shape and what is policy."""
    for number in numbers(scenario):
        top, *rest = number.path.split(".")
        bounded = number.low is not None and number.high is not None and number.low < number.high
        fixed = top in ("contracts", "payers") or (top == "region" and rest[0] in STRUCTURAL)
        if ASSUMPTION in number.source and bounded and number.value is not None and not fixed:
            yield number.path

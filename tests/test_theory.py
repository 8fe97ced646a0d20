"""Theory's signs, where clinicians bear what they bill and what contracts add (`owner_practice`): a closed list.

No magnitude is tested. Each sign must be clear: its 95% interval over the replicates excludes zero.
"""

import math
from functools import cache

import pytest

from vbp_agents.evidence.signs import (
    AS_THEORY,
    NO_NUMBER,
    OPPOSITE,
    OWNERS,
    SIGNS,
    UNCLEAR,
    Sign,
    observe_signs,
    sign_differences,
)
from vbp_agents.metrics.base import Tables
from vbp_agents.metrics.intervals import interval
from vbp_agents.study.size import Size
from vbp_agents.tables import TABLES

SIZE = Size(patients=20_000, years=3, replicates=5, seed=11, threads=2)
FEES, SAVINGS, CAPITATION = "fee_for_service", "shared_savings_two_sided", "capitation"
MIX, FLAT = "half_capitation", "flat_capitation"
CLOSED_LIST = {
    # metric, from, to, sign
    ("specialist_visits_per_1000", FEES, SAVINGS, -1),
    ("specialist_visits_per_1000", SAVINGS, CAPITATION, -1),
    ("tests_per_1000", FEES, SAVINGS, -1),
    ("tests_per_1000", SAVINGS, CAPITATION, -1),
    ("procedures_per_1000", FEES, SAVINGS, -1),
    ("procedures_per_1000", SAVINGS, CAPITATION, -1),
    ("post_acute_stays_per_1000", FEES, CAPITATION, -1),
    ("harmful", FEES, CAPITATION, -1),
    ("harmful", FEES, MIX, -1),
    ("underuse_per_1000", FEES, CAPITATION, +1),
    ("underuse_per_1000", CAPITATION, MIX, -1),
    ("given_to_top_decile", FEES, CAPITATION, -1),
    ("refusal_odds_ratio", FEES, CAPITATION, +1),
    ("refusal_difference", FEES, CAPITATION, +1),
    ("refused_by_true_risk", FLAT, CAPITATION, -1),
}
"""What is measured, two scenarios on the same patients and luck, and which way it must go from one to the other."""


@cache
def observed() -> list[dict[str, float | None]]:
    return [one[OWNERS] for one in observe_signs([OWNERS], SIZE, lambda done, total: None)]


def test_the_list_is_closed() -> None:
    """Whoever changes what theory says changes it here too."""
    assert {(sign.what, sign.first, sign.second, sign.sign) for sign in SIGNS} == CLOSED_LIST


@pytest.mark.slow
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.id)
def test_a_sign_of_theory(sign: Sign) -> None:
    """20,000 patients, 3 years, 5 paired replicates: the whole 95% interval of the difference has the sign."""
    difference = interval([one[sign.id] for one in observed()])
    assert sign.verdict(difference) == AS_THEORY, difference


def test_a_run_in_which_nothing_happened_has_no_numbers() -> None:
    """Nobody lived, and no group has anybody: nothing is divided by, nothing is warned of, and nothing ends it."""
    empty = {name: table.frame([]) for name, table in TABLES.items()}
    runs = dict.fromkeys((FEES, SAVINGS, CAPITATION, MIX, FLAT), empty)
    assert sign_differences(runs) == dict.fromkeys((sign.id for sign in SIGNS), None)


def nothing(tables: Tables) -> float:
    return 0.0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([-1.0, -1.1, -0.9], AS_THEORY),
        ([1.0, 1.1, 0.9], OPPOSITE),
        ([-1.0, 1.1, 0.1], UNCLEAR),
        ([0.0, 0.0, 0.0], UNCLEAR),
        ([-1.0], UNCLEAR),
        ([None, None], NO_NUMBER),
        ([math.nan], NO_NUMBER),
        ([math.nan, None, -1.0], UNCLEAR),
        ([math.nan, -1.0, -1.1, -0.9], AS_THEORY),
    ],
)
def test_what_is_said_of_a_sign(values: list[float | None], said: str) -> None:
    """Theory says that it falls; t(2) is 4.30, so that -1, -1.1, -0.9 has the interval -1.25 to -0.75."""
    assert Sign("visits", FEES, CAPITATION, -1, nothing).verdict(interval(values)) == said

"""No two decisions share a draw: neither by what is declared, nor in the months that people live."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vbp_agents.book import SERVICES
from vbp_agents.parameters import CONDITIONS, WARM_UP
from vbp_agents.people import draws
from vbp_agents.people.draws import choice_draw, draw_number
from vbp_agents.rng import BIRTH, FIRST_STREAM, FOUNDER, REFERRALS, Stream, area_generator, generator

ROOT = Path(__file__).parents[1]
MONTHLY = [
    "DEATH",
    "MOVE",
    "LEAVE",
    "CHOOSE",
    "CHOOSE_CLINICIAN",
    "SURVEY",
    "ANSWER",
    "CHOOSE_SECOND",
    "CHOOSE_THIRD",
    "PERCEIVED",
    "PERCEIVED_SECOND",
    "PERCEIVED_THIRD",
    "REVIEW",
    "PERCEIVED_AGAIN",
    "DOCUMENTED",
    "PREVENTIVE_DOCUMENTED",
    "MOVED_X",
    "MOVED_Y",
]
STAY = [
    "DECIDE",
    "JUDGE",
    "WHO",
    "WHOM",
    "SEVERITY",
    "WHEN",
    "SENSITIVE",
    "PREVENT",
    "FOLLOW_UP",
    "BACK",
    "BACK_WHEN",
    "PLACE",
    "PLACE_DECIDE",
    "PLACE_JUDGE",
    "PLACE_SEVERITY",
    "WHERE",
    "JOINT",
    "COMPLICATION",
    "ASKED",
    "SAID",
    "CASE",
]
VISIT = ("WHO", "WHOM", "SEVERITY")
"""What `ambulatory.visit_primary` draws, which a stay's follow-up visit is too."""


def of_a_month() -> Iterator[tuple[str, int]]:
    """Every number of a month that is no opportunity's, with what it decides."""
    yield from ((name, getattr(draws, name)) for name in MONTHLY)
    yield from ((f"how many {service}", draws.HOW_MANY + number) for number, service in enumerate(SERVICES))


def of_a_newborn() -> Iterator[tuple[str, int]]:
    names = [
        "FEMALE",
        "DEPRIVATION",
        "LOW_INCOME",
        "ADHERENCE",
        "FRAILTY",
        "PAYER",
        "EARLY",
        "ENTRY_AGE",
        "HOME_X",
        "HOME_Y",
        "RISK_SIGNAL",
        "YEARS",
        "ALIVE",
    ]
    yield from ((name, getattr(draws, name)) for name in names)
    for first in ("RECORDED", "ONSET"):
        yield from ((f"{first} {name}", getattr(draws, first) + number) for number, name in enumerate(CONDITIONS))


def of_a_stay() -> Iterator[tuple[str, int]]:
    yield from ((name, getattr(draws, name)) for name in STAY)
    yield from ((f"visit {name}", draws.FOLLOW_UP_VISIT + getattr(draws, name)) for name in VISIT)


@pytest.mark.parametrize("register", [of_a_month, of_a_newborn, of_a_stay])
def test_each_decision_has_a_number_of_its_own(register: object) -> None:
    assert callable(register)
    registered = list(register())
    numbers = {number for _, number in registered}
    assert len(numbers) == len(registered)
    room = {of_a_month: draws.OF_A_SERVICE, of_a_newborn: draws.OF_A_TRY, of_a_stay: draws.OF_AN_OPPORTUNITY}[register]
    assert min(numbers) >= 0
    assert max(numbers) < room


def test_opportunities_of_all_services_stay_apart() -> None:
    """Also the readmissions, which are numbered beyond the most opportunities."""
    last = draws.MOST_OPPORTUNITIES + draws.MOST_RETURNS
    begins = sorted(draw_number(service, n) for service in range(len(SERVICES)) for n in range(last))
    assert begins[0] >= draws.OF_A_SERVICE > max(number for _, number in of_a_month())
    assert min(np.diff(begins)) >= draws.OF_AN_OPPORTUNITY


def test_tries_to_find_a_practice_draw_apart() -> None:
    assert [choice_draw(attempt) for attempt in range(3)] == [draws.CHOOSE, draws.CHOOSE_SECOND, draws.CHOOSE_THIRD]
    perceived = [draws.PERCEIVED, draws.PERCEIVED_SECOND, draws.PERCEIVED_THIRD]
    assert perceived == [draws.PERCEIVED + attempt for attempt in range(3)]


def test_months_that_are_none_are_no_months() -> None:
    assert len({BIRTH, FOUNDER, REFERRALS}) == 3
    assert max(FOUNDER, REFERRALS) < -WARM_UP
    assert BIRTH > 12 * 1_000


def test_streams_are_apart_from_each_other_and_from_areas() -> None:
    """And within a stream what its words tell, whichever word it is; however much of one is drawn."""
    words = [(), (1,), (2,), (1, 0), (1, 1), (1, 0, 0)]
    luck = [generator(1, stream, *some) for stream in Stream for some in words]
    luck += [area_generator(1, area) for area in range(20)]
    numbers = np.concatenate([draw.integers(0, 2**63, 1_000) for draw in luck])
    assert len(np.unique(numbers)) == len(numbers)
    assert generator(1, Stream.STYLE).random() == generator(1, Stream.STYLE, 0, 0).random()
    assert min(FIRST_STREAM + stream for stream in Stream) >= 2**62


TRACED = """
import json, sys
import numpy as np
from vbp_agents import rng

sites, often = {}, {}
plain = rng.uniform

def uniform(luck, decision):
    frame = sys._getframe(1)
    if frame.f_code.co_name == "normal":
        frame = frame.f_back
    key = (int(luck), int(decision))
    sites.setdefault(key, set()).add(f"{frame.f_code.co_filename}:{frame.f_lineno}")
    often[key] = often.get(key, 0) + 1
    return plain(luck, decision)

rng.uniform = uniform
from vbp_agents.actors.world import new_world
from vbp_agents.model import VbpModel
from vbp_agents.terms.scenario_file import find_scenario
from vbp_agents.warm_up import create_founders

PEOPLE, MONTHS = 60, 30
scenario = find_scenario("default").with_values({"population.moves": 1.0, "care.joint_replacement": 0.9})
model = VbpModel(world=new_world(scenario, PEOPLE, 3), studied=scenario)
with np.errstate(over="ignore"):
    create_founders(model)
    model.run_for(MONTHS)
    births = {int(rng.luck_of(3, patient, rng.BIRTH)) for patient in range(4_000)}
shared = sorted({" and ".join(sorted(found)) for found in sites.values() if len(found) > 1})
repeated = sorted({next(iter(sites[key])) for key, count in often.items() if count > 1 and key[0] not in births})
print(json.dumps({"draws": len(sites), "shared": shared, "repeated": repeated}))
"""


@pytest.mark.slow
def test_nobody_draws_a_number_twice_in_a_month() -> None:
    """Thirty months of sixty people, interpreted: each draw has one place in the code, and but for births one time."""
    settings = {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", TRACED], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    document = json.loads(done.stdout)
    assert document["draws"] > 10_000
    assert document["shared"] == []
    assert document["repeated"] == []

"""The same month without the compiler.

On records, and as Mesa objects; and how many draws it makes. Run by `patient_months.py`.
"""

import os
from time import perf_counter
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

import mesa
import numpy as np

from vbp_agents.actors.world import new_world
from vbp_agents.environment import Accounts
from vbp_agents.model import VbpModel
from vbp_agents.people import care, choice, counting, episodes, patients, services
from vbp_agents.people.patients import Patient
from vbp_agents.records import dtype_of
from vbp_agents.rng import normal, uniform
from vbp_agents.terms.scenario import Scenario
from vbp_agents.warm_up import create_founders

SCENARIO = Scenario(name="benchmark")
RECORDS, OBJECTS, MONTHS = 300, 2_000, 3


class PatientObject(mesa.Agent, Patient):
    """A patient as a Mesa agent, its fields plain attributes; a month is the very same story."""

    def __init__(self, model: VbpModel, record: Any) -> None:
        super().__init__(model)
        for name in dtype_of(Patient).names or ():
            value = record[name]
            setattr(self, name, value.tolist() if isinstance(value, np.ndarray) else value.item())

    def live(self, model: VbpModel, accounts: Accounts) -> None:
        """One month."""
        care.live_one_month(self, model.month, model.environment, accounts)


def world(n: int) -> VbpModel:
    """A young world of ``n`` patients."""
    model = VbpModel(world=new_world(SCENARIO, n, 1), studied=SCENARIO)
    create_founders(model)
    return model


def record_rate() -> float:
    """Patient-months a second on records."""
    model = world(RECORDS)
    for _ in range(MONTHS):
        model.step()
    return RECORDS * MONTHS / model.kernel_seconds


def object_rate() -> float:
    """Patient-months a second as Mesa objects."""
    model = world(OBJECTS)
    people = PatientObject.create_agents(model, OBJECTS, list(model.world.patients))
    start = perf_counter()
    for _ in range(MONTHS):
        model.month += 1
        people.do("live", model, model.new_accounts())
    return OBJECTS * MONTHS / (perf_counter() - start)


def draws_a_month() -> float:
    """Draws a patient-month, counted by replacing the functions that draw."""
    count = [0]

    def counted(function: Any) -> Any:
        def draw(luck: Any, decision: int) -> float:
            count[0] += 1
            return float(function(luck, decision))

        return draw

    model = world(RECORDS)
    for module in (care, choice, counting, episodes, patients, services):
        for name, function in (("uniform", uniform), ("normal", normal)):
            if hasattr(module, name):
                setattr(module, name, counted(function))
    for _ in range(MONTHS):
        model.step()
    return count[0] / (RECORDS * MONTHS)


if __name__ == "__main__":
    with np.errstate(over="ignore"):
        print("records", record_rate())
        print("mesa", object_rate())
        print("draws", draws_a_month())

"""A world before anybody contracts for value: people are born, live three years under fees, and are measured."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from vbp_agents.actors.providers import by_row
from vbp_agents.actors.world import World, baseline_cuts, new_world
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.decisions.selection import margin_of_fees
from vbp_agents.decisions.worth import Worth
from vbp_agents.environment import Accounts
from vbp_agents.model import OnMonth, VbpModel
from vbp_agents.parameters import WARM_UP
from vbp_agents.people import care
from vbp_agents.region import Region, is_primary
from vbp_agents.terms.scenario import Scenario


def warmed_world(scenario: Scenario, patients: int, seed: int, threads: int, progress: OnMonth | None = None) -> World:
    """A world born and warmed up: 36 months under fee for service, whatever the scenario's contracts.

    ``progress`` is told the months done.
    """
    world = new_world(scenario.with_values({"contracts": []}, scenario.name), patients, seed)
    with VbpModel(world=world, studied=world.scenario, threads=threads) as warm_up:
        create_founders(warm_up)
        warm_up.run_for(WARM_UP, progress)
    set_baseline(world, warm_up)
    return world


def create_founders(model: VbpModel) -> None:
    """Give birth to the founders, with their practices."""
    give_birth = partial(_found, environment=model.environment)
    model.threads.over_patients(give_birth, model.world.patients, model.world.new_accounts)


def _found(patients: Any, accounts: Accounts, low: int, high: int, *, environment: Any) -> None:
    care.create_founders_between(patients, environment, accounts, low, high)


def set_baseline(world: World, model: VbpModel) -> None:
    """Freeze what later years are compared with: deciles of risk, what it costs to keep the doors open, and income.

    And what providers go by: how busy they were, and what a member's services bring.
    """
    patients = world.patients
    unpriced = patients.true_risk.astype(np.float64) - patients.baseline_coded_risk
    world.risk_cuts = baseline_cuts(patients.true_risk.astype(np.float64))
    world.unpriced_cuts = baseline_cuts(unpriced)
    patients.risk_decile = np.searchsorted(world.risk_cuts, patients.true_risk, side="right")
    patients.first_unpriced = unpriced
    patients.unpriced_decile = np.searchsorted(world.unpriced_cuts, unpriced, side="right")
    world.income = model.income()
    world.codable = codable(patients, world.scenario.population.risk_condition)
    now = model.providers.situation(Worth({}, {}, model.providers.shape))
    world.fee_margin[:] = by_row(margin_of_fees(now))
    set_capacity(world.region, model.year, world.scenario.care.usual_load)
    standard = model.year.work.standard.sum(axis=1)
    world.fixed_cost = np.rint(weighted_sum(standard, world.scenario.care.fixed_cost)).astype(np.int64)


def set_capacity(region: Region, year: Accounts, usual_load: float) -> None:
    """Hours of which base demand uses the share ``usual_load``, and in primary care at least clinicians' usual ones."""
    practices = region.practices
    practices.demand = year.panels.visits / 12
    enough = np.maximum(1.0, practices.demand / usual_load)
    practices.capacity = np.maximum(practices.capacity * is_primary(region), enough)
    practices.usual_capacity = practices.capacity


def codable(patients: Any, risk: Sequence[float]) -> float:
    """Risk score per person that recording nothing to recording everything adds, market mean 1."""
    present = sum(weight * (patients.conditions >> bit & 1).mean() for bit, weight in enumerate(risk))
    return float(present / patients.coded_risk.mean())

"""A world before anybody contracts for value: people are born, live three years under fees, and are measured."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from vbp_agents.actors.providers import by_row
from vbp_agents.actors.state import State, baseline_cuts, unlived
from vbp_agents.arithmetic import weighted_sum
from vbp_agents.decisions.selection import fee_margin
from vbp_agents.decisions.worth import Worth
from vbp_agents.model import Told, VbpModel
from vbp_agents.parameters import WARM_UP
from vbp_agents.people import care
from vbp_agents.region import Region, is_primary
from vbp_agents.terms.scenario import Scenario
from vbp_agents.world import Accounts


def build_world(scenario: Scenario, patients: int, seed: int, threads: int, progress: Told | None = None) -> State:
    """A world born and warmed up: 36 months under fee for service, whatever the scenario's contracts.

    ``progress`` is told the months done.
    """
    state = unlived(scenario.with_values({"contracts": []}, scenario.name), patients, seed)
    with VbpModel(state=state, terms=state.scenario, threads=threads) as warm_up:
        settle_in(warm_up)
        warm_up.go_on(WARM_UP, progress)
    set_baseline(state, warm_up)
    return state


def settle_in(model: VbpModel) -> None:
    """Give birth to the founders, with their practices."""
    model.crew.over_patients(partial(_found, world=model.world), model.state.patients, model.new_accounts)


def _found(patients: Any, accounts: Accounts, low: int, high: int, *, world: Any) -> None:
    care.found(patients, world, accounts, low, high)


def set_baseline(state: State, model: VbpModel) -> None:
    """Freeze what later years are compared with: deciles of risk, what it costs to keep the doors open, and income.

    And what providers go by: how busy they were, and what a member's services bring.
    """
    patients = state.patients
    unpriced = patients.true_risk.astype(np.float64) - patients.baseline_coded_risk
    state.risk_cuts = baseline_cuts(patients.true_risk.astype(np.float64))
    state.unpriced_cuts = baseline_cuts(unpriced)
    patients.risk_decile = np.searchsorted(state.risk_cuts, patients.true_risk, side="right")
    patients.unpriced_decile = np.searchsorted(state.unpriced_cuts, unpriced, side="right")
    state.income = model.income()
    state.codable = codable(patients, state.scenario.population.risk_condition)
    now = model.providers.situation(Worth({}, {}, model.providers.shape))
    state.fee_margin[:] = by_row(fee_margin(now))
    set_capacity(state.region, model.year, state.scenario.care.usual_load)
    standard = model.year.work.standard.sum(axis=1)
    state.fixed_cost = np.rint(weighted_sum(standard, state.scenario.care.fixed_cost)).astype(np.int64)


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

"""Coordination: effort for tasks that no measure sees, for tasks that measures see, and for writing them up.

Tasks compete for the same effort (Holmstrom and Milgrom 1991): what is paid by measured quality draws it to measured
tasks, and documentation raises the measured rate alone. Management decides, and weighs all that contracts add.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vbp_agents.arithmetic import exp
from vbp_agents.book import SERVICES, SIDES, FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.response import smooth_step
from vbp_agents.decisions.shown import WRITTEN_UP, of_tasks
from vbp_agents.decisions.situation import Situation, share_or_zero
from vbp_agents.parameters import CareParameters

ADMISSION = SERVICES.index("admission")


def unmeasured(now: Situation) -> FloatArray:
    """Dollars a member-month for a unit of coordination, (O,): fewer avoidable stays, duplicates, shorter stays."""
    care = now.care
    admission, test = -care.ambulatory_sensitive * care.preventable, -care.duplicate * care.duplicate_prevented
    parts = {"admission": admission, "post_acute": -care.post_acute_shortened + admission, "test": 0.5 * test}
    value = sum((_spending(now, service, part) for service, part in parts.items()), np.zeros(1))
    return _earned(now, now.of_members(value))


def measured_worth(now: Situation) -> FloatArray:
    """Dollars a member-month for a unit of what measures see, (O,): control, follow-up, readmissions, experience."""
    value = _spending(now, "admission", -now.care.readmission_prevented * _returns(now))
    for name, more in of_tasks(now.care, now.per_member_month).items():
        value = value + now.worth.of_member(name) * more
    return _earned(now, now.of_members(value)) + now.conduct.salience * _at_hospitals(now)


def documented(now: Situation) -> FloatArray:
    """Dollars a member-month for all the documentation that there is, (O,): of what is missed before any."""
    rate, worth = now.per_member_month, now.worth.of_member
    missed = sum((worth(met) * (rate(people) - rate(met)) for met, people in WRITTEN_UP.items()), np.zeros(1))
    worth_written_up = now.conduct.documentation_finds * missed / now.efforts.overlooked(now.conduct)[:, None]
    return _earned(now, now.of_members(worth_written_up))


def aims(now: Situation) -> dict[str, FloatArray]:
    """How far coordination, measured tasks and documentation head from baseline, (O,) each."""
    conduct, sharpness = now.conduct, now.conduct.effort_sharpness
    yields = 1.0 - exp(-(now.learned + conduct.learning_horizon) / conduct.learning_months)
    unseen, seen = yields * unmeasured(now), yields * measured_worth(now)
    curvature = _curvature(now.care) * cost_factor(conduct, now.learned, now.information)
    steps = _steps(unseen, seen, curvature, conduct)
    return {
        "coordination": smooth_step(now.base[:, 0], steps[0], sharpness),
        "measured_tasks": smooth_step(now.base[:, 1], steps[1], sharpness),
        "documentation": smooth_step(
            conduct.documentation_start, documented(now) / conduct.documentation_cost, sharpness
        ),
    }


def at_baseline(
    reference: FloatArray, owns_hospital: NDArray[np.bool_], care: CareParameters, conduct: BehavioralParameters
) -> FloatArray:
    """Coordination and measured tasks before any contract, (O, 2), where an organization without a hospital has
    ``reference``: one that bills its members' admissions does less of what prevents them, as it loses their margin.
    """
    price, margin = care.price[ADMISSION], 1.0 - care.variable_cost[ADMISSION]
    billed = care.usual_admissions / 12_000 * price * (care.hospital_affinity + 0.5 * (1.0 - care.hospital_affinity))
    unseen = -margin * billed * care.ambulatory_sensitive * care.preventable
    seen = -margin * billed * care.readmission_prevented * care.readmission
    steps = _steps(np.full(1, unseen), np.full(1, seen), np.full(1, _curvature(care)), conduct)
    lost = [np.where(owns_hospital, smooth_step(reference, step, conduct.effort_sharpness), 0.0) for step in steps]
    return np.stack([reference + change for change in lost], axis=1)


def _curvature(care: CareParameters) -> float:
    """Dollars a member-month, k1, a cent at least: what costs no more the more is done is done wholly or not at all."""
    return max(0.01, care.coordination_cost[1])


def _steps(
    unseen: FloatArray, seen: FloatArray, curvature: FloatArray, conduct: BehavioralParameters
) -> tuple[FloatArray, FloatArray]:
    """How far the optima of unmeasured and measured tasks move, by what a unit of each is worth, (O,) each."""
    together, apart = (unseen + seen) / curvature, (seen - unseen) / (curvature * conduct.task_tradeoff)
    return 0.5 * (together - apart), 0.5 * (together + apart)


def cost_factor(conduct: BehavioralParameters, learned: FloatArray, information: FloatArray) -> FloatArray:
    """Times the cost of coordination at its best, (O,): beginners and poor information systems pay more."""
    beginner = 1.0 + (conduct.beginner_cost - 1.0) * exp(-learned / conduct.learning_months)
    return np.asarray(beginner * (1.0 + conduct.information_cost * (0.5 - information)))


def _spending(now: Situation, service: str, change: FloatArray | float) -> FloatArray:
    """What contracts add where a share ``change`` of a service's spending goes, (P, H + 1, 2) per member-month."""
    return np.asarray(
        sum(change * now.per_member_month(f"{service}_dollars_{side}") * now.dollars[service, side] for side in SIDES)
    )


def _returns(now: Situation) -> FloatArray:
    """Share of discharges that are followed by a readmission, (P, H + 1, 2)."""
    return share_or_zero(now.per_member_month("readmitted"), now.per_member_month("live_discharges"))


def _at_hospitals(now: Situation) -> FloatArray:
    """Dollars a month and member of a hospital's panel for a unit of what measures see at discharge, (O,).

    Half of it is the hospital's. A hospital's people are those whose discharges it would have at the region's rate.
    """
    worth, care, seen = now.worth.of_hospital, now.care, now.past.hospitals
    value = -0.5 * care.readmission_prevented * worth("readmitted") * seen["readmitted"]
    value = value + 0.5 * care.follow_up_coordination * worth("followed_up") * seen["live_discharges"]
    value = value + 0.5 * care.experience_coordination * worth("survey_points") * seen["surveyed"]
    rate = now.past.book["live_discharges"].sum() / max(1.0, now.past.book["member_months"].sum())
    people = now.of_hospitals(seen["live_discharges"]) / max(rate, 1e-9)
    return share_or_zero(now.of_hospitals(value), people)


def reported_control(care: CareParameters, tasks: FloatArray) -> FloatArray:
    """Control that measures are shown beyond what patients have, in the long run, (O,), by ``tasks`` (O, 2).

    What the tasks that measures see do for them, less what the effort for all tasks does for health.
    """
    beyond = tasks - care.coordination_baseline
    return np.asarray(care.shown_coordination * beyond[:, 1] - care.control_coordination * beyond.mean(axis=1))


def _earned(now: Situation, value: FloatArray) -> FloatArray:
    """What of an ACO's dollar comes to the organization that earned it, once noticed, (O,)."""
    return np.asarray(now.conduct.salience * (1.0 - now.conduct.free_riding) * value)


def coordination_cost(
    care: CareParameters,
    conduct: BehavioralParameters,
    factor: FloatArray,
    base: FloatArray,
    levers: Sequence[FloatArray],
) -> FloatArray:
    """Dollars a member-month that coordination costs, (O,).

    ``factor``: times its cost beyond ``base`` (O, 3), whose first two columns are these tasks; ``levers``:
    coordination, measured tasks and documentation, as far from baseline as they are.
    """
    k0, k1 = care.coordination_cost
    coordination, measured_tasks, documentation = levers
    usual = base[:, :2].mean(axis=1)
    effort = usual + 0.5 * (coordination + measured_tasks)
    before, after = (k0 * k + 0.5 * k1 * k**2 for k in (usual, effort))
    apart = 0.5 * (measured_tasks - coordination)
    task = 0.5 * k1 * conduct.task_tradeoff * apart**2
    return np.asarray(before + factor * (after - before + task) + 0.5 * conduct.documentation_cost * documentation**2)

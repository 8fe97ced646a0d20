"""Participation: whether a holder is in a voluntary contract for the next year, and in which of a ladder."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vbp_agents.arithmetic import exp
from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions import coding, coordination
from vbp_agents.decisions.situation import Ints, Situation

HALF_YEAR = 6
"""Months from a decision to the middle of the year that it is about."""


@dataclass(frozen=True)
class Prospect:
    """What holders expect of a year under a contract, dollars a member-year, (n,) each.

    ``expected``: payment beyond fees; ``spread``: the settlement's standard deviation; ``response``: what levers on
    their way to where the contract draws them add, less what they cost. ``people``: members, or a hospital's patients.
    """

    people: FloatArray
    expected: FloatArray
    spread: FloatArray
    response: FloatArray


def membership_value(conduct: BehavioralParameters, seen: Prospect, earned: FloatArray) -> FloatArray:
    """Dollars a member-year of being in, (n,): out is 0.

    ``earned`` (n,): the last settlement known, dollars a member-year; NaN where there is none.
    """
    weight = np.where(np.isnan(earned), 0.0, conduct.experience)
    believed = (1.0 - weight) * seen.expected + weight * np.nan_to_num(earned)
    return np.asarray(conduct.salience * (believed - conduct.risk_premium * seen.spread) + seen.response)


def change_cost(conduct: BehavioralParameters, at: Ints, people: FloatArray, alternatives: int) -> FloatArray:
    """Dollars a member-year that it costs a holder ``at`` one alternative to have another, (alternatives, n).

    Alternative 0 is out. Whoever enters has to be set up; whoever is in pays for leaving and for another contract.
    """
    to = np.arange(alternatives)[:, None]
    entry = np.where(to > 0, conduct.set_up_cost / np.maximum(people, 1.0), 0.0)
    return np.where(to == at, 0.0, np.where(at == 0, entry, conduct.switching_cost))


def chosen(conduct: BehavioralParameters, values: FloatArray, at: Ints, people: FloatArray, luck: FloatArray) -> Ints:
    """The alternative that each holder has next year, (n,): a logit by ``luck``, standard Gumbel, (alternatives, n)."""
    seen = values - change_cost(conduct, at, people, len(values)) + conduct.choice_noise * luck
    return np.asarray(np.argmax(seen, axis=0))


def response(
    now: Situation, levers: Mapping[str, FloatArray], next_year: Mapping[str, FloatArray], cost: FloatArray
) -> FloatArray:
    """Dollars a member-month that management's levers will add to the year that the Book shows, (O,).

    From where they are to where they will be in the middle of next year, and better learned, by their own drives;
    less what they cost then, ``cost`` (O,), which the Book does not show.
    """
    drives = {
        "coordination": coordination.unmeasured(now),
        "measured_tasks": coordination.measured_worth(now),
        "documentation": coordination.documented(now),
        "completeness": coding.drive(now) / coding.reach(now.conduct, now.base[:, 2]),
    }
    months = {"coordination": now.learned, "measured_tasks": now.learned}
    added = -cost
    for name, drive in drives.items():
        learned = months.get(name, np.inf)
        before, after = (1.0 - exp(-(learned + by) / now.conduct.learning_months) for by in (0.0, HALF_YEAR))
        added = added + drive * (after * next_year[name] - before * levers[name])
    return np.asarray(added)

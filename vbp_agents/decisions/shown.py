"""What measures see of management's practice: the tasks that they are about, what is written up as met, and codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vbp_agents.book import FloatArray
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.parameters import CareParameters

WRITTEN_UP = {"controlled": "diagnosed", "preventive_seen": "preventive_eligible"}
"""What documentation counts as met, and those whom it is about."""


@dataclass(frozen=True)
class MeasuredPractice:
    """Measured tasks, documentation and completeness of coding of contract holders, (H + 1,) each: the last is none."""

    measured_tasks: FloatArray
    documentation: FloatArray
    completeness: FloatArray

    def overlooked(self, conduct: BehavioralParameters) -> FloatArray:
        """Share of what was missed that documentation leaves as missed, (H + 1,)."""
        return 1.0 - conduct.documentation_finds * self.documentation


def over_a_year(months: Sequence[MeasuredPractice]) -> MeasuredPractice:
    """What measures of a year saw: what is written up in December, all else on average."""
    tasks = np.mean([month.measured_tasks for month in months], axis=0)
    return MeasuredPractice(tasks, months[-1].documentation, np.mean([month.completeness for month in months], axis=0))


def of_tasks(care: CareParameters, people: Callable[[str], FloatArray]) -> dict[str, FloatArray]:
    """What a unit of measured tasks adds to numerators, per whatever ``people`` counts a column by."""
    return {
        "readmitted": -care.readmission_prevented * people("readmitted"),
        "followed_up": care.follow_up_coordination * people("live_discharges"),
        "controlled": care.control_density * care.shown_coordination * people("diagnosed"),
        "survey_points": care.experience_coordination * people("surveyed"),
    }


def restated_for(
    year: Mapping[str, FloatArray],
    then: MeasuredPractice,
    now: MeasuredPractice,
    care: CareParameters,
    conduct: BehavioralParameters,
    codable: float,
) -> dict[str, FloatArray]:
    """The numerators and coded risk of a year, (H,) each, of practice ``then`` as practice ``now`` would show them.

    ``codable``: risk score per member that recording nothing to recording everything adds.
    """
    more = (now.measured_tasks - then.measured_tasks)[:-1]
    left = (now.overlooked(conduct) / then.overlooked(conduct))[:-1]
    restated = {name: year[name] + more * each for name, each in of_tasks(care, year.__getitem__).items()}
    for met, people in WRITTEN_UP.items():
        restated[met] = year[people] - left * np.maximum(0.0, year[people] - restated.get(met, year[met]))
    coded = codable * (now.completeness - then.completeness)[:-1]
    return restated | {"risk_months": year["risk_months"] + coded * year["member_months"]}

"""A small made-up situation to try a behavior on before anything is simulated."""

import numpy as np

from vbp_agents.book import COLUMNS, SERVICES
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.decisions.shown import MeasuredPractice
from vbp_agents.decisions.situation import Past, Situation
from vbp_agents.decisions.worth import Worth
from vbp_agents.parameters import RELATIONS, CareParameters

PAYERS, HOLDERS, HOSPITALS, ORGANIZATIONS, PRACTICES = 2, 3, 2, 5, 7
"""Sizes that all differ where they can, so that a shape that is wrong is found."""


def example_situation(pressure: float) -> Situation:
    """Two payers, three contract holders, two hospitals, five organizations and seven practices.

    ``pressure`` 0: all is as at baseline, and contracts add nothing. 1: contracts add to and take from every column,
    hours are short, prices and incomes have changed; other numbers: so many times as much.
    """
    members = {name: np.full((PAYERS, HOLDERS, 2), 1_000.0 + number) for number, name in enumerate(COLUMNS)}
    hospitals = {name: np.full((PAYERS, HOSPITALS), 200.0 + number) for number, name in enumerate(COLUMNS)}
    sign = {name: -0.3 if "dollars" in name else 5.0 for name in COLUMNS}
    worth = Worth(
        {name: pressure * sign[name] * np.ones((PAYERS, HOLDERS, 2)) for name in COLUMNS} if pressure else {},
        {name: pressure * sign[name] * np.ones((PAYERS, HOSPITALS)) for name in COLUMNS} if pressure else {},
        (PAYERS, HOLDERS, HOSPITALS),
    )
    prices = np.ones((PAYERS, ORGANIZATIONS, len(SERVICES)))
    organization = np.array([0, 0, 1, 2, 3, 4, 4])
    return Situation(
        conduct=BehavioralParameters(),
        care=CareParameters(),
        worth=worth,
        past=Past.of(members, hospitals),
        holder=np.array([0, 1, 2, -1, -1]),
        owner=np.array([False, False, False, True, True]),
        information=np.linspace(0.0, 1.0, ORGANIZATIONS),
        learned=np.array([0.0, 6.0, 24.0, 0.0, 60.0]),
        organization=organization,
        hospital=np.array([-1, 0, -1, 1, -1, -1, -1]),
        hospital_organization=np.array([0, 2]),
        price=prices * (1.0 + 0.05 * pressure * np.arange(ORGANIZATIONS)[None, :, None]),
        price_before=prices,
        inside=np.linspace(0.1, 0.9, PRACTICES),
        asked=np.full((PRACTICES, PAYERS, len(RELATIONS)), 1.0 / (len(RELATIONS) * PAYERS)),
        hour_price=np.full(PRACTICES, 20.0 * pressure),
        codable=0.4,
        income=1.0 - 0.1 * pressure * np.linspace(-1.0, 1.0, ORGANIZATIONS),
        base=np.tile([0.3, 0.3, 0.7], (ORGANIZATIONS, 1)),
        efforts=MeasuredPractice(*(np.full(HOLDERS + 1, effort) for effort in (0.3, 0.02, 0.7))),
    )

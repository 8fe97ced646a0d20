"""What the patients' month reads and writes: the world around a patient, and the accounts in which a thread counts."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import SERVICES, SIDES
from vbp_agents.conduct import BehavioralParameters
from vbp_agents.counts import Billed, Episodes, Group, Hospital, Members, Panel, Spending, Work
from vbp_agents.parameters import DECISIONS, RELATIONS, CareParameters, PopulationParameters
from vbp_agents.records import empty
from vbp_agents.truth import DecisionTruth, Hidden

HIGHEST_BIN = 255


class Environment(NamedTuple):
    """Everything around a patient in a month; read, never written, by the patients' threads.

    A row of the Book is one payer with one contract holder; each payer also has a row for people attributed to
    none. The accounts have each of these ``n_rows`` twice: first for people without recorded kidney disease, then
    for people with it. Shapes:
    ``payer_share`` (payers,) cumulative; ``unattached_row`` (payers,); ``holder_of_row`` (2 x rows,); ``first_row``
    (payers,);
    ``price_factor`` (payers, organizations, services); ``truncation`` (payers,) cents; ``survey_share`` (rows,);
    ``community_*`` (services,); cuts (9,).
    What providers have decided: ``intensity`` (practices, payers, what a patient is to them, questions), prices;
    ``contract_margin`` (2 x rows, 3) dollars a year that contracts add to a member's worth, per member, coded risk
    and seen risk;
    ``fee_margin`` (2 x rows,) dollars a year that services bring per unit of risk, before any contract;
    ``case_worth`` (hospitals, payers, 2) dollars that contracts add to an elective joint replacement, and per dollar
    that its episode is expected to cost.
    """

    seed: int
    n_patients: int
    care: CareParameters
    population: PopulationParameters
    areas: Any
    organizations: Any
    practices: Any
    practice_of: NDArray[np.int32]
    referral_to: NDArray[np.uint16]
    referral_share: NDArray[np.float32]
    region_width: float
    payer_share: NDArray[np.float64]
    n_rows: int
    first_row: NDArray[np.int64]
    unattached_row: NDArray[np.int64]
    holder_of_row: NDArray[np.int64]
    price_factor: NDArray[np.float64]
    truncation: NDArray[np.int64]
    survey_share: NDArray[np.float64]
    community_cost: NDArray[np.float64]
    community_power: NDArray[np.float64]
    risk_cuts: NDArray[np.float64]
    unpriced_cuts: NDArray[np.float64]
    conduct: BehavioralParameters
    intensity: NDArray[np.float32]
    contract_margin: NDArray[np.float64]
    fee_margin: NDArray[np.float64]
    case_worth: NDArray[np.float64]


class Accounts(NamedTuple):
    """Where one thread counts. All integers: sums are exact in any order, so threads and chunks leave no trace."""

    billed: Any
    work: Any
    members: Any
    hidden: Any
    episodes: Any
    truth: Any
    panels: Any
    groups: Any
    spending: Any
    hospitals: Any
    hospital_episodes: Any
    asked: NDArray[np.int64]


GROUPINGS = (("deprivation_quintile", 5), ("true_risk_decile", 10), ("unpriced_risk_decile", 10))
"""By what people are grouped, and into how many groups."""
QUINTILE, RISK_DECILE, UNPRICED_DECILE = range(len(GROUPINGS))
DECILES = 10
OTHERS, MEMBER, MEMBER_WITH_CONDITION = range(len(RELATIONS))


def new_accounts(n_rows: int, n_organizations: int, n_practices: int, n_payers: int, n_hospitals: int) -> Accounts:
    """Empty accounts for a world of this size."""
    return Accounts(
        billed=empty(Billed, (n_rows, len(SERVICES), len(SIDES))),
        work=empty(Work, (n_organizations, n_payers, len(SERVICES))),
        members=empty(Members, n_rows),
        hidden=empty(Hidden, n_rows),
        episodes=empty(Episodes, n_rows),
        truth=empty(DecisionTruth, (n_organizations, len(DECISIONS))),
        panels=empty(Panel, n_practices),
        groups=empty(Group, (len(GROUPINGS), max(n for _, n in GROUPINGS))),
        spending=empty(Spending, (n_payers, HIGHEST_BIN + 1)),
        hospitals=empty(Hospital, (n_hospitals, n_payers)),
        hospital_episodes=empty(Episodes, (n_hospitals, n_payers)),
        asked=np.zeros((n_practices, n_payers, len(RELATIONS)), np.int64),
    )

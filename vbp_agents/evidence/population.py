"""The population against its targets: one table of what the default world shows in a year, and what was published.

Rows marked hard must be met within their tolerance; the others are reported with their miss and their definition.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vbp_agents.arithmetic import correlation, weighted_sum
from vbp_agents.book import FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows
from vbp_agents.model import VbpModel
from vbp_agents.networks.network import adjusted_degree, assigned, backbone, same_hospital, sharing
from vbp_agents.people.services import ADMISSION, EMERGENCY, OTHER, POST_ACUTE, PRIMARY, PROCEDURE, SPECIALIST, TEST
from vbp_agents.region import Region

NO_ROW = "–"
"""The id of a row without a published figure."""


@dataclass(frozen=True)
class Target:
    """One measure of the population beside its ``row`` of the evidence, None where nothing is published.

    ``hard``: it must lie in the row's range, else it is reported only; ``points``: a miss is told in points, not as a
    share; ``unit`` and ``ours``: of what is measured here, where no row says it.
    """

    measure: str
    row: EvidenceRow | None
    hard: bool
    points: bool
    unit: str
    ours: str

    @property
    def id(self) -> str:
        """Which figure it is beside."""
        return self.row.evidence[0] if self.row and self.row.evidence else NO_ROW

    @property
    def value(self) -> float | None:
        """The published figure."""
        return self.row.target if self.row else None

    @property
    def source(self) -> str:
        """Where the figure is from, and what ours is where that is not the same."""
        source = self.row.source if self.row else "no target"
        return f"{source}; ours: {self.ours}" if self.ours else source

    def miss(self, ours: float) -> float:
        """How far ours is off: points, or a share of the target; nothing where there is no target."""
        if self.value is None:
            return 0.0
        return ours - self.value if self.points else ours / self.value - 1.0

    def is_met(self, ours: float) -> bool:
        """Whether ours lies in the row's range; a row that is reported only cannot fail."""
        low, high = (self.row.low, self.row.high) if self.row else (None, None)
        return not self.hard or (low is not None and high is not None and low <= ours <= high)


def _targets(*targets: tuple[str, bool, bool, str]) -> tuple[Target, ...]:
    """Measures with their rows, each hard or not, in points or not, and what ours is."""
    rows = {str(row.given["name"]): row for row in evidence_rows() if row.measure == MEASURED_BY}
    return tuple(
        Target(name, rows.get(name), hard, points, rows[name].unit if name in rows else "per 1,000", ours)
        for name, hard, points, ours in targets
    )


MEASURED_BY = "population.of_year"
HARD = (
    "spending_truncated",
    "inpatient_share",
    "skilled_nursing_share",
    "outpatient_share",
    "physician_share",
    "admissions",
    "emergency_visits",
    "nursing_stays",
    "nursing_stay_price",
    "primary_visits",
    "specialist_visits",
)
_AGES = ("age_under_65", "age_65_74", "age_75_84", "age_85_and_over")
TOP = (1, 5, 10, 20, 50)
"""Percent of people whose share of spending is measured."""
TARGETS = _targets(
    *((name, True, False, "") for name in HARD),
    ("readmissions", True, True, ""),
    *((name, True, False, "") for name in _AGES),
    *((f"top_{q}_share", True, True, "") for q in TOP),
    ("mortality", False, False, ""),
    ("specialists_outside", False, True, ""),
    ("continuity", False, True, "all visits, over clinicians"),
    ("continuity_practices", False, True, "all visits, over practices"),
    ("usual_provider", False, True, ""),
    ("clinicians_seen", False, False, "median of people with 4 visits or more"),
    ("coded_risk_r2", False, True, ""),
    ("joint_episodes", False, False, "over in the year, no hip fracture"),
    ("fracture_episodes", False, False, "over in the year"),
    ("joint_episode_cost", False, False, "without hip fracture"),
    ("joint_institutional", False, True, "to a nursing facility"),
)
"""What a year's accounts and people show, in the order of the table; figures and ranges are those of `rows.yaml`."""
NETWORK_TARGETS = _targets(
    ("adjusted_degree", False, False, "one area"),
    ("tied_same_hospital", False, True, "of two hospitals an area"),
    ("untied_same_hospital", False, True, "of two hospitals an area"),
    ("assignment_turnover", False, True, "most-seen clinician"),
)
"""The same of the care network."""


def lived_year(model: VbpModel) -> dict[str, float]:
    """Every measure of TARGETS and NETWORK_TARGETS of the model's next year, which is lived."""
    world = model.world
    before, people = assigned(world.patients), world.patients.id.copy()
    for _ in range(12):
        model.step()
    before[people != world.patients.id] = np.nan
    year = measure_year(model.year, world.patients, np.array(model.studied.care.physician_share))
    return year | measure_network(world.patients, world.region, before)


def measure_network(patients: Any, region: Region, before: FloatArray) -> dict[str, float]:
    """The measures of NETWORK_TARGETS in the first area; ``before``: who was assigned a year ago (NaN: newcomers)."""
    graph = backbone(sharing(patients, region, 0))
    tied, untied = same_hospital(graph) if graph.number_of_edges() else (np.nan, np.nan)
    now = assigned(patients)
    both = ~np.isnan(before) & ~np.isnan(now)
    return {
        "adjusted_degree": adjusted_degree(graph) if graph.number_of_edges() else np.nan,
        "tied_same_hospital": 100 * tied,
        "untied_same_hospital": 100 * untied,
        "assignment_turnover": 100 * float(np.mean(before[both] != now[both])),
    }


def measure_year(year: Accounts, patients: Any, physician_share: FloatArray) -> dict[str, float]:
    """Every measure of TARGETS from one year's accounts and the patients at its end."""
    people = year.members.member_months.sum() / 12.0
    counts = year.billed.count.sum(axis=(0, 2)) / people
    dollars = year.billed.cents.sum(axis=(0, 2)) / people / 100.0
    measures = {
        "spending_truncated": year.billed.truncated.sum() / people / 100.0,
        "admissions": 1e3 * counts[ADMISSION],
        "emergency_visits": 1e3 * counts[EMERGENCY],
        "nursing_stays": 1e3 * counts[POST_ACUTE],
        "nursing_stay_price": dollars[POST_ACUTE] / counts[POST_ACUTE],
        "primary_visits": counts[PRIMARY],
        "specialist_visits": counts[SPECIALIST],
        "mortality": 1e2 * year.members.deaths.sum() / people,
    }
    measures |= spending_mix(dollars, physician_share) | concentration(year) | ages(patients)
    return measures | coordination(year) | people_seen(patients) | joint_replacement(year, people)


def joint_replacement(year: Accounts, people: float) -> dict[str, float]:
    """Joint replacement episodes that ended in the year, per 1,000 of ``people``; what one costs; who goes where."""
    without, fractures = (int(year.episodes[f"{stratum}_episodes"].sum()) for stratum in ("joint", "fracture"))
    return {
        "joint_episodes": 1e3 * without / people,
        "fracture_episodes": 1e3 * fractures / people,
        "joint_episode_cost": year.episodes.joint_dollars.sum() / max(1, without) / 100.0,
        "joint_institutional": 1e2 * year.episodes.joint_institutional.sum() / max(1, without + fractures),
    }


def spending_mix(dollars: FloatArray, physician_share: FloatArray) -> dict[str, float]:
    """Shares of spending (%).

    Each class's price is part professional fee, part facility; stays are inpatient or nursing.
    """
    professional = float(weighted_sum(dollars, physician_share))
    facility = dollars * (1.0 - physician_share)
    outpatient = facility[[PRIMARY, SPECIALIST, TEST, PROCEDURE, EMERGENCY]].sum()
    total = dollars.sum() / 100.0
    return {
        "inpatient_share": facility[ADMISSION] / total,
        "skilled_nursing_share": dollars[POST_ACUTE] / total,
        "outpatient_share": float(outpatient) / total,
        "physician_share": professional / total,
        "other_share": dollars[OTHER] / total,
    }


def concentration(year: Accounts) -> dict[str, float]:
    """What the top 1 to 50% of people hold of a year's untruncated spending (%), from the bins.

    The dead of the year count as people.
    """
    people, cents = (year.spending[name].sum(axis=0)[::-1] for name in ("people", "cents"))
    at = np.concatenate([[0.0], np.cumsum(people) / people.sum()])
    held = np.concatenate([[0.0], np.cumsum(cents) / cents.sum()])
    return {f"top_{q}_share": 100.0 * float(np.interp(q / 100.0, at, held)) for q in TOP}


def ages(patients: Any) -> dict[str, float]:
    """The age mix (%)."""
    band = np.bincount(np.digitize(patients.age / 12.0, [65.0, 75.0, 85.0]), minlength=4) / len(patients)
    return dict(zip(_AGES, 100.0 * band, strict=True))


def coordination(year: Accounts) -> dict[str, float]:
    """Readmissions (% of discharges), referrals that leave the ACO (%), continuity, the usual provider's share."""
    members = year.members
    regular = max(1, members.regular_visitors.sum()) * 1e6
    return {
        "readmissions": 1e2 * members.readmitted.sum() / max(1, members.live_discharges.sum()),
        "specialists_outside": 1e2 * (1.0 - members.referrals_inside.sum() / max(1, members.referrals.sum())),
        "continuity": members.continuity_clinicians.sum() / regular,
        "continuity_practices": members.continuity_practices.sum() / regular,
        "usual_provider": 1e2 * members.usual_provider.sum() / regular,
    }


def people_seen(patients: Any) -> dict[str, float]:
    """Clinicians a regular visitor sees in the year (median), and what coded risk says of the year's spending."""
    regular = patients.seen_count.sum(axis=1) >= 4
    seen = (patients.seen_count[regular] > 0).sum(axis=1)
    whole_year = patients.entered < patients.entered.max() - 12
    r = correlation(patients.coded_risk[whole_year], patients.spent[whole_year])
    return {"clinicians_seen": float(np.median(seen)), "coded_risk_r2": 1e2 * r**2}

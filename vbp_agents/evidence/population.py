"""The population against its targets: one table of what the default world shows in a year, and what was published.

Rows marked hard must be met within their tolerance; the others are reported with their miss and their definition.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vbp_agents.arithmetic import correlation, weighted_sum
from vbp_agents.book import FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.model import VbpModel
from vbp_agents.networks.network import adjusted_degree, assigned, backbone, same_hospital, sharing
from vbp_agents.people.services import ADMISSION, EMERGENCY, OTHER, POST_ACUTE, PRIMARY, PROCEDURE, SPECIALIST, TEST
from vbp_agents.region import Region

PUF = "CMS MSSP public use file PY2024"
FINKELSTEIN = "Finkelstein 2018, control areas of CJR's first year"
NO_ROW = "–"
"""The id of a row without a published figure."""


@dataclass(frozen=True)
class Target:
    """One published figure, None where there is none to compare with.

    ``tolerance``: a share of it, or points where ``points``; None: reported only.
    """

    id: str
    measure: str
    value: float | None
    tolerance: float | None
    points: bool
    unit: str
    source: str

    def miss(self, ours: float) -> float:
        """How far ours is off: points, or a share of the target; nothing where there is no target."""
        if self.value is None:
            return 0.0
        return ours - self.value if self.points else ours / self.value - 1.0

    def is_met(self, ours: float) -> bool:
        """Whether ours lies within the tolerance; a row without one cannot fail."""
        return self.tolerance is None or abs(self.miss(ours)) <= self.tolerance


def _share(id: str, measure: str, value: float, source: str) -> Target:
    return Target(id, measure, value, 0.05, False, "%", source)


TARGETS = (
    Target("N11", "spending_truncated", 13_166, 0.05, False, "$/person-year", PUF),
    _share("Mcomp", "inpatient_share", 26.5, "spending mix of ACOs, 2024"),
    _share("Mcomp", "skilled_nursing_share", 5.6, "spending mix of ACOs, 2024"),
    _share("Mcomp", "outpatient_share", 24.5, "spending mix of ACOs, 2024"),
    _share("Mcomp", "physician_share", 33.1, "spending mix of ACOs, 2024"),
    Target("N13", "admissions", 257.2, 0.05, False, "per 1,000", PUF),
    Target("N14", "emergency_visits", 625.8, 0.05, False, "per 1,000", PUF),
    Target("N15", "nursing_stays", 44.0, 0.05, False, "per 1,000", PUF),
    Target("N15", "nursing_stay_price", 16_543, 0.05, False, "$", PUF),
    Target("N16", "primary_visits", 7.48, 0.05, False, "visits/person-year", PUF + " (12.58 less 5.10)"),
    Target("N16", "specialist_visits", 5.10, 0.05, False, "visits/person-year", PUF),
    Target("N17", "readmissions", 15.17, 1.0, True, "%", PUF + ", measure 479"),
    _share("N20", "age_under_65", 8.6, PUF),
    _share("N20", "age_65_74", 46.8, PUF),
    _share("N20", "age_75_84", 33.0, PUF),
    _share("N20", "age_85_and_over", 11.6, PUF),
    *(
        Target("N01", f"top_{q}_share", value, 2.0, True, "% of spending", "Wallis 2021, FFS 65+, 2007-18")
        for q, value in ((1, 14.9), (5, 41.5), (10, 60.0), (20, 79.1), (50, 95.7))
    ),
    Target("N19", "mortality", 4.8, None, False, "% a year", "from memory (4.5 to 5.0)"),
    Target("K06", "specialists_outside", 66.7, None, True, "% of referrals", "McWilliams 2014"),
    Target(
        "W10",
        "continuity",
        0.55,
        None,
        True,
        "index",
        "Hussey 2014: condition-related visits; ours: all visits, over clinicians",
    ),
    Target("W14", "continuity_practices", 0.40, None, True, "index", "from memory; ours: all visits, over practices"),
    Target(
        "W02",
        "usual_provider",
        35.0,
        None,
        True,
        "%",
        "Pham 2007, share of visits with the assigned physician (median)",
    ),
    Target(
        "W01",
        "clinicians_seen",
        7.0,
        None,
        False,
        "clinicians",
        "Pham 2007 (median); ours: median of people with 4 visits or more",
    ),
    Target(
        "section 3",
        "coded_risk_r2",
        10.0,
        None,
        True,
        "%",
        "share of next year's variance of spending that coded risk explains",
    ),
    Target(
        NO_ROW, "joint_episodes", None, None, False, "per 1,000", "no target; ours: over in the year, no hip fracture"
    ),
    Target(NO_ROW, "fracture_episodes", None, None, False, "per 1,000", "no target; ours: over in the year"),
    Target("B03", "joint_episode_cost", 22_872, None, False, "$", FINKELSTEIN + "; ours: without hip fracture"),
    Target(
        "B01", "joint_institutional", 33.7, None, True, "% of episodes", FINKELSTEIN + "; ours: to a nursing facility"
    ),
)

NETWORK_TARGETS = (
    Target(
        "W05",
        "adjusted_degree",
        27.3,
        None,
        False,
        "ties per 100 patients",
        "Landon 2012 (regions 11.7 to 54.4); ours: one area",
    ),
    Target(
        "W07", "tied_same_hospital", 96.0, None, True, "% of tied pairs", "Landon 2012; ours: of two hospitals an area"
    ),
    Target(
        "W07",
        "untied_same_hospital",
        69.2,
        None,
        True,
        "% of other pairs",
        "Landon 2012; ours: of two hospitals an area",
    ),
    Target(
        "W03", "assignment_turnover", 33.0, None, True, "% of people a year", "Pham 2007; ours: most-seen clinician"
    ),
)


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
    return {f"top_{q}_share": 100.0 * float(np.interp(q / 100.0, at, held)) for q in (1, 5, 10, 20, 50)}


def ages(patients: Any) -> dict[str, float]:
    """The age mix (%)."""
    band = np.bincount(np.digitize(patients.age / 12.0, [65.0, 75.0, 85.0]), minlength=4) / len(patients)
    return dict(zip(("age_under_65", "age_65_74", "age_75_84", "age_85_and_over"), 100.0 * band, strict=True))


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

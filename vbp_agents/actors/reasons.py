"""Why a provider moves its levers: every drive in dollars, by contract and by what the contract pays for.

Drives are linear in what contracts are worth, so the drive of one contract's one kind of column is its part of the
whole: the parts add up. What contracts have nothing to do with (hours that run short, prices that changed) is left over
and named too. What follows from a drive is not linear: norms and effort let through less and less of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from vbp_agents.arithmetic import tanh, weighted_sum
from vbp_agents.behaviors.base import Behavior, Levers
from vbp_agents.book import SERVICES, FloatArray
from vbp_agents.decisions import coding, coordination, intensity, selection, steering
from vbp_agents.decisions.situation import Situation
from vbp_agents.decisions.worth import Part, Worth

QUALITY = ("diagnosed", "controlled", "live_discharges", "followed_up", "readmitted", "surveyed", "survey_points")
EPISODES = ("joint_", "fracture_")
TERMS: Mapping[str, Callable[[str], bool]] = {
    "members": lambda column: column == "member_months",
    "risk score": lambda column: column == "risk_months",
    "quality": lambda column: column in QUALITY or column.startswith(("preventive_", "measured_")),
    "episodes": lambda column: column.startswith(EPISODES),
    "services": lambda column: "_count_" in column,
    "spending": lambda column: column == "participant_revenue" or "_dollars_" in column or "_truncated_" in column,
}
"""What a contract pays for: every column of the Book is in one of them."""
BESIDES = "hours and prices"
"""What moves a lever beside contracts."""


@dataclass(frozen=True)
class Aspect:
    """One thing that a provider decides.

    ``unit``: of its drive, always dollars for something; ``moves``: the unit of the lever; ``more`` and ``less``: what
    it is to move it up or down.
    """

    lever: str
    what: str
    unit: str
    moves: str
    more: str
    less: str


SHARE = "share"
PER_MONTH = "dollars a member-month"
INTENSITY = tuple(
    Aspect("intensity", question, "dollars a service", "dollars a service", f"more {words}", f"fewer {words}")
    for question, words in zip(
        intensity.QUESTIONS,
        (
            "primary visits",
            "referrals",
            "return visits",
            "tests",
            "procedures",
            "admissions",
            "nursing stays",
            "nursing stays after joint replacements",
        ),
        strict=True,
    )
)
STEERING = (
    Aspect("steering", "inside", "dollars a referral", "log weight", "more referrals inside", "fewer referrals inside"),
    Aspect(
        "steering", "cheaper", "dollars a referral", "log weight", "cheaper places to refer to", "dearer places of care"
    ),
)
EFFORTS = (
    Aspect("coordination", "unmeasured", PER_MONTH, SHARE, "more coordination", "less coordination"),
    Aspect("measured_tasks", "measured", PER_MONTH, SHARE, "more measured tasks", "fewer measured tasks"),
    Aspect("documentation", "documented", PER_MONTH, SHARE, "more documentation", "less documentation"),
    Aspect("completeness", "coded", PER_MONTH, SHARE, "more complete coding", "less complete coding"),
)
SELECTION = (
    Aspect("selection", "average member", "dollars a year", "dollars a year", "welcoming members", "avoiding members"),
    Aspect(
        "selection",
        "unpriced risk",
        "dollars a year for a point of uncoded risk",
        "dollars a year for a point of uncoded risk",
        "welcoming the sicker than coded",
        "avoiding the sicker than coded",
    ),
)
_CASES = (
    Aspect("cases", "joint replacement", "dollars a case", "dollars a case", "welcoming cases", "avoiding cases"),
    Aspect(
        "cases",
        "costlier case",
        "dollars for $1,000 more",
        "dollars for $1,000 more",
        "welcoming costly cases",
        "avoiding costly cases",
    ),
)
ASPECTS = (*INTENSITY, *STEERING, *EFFORTS, *SELECTION, *_CASES)
Amounts = dict[Aspect, float]


@dataclass(frozen=True)
class Cause:
    """Dollars of a drive that one contract (of a payer, by number) pays through one kind of column."""

    contract: str
    payer: int
    term: str
    dollars: float


@dataclass(frozen=True)
class Reason:
    """Why one aspect moves.

    ``drive``: dollars, the sum of ``causes`` and of what is ``besides`` contracts. ``heads_for``: what norms and effort
    let it lead to, in the lever's unit; ``peers``: what others do, None where nobody looks; ``is_now``: where the lever
    is. ``reach``: of the way that the lever can go at all, in [-1, 1]; 0 for what has no end. ``weighed``: whether the
    provider's behavior would head elsewhere were contracts worth nothing.
    """

    aspect: Aspect
    drive: float
    causes: tuple[Cause, ...]
    besides: float
    heads_for: float
    peers: float | None
    is_now: float
    reach: float
    weighed: bool


@dataclass(frozen=True)
class Stand:
    """All levers: where they head, where peers are, where they are now; and how providers find where they head."""

    aims: Levers
    peers: Levers
    now: Levers
    behavior: Behavior


def reasons(now: Situation, parts: Iterable[Part], stand: Stand, practice: int) -> list[Reason]:
    """Every aspect that a practice or its organization decides, with what moves it and how far."""
    idle = replace(now, worth=Worth({}, {}, now.worth.shape))
    whole, bare = drives(now, practice), drives(idle, practice)
    causes = list(_causes(now, bare, parts, practice))
    aims, peers, levers = (distances_from_baseline(now, at, practice) for at in (stand.aims, stand.peers, stand.now))
    reach = share_of_way(now, stand.aims, practice)
    heeding, heedless = (
        distances_from_baseline(known, stand.behavior.aim(known, stand.now), practice) for known in (now, idle)
    )
    return [
        Reason(
            aspect=aspect,
            drive=whole[aspect],
            causes=tuple(cause for moved, cause in causes if moved is aspect),
            besides=bare[aspect],
            heads_for=aims[aspect],
            peers=None if aspect in (*SELECTION, *_CASES) else peers[aspect],
            is_now=levers[aspect],
            reach=reach.get(aspect, 0.0),
            weighed=heeding[aspect] != heedless[aspect],
        )
        for aspect in whole
    ]


def _causes(now: Situation, bare: Amounts, parts: Iterable[Part], practice: int) -> Iterator[tuple[Aspect, Cause]]:
    """Each contract's part of each drive by what it pays for, where it is any."""
    for part in parts:
        for term, columns in TERMS.items():
            worth = part.worth.only(columns)
            if not worth:
                continue
            for aspect, dollars in drives(replace(now, worth=worth), practice).items():
                if dollars != bare[aspect]:
                    yield aspect, Cause(part.name, part.payer, term, dollars - bare[aspect])


def drives(now: Situation, practice: int) -> Amounts:
    """Dollars for one more of each thing that a practice, its organization or its hospital decides."""
    organization, hospital = now.organization[practice], now.hospital[practice]
    style = intensity.on_average(now.asked, intensity.drive(now))[practice] * price_of(now)
    efforts = (coordination.unmeasured(now), coordination.measured_worth(now), coordination.documented(now))
    dollars_by_aspect = dict(zip(INTENSITY, style, strict=True))
    dollars_by_aspect |= dict(zip(STEERING, steering.drive(now)[practice], strict=True))
    dollars_by_aspect |= {
        aspect: drive[organization] for aspect, drive in zip(EFFORTS, (*efforts, coding.drive(now)), strict=True)
    }
    dollars_by_aspect |= dict(
        zip(SELECTION, _of_member(now, selection.margins_of_contracts(now), organization), strict=True)
    )
    if hospital >= 0:
        dollars_by_aspect |= dict(zip(_CASES, _of_case(now, selection.cases(now), hospital), strict=True))
    return {aspect: float(dollars) for aspect, dollars in dollars_by_aspect.items()}


def distances_from_baseline(now: Situation, levers: Levers, practice: int) -> Amounts:
    """How far each lever is from baseline where ``levers`` are, intensity after what norms take off."""
    organization, hospital, drift = now.organization[practice], now.hospital[practice], now.conduct.drift
    style = drift * tanh(_style(now, levers, practice) / drift) * price_of(now)
    efforts = (levers.coordination, levers.measured_tasks, levers.documentation, levers.completeness)
    places = dict(zip(INTENSITY, style, strict=True))
    places |= dict(zip(STEERING, levers.steering[practice], strict=True))
    places |= {aspect: lever[organization] for aspect, lever in zip(EFFORTS, efforts, strict=True)}
    places |= dict(zip(SELECTION, _of_member(now, levers.selection, organization), strict=True))
    if hospital >= 0:
        places |= dict(zip(_CASES, _of_case(now, levers.cases, hospital), strict=True))
    return {aspect: float(place) for aspect, place in places.items()}


def share_of_way(now: Situation, levers: Levers, practice: int) -> Amounts:
    """The share of its way that each lever has gone, in [-1, 1]; selection has no end."""
    organization, conduct = now.organization[practice], now.conduct
    unseen, seen, _ = now.base[organization]
    shares = dict(zip(INTENSITY, tanh(_style(now, levers, practice) / conduct.drift), strict=True))
    shares |= dict(zip(STEERING, levers.steering[practice] / conduct.steering_limit, strict=True))
    ends = (
        (unseen, 1 - unseen),
        (seen, 1 - seen),
        (1.0, 1.0),
        (1.0, coding.reach(conduct, now.base[:, 2])[organization]),
    )
    efforts = (levers.coordination, levers.measured_tasks, levers.documentation, levers.completeness)
    for aspect, lever, (below, above) in zip(EFFORTS, efforts, ends, strict=True):
        shares[aspect] = lever[organization] / max(1e-9, above if lever[organization] > 0 else below)
    return {aspect: float(np.clip(share, -1, 1)) for aspect, share in shares.items()}


def price_of(now: Situation) -> FloatArray:
    """The standard price of what is asked, dollars, (questions,)."""
    return np.array([now.care.price[SERVICES.index(service)] for service in intensity.SERVICE])


def _style(now: Situation, levers: Levers, practice: int) -> FloatArray:
    """What a practice's margin is over all whom it is asked about, prices, (questions,)."""
    return np.asarray(intensity.on_average(now.asked, levers.intensity)[practice])


def _of_member(now: Situation, stakes: FloatArray, organization: int) -> tuple[float, float]:
    """A member of risk 1, coded and seen; and a point of risk that is seen and not coded."""
    average, unpriced = now.of_members(stakes.sum(axis=-1)), now.of_members(stakes[..., 2])
    return float(average[organization]), float(unpriced[organization])


def _of_case(now: Situation, cases: FloatArray, hospital: int) -> tuple[float, float]:
    """An elective joint replacement, and $1,000 that it costs, over a hospital's payers by its discharges."""
    discharges = now.past.hospitals["live_discharges"][:, hospital]
    weights = discharges / max(1.0, discharges.sum())
    each, per_dollar = weighted_sum(cases[hospital].T, weights)
    return float(each), float(1e3 * per_dollar)

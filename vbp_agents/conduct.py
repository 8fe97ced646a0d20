"""How providers behave, in numbers: one block, the same for every scenario of a comparison, and no regime in it."""

from collections.abc import Mapping
from typing import Literal, get_args

from vbp_agents.declaration import Parameters, param

Lever = Literal[
    "intensity",
    "steering",
    "coordination",
    "measured_tasks",
    "documentation",
    "completeness",
    "selection",
    "cases",
    "participation",
    "lists",
]
LEVERS: tuple[Lever, ...] = get_args(Lever)
"""What providers can move: one that a scenario does not list stays where it was at baseline.

Without participation all who are eligible are in voluntary contracts, of a ladder in its first one.
"""
ABOUT_LEVERS: Mapping[Lever, str] = {
    "intensity": "how many discretionary services a practice gives",
    "steering": "whether referrals stay in the own ACO, or go where prices are lower",
    "coordination": "effort for tasks that no measure sees, such as fewer avoidable stays",
    "measured_tasks": "effort for tasks that quality measures see",
    "documentation": "how much of what was done is written up as met",
    "completeness": "how completely conditions are coded",
    "selection": "whom practices accept and keep",
    "cases": "which elective cases hospitals take",
    "participation": "whether a holder enters, keeps or leaves a voluntary contract",
    "lists": "which practices an ACO keeps on its list",
}

BORN_WITH = ("task_tradeoff", "effort_sharpness", "signal", "unpriced_spread", "least_risk")
"""The numbers that act before any contract: what is seen of a newborn's risk, and how places divide their effort."""


class BehavioralParameters(Parameters):
    """What decisions weigh and how fast they move. Nothing published identifies most of it: sweep it, never fit it."""

    levers: tuple[Lever, ...] = LEVERS
    salience: float = param(1.0, "share of what contracts change that is noticed at all", 0, 1)
    volume_share: float = param(
        0.8,
        "share of what price updates change of the billed margin that reaches the clinician",
        0,
        1,
        "JAMA Health Forum 2022 (K01, K02)",
        about="the margin before any update is care.baseline_volume_share's",
    )
    value_share: float = param(
        0.2, "share of what contracts add or take that reaches the clinician", 0, 1, "under 10% of pay (K03)"
    )
    discharge_share: float = param(
        0.2, "the same for those who plan discharges", 0, 1, "assumption: as value_share; not fitted (docs/frozen.md)"
    )
    drift: float = param(0.6, "prices, how far a margin can be moved from the norm", 0.01, 5)
    own_payer_weight: float = param(
        0.25, "weight of the patient's own payer in a style that is mostly one", 0, 1, "assumption, after K08"
    )
    service_keeps: float = param(0.02, "share of a member's worth that a service keeps", 0, 1)
    speed: float = param(
        0.085,
        "share of the way a month that a lever moves",
        0.001,
        1,
        "assumption: the geometric middle of 0.06 to 0.12; not fitted (docs/frozen.md)",
    )
    own_judgment: float = param(0.7, "weight of the own aim beside the peers' levers", 0, 1)
    foresight: float = param(0.25, "weight of what this year does to later benchmarks", 0, 1)
    free_riding: float = param(
        0.0, "share of a saved dollar that is divided in the ACO rather than passed on to who saved it", 0, 1
    )
    effort_sharpness: float = param(
        8.0,
        "how soon an effort that is a share levels off near 0 and 1",
        1,
        40,
        about="the smooth form of the share ends within about 1 over this number from either end",
    )
    learning_months: float = param(24.0, "months of doing it in which coordination is learned by 63%", 0.1, 240)
    learning_horizon: float = param(
        24.0, "months ahead for which management judges what it will have learned of coordination", 0, 240
    )
    beginner_cost: float = param(1.3, "times the later cost of coordination, before anything is learned", 1, 5)
    information_cost: float = param(0.5, "more costly coordination at the poorest against the best information", 0, 5)
    task_tradeoff: float = param(
        0.5, "cost of measured beside unmeasured tasks, times that of effort: below 1 they compete", 0.01, 10
    )
    documentation_cost: float = param(4.0, "dollars per member-month of all documentation there is", 0.1, 1_000)
    documentation_finds: float = param(0.5, "share of missed measures that full documentation counts as met", 0, 1)
    documentation_start: float = param(
        0.02, "share of all documentation, at baseline, from which its smooth form starts", 0.001, 0.2
    )
    coding_cost: float = param(
        60.0, "dollars per member-month, curvature of the effort from baseline to the ceiling", 0.1, 10_000
    )
    coding_ceiling: float = param(0.95, "share of conditions recorded at most", 0.5, 1)
    coding_start: float = param(
        0.02, "share of the effort from baseline to the ceiling, from which its smooth form starts", 0.001, 0.2
    )
    steering_limit: float = param(1.5, "log weight of a place, most that steering adds or takes", 0.01, 5)
    steering_cost: float = param(400.0, "dollars a referral for e times the weight of a place", 1, 100_000)
    referral_follows: float = param(600.0, "dollars that follow a referral to a place, the visit's too", 0, 100_000)
    signal: float = param(0.3, "R^2 of what an organization sees of unpriced risk", 0, 0.8)
    unpriced_spread: float = param(1.1, "sd of unpriced risk, from which the signal's error follows", 0, 10)
    least_risk: float = param(0.05, "risk that an organization expects at least", 0, 1)
    perception_spread: float = param(10_000.0, "dollars, sd of the error about one member's or case's worth", 0, 1e6)
    scruple: float = param(25_000.0, "dollars of expected loss taken for not refusing", 0, 1e6)
    care_benefit: float = param(4_000.0, "dollars of health a year that a practice gives at true risk 1", 0, 1e6)
    case_benefit: float = param(12_000.0, "dollars of health, an elective joint replacement", 0, 1e6)
    reviews: float = param(0.25, "times a year that a practice asks whether to keep a member", 0, 12)
    visit_hours: float = param(0.5, "hours a visit", 0.01, 10)
    frail_hours: float = param(0.5, "more hours at a sd of frailty and from least to most deprived", 0, 5)
    hour_step: float = param(0.05, "of a visit's fee an hour, by which the price of an hour moves a month", 0, 1)
    hour_scarcity: float = param(
        0.2,
        "share of capacity by which demand differs from it where an hour's price moves three quarters of its step",
        0.01,
        2,
    )
    demand_memory: float = param(12.0, "months over which a practice averages its demand", 1, 120)
    investment: float = param(0.5, "growth of capacity a year per relative margin an hour above the base", 0, 5)
    investment_limit: float = param(0.2, "share of capacity a year, most that is added or taken", 0, 1)
    set_up_cost: float = param(
        600_000.0,
        "dollars that a holder spends on entering a voluntary contract",
        0,
        1e8,
        "CMS's estimate of 2011 (memory)",
    )
    switching_cost: float = param(
        290.0, "dollars a member-year for leaving a contract, or for another one", 0, 1e9, "calibrated on exits (Mexit)"
    )
    risk_premium: float = param(0.1, "dollars per dollar of the settlement's standard deviation", 0, 10)
    choice_noise: float = param(
        150.0,
        "dollars a member-year, scale of the logit between contracts",
        0.01,
        10_000,
        "calibrated on exits (Mexit)",
    )
    person_sd: float = param(
        2.4,
        "share of expected spending, sd that holders expect of one person's year",
        0,
        20,
        "K11: noise of savings rates by size",
    )
    unknown_sd: float = param(0.015, "share of expected spending, sd that holders expect whatever their size", 0, 1)
    largest_sd: float = param(
        0.25,
        "share of expected spending, the largest sd that holders expect of a year",
        0.01,
        0.28,
        about="below a hundred people a year is all luck, and with a larger sd its spending could be negative",
    )
    episode_sd: float = param(0.5, "share of the mean, sd that holders expect of one episode's spending", 0, 5)
    experience: float = param(0.3, "weight of the last settlement known beside the year expected", 0, 1)
    list_scruple: float = param(200.0, "dollars a member-year of expected loss taken for not dropping", 0, 1e6)
    most_dropped: float = param(0.2, "share of an ACO's people whose practices it drops at most", 0, 0.9)

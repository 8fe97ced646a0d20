"""Every number of the world with its unit, range and source: region, population and care.

Numbers marked "calibrated" were found by `experiments/01_calibrate_population.py` against the population rows of the
evidence
(docs/population.md); numbers marked "assumption" have no source and are to be swept, never tuned.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from vbp_agents.book import SERVICES
from vbp_agents.declaration import Parameters, as_tuple, param

WARM_UP = 36
"""Months every world lives under fee for service before month 1: a benchmark's three base years."""
CONDITIONS = (
    "diabetes",
    "heart_failure",
    "copd",
    "kidney_disease",
    "coronary_disease",
    "depression",
    "osteoarthritis",
)
DECISIONS = ("primary", "referral", "return_visit", "test", "procedure", "admission", "post_acute")
RELATIONS = ("others", "member", "member_with_condition")
"""What a patient is to a decider: no member of its ACO, a member, a member with the condition of a contract."""
CONDITION_PARTS = ("without", "with")
"""Members without the condition of a contract on record, and with it: their accounts are kept apart."""
AGES = ("under_65", "from_65_to_74", "from_75_to_84", "from_85")
STAYS = ("other_stay", "joint_replacement", "joint_replacement_after_fracture")
"""What a stay is for."""
CALIBRATED = "calibrated on the population rows (N01, N11, N13-N17, N20)"
CHRONIC = "CMS chronic conditions, fee-for-service beneficiaries, 2008 (N09), from memory (N10); depression, assumption"


HolderKind = Literal["physician_led", "hospital_led", "independents"]
HOLDER_KINDS: tuple[HolderKind, ...] = ("physician_led", "hospital_led", "independents")
MOST_HOLDERS = 100
"""Contract holders that an area may have."""


class AreaHolder(Parameters):
    """One contract holder that every area has: an ACO of a kind, and how large it is beside the area's others."""

    kind: HolderKind
    size: float = param(
        1.0,
        "times the practices of a holder of size 1",
        0.01,
        100,
        about="of the primary-care practices that are in an ACO, each holder has its size over the sum of all sizes; "
        "one has at least one practice",
    )


class RegionParameters(Parameters):
    """The region: areas that are alike, each with the same contract holders.

    The default: areas of 20,000 people with a physician-led, a hospital-led and an independents' ACO of one size.
    """

    holders: Annotated[
        tuple[AreaHolder, ...],
        BeforeValidator(as_tuple),
        Field(max_length=MOST_HOLDERS, description="contract holders of each area, by kind and relative size"),
    ] = tuple(AreaHolder(kind=kind) for kind in HOLDER_KINDS)
    outside_share: float = param(
        0.0, "share of primary-care practices", 0, 1, about="independent practices in no ACO; all where there is none"
    )

    people_per_area: int = param(20_000, "people", 1_000, 60_000, "assumption: keeps each ACO near the 5,000 minimum")
    area_width: float = param(30.0, "miles", 1, 300)
    primary_clinicians_per_1000: float = param(17.8, "clinicians per 1,000 people", 1, 60, "MSSP PY2024 (W19)")
    specialists_per_1000: float = param(33.7, "clinicians per 1,000 people", 1, 100, "MSSP PY2024 (W19)")
    patients_per_practice: float = param(
        303.0, "patients", 20, 5_000, "median 260, IQR 135-500 (Nyweide 2009, W17); mean of a lognormal, assumption"
    )
    practice_size_spread: float = param(0.8, "log sd of clinicians per practice", 0, 2, "IQR 135-500 (W17)")
    specialists_per_group: float = param(8.0, "clinicians", 1, 100)
    specialist_share: list[float] = param(
        [0.16, 0.22, 0.08, 0.54],
        "share of specialists in physician-led, hospital-led and independents' ACOs and in none",
        0,
        1,
        "assumption; with referral weights it gives two thirds of specialist visits outside the ACO (K06)",
        items=(*HOLDER_KINDS, "none"),
        about="several ACOs of a kind divide its share by size; the share of a kind of which there is none is in none",
    )
    system_hospital_share: float = param(
        0.35, "share of practices outside hospital systems that admit to a hospital of theirs", 0, 1
    )
    altruism_median: float = param(0.5, "dollars of own profit per dollar of patient benefit", 0.01, 10)
    altruism_spread: float = param(0.6, "log sd", 0, 2)
    culture_spread: float = param(0.3, "log sd of the speed at which organizations change", 0, 2)
    style_spread: float = param(
        0.24, "sd of an ACO's practice style, prices of a service", 0, 2, "calibrated (Mvc, Mac1, K11)"
    )
    style_persistence: float = param(
        0.75, "correlation of a year's style with the next's", 0, 0.999, "calibrated (Mvc, Mac1, K11)"
    )
    referral_distance: float = param(6.0, "miles in which a referral weight falls by e", 0.1, 100)
    referral_same_organization: float = param(1.6, "times the weight of others", 1, 100)
    referral_same_hospital: float = param(1.4, "times the weight of others", 1, 100)
    referral_list: int = param(64, "specialists a practice refers to", 1, 512)


class PopulationParameters(Parameters):
    """Who the patients are. Lists by condition are in the order of CONDITIONS."""

    entry_under_65: float = param(0.09665, "share of newcomers who enter disabled, at 25 to 64", 0, 1, CALIBRATED)
    female_share: float = param(0.55, "share", 0, 1, about="descriptive")
    adherence_mean: float = param(0.65, "mean adherence at median deprivation", 0, 1)
    adherence_deprivation: float = param(0.2, "adherence lost from least to most deprived", 0, 1)
    adherence_spread: float = param(0.2, "sd of adherence", 0, 1)
    low_income_share: float = param(0.109, "share", 0, 1, "dually eligible 10.9% (N20)", about="descriptive")
    mortality_at_65: float = param(0.007896, "deaths a year, frailty 0, control one half", 0, 1, CALIBRATED)
    mortality_slope: float = param(0.1393, "log hazard per year of age (Gompertz)", 0, 0.3, CALIBRATED)
    mortality_under_65: float = param(0.01167, "deaths a year, frailty 0, before 65", 0, 1)
    mortality_frailty: float = param(0.35, "log hazard per sd of frailty", 0, 2)
    mortality_control: float = param(0.8, "log hazard per unit of control lost", 0, 5)
    condition_level: list[float] = param(
        [-1.02, -2.0, -2.15, -1.2, -0.88, -1.54, -0.92], "logit at 75, z = 0", -9, 9, CHRONIC, items=CONDITIONS
    )
    condition_frailty: list[float] = param(
        [0.35, 0.5, 0.45, 0.4, 0.4, 0.35, 0.2], "logit per sd of frailty", 0, 5, items=CONDITIONS
    )
    condition_age: list[float] = param(
        [0.0, 0.6, 0.2, 0.5, 0.4, -0.1, 0.2], "logit per ten years of age", -2, 2, items=CONDITIONS
    )
    condition_need: list[float] = param(
        [0.15, 0.3, 0.2, 0.25, 0.15, 0.15, 0.05], "log need where present", 0, 3, items=CONDITIONS
    )
    need_level: float = param(-1.0, "log need at 75, z = 0, no condition", -9, 9, CALIBRATED)
    need_frailty: float = param(1.228, "log need per sd of frailty", 0, 3, CALIBRATED)
    need_age: float = param(0.15, "log need per ten years of age", -1, 1)
    need_deprivation: float = param(0.2, "log need from least to most deprived", 0, 2)
    need_burden: float = param(0.8, "log need per unit of control lost for years", 0, 5)
    need_cap: float = param(14.01, "need at which it levels off", 1, 1_000, CALIBRATED)
    burden_speed: float = param(0.25, "share of the way a year", 0, 1)
    mean_cost: float = param(14_040.0, "dollars a year that true risk 1 costs", 1, 1e6, CALIBRATED)
    risk_intercept: float = param(0.4524, "risk score of a 65-74 year old without conditions", 0, 5, CALIBRATED)
    risk_age: list[float] = param(
        [-0.17, 0.0, -0.0841, -0.4375], "risk score by age: under 65, 65-74, 75-84, 85+", -1, 5, CALIBRATED, items=AGES
    )
    risk_condition: list[float] = param(
        [0.5037, 0.9868, 0.7955, 0.7104, 0.5696, 0.5287, 0.236],
        "risk score where recorded",
        0,
        5,
        CALIBRATED,
        items=CONDITIONS,
    )
    coding_baseline: float = param(0.80, "share of conditions recorded", 0, 1, "assumption")
    utility_level: float = param(0.86, "QALYs a year at 65, no condition, control one half", 0, 1)
    utility_age: float = param(0.03, "utility lost per ten years of age", 0, 1)
    utility_condition: list[float] = param(
        [0.02, 0.06, 0.06, 0.04, 0.03, 0.08, 0.05], "utility lost where present", 0, 1, items=CONDITIONS
    )
    utility_control: float = param(0.15, "utility per unit of control", 0, 1)
    utility_speed: float = param(0.15, "share of the way a month", 0, 1)
    moves: float = param(0.08, "share of people a year who move", 0, 1)


class CareParameters(Parameters):
    """What a month of care does. Lists by service are in the order of SERVICES, by decision in that of DECISIONS."""

    rate: list[float] = param(
        [1.123, 0.7651, 1.2, 0.14, 0.07604, 0.02833, 0.0, 0.19, 0.0],
        "opportunities a month at need 1 (post-acute: a share of discharges, below)",
        0,
        20,
        CALIBRATED,
        items=SERVICES,
    )
    need_power: list[float] = param(
        [0.75, 0.85, 0.8482, 1.297, 0.9, 1.1, 0.3, 1.05, 0.0],
        "power of need in the rate",
        0,
        3,
        "0.75 for primary visits to 1.1 for stays; tests and procedures calibrated on concentration (N01)",
        items=SERVICES,
    )
    price: list[float] = param(
        [105.0, 140.0, 110.0, 4_227.0, 900.0, 15_840.0, 17_640.0, 869.4, 0.0],
        "dollars, standard price of the mean service",
        0,
        1e6,
        "skilled-nursing stay $16,543 (N15); the others calibrated on N11 and Mcomp",
        items=SERVICES,
    )
    price_spread: list[float] = param(
        [0.2, 0.3, 0.5, 1.551, 0.4, 0.4665, 0.5, 0.5, 0.0], "log sd of severity", 0, 3, CALIBRATED, items=SERVICES
    )
    physician_share: list[float] = param(
        [1.0, 1.0, 0.5, 0.4535, 0.25, 0.1, 0.0, 0.0, 0.0],
        "share of the price that is a professional fee",
        0,
        1,
        items=SERVICES,
    )
    variable_cost: list[float] = param(
        [0.35, 0.35, 0.25, 0.40, 0.55, 0.55, 0.70, 0.70, 0.0],
        "share of the price",
        0,
        1,
        "assumption (visits, tests, procedures, admissions as stated)",
        items=SERVICES,
    )
    fixed_cost: list[float] = param(
        [0.55, 0.55, 0.65, 0.50, 0.35, 0.42, 0.25, 0.25, 0.0],
        "share of the standard price at warm-up volume, owed whatever the volume",
        0,
        1,
        items=SERVICES,
    )
    coinsurance: list[float] = param(
        [0.2, 0.2, 0.2, 0.2, 0.2, 0.08, 0.05, 0.0, 0.0],
        "share of allowed charges that patients pay",
        0,
        1,
        "Medicare Parts A and B, rounded",
        items=SERVICES,
    )
    usual_coinsurance: list[float] = param(
        [0.2, 0.2, 0.2, 0.0, 0.2, 0.0, 0.0, 0.0, 0.0],
        "share at which rates were calibrated; 0 where what patients pay does not change what they seek",
        0,
        1,
        "Medicare Part B",
        items=SERVICES,
    )
    cost_sharing: float = param(
        0.2, "share fewer sought as coinsurance doubles", 0, 1, "elasticity of -0.2: Manning et al. 1987, memory"
    )
    share_given: float = param(0.62, "of marginal services, given under fee for service", 0, 1)
    marginal: list[float] = param(
        [0.35, 0.5, 0.5, 0.6, 0.5, 0.15, 0.6], "share of opportunities near the margin", 0, 1, items=DECISIONS
    )
    benefit_mean: list[float] = param(
        [-0.8237, 0.2754, -0.8237, -0.9737, -0.7474, -0.5124, 0.2754],
        "mean benefit of a marginal service, in prices",
        -10,
        10,
        "so that a share 0.62 of the marginal part is given under fee for service (assumption)",
        items=DECISIONS,
    )
    benefit_spread: float = param(0.75, "sd of the benefit of a marginal service, in prices", 0.01, 10)
    judgment_error: float = param(0.5, "sd with which benefit is judged, in prices", 0, 10)
    necessary_benefit: float = param(3.0, "benefit of a necessary service, in prices", 0, 100)
    value_of_a_qaly: float = param(100_000.0, "dollars", 1, 1e7)
    baseline_volume_share: float = param(
        0.8,
        "share of the billed margin that reaches the clinician before any contract",
        0,
        1,
        "JAMA Health Forum 2022 (K01, K02)",
        about="under the prices and fees of the warm-up; what price updates change is behavior.volume_share's",
        names=("baseline_volume_share", "volume_share"),
    )
    ambulatory_sensitive: float = param(0.18, "share of acute admissions", 0, 1, "assumption, after Nyweide 2013 (K09)")
    preventable: float = param(0.25, "share of those that full coordination prevents, at most", 0, 0.25)
    control_hazard: float = param(0.4, "log hazard of acute events per unit of control lost", 0, 5)
    readmission: float = param(0.1055, "of discharges, back within 30 days at need 1 beyond chance", 0, 1, CALIBRATED)
    readmission_need: float = param(0.15, "power of need in readmission", 0, 3)
    readmission_prevented: float = param(0.25, "share that full coordination prevents", 0, 1, "assumption")
    follow_up: float = param(0.32, "of discharges, seen within 7 days without coordination", 0, 1)
    follow_up_coordination: float = param(0.4, "more with full coordination", 0, 1)
    post_acute: float = param(0.1900, "of discharges, could go to a nursing facility, need 1, age 75", 0, 1, CALIBRATED)
    post_acute_age: float = param(0.35, "log odds-like power per ten years of age", 0, 2)
    post_acute_shortened: float = param(0.30, "share of a stay that full coordination saves", 0, 1)
    hip_fracture: float = param(
        0.022, "of acute admissions from age 75, joint replacements after a hip fracture", 0, 1, "about 2 per 1,000"
    )
    joint_replacement: float = param(
        0.21, "of acute admissions with osteoarthritis, joint replacements, at need 1", 0, 0.9, "about 12 per 1,000"
    )
    joint_price: list[float] = param(
        [1.0, 0.7, 1.0],
        "times the mean stay's price: other stays, joint replacements, those after a hip fracture",
        0,
        10,
        "calibrated: about $22,872 an episode without fracture (B01, B03)",
        items=STAYS,
    )
    joint_post_acute: list[float] = param(
        [0.92, 2.15, 4.0],
        "times the chance of a nursing facility, in the same order",
        0,
        20,
        "calibrated: 33.7% of episodes (B01)",
        items=STAYS,
    )
    joint_complications: float = param(0.031, "of joint replacements", 0, 1, "assumption, near CJR's national rate")
    hospital_survey: float = param(0.25, "of discharges, answer the hospital's survey", 0, 1)
    hospital_affinity: float = param(0.8, "share admitted to the practice's own hospital", 0, 1)
    usual_clinician: float = param(
        0.5, "of primary visits, to the usual clinician", 0, 1, "4.1 of 7.5 are by physicians (N16)"
    )
    return_to_specialist: float = param(0.35, "of specialist visits, returns to the last specialist", 0, 1)
    specialist_tests: float = param(0.5, "of tests, ordered by the specialist", 0, 1)
    duplicate: float = param(0.25, "of tests ordered after another organization's, duplicates", 0, 1)
    duplicate_prevented: float = param(0.08, "share that full coordination prevents", 0, 1)
    coordination_baseline: float = param(0.15, "coordination under fee for service", 0, 1)
    coordination_spread: float = param(
        0.08, "sd of that between ACOs", 0, 1, "assumption: with sampling noise it spreads measured quality like Mq"
    )
    usual_admissions: float = param(
        257.0,
        "per 1,000 person-years, from which hospitals reckon the margin that coordination costs them",
        0,
        2_000,
        "MSSP PY2024 (N13)",
    )
    coordination_cost: list[float] = param(
        [3.0, 40.0], "dollars per member-month: k0 and k1 of k0 k + k1 k^2 / 2", 0, 1_000, items=("k0", "k1")
    )
    seeking_deprivation: float = param(0.15, "share of primary visits not sought by the most deprived", 0, 1)
    emergency_deprivation: float = param(0.3, "log emergency visits from least to most deprived", 0, 3)
    emergency_unattached: float = param(0.5, "more emergency visits without a practice", 0, 5)
    control_base: float = param(0.127, "control without anything", 0, 1)
    control_adherence: float = param(0.45, "control from full adherence", 0, 1)
    control_practice: float = param(0.15, "control from having a practice", 0, 1)
    control_coordination: float = param(
        0.02,
        "control from full effort for all tasks, whether measures see them or not",
        0,
        1,
        "calibrated: trials of intensive coordination found little or nothing (E31, E32)",
    )
    shown_coordination: float = param(0.20, "control that measures are shown, from full effort for what they see", 0, 1)
    control_density: float = param(
        1.9,
        "share of the diagnosed who more get controlled per unit of control, near the measure's bar",
        0,
        10,
        "assumption, population",
    )
    control_speed: float = param(0.12, "share of the way a month", 0, 1)
    control_unmet: float = param(0.02, "control lost per valuable service not given", 0, 1)
    stay_disutility: float = param(0.05, "utility lost at an admission", 0, 1)
    choice_distance: float = param(0.35, "utility of a practice lost per mile", 0, 10)
    choice_reputation: float = param(0.03, "utility per point of its patients' experience", 0, 1)
    choice_waiting: float = param(1.0, "utility lost per unit of load above the one noticed", 0, 10)
    choice_continuity: float = param(2.0, "utility of the practice one has", 0, 20)
    dissatisfied_below: float = param(45.0, "points of experience", 0, 100)
    leaves_when_dissatisfied: float = param(0.05, "share a month who choose again", 0, 1)
    experience_base: float = param(52.0, "points", 0, 100)
    experience_access: float = param(16.0, "points with a practice whose load nobody notices", 0, 100)
    noticed_load: float = param(0.9, "share of capacity in use, from which patients notice it", 0.1, 2)
    experience_continuity: float = param(16.0, "points when the usual clinician is the last one seen", 0, 100)
    experience_coordination: float = param(16.0, "points where all measured tasks are done", 0, 100)
    experience_speed: float = param(0.1, "share of the way a month", 0, 1)
    survey_size: float = param(300.0, "people surveyed per contract and year", 1, 100_000)
    survey_noise: float = param(18.0, "points, sd of one answer", 0, 100)
    visits_per_clinician: float = param(
        423.0, "visits a year", 1, 10_000, "3,776 visits per FTE (K14) x FTE share 0.112"
    )
    usual_load: float = param(0.9, "share of capacity that demand before any contract uses at most", 0.1, 1)
    truncation: float = param(
        139_400.0, "dollars, 99th percentile of a year's spending before it was ever seen", 1, 1e7, CALIBRATED
    )

"""What is counted, declared once: each field's unit, scale and meaning, for accounts, tables and the Book alike.

Accounts are integers, so that sums are exact in any order. What only the simulation knows is in `truth`.
"""

from vbp_agents.records import Record, counted, i8


class Billed(Record):
    """Of one contract, service and side."""

    count: i8 = counted("services", "services billed")
    cents: i8 = counted("dollars", "allowed charges at the payer's prices", scale=100, title="dollars")
    truncated: i8 = counted(
        "dollars", "allowed charges that fit under the 99th percentile of a person's year", scale=100
    )


class Work(Record):
    """What one organization did for one payer's patients."""

    count: i8 = counted("services", "given")
    cents: i8 = counted("dollars", "at the organization's prices", scale=100, title="dollars")
    standard: i8 = counted("dollars", "at standard prices", scale=100)


class Members(Record):
    """People of one contract row, as claims show them."""

    member_months: i8 = counted("months", "lived by the people of the contract", in_book=True)
    diagnosed: i8 = counted(
        "people",
        "alive at the year's end with a recorded chronic disease that is measured",
        when="december",
        in_book=True,
    )
    controlled: i8 = counted("people", "of those, with their disease under control", when="december", in_book=True)
    live_discharges: i8 = counted("discharges", "of living patients", in_book=True)
    followed_up: i8 = counted("discharges", "of those, seen within 7 days", in_book=True)
    readmitted: i8 = counted("discharges", "stays that began within 30 days of a discharge", in_book=True)
    preventive_eligible: i8 = counted("people", "alive at the year's end", when="december", in_book=True)
    preventive_seen: i8 = counted(
        "people", "of those, with a primary-care visit in the year", when="december", in_book=True
    )
    surveyed: i8 = counted("people", "who answered the experience survey", when="december", in_book=True)
    survey_points: i8 = counted(
        "points", "their answers, 0 to 100 each, summed", scale=1e3, when="december", in_book=True
    )
    coded_risk: i8 = counted(
        "risk score x months", "the payer's risk model on recorded conditions, not renormalized", scale=1e6
    )
    deaths: i8 = counted("people", "died in the year")
    entered: i8 = counted("people", "newcomers who took the place of the dead")
    referrals: i8 = counted("referrals", "to a specialist")
    referrals_inside: i8 = counted("referrals", "of those, to a specialist of the referring practice's own ACO")
    regular_visitors: i8 = counted("people", "with at least 4 ambulatory visits in the calendar year", when="december")
    continuity_clinicians: i8 = counted(
        "index x people", "their Bice-Boxerman continuity over clinicians, summed", scale=1e6, when="december"
    )
    continuity_practices: i8 = counted(
        "index x people", "their Bice-Boxerman continuity over practices, summed", scale=1e6, when="december"
    )
    usual_provider: i8 = counted(
        "share x people", "their share of visits to the most visited clinician, summed", scale=1e6, when="december"
    )


class Episodes(Record):
    """Joint replacement episodes that are over, of one contract row, or of one hospital and payer."""

    joint_episodes: i8 = counted(
        "episodes",
        "joint replacements and the 90 days after discharge, over in this period, without hip fracture",
        in_book=True,
    )
    joint_dollars: i8 = counted("dollars", "allowed charges of these episodes, whoever billed", scale=100, in_book=True)
    fracture_episodes: i8 = counted("episodes", "the same with hip fracture", in_book=True)
    fracture_dollars: i8 = counted(
        "dollars", "allowed charges of these episodes, whoever billed", scale=100, in_book=True
    )
    joint_institutional: i8 = counted(
        "episodes", "of all these episodes, discharged to a nursing facility", in_book=True
    )
    joint_complications: i8 = counted("episodes", "of all these episodes, with a complication", in_book=True)


class Hospital(Record):
    """One hospital's discharges of one payer's patients, credited to it wherever the patient goes next."""

    live_discharges: i8 = counted("discharges", "of living patients", in_book=True)
    followed_up: i8 = counted("discharges", "of those, seen within 7 days", in_book=True)
    readmitted: i8 = counted("discharges", "of those, admitted again within 30 days, to any hospital", in_book=True)
    surveyed: i8 = counted("people", "who answered the hospital's survey", in_book=True)
    survey_points: i8 = counted("points", "their answers, 0 to 100 each, summed", scale=1e3, in_book=True)
    declined_cases: i8 = counted("cases", "elective joint replacements that it declined, expecting to lose on them")


class Panel(Record):
    """The patients attached to one practice, and its work."""

    member_months: i8 = counted("months", "lived by people attached to it")
    visits: i8 = counted("visits", "of primary care to it")
    unpriced_risk: i8 = counted("risk score x months", "true minus baseline coded risk of its people", scale=1e6)
    experience: i8 = counted("points x months", "experience of its people, 0 to 100", scale=1e3)
    first_unpriced_risk: i8 = counted(
        "risk score x months", "unpriced risk of its people at month 0, or when they came", scale=1e6
    )


class Group(Record):
    """People of one quintile or decile."""

    person_months: i8 = counted("months", "lived")
    unattached_months: i8 = counted("months", "of those, without a practice")
    attempts: i8 = counted("attempts", "to attach to a practice")
    refusals: i8 = counted("attempts", "of those, refused; and members dropped after a review")
    kept: i8 = counted("reviews", "of members by their practice, after which it kept them")
    first_unpriced_risk: i8 = counted(
        "risk score x months", "unpriced risk at month 0, or when they came, summed over months", scale=1e6
    )
    marginal: i8 = counted("opportunities", "for discretionary services near the margin; by unpriced risk only")
    marginal_given: i8 = counted("services", "of those, given")
    at_start: i8 = counted("people", "alive at the start of month 1; 0 in later years")
    experience: i8 = counted("points x months", "experience, 0 to 100", scale=1e3)
    qalys: i8 = counted("QALYs", "lived by those who were alive at the start of month 1", scale=1e6)


class Spending(Record):
    """People whose year's spending fell into one bin (sixteen a doubling of dollars), and their cents."""

    people: i8 = counted("people", "at the year's end or at death", when="december")
    cents: i8 = counted("dollars", "that they spent", scale=100, title="dollars", when="december")

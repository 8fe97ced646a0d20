"""The Truth: what only the simulation knows. Metrics read it; no regime, payer or payment ever does."""

from vbp_agents.records import Record, counted, i8


class DecisionTruth(Record):
    """One organization's decisions on one discretionary service."""

    opportunities: i8 = counted("opportunities", "for the service that patients brought")
    marginal: i8 = counted("opportunities", "of those, not plainly necessary")
    given: i8 = counted("services", "given, necessary ones included")
    marginal_given: i8 = counted("services", "given of the marginal")
    harmful: i8 = counted("services", "given with a benefit below zero")
    low_value: i8 = counted("services", "given with a benefit from zero to below the resource cost")
    underuse: i8 = counted("opportunities", "not given with a benefit above the resource cost")
    benefit: i8 = counted("dollars", "of health, by the services given", scale=100)


class Hidden(Record):
    """People of one contract row, as no claim shows them.

    Unpriced risk is true minus coded risk, coding as at baseline.
    """

    unattached_months: i8 = counted("months", "of those, lived without a practice")
    baseline_coded_risk: i8 = counted(
        "risk score x months", "coded risk had coding stayed as it was at baseline", scale=1e6
    )
    unpriced_attached: i8 = counted(
        "risk score x months", "true minus baseline coded risk, months with a practice", scale=1e6
    )
    unpriced_unattached: i8 = counted("risk score x months", "the same, months without a practice", scale=1e6)
    avoidable_admissions: i8 = counted("admissions", "for conditions that are sensitive to ambulatory care")
    duplicate_tests: i8 = counted("tests", "that repeat what another organization has done")
    harmful: i8 = counted("services", "given to them with a benefit below zero")
    control: i8 = counted("control x months", "their disease control, 0 to 1, summed over months", scale=1e6)
    qalys: i8 = counted("QALYs", "lived by them", scale=1e6)

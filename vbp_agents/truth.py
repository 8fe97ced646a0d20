"""The Truth: what only the simulation knows. Metrics read it; no regime, payer or payment ever does.

Counted in integers by the patients' month; ``UNITS`` says what one unit of each column is.
"""

from collections.abc import Mapping
from types import MappingProxyType

from vbp_agents.records import Record, i8


class Given(Record):
    """One organization's decisions on one discretionary service."""

    opportunities: i8
    marginal: i8
    given: i8
    marginal_given: i8
    harmful: i8
    low_value: i8
    underuse: i8
    benefit: i8


class Unseen(Record):
    """People of one contract row, as no claim shows them.

    Unpriced risk is true minus coded risk, coding as at baseline.
    """

    unattached_months: i8
    baseline_coded_risk: i8
    unpriced_attached: i8
    unpriced_unattached: i8
    avoidable_admissions: i8
    duplicate_tests: i8
    harmful: i8
    control: i8
    qalys: i8


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "opportunities": "opportunities met",
        "marginal": "opportunities near the margin, the others necessary",
        "given": "services given",
        "marginal_given": "services given of those near the margin",
        "harmful": "services given with benefit below 0",
        "low_value": "services given with benefit from 0 to resource cost",
        "underuse": "services not given with benefit above resource cost",
        "benefit": "cents of health of services given",
        "unattached_months": "months lived without a practice",
        "baseline_coded_risk": "millionths of a risk score x months",
        "unpriced_attached": "millionths of a risk score x months",
        "unpriced_unattached": "millionths of a risk score x months",
        "avoidable_admissions": "admissions for ambulatory-sensitive conditions",
        "duplicate_tests": "tests that repeat another organization's",
        "control": "millionths of disease control x months",
        "qalys": "millionths of a QALY lived",
    }
)

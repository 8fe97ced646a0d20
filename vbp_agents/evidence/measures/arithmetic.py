"""What follows from a rule's own terms, without a simulation."""

from vbp_agents.evidence.lived import EvidenceRuns
from vbp_agents.parameters import CareParameters
from vbp_agents.regimes.primary_care_hybrid import PrimaryCareHybrid


def break_even(_: EvidenceRuns, fee: float) -> float | None:
    """Visits a year at which the primary-care hybrid pays as much as this fee a visit."""
    rule = PrimaryCareHybrid()
    return 12 * rule.population_payment / (fee - rule.visit_fee)


def break_even_here(lived: EvidenceRuns) -> float | None:
    """The same at the standard price of a primary visit."""
    return break_even(lived, CareParameters().price[0])

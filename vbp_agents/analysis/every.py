"""All analyses that a sweep of this design has, in the order in which a report tells them."""

from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.measured import Measured
from vbp_agents.analysis.paired_differences import paired_differences
from vbp_agents.sweeps.reading import Sweep


def analyses(sweep: Sweep) -> list[Analysis]:
    """Every analysis that applies to a sweep of this design, in the order of a report: the question first.

    Numbers are computed here; pictures when they are asked for.
    """
    measured = Measured(sweep)
    found: list[Analysis] = []
    if measured.others:
        found += [paired_differences(sweep, outcome=name) for name in sweep.study.outcomes]
    return found

"""Settling real ACOs: every row of a CMS public use file under the same rules that the simulation pays by.

Three columns: the rule alone, with the published sharing and loss rates; the same with the file's disaster adjustment,
which lowers losses; and both rates derived from track, performance year and quality, adjusted too.
"""

from pathlib import Path

from vbp_agents.reconciliation.public_use_file import ReconcileError, read_public_use_file
from vbp_agents.reconciliation.reasons import UNEXPLAINED, Reasons
from vbp_agents.reconciliation.report import Reconciliation
from vbp_agents.reconciliation.settlement import Way, settle_all, track_groups

__all__ = ["UNEXPLAINED", "ReconcileError", "Reconciliation", "reconcile"]


def reconcile(path: str | Path, year: int | None = None) -> Reconciliation:
    """Settle every ACO of a public use file and compare. Raises ReconcileError, with file and line, for any other.

    ``year``: the performance year of rows that have none of their own; where it is not given, the file tells.
    """
    file = read_public_use_file(path, year)
    groups = track_groups(file)
    rule, unwidened = settle_all(file, groups, Way()), settle_all(file, groups, Way(), widened=False)
    adjusted = settle_all(file, groups, Way(adjusted=True))
    derived = settle_all(file, groups, Way(derived=True, adjusted=True))
    reasons = Reasons(file, groups, rule, adjusted)
    return Reconciliation(
        file, rule, unwidened, adjusted, derived, [reasons.of(row, derived) for row in range(len(file.acos))]
    )

"""Public use files of tests, reconciled: a row of the usual columns, and what is counted."""

from pathlib import Path

from vbp_agents.reconciliation.reconcile import Reconciliation, reconcile

HEADER = "ACO_ID,Current_Track,Met_QPS,N_AB,MinSavPerc,EarnSaveLoss,QualScore,ABtotBnchmk,ABtotExp,FinalShareRate"
ENHANCED = "A1,EN,1,20000,2.00%,3675000,90.00%,100000000,95000000,75.00%"
"""75% x 5,000,000 x 0.98 = 3,675,000."""
COUNTS = ("rows", "matched", "matched_with_adjustment", "matched_derived_rates")


def settled(tmp_path: Path, text: str | bytes, name: str = "puf.csv") -> Reconciliation:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reconcile(file)


def counts(document: Reconciliation) -> list[object]:
    return [document.to_json()[key] for key in COUNTS]

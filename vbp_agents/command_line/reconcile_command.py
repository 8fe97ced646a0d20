"""`vbp reconcile`: a miss is a finding, not a failure, so that the exit code stays 0."""

from pathlib import Path

from vbp_agents.files import check_numbers
from vbp_agents.presentation.interruption import deferred
from vbp_agents.presentation.task import do_all, write_numbers
from vbp_agents.presentation.terminal import rendered, tell
from vbp_agents.reconciliation.reconcile import reconcile
from vbp_agents.reports.comparison import rows_table, to_json


def reconcile_file(file: Path, year: int | None, json: Path | None) -> None:
    """Settle the file's rows; tables to stdout, numbers as JSON where asked for."""
    if json:
        check_numbers(json, [file])
    report = reconcile(file, year)
    tables = [rows_table(report.table(), str(file))]
    if misses := report.misses_table():
        tables.append(rows_table(misses, "Misses"))
    if left_out := report.unsettled_table():
        tables.append(rows_table(left_out, "Not settled"))
    with deferred() as interruption:
        do_all(
            lambda: write_numbers(json, to_json(report.to_json())),
            lambda: tell(rendered(*tables, whole=True) + report.summary()),
        )
        interruption.check()

"""`vbp report`: what a sweep found, as a page and files."""

from pathlib import Path

from vbp_agents.command_line.sweep_command import kept_study
from vbp_agents.presentation.terminal import note, tell
from vbp_agents.sweep_reports.writing import figures_folder, write_report
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.store import Store


def report_sweep(folder: Path, out: Path | None) -> None:
    """Write the report of the sweep in a folder, with the users' files that are in it."""
    kept_study(Store(folder))
    file = write_report(Sweep(folder), out, note)
    tell(f"report: {file}\nfigures and their numbers: {figures_folder(file)}")

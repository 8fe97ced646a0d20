"""A sweep's report in files: the page, and beside it every figure as SVG and PNG with its numbers."""

from collections.abc import Callable
from pathlib import Path

from vbp_agents.analysis.base import Analysis
from vbp_agents.analysis.every import analyses
from vbp_agents.errors import WrongInput
from vbp_agents.files import bounded_bytes, check_file, usable, write_whole
from vbp_agents.sweep_reports.document import GENERATOR, ReportFigure, page
from vbp_agents.sweep_reports.frames import frame_csv
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import standing
from vbp_agents.sweeps.work import DONE

_PAGE = "report.html"
FIGURES = "figures"
"""What is added to the page's name for the folder beside it."""
MARK = f'<meta name="generator" content="{GENERATOR} '
_LARGEST = 2**28
"""Bytes that no report of ours reaches."""


def write_report(
    sweep: Sweep | str | Path, out: str | Path | None = None, said: Callable[[str], None] | None = None
) -> Path:
    """Write what a sweep found as one HTML page that opens without a network; the page's path.

    ``out``: a file, or a folder for `report.html`; the sweep's own folder where not given. Beside the page stands a
    folder with every figure as SVG and PNG and its numbers as CSV. The files are the same bytes for the same sweep.
    ``said``: told what is being worked on, now and then.

    Raises WrongInput where there is no sweep or no finished run in it, or the file is not one that a report may
    replace; CannotWrite where there is no room.
    """
    whole = sweep if isinstance(sweep, Sweep) else Sweep(sweep)
    say = said or (lambda text: None)
    check_finished(whole)
    file = checked_place(whole, out)
    say("working out what the sweep says")
    made = analyses(whole)
    folder = figures_folder(file)
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    figures = [_written(analysis, folder, say) for analysis in made]
    write_whole(file, page(whole, standing(whole), figures, folder.name).encode())
    return file


def checked_place(sweep: Sweep, out: str | Path | None) -> Path:
    """The page's file. Raises WrongInput where it cannot be one, or is a file that no report may replace."""
    path = Path(out) if out is not None else sweep.folder
    is_file = path.suffix.lower() in (".html", ".htm") and not path.is_dir()
    file = path if is_file else path / _PAGE
    if not is_file:
        with usable(path):
            if path.exists() and not path.is_dir():
                raise WrongInput(f"{path} is no page and no folder; name a file that ends in .html, or a folder")
            path.mkdir(parents=True, exist_ok=True)
    check_file(file)
    if file.exists() and MARK.encode() not in bounded_bytes(
        file, _LARGEST, "is too large to be replaced; name another"
    ):
        raise WrongInput(f"{file} exists already and is no report that vbp wrote; name another file")
    return file


def check_finished(sweep: Sweep) -> None:
    """Raise WrongInput where no run of a sweep has values."""
    if not (sweep.experiments.status == DONE).any():
        failed = len(sweep.experiments.drop_duplicates("run"))
        why = f"all {failed:,} runs so far failed, see `vbp status`" if failed else "no run is finished yet"
        raise WrongInput(f"{sweep.folder}: there is nothing to report: {why}")


def figures_folder(file: Path) -> Path:
    """Where the figures of a page are."""
    return file.with_name(f"{file.stem}_{FIGURES}")


def _written(analysis: Analysis, folder: Path, said: Callable[[str], None]) -> ReportFigure:
    """Draw an analysis and write its files; one without an answer has none."""
    light = dark = b""
    if analysis.answered:
        said(f"drawing: {analysis.title}")
        light, dark = analysis.svg(), analysis.svg(dark=True)
        files = {"svg": light, "png": analysis.png(), "csv": frame_csv(analysis.frame)}
        for kind, data in files.items():
            write_whole(folder / f"{analysis.name}.{kind}", data)
    return ReportFigure(analysis, light, dark)

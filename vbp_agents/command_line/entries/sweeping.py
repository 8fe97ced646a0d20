"""The commands of sweeps, with their options."""

from pathlib import Path
from typing import Annotated

import typer

from vbp_agents.command_line.options import (
    BehaviorFile,
    MetricFile,
    RegimeFile,
    command,
    not_a_stream,
    size_option,
    whole_number,
)
from vbp_agents.study.checks import WORKERS

Workers = Annotated[
    int | None,
    whole_number(
        "Processes of this machine; 0: none but this one. Default: as many as processors.", WORKERS.low, WORKERS.high
    ),
]
Scheduler = Annotated[
    str | None, typer.Option(help="The address of a Dask scheduler, tcp://HOST:PORT, whose workers compute instead.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be computed and how long it takes; end.")]
AcceptModel = Annotated[
    bool, typer.Option("--accept-model", help="Keep runs of another version of the model beside new ones.")
]
Failed = Annotated[bool, typer.Option("--failed", help="Compute runs again that failed.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep.")]


@command()
def sweep(
    study: Annotated[Path, typer.Argument(metavar="STUDY.yaml", help="What is varied, over what, measured by what.")],
    out: Annotated[
        Path, typer.Option(callback=not_a_stream, help="The folder of the sweep; one that was begun goes on.")
    ],
    workers: Workers = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    report: Annotated[
        bool, typer.Option("--report", help="At the end write what was found as a page, as `vbp report` does.")
    ] = False,
    failed: Failed = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="The folder may hold another study: what both share is kept.")
    ] = False,
    accept_model: AcceptModel = False,
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    metric_file: MetricFile = None,
) -> None:
    """Compute a study over many points, on all processors or a cluster. It can be stopped and goes on where it was."""
    from vbp_agents.command_line.sweep_command import begin_sweep
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.sweeps.sweeping import How

    users = UserFiles.given(regime_file, behavior_file, metric_file)
    begin_sweep(study, out, How(workers, scheduler, failed, changed, accept_model), users, dry_run, report)


@command()
def resume(
    folder: Folder,
    workers: Workers = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    failed: Failed = False,
    replicates: Annotated[int | None, size_option("replicates", about="As many as there are to be in all.")] = None,
    accept_model: AcceptModel = False,
) -> None:
    """Go on with the sweep in a folder: exactly what is missing is computed, and more replicates if asked for."""
    from vbp_agents.command_line.sweep_command import resume_sweep
    from vbp_agents.sweeps.sweeping import How

    how = How(workers, scheduler, failed, accept_model=accept_model)
    resume_sweep(folder, how, replicates, dry_run)


@command()
def status(
    folder: Folder,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until it is complete.")] = False,
) -> None:
    """Say how far the sweep in a folder is, and what failed."""
    from vbp_agents.command_line.sweep_command import show_status

    show_status(folder, watch)


@command()
def report(
    folder: Folder,
    out: Annotated[
        Path | None,
        typer.Option(
            callback=not_a_stream, help="The page, a file that ends in .html, or a folder for it. Default: DIR."
        ),
    ] = None,
) -> None:
    """Write what the sweep in a folder found as one page that opens without a network, with its figures as files."""
    from vbp_agents.command_line.report_command import report_sweep

    report_sweep(folder, out)

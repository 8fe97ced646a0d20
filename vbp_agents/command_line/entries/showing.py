"""The commands that run nothing and show what there is, with their options, and the page."""

from pathlib import Path
from typing import Annotated

import typer

from vbp_agents.app.limits import ServerLimits
from vbp_agents.command_line.options import BehaviorFile, Json, MetricFile, RegimeFile, Set, command, whole_number


@command()
def contract(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A preset, a regime or a .yaml file.")],
    people: Annotated[int, whole_number("People of the example contract holder.", 100, 10_000_000)] = 10_000,
    year: Annotated[int, whole_number("Performance year; quality often counts from the 2nd.", 1, 10)] = 2,
    regime_file: RegimeFile = None,
    set_: Set = None,
    json: Json = None,
) -> None:
    """What a contract pays, without a simulation: by spending and quality, and what one more of anything is worth.

    Drawn in vbp-contract.png too.
    """
    from vbp_agents.command_line.contract_command import show_contract
    from vbp_agents.command_line.user_files import UserFiles

    show_contract(name, people, year, UserFiles.given(regime_file), json, set_ or [])


@command("list")
def list_(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND",
            help="presets, regimes, behaviors, metrics, measures, events, levers or kinds. Default: all.",
        ),
    ] = None,
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    metric_file: MetricFile = None,
) -> None:
    """List presets, regimes, behaviors, metrics and more, with a source each; or those of one kind."""
    from vbp_agents.command_line.list_command import list_choices
    from vbp_agents.command_line.user_files import UserFiles

    list_choices(kind, UserFiles.given(regime_file, behavior_file, metric_file))


@command()
def sources(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A preset, a regime or a .yaml file.")],
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
) -> None:
    """List a scenario's numbers with their sources: assumptions first, then memory, measurements and texts."""
    from vbp_agents.command_line.sources_command import list_sources
    from vbp_agents.command_line.user_files import UserFiles

    list_sources(name, UserFiles.given(regime_file, behavior_file))


@command()
def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A public use file of CMS: a row an ACO, a year.")],
    year: Annotated[
        int | None, whole_number("Performance year of rows that say none; else the file tells.", 2012, 2099)
    ] = None,
    json: Json = None,
) -> None:
    """Settle every ACO of a CMS public use file, of any year, with the simulation's own rules, and compare."""
    from vbp_agents.command_line.reconcile_command import reconcile_file

    reconcile_file(file, year, json)


@command()
def doctor() -> None:
    """Say what this installation has: versions, cache, processors and memory lent, extras."""
    from vbp_agents.command_line.doctor_command import show_installation

    show_installation()


@command("app")
def page(
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, whole_number("Where it is taken, the next that is free.", 1, 65_535)] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    most_people: Annotated[int, whole_number("People of a region, at most.", 100, 1_000_000)] = ServerLimits.people,
    most_years: Annotated[int, whole_number("Years of a run, at most.", 1, 50)] = ServerLimits.years,
    most_replicates: Annotated[
        int, whole_number("Replicates of a question, at most.", 1, 1_000)
    ] = ServerLimits.replicates,
    most_runs: Annotated[
        int, whole_number("Runs computed at once, of all visitors; others wait in line.", 1, 256)
    ] = ServerLimits.runs,
    most_upload: Annotated[
        int, whole_number("Kilobytes of a scenario file that is uploaded, at most.", 1, 256)
    ] = ServerLimits.upload,
    lessons: Annotated[Path | None, typer.Option(help="A folder with lessons of your own, YAML files.")] = None,
    results: Annotated[
        Path | None, typer.Option(help="The folder that sweeps are in; nothing outside of it is shown.")
    ] = None,
) -> None:
    """The interactive page in the browser: what incentives make of care, month by month."""
    from vbp_agents.app.lessons import add_folder
    from vbp_agents.app.server import serve
    from vbp_agents.app.swept.shelf import set_results

    if lessons is not None:
        add_folder(lessons)
    if results is not None:
        set_results(results)
    serve(host, port, browser, ServerLimits(most_people, most_years, most_replicates, most_runs, most_upload))

"""What the command line asks for: the commands of `vbp` and their options."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from vbp_agents import __version__
from vbp_agents.study.checks import SIZES


class _Heard(TyperGroup):
    """Says when it is interrupted also while a command is still being read in, where Typer would end without a word."""

    def invoke(self, ctx: Any) -> Any:
        """As Typer, but for that."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.stderr.write("vbp: interrupted\n")
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=_Heard,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Patients, providers, organizations and payers under payment regimes: same patients, same luck, other money.",
)


def _whole(about: str, low: int, high: int | None = None) -> Any:
    """An option that is a whole number; what is said of another one names both bounds."""
    allowed = f"{low:,} to {high:,}" if high is not None else f"{low:,} and more"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise typer.BadParameter(f"{str(text)[:40]!r} is no whole number; allowed {allowed}") from None
        if number < low or (high is not None and number > high):
            raise typer.BadParameter(f"{number:,} is out of range; allowed {allowed}")
        return number

    return typer.Option(parser=read, metavar=f"{low}..{'' if high is None else high}", help=about)


def _not_a_stream(path: Path | None) -> Path | None:
    """A dash, which elsewhere means stdout or stdin, is no file here."""
    if path == Path("-"):
        raise typer.BadParameter("'-' is not stdout here, where the tables go; name a file or folder")
    return path


def _size(name: str, low: int | None = None, about: str = "") -> Any:
    """An option for one of the numbers of any run; ``low``: where a command needs more."""
    bounds = SIZES[name]
    return _whole(about or bounds.about, bounds.low if low is None else low, bounds.high)


Patients = Annotated[int, _size("patients")]
Years = Annotated[int, _size("years")]
Replicates = Annotated[int, _size("replicates")]
Seed = Annotated[int, _size("seed")]
Threads = Annotated[int | None, _size("threads")]
RegimeFile = Annotated[
    list[Path] | None, typer.Option("--regime-file", help="A Python file with a regime of your own; may be repeated.")
]
Behavior = Annotated[
    str | None,
    typer.Option(help="How providers behave: profit_and_benefit, fixed_practice, ... or as in a scenario's own block."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="A value by its path in `vbp sources`, such as contracts.0.terms.discount=0.03, in all scenarios that "
        "have it; NAME:PATH=VALUE: in the scenario of that name. May be repeated.",
    ),
]
Json = Annotated[
    Path | None, typer.Option("--json", callback=_not_a_stream, help="Write the numbers as JSON to this file.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", callback=_not_a_stream, help="Write the results (tables, pictures, scenarios) to this folder."
    ),
]
AllMetrics = Annotated[bool, typer.Option("--all", help="Print all metrics by aim, too (they are in --out anyway).")]
Quick = Annotated[bool, typer.Option("--quick", help="A first look: 2 replicates of 2 years.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the results that are in the folder.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vbp-agents {__version__}")
        raise typer.Exit


@app.callback()
def _vbp(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """What all commands share."""


QUICK = {"years": 2, "replicates": 2}


def _quick(context: typer.Context) -> dict[str, int]:
    """What --quick sets. Raises BadParameter where the command line sets it, too."""
    given = [f"--{name}" for name in QUICK if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"]
    if given:
        raise typer.BadParameter(f"--quick is 2 replicates of 2 years; leave out {' and '.join(given)}, or --quick")
    typer.echo(
        "a quick look: 2 replicates of 2 years; without --quick luck and effects are told apart better", err=True
    )
    return QUICK


@app.command()
def compare(
    context: typer.Context,
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            help="Presets, regimes or .yaml files. Default: fee_for_service, pay_for_performance, bundled, "
            "shared_savings_one_sided, shared_savings_two_sided, capitation, capitation_withhold, "
            "and any --regime-file.",
            show_default=False,
        ),
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="What the others are compared with. Default: fee_for_service.")
    ] = None,
    patients: Patients = 20_000,
    years: Years = 5,
    replicates: Replicates = 10,
    seed: Seed = 1,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior: Behavior = None,
    set_: Set = None,
    quick: Quick = False,
    all_metrics: AllMetrics = False,
    json: Json = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Compare scenarios on the same patients with the same luck: a dozen rows in words, what they say, and a picture.

    The picture is vbp-compare.png. With --out it goes to that folder, with the numbers as JSON and all results.
    """
    from vbp_agents.command_line.commands import Job, compare_scenarios, guarded
    from vbp_agents.study.size import Size

    asked = {"years": years, "replicates": replicates} | (_quick(context) if quick else {})
    with guarded():
        size = Size.checked(patients=patients, seed=seed, threads=threads, **asked)
        job = Job(size, regime_file or [], behavior, json, out, overwrite, set_ or [])
        compare_scenarios(scenarios or [], baseline, job, all_metrics)


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="A preset, a regime or a .yaml file.")],
    patients: Patients = 20_000,
    years: Years = 5,
    seed: Seed = 1,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior: Behavior = None,
    set_: Set = None,
    json: Json = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Run one scenario once. With --out, `timing.json` beside the results says where the seconds went."""
    from vbp_agents.command_line.commands import Job, guarded, run_scenario
    from vbp_agents.study.size import Size

    with guarded():
        size = Size.checked(patients=patients, years=years, replicates=1, seed=seed, threads=threads)
        run_scenario(scenario, Job(size, regime_file or [], behavior, json, out, overwrite, set_ or []))


@app.command()
def contract(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A preset, a regime or a .yaml file.")],
    people: Annotated[int, _whole("People of the example contract holder.", 100, 10_000_000)] = 10_000,
    year: Annotated[int, _whole("Performance year; quality often counts from the 2nd.", 1, 10)] = 2,
    regime_file: RegimeFile = None,
    set_: Set = None,
    json: Json = None,
) -> None:
    """What a contract pays, without a simulation: by spending and quality, and what one more of anything is worth.

    Drawn in vbp-contract.png too.
    """
    from vbp_agents.command_line.commands import guarded
    from vbp_agents.command_line.contract_command import show_contract

    with guarded():
        show_contract(name, people, year, regime_file or [], json, set_ or [])


@app.command()
def network(
    scenario: Annotated[str, typer.Argument(help="A preset, a regime or a .yaml file.")],
    patients: Patients = 20_000,
    years: Years = 5,
    replicates: Replicates = 3,
    seed: Seed = 1,
    area: Annotated[
        int | None, _whole("Look at this area alone. Default: all, as far as 5,000 clinicians go.", 1)
    ] = None,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior: Behavior = None,
    json: Json = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Who shares patients at the end, beside fee for service: measures of the network, and an area in vbp-network.png.

    With --out the picture, the numbers as JSON and the scenarios go to that folder instead.
    """
    from vbp_agents.command_line.commands import Job, guarded
    from vbp_agents.command_line.network_command import show_network
    from vbp_agents.study.size import Size

    with guarded():
        size = Size.checked(patients=patients, years=years, replicates=replicates, seed=seed, threads=threads)
        job = Job(size, regime_file or [], behavior, json, out, overwrite)
        show_network(scenario, area, job)


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of `vbp compare --out` or `vbp run --out`.")],
    provider: Annotated[int | None, _whole("A practice, as numbered in the table `practices`, from 0.", 0)] = None,
    patient: Annotated[
        int | None,
        _whole("A patient's number, from 0; a newcomer's is that of who died plus the number of people.", 0, 2**32 - 1),
    ] = None,
    month: Annotated[int | None, _whole("The last month to look at. Default: the run's last.", 1)] = None,
    scenario: Annotated[str | None, typer.Option(help="Default: the first that is not the baseline.")] = None,
    beside: Annotated[str | None, typer.Option(help="The patient's other scenario. Default: the baseline.")] = None,
    replicate: Annotated[int, _whole("Which replicate.", 1)] = 1,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    json: Json = None,
) -> None:
    """Say why a provider moved its levers, in dollars by contract; or what happened to a patient, and why."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.command_line.explain_command import explain_results
        from vbp_agents.explain.inquiry import Inquiry
        from vbp_agents.study.checks import checked_threads

        inquiry = Inquiry(folder, provider, patient, month, scenario, beside, replicate, checked_threads(threads))
        explain_results(inquiry, regime_file or [], json)


@app.command("list")
def list_(regime_file: RegimeFile = None) -> None:
    """List presets, regimes, behaviors and metrics, with a source each."""
    from vbp_agents.command_line.commands import guarded, list_choices

    with guarded():
        list_choices(regime_file or [])


@app.command()
def sources(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A preset, a regime or a .yaml file.")],
    regime_file: RegimeFile = None,
) -> None:
    """List a scenario's numbers with their sources: assumptions first, then memory, measurements and texts."""
    from vbp_agents.command_line.commands import guarded, list_sources

    with guarded():
        list_sources(name, regime_file or [])


@app.command()
def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A public use file of CMS: a row an ACO, a year.")],
    year: Annotated[
        int | None, _whole("Performance year of rows that say none; else the file tells.", 2012, 2099)
    ] = None,
    json: Json = None,
) -> None:
    """Settle every ACO of a CMS public use file, of any year, with the simulation's own rules, and compare."""
    from vbp_agents.command_line.commands import guarded, reconcile_file

    with guarded():
        reconcile_file(file, year, json)


@app.command()
def evidence(
    patients: Annotated[
        int, _size("patients", 2_000, "People in the region; contrasts of ACOs need 200,000.")
    ] = 200_000,
    years: Years = 3,
    replicates: Replicates = 5,
    seed: Seed = 1,
    threads: Threads = None,
    behavior: Annotated[
        str | None, typer.Option(help="One behavior, or as in a scenario. Default: each, the default one first.")
    ] = None,
    json: Json = None,
    markdown: Annotated[
        Path | None,
        typer.Option("--markdown", callback=_not_a_stream, help="Write the report as a page to this file."),
    ] = None,
) -> None:
    """The model against published evidence: calibrated, predicted or illustrated; inside, missed or no interval."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.command_line.evidence_command import show_evidence
        from vbp_agents.study.size import Size

        size = Size.checked(patients=patients, years=years, replicates=replicates, seed=seed, threads=threads)
        show_evidence(behavior, size, json, markdown)


Workers = Annotated[
    int | None, _whole("Processes of this machine; 0: none but this one. Default: as many as processors.", 0, 256)
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


@app.command()
def sweep(
    study: Annotated[Path, typer.Argument(metavar="STUDY.yaml", help="What is varied, over what, measured by what.")],
    out: Annotated[
        Path, typer.Option(callback=_not_a_stream, help="The folder of the sweep; one that was begun goes on.")
    ],
    workers: Workers = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    failed: Failed = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="The folder may hold another study: what both share is kept.")
    ] = False,
    accept_model: AcceptModel = False,
    regime_file: RegimeFile = None,
) -> None:
    """Compute a study over many points, on all processors or a cluster. It can be stopped and goes on where it was."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.command_line.sweep_command import begin_sweep
        from vbp_agents.sweeps.sweeping import How

        begin_sweep(study, out, How(workers, scheduler, failed, changed, accept_model), regime_file or [], dry_run)


@app.command()
def resume(
    folder: Folder,
    workers: Workers = None,
    scheduler: Scheduler = None,
    dry_run: DryRun = False,
    failed: Failed = False,
    replicates: Annotated[int | None, _size("replicates", about="As many as there are to be in all.")] = None,
    accept_model: AcceptModel = False,
) -> None:
    """Go on with the sweep in a folder: exactly what is missing is computed, and more replicates if asked for."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.command_line.sweep_command import resume_sweep
        from vbp_agents.sweeps.sweeping import How

        how = How(workers, scheduler, failed, accept_model=accept_model)
        resume_sweep(folder, how, replicates, dry_run)


@app.command()
def status(
    folder: Folder,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until it is complete.")] = False,
) -> None:
    """Say how far the sweep in a folder is, and what failed."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.command_line.sweep_command import show_status

        show_status(folder, watch)


@app.command("app")
def page(
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, _whole("Where it is taken, the next that is free.", 1, 65_535)] = 8765,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    most_people: Annotated[int, _whole("People of a region, at most.", 100, 1_000_000)] = 50_000,
    most_years: Annotated[int, _whole("Years of a run, at most.", 1, 50)] = 10,
    most_replicates: Annotated[int, _whole("Replicates of a question, at most.", 1, 1_000)] = 50,
    most_runs: Annotated[int, _whole("Runs computed at once, of all visitors; others wait in line.", 1, 256)] = 2,
    most_upload: Annotated[int, _whole("Kilobytes of a scenario file that is uploaded, at most.", 1, 256)] = 256,
    lessons: Annotated[Path | None, typer.Option(help="A folder with lessons of your own, YAML files.")] = None,
) -> None:
    """The interactive page in the browser: what incentives make of care, month by month."""
    from vbp_agents.command_line.commands import guarded

    with guarded():
        from vbp_agents.app.lessons import add_folder
        from vbp_agents.app.limits import Limits
        from vbp_agents.app.server import serve

        if lessons is not None:
            add_folder(lessons)
        serve(host, port, browser, Limits(most_people, most_years, most_replicates, most_runs, most_upload))

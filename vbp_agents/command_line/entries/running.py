"""The commands that run scenarios, with their options: what each does stands in a module of its own."""

from pathlib import Path
from typing import Annotated

import typer

from vbp_agents.command_line.options import (
    AllMetrics,
    BehaviorFile,
    BehaviorOption,
    Csv,
    Json,
    MetricFile,
    Out,
    Overwrite,
    Patients,
    Quick,
    RegimeFile,
    Replicates,
    Seed,
    Set,
    Threads,
    Years,
    command,
    not_a_stream,
    size_option,
    whole_number,
)

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


@command()
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
    behavior_file: BehaviorFile = None,
    metric_file: MetricFile = None,
    behavior: BehaviorOption = None,
    set_: Set = None,
    quick: Quick = False,
    all_metrics: AllMetrics = False,
    json: Json = None,
    out: Out = None,
    csv: Csv = False,
    overwrite: Overwrite = False,
) -> None:
    """Compare scenarios on the same patients with the same luck: a dozen rows in words, what they say, and a picture.

    The picture is vbp-compare.png. With --out it goes to that folder, with the numbers as JSON and all results.
    """
    from vbp_agents.command_line.commands import JobOptions, compare_scenarios
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.study.size import Size

    asked = {"years": years, "replicates": replicates} | (_quick(context) if quick else {})
    size = Size.checked(patients=patients, seed=seed, threads=threads, **asked)
    users = UserFiles.given(regime_file, behavior_file, metric_file)
    job = JobOptions(size, users, behavior, json, out, overwrite, set_ or [], csv)
    compare_scenarios(scenarios or [], baseline, job, all_metrics)


@command()
def run(
    scenario: Annotated[str, typer.Argument(help="A preset, a regime or a .yaml file.")],
    patients: Patients = 20_000,
    years: Years = 5,
    seed: Seed = 1,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    metric_file: MetricFile = None,
    behavior: BehaviorOption = None,
    set_: Set = None,
    json: Json = None,
    out: Out = None,
    csv: Csv = False,
    overwrite: Overwrite = False,
) -> None:
    """Run one scenario once. With --out, `timing.json` beside the results says where the seconds went."""
    from vbp_agents.command_line.commands import JobOptions, run_scenario
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.study.size import Size

    size = Size.checked(patients=patients, years=years, replicates=1, seed=seed, threads=threads)
    users = UserFiles.given(regime_file, behavior_file, metric_file)
    run_scenario(scenario, JobOptions(size, users, behavior, json, out, overwrite, set_ or [], csv))


@command()
def network(
    scenario: Annotated[str, typer.Argument(help="A preset, a regime or a .yaml file.")],
    patients: Patients = 20_000,
    years: Years = 5,
    replicates: Replicates = 3,
    seed: Seed = 1,
    area: Annotated[
        int | None, whole_number("Look at this area alone. Default: all, as far as 5,000 clinicians go.", 1)
    ] = None,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    behavior: BehaviorOption = None,
    json: Json = None,
    out: Out = None,
    overwrite: Overwrite = False,
) -> None:
    """Who shares patients at the end, beside fee for service: measures of the network, and an area in vbp-network.png.

    With --out the picture, the numbers as JSON and the scenarios go to that folder instead.
    """
    from vbp_agents.command_line.commands import JobOptions
    from vbp_agents.command_line.network_command import show_network
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.study.size import Size

    size = Size.checked(patients=patients, years=years, replicates=replicates, seed=seed, threads=threads)
    job = JobOptions(size, UserFiles.given(regime_file, behavior_file), behavior, json, out, overwrite)
    show_network(scenario, area, job)


@command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Results of `vbp compare --out` or `vbp run --out`.")],
    provider: Annotated[
        int | None, whole_number("A practice, as numbered in the table `practices`, from 0.", 0)
    ] = None,
    patient: Annotated[
        int | None,
        whole_number(
            "A patient's number, from 0; a newcomer's is that of who died plus the number of people.", 0, 2**32 - 1
        ),
    ] = None,
    month: Annotated[int | None, whole_number("The last month to look at. Default: the run's last.", 1)] = None,
    scenario: Annotated[str | None, typer.Option(help="Default: the first that is not the baseline.")] = None,
    beside: Annotated[str | None, typer.Option(help="The patient's other scenario. Default: the baseline.")] = None,
    replicate: Annotated[int, whole_number("Which replicate.", 1)] = 1,
    threads: Threads = None,
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    json: Json = None,
) -> None:
    """Say why a provider moved its levers, in dollars by contract; or what happened to a patient, and why."""
    from vbp_agents.command_line.explain_command import explain_results
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.explain.inquiry import Inquiry
    from vbp_agents.study.checks import checked_threads

    inquiry = Inquiry(folder, provider, patient, month, scenario, beside, replicate, checked_threads(threads))
    explain_results(inquiry, UserFiles.given(regime_file, behavior_file), json)


@command()
def evidence(
    patients: Annotated[
        int, size_option("patients", 2_000, "People in the region; contrasts of ACOs need 200,000.")
    ] = 200_000,
    years: Years = 3,
    replicates: Replicates = 8,
    seed: Seed = 1,
    threads: Threads = None,
    behavior: Annotated[
        str | None, typer.Option(help="One behavior, or as in a scenario. Default: each, the default one first.")
    ] = None,
    behavior_file: BehaviorFile = None,
    json: Json = None,
    markdown: Annotated[
        Path | None,
        typer.Option("--markdown", callback=not_a_stream, help="Write the report as a page to this file."),
    ] = None,
) -> None:
    """The model against published evidence: what was fitted, what predicted, and what was hit."""
    from vbp_agents.command_line.evidence_command import show_evidence
    from vbp_agents.command_line.user_files import UserFiles
    from vbp_agents.study.size import Size

    UserFiles.given(None, behavior_file).load()
    size = Size.checked(patients=patients, years=years, replicates=replicates, seed=seed, threads=threads)
    show_evidence(behavior, size, json, markdown)

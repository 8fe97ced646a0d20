"""The commands for who writes a file of an own, with their options."""

from pathlib import Path
from typing import Annotated

import typer

from vbp_agents.command_line.options import BehaviorFile, Json, RegimeFile, command


@command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called; the file is NAME.yaml or NAME.py.")],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="What to write: scenario, regime, behavior, metric, lesson or study.")
    ] = "scenario",
    preset: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="NAME",
            help="What it begins from: a preset or a .yaml file; of a regime or behavior one of these.",
        ),
    ] = None,
) -> None:
    """Write a commented file to begin with, which works as it is."""
    from vbp_agents.command_line.new_command import write_new

    write_new(name, kind, preset)


@command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files.")],
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
) -> None:
    """Check scenario files: all that is wrong at once; else what each changes, and what cannot matter in it."""
    from vbp_agents.command_line.check_command import check_files
    from vbp_agents.command_line.user_files import UserFiles

    check_files(files, UserFiles.given(regime_file, behavior_file))


@command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A preset, a regime or a .yaml file.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    regime_file: RegimeFile = None,
    behavior_file: BehaviorFile = None,
    json: Json = None,
) -> None:
    """List every number and choice in which two scenarios differ, with unit and source."""
    from vbp_agents.command_line.diff_command import show_differences
    from vbp_agents.command_line.user_files import UserFiles

    show_differences(first, second, UserFiles.given(regime_file, behavior_file), json)


@command()
def schema(regime_file: RegimeFile = None, behavior_file: BehaviorFile = None) -> None:
    """Print the JSON Schema of a scenario file, for completion and checks in an editor."""
    from vbp_agents.command_line.schema_command import print_schema
    from vbp_agents.command_line.user_files import UserFiles

    print_schema(UserFiles.given(regime_file, behavior_file))

"""What the command line asks for: `vbp` itself, and the options that commands share."""

import re
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from typer.core import TyperGroup

from vbp_agents import __version__
from vbp_agents.study.checks import SIZES

P = ParamSpec("P")


class _Heard(TyperGroup):
    """Says when it is interrupted also while a command is still being read in, where Typer would end without a word."""

    def invoke(self, ctx: Any) -> Any:
        """As Typer, but for that."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.stderr.write("vbp: interrupted\n")
            raise typer.Exit(130) from None


THOUSANDS = re.compile(r"[0-9]{1,3}([,.' ][0-9]{3})+")
"""How thousands are set apart."""

app = typer.Typer(
    cls=_Heard,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Patients, providers, organizations and payers under payment regimes: same patients, same luck, other money.",
)


def command(name: str | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A command of `vbp`: whatever goes wrong in it is one message. ``name``: where it is not the function's.

    What does the work is imported once the options are read, so that wrong ones are refused at once.
    """

    def register(work: Callable[P, None]) -> Callable[P, None]:
        @wraps(work)
        def done(*args: P.args, **kwargs: P.kwargs) -> None:
            from vbp_agents.command_line.commands import guarded

            with guarded():
                work(*args, **kwargs)

        return app.command(name)(done)

    return register


def whole_number(about: str, low: int, high: int | None = None) -> Any:
    """An option that is a whole number; what is said of another one names both bounds."""
    allowed = f"{low:,} to {high:,}" if high is not None else f"{low:,} and more"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            digits = re.sub(r"[,._' ]", "", str(text))
            instead = f"; write {digits}" if digits.isdigit() and THOUSANDS.fullmatch(str(text)) else ""
            raise typer.BadParameter(f"{str(text)[:40]!r} is no whole number{instead}; allowed {allowed}") from None
        if number < low or (high is not None and number > high):
            raise typer.BadParameter(f"{number:,} is out of range; allowed {allowed}")
        return number

    return typer.Option(parser=read, metavar=f"{low}..{'' if high is None else high}", help=about)


def not_a_stream(path: Path | None) -> Path | None:
    """A dash, which elsewhere means stdout or stdin, is no file here."""
    if path == Path("-"):
        raise typer.BadParameter("'-' is not stdout here, where the tables go; name a file or folder")
    return path


def size_option(name: str, low: int | None = None, about: str = "") -> Any:
    """An option for one of the numbers of any run; ``low``: where a command needs more."""
    bounds = SIZES[name]
    return whole_number(about or bounds.about, bounds.low if low is None else low, bounds.high)


Patients = Annotated[int, size_option("patients")]
Years = Annotated[int, size_option("years")]
Replicates = Annotated[int, size_option("replicates")]
Seed = Annotated[int, size_option("seed")]
Threads = Annotated[int | None, size_option("threads")]
RegimeFile = Annotated[
    list[Path] | None, typer.Option("--regime-file", help="A Python file with a regime of your own; may be repeated.")
]
BehaviorFile = Annotated[
    list[Path] | None,
    typer.Option("--behavior-file", help="A Python file with a behavior of your own; may be repeated."),
]
MetricFile = Annotated[
    list[Path] | None,
    typer.Option("--metric-file", help="A Python file with metrics of your own; may be repeated."),
]
BehaviorOption = Annotated[
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
    Path | None, typer.Option("--json", callback=not_a_stream, help="Write the numbers as JSON to this file.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", callback=not_a_stream, help="Write the results (tables, pictures, scenarios) to this folder."
    ),
]
Csv = Annotated[bool, typer.Option("--csv", help="With --out: each table as CSV, too, beside its Parquet file.")]
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

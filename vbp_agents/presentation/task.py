"""What a command does at the end and on the way: everything it can, whole files, and progress for who waits."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from vbp_agents.presentation.interruption import Interruption
from vbp_agents.presentation.terminal import Unheeded, note, width_of_progress


def do_all(*tasks: Callable[[], None]) -> None:
    """Do everything that can be done, in this order, then raise what stopped the first that could not.

    The others' reasons are its notes.
    """
    failed: list[Exception] = []
    for task in tasks:
        try:
            task()
        except Exception as error:
            failed.append(error)
    if failed:
        for other in failed[1:]:
            failed[0].add_note(" ".join(str(other).split()))
        raise failed[0]


def write(path: Path | None, data: bytes) -> None:
    """Write a file whole and say so; no path, no file."""
    from vbp_agents.files import write_whole

    if path:
        write_whole(path, data)
        note(f"saved: {path}")


def write_numbers(path: Path | None, data: bytes) -> None:
    """Write a file of numbers, if one is asked for. Raises CannotWrite where somebody has put another file there."""
    from vbp_agents.errors import CannotWrite, WrongInput
    from vbp_agents.files import check_numbers

    try:
        if path:
            check_numbers(path)
    except WrongInput as error:
        raise CannotWrite(f"{error}: it was not there before") from None
    write(path, data)


def by_product(what: str, task: Callable[[], None]) -> Callable[[], None]:
    """A task on which no result depends: where it fails, whatever the reason, a note says so and nothing else is lost.

    ``what`` is made, as the note calls it.
    """

    def made() -> None:
        try:
            task()
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            note(f"no {what}, all else is complete: {reason}")

    return made


@contextlib.contextmanager
def progress_bar(interruption: Interruption, transient: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with the time left. Telling it the months done is where an interruption is heeded.

    Before the first month the loops may have to be compiled, which is said. ``transient``: the bar goes when the work
    is done or has failed.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from vbp_agents.cache import compiling

    if text := compiling():
        note(text)
    columns = (TextColumn("simulating"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("left"))
    console = Console(file=cast("IO[str]", Unheeded(sys.stderr)), width=width_of_progress())
    with Progress(*columns, console=console, transient=transient) as bar:
        task = bar.add_task("")

        def at(months: int, total: int) -> None:
            interruption.check()
            bar.update(task, completed=months, total=total)

        yield at

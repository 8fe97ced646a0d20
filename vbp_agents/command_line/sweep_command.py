"""`vbp sweep`, `status` and `resume`: what will be done is said first, then how far it is, then what came of it."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.presentation.interruption import Interrupted, deferred
from vbp_agents.presentation.terminal import Unheeded, note, tell, width_of_progress
from vbp_agents.sweeps.engine import OnProgress, SweepProgress
from vbp_agents.sweeps.forecast import forecast
from vbp_agents.sweeps.pairing import pairing_of_sweep
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.standing import standing
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.study import Study, read_study
from vbp_agents.sweeps.sweeping import How, Sweeping
from vbp_agents.sweeps.watching import progress_line

BETWEEN_LINES = 30.0
"""Seconds between lines where no terminal shows a bar."""
_BETWEEN_LOOKS = 2.0
"""Seconds between looks of `vbp status --watch`."""
_SHOWN = 3
"""Errors that are shown of runs that failed."""


def begin_sweep(file: Path, out: Path, how: How, users: UserFiles, dry: bool, report: bool) -> None:
    """`vbp sweep`, with what it found as a page where that is asked for."""
    store = Store(out)
    users.load()
    _sweep(Sweeping(read_study(file), store, how, note), dry)
    if report and not dry:
        from vbp_agents.command_line.report_command import report_sweep

        report_sweep(out, None)


def resume_sweep(folder: Path, how: How, replicates: int | None, dry: bool) -> None:
    """`vbp resume`: from the folder alone, with the users' files that are in it."""
    store = Store(folder)
    study = kept_study(store)
    if replicates is not None:
        study = study.with_replicates(replicates)
    changed = how.changed or replicates is not None
    again = How(how.workers, how.scheduler, how.failed, changed, how.accept_model)
    _sweep(Sweeping(study, store, again, note), dry)


def show_status(folder: Path, watch: bool) -> None:
    """`vbp status`: how far the sweep in a folder is, once or until it is complete."""
    with deferred() as interruption:
        before = ""
        while True:
            store = Store(folder)
            kept_study(store)
            text, over = _status(Sweep(folder))
            if text != before:
                tell(text)
                before = text
            if over or not watch:
                return
            until = time.monotonic() + _BETWEEN_LOOKS
            while time.monotonic() < until:
                interruption.check()
                time.sleep(0.1)


def kept_study(store: Store) -> Study:
    """The study in a folder, once the users' files beside it are loaded."""
    UserFiles(*(store.users(kind) for kind in ("regime", "behavior", "metric"))).load()
    return store.study()


def _sweep(job: Sweeping, dry: bool) -> None:
    """Say what will be done, and do it unless it was only asked."""
    for line in forecast(job.plan, job.store, job.how.places()).lines():
        note(line)
    if dry:
        return
    folder = job.store.folder
    with deferred() as interruption:
        try:
            with watched() as watch:
                job.compute(interruption, watch)
        except Interrupted as error:
            kept = len(job.store.statuses())
            way = f"{kept:,} finished runs are kept; `vbp resume {folder}` goes on"
            raise Interrupted(f"{error}: {way}", error.number) from None
    sweep = Sweep(folder)
    text, _ = _status(sweep)
    tell("\n".join([text, *pairing_of_sweep(sweep.plan, sweep.store, int(sweep.store.facts["replicates"]))]))


def _status(sweep: Sweep) -> tuple[str, bool]:
    """How far a sweep is, in words; whether it is complete."""
    state = standing(sweep)
    failed = f"{state.failed:,} of them failed"
    if state.complete:
        head = f"{sweep.study.title}: complete, {state.total:,} runs, {failed}"
        lines = [head, f"tables: {sweep.folder}/experiments.parquet and outcomes.parquet"]
    else:
        total = f"{'at most ' if state.may_end_before else ''}{state.total:,}"
        lines = [f"{sweep.study.title}: {state.finished:,} of {total} runs are finished, {failed}"]
        lines.append(f"`vbp resume {sweep.folder}` goes on")
    if state.failed:
        errors = sweep.failures().drop_duplicates("run").error.value_counts()
        lines += [f"  {count:,} x {error}" for error, count in list(errors.items())[:_SHOWN]]
        lines.append(f"`vbp resume {sweep.folder} --failed` computes them again")
    return "\n".join(lines), state.complete


@contextlib.contextmanager
def watched() -> Iterator[OnProgress]:
    """What is told how far a sweep is: a bar where somebody looks at a terminal, else a line now and then."""
    if sys.stderr is not None and sys.stderr.isatty():
        with _bar() as watch:
            yield watch
        return
    last = -BETWEEN_LINES

    def line(state: SweepProgress) -> None:
        nonlocal last
        over = state.kept + state.computed == state.total
        if over or time.monotonic() - last >= BETWEEN_LINES:
            last = time.monotonic()
            note(progress_line(state))

    yield line


@contextlib.contextmanager
def _bar() -> Iterator[OnProgress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(file=cast("IO[str]", Unheeded(sys.stderr)), width=width_of_progress())
    with Progress(BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), console=console) as bar:
        task = bar.add_task("")

        def at(state: SweepProgress) -> None:
            bar.update(task, completed=state.kept + state.computed, total=state.total, description=progress_line(state))

        yield at

"""What the commands do once their options are read: checks first, then the work, then every file whole."""

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vbp_agents.command_line.settings import notes_shown, set_in
from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.errors import CannotWrite, Lost, WrongInput, options_meant
from vbp_agents.presentation.interruption import Interrupted, Interruption, deferred
from vbp_agents.presentation.task import by_product, do_all, progress_bar, write, write_numbers
from vbp_agents.presentation.terminal import note, show, width
from vbp_agents.study.clock import unheard
from vbp_agents.study.question import BASELINE, DEFAULTS, Question, alone, question_of
from vbp_agents.study.size import Size

if TYPE_CHECKING:
    from vbp_agents.results import Results
    from vbp_agents.study.comparison import Comparison
    from vbp_agents.study.kept_runs import KeptRuns
    from vbp_agents.terms.scenario import Scenario

_PICTURE = "vbp-compare.png"
DEBUG = "VBP_DEBUG"


@dataclass(frozen=True)
class JobOptions:
    """The options that `compare`, `run` and `network` share."""

    size: Size
    files: UserFiles
    behavior: str | None
    json: Path | None
    out: Path | None
    overwrite: bool
    settings: list[str] = field(default_factory=list)
    csv: bool = False

    def comparison(self, question: Question) -> "Comparison":
        """The question's comparison of this size, before anything is run."""
        from vbp_agents.study.comparison import Comparison

        return Comparison(question, self.size)


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever goes wrong into one message on stderr and an exit code, never a traceback."""
    try:
        with notes_shown(), options_meant():
            yield
    except WrongInput as error:
        _fail(str(error), 2, error)
    except Interrupted as error:
        _fail(str(error), error.code, error)
    except KeyboardInterrupt as error:
        _fail("interrupted", 130, error)
    except (CannotWrite, Lost) as error:
        _fail(str(error), 1, error)
    except (typer.Exit, typer.BadParameter, BrokenPipeError):
        raise
    except (Exception, SystemExit) as error:
        from vbp_agents.user_file import raised_by_user

        if by_user := raised_by_user(error):
            _fail(str(by_user), 2, error)
        _fail(_said(error), 1, error)


def _said(error: BaseException) -> str:
    """What is said about an error that is not the user's."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} could not be read or written: {error.strerror or error}"
    if isinstance(error, MemoryError):
        return "not enough memory; try fewer --patients"
    where = _arithmetic(error) if isinstance(error, ArithmeticError) else ""
    return f"unexpected error: {type(error).__name__}: {error}{where} (set {DEBUG}=1 to see where)"


def _arithmetic(error: ArithmeticError) -> str:
    """Where the package's arithmetic failed, in a few words: numbers that meet there do not go together."""
    package = Path(__file__).parents[1]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent != package]
    of_package = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    return f" in {Path(of_package[-1].filename).relative_to(package)}, {of_package[-1].name}()" if of_package else ""


def _fail(message: str, code: int, error: BaseException) -> None:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    note("; ".join([f"vbp: {message}", *getattr(error, "__notes__", ())]))
    raise typer.Exit(code)


def compare_scenarios(names: list[str], baseline: str | None, job: JobOptions, all_metrics: bool) -> None:
    """`vbp compare`: every replicate that was finished is saved and printed, whatever stopped the rest.

    The picture comes last, and no result depends on it.
    """
    from vbp_agents.reports.comparison import to_json
    from vbp_agents.reports.remarks import world_notes
    from vbp_agents.reports.summary import summary

    comparison = job.comparison(to_compare(names, baseline, job))
    worlds = world_notes(comparison.scenarios, comparison.baseline)
    for warning in worlds:
        note(warning)
    with deferred() as interruption:
        with (
            kept_by(comparison, job, "compare") as kept,
            results_of(comparison.scenarios, comparison.facts(), job, kept) as results,
        ):
            _simulate(comparison, job, results, interruption, kept)
            document, notes = comparison.document, comparison.summary_notes()
            unsaved = isinstance(comparison.stopped, CannotWrite)
            do_all(
                *([] if unsaved else [lambda: _save_comparison(comparison, results, job, kept)]),
                lambda: write_numbers(job.json, to_json(document)),
                lambda: show(*summary(document, notes, width()), *(_all_metrics(comparison) if all_metrics else [])),
                by_product("picture", lambda: _draw_comparison(comparison, results)),
            )
        raise_stop(len(comparison.results), comparison.stopped, job.size, interruption)


def run_scenario(name: str, job: JobOptions) -> None:
    """`vbp run`."""
    from vbp_agents.reports.comparison import run_document, run_table, to_json
    from vbp_agents.reports.remarks import remarks

    _check(job, [name])
    comparison = job.comparison(set_in(_behaving(partial(alone, name), job), job.settings))
    [scenario] = comparison.scenarios
    with deferred() as interruption:
        with (
            kept_by(comparison, job, "run") as kept,
            results_of(comparison.scenarios, comparison.facts(), job, kept) as results,
        ):
            _simulate(comparison, job, results, interruption, kept)
            [result] = comparison.results
            run, behavior = result.runs[scenario.name], comparison.question.behavior_from
            document = run_document(scenario, run.metrics, **job.size.facts)
            layers = {scenario.name: set(run.layers)}
            do_all(
                *([] if comparison.stopped else [lambda: _save_run(comparison, results, run.timing, job, kept)]),
                lambda: write_numbers(job.json, to_json(document)),
                lambda: show(
                    run_table(document), *remarks([scenario], comparison.held, job.size.years, layers, behavior)
                ),
            )
        raise_stop(len(comparison.results), comparison.stopped, job.size, interruption)


def to_compare(names: list[str], baseline: str | None, job: JobOptions, picture: str = _PICTURE) -> Question:
    """What is asked to be compared; the baseline comes first where it was not listed."""
    whom = BASELINE if baseline is None else baseline
    _check(job, [*names, whom], picture)
    of_files = job.files.regime_names
    question = set_in(_behaving(partial(question_of, names or [*DEFAULTS, *of_files], whom), job), job.settings)
    used = {contract.regime for scenario in question.scenarios for contract in scenario.contracts}
    for name in of_files:
        if name not in used:
            note(f"{name} is the regime of no scenario here: name it among them")
    return question


def _behaving(asked_with: Callable[[str | None], Question], job: JobOptions) -> Question:
    """The question with the behavior that --behavior names, else a --behavior-file that no scenario names itself."""
    of_files = job.files.behavior_names
    question = asked_with(job.behavior)
    if (
        job.behavior is None
        and of_files
        and not {scenario.behavior.name for scenario in question.scenarios} & set(of_files)
    ):
        question = asked_with(of_files[0])
    for name in of_files:
        if name not in {scenario.behavior.name for scenario in question.scenarios}:
            note(f"{name} is the behavior of no scenario here: add --behavior {name}")
    return question


def _check(job: JobOptions, names: Sequence[str], *pictures: str) -> None:
    """Find wrong input before anything long is begun, and read the user's files.

    ``names``: the scenarios asked for. ``pictures``: files that the command draws, which are no numbers' place.
    """
    from vbp_agents.files import check_numbers
    from vbp_agents.terms.scenario_file import is_path

    if job.csv and job.out is None:
        raise WrongInput("--csv is about the tables of --out: name a folder with --out as well")
    if job.json:
        taken = [Path(name) for name in (*filter(is_path, names), *pictures)]
        check_numbers(job.json, [*taken, *job.files.paths], job.out)
    job.files.load()


def kept_by(
    comparison: "Comparison", job: JobOptions, command: str
) -> "contextlib.AbstractContextManager[KeptRuns | None]":
    """Where finished runs are kept: in the folder of results, if one was asked for."""
    from vbp_agents.study.kept_runs import keeping

    if job.out is None:
        return contextlib.nullcontext()
    return keeping(job.out, comparison, command, job.overwrite, note)


def results_of(
    scenarios: "Sequence[Scenario]", facts: Mapping[str, Any], job: JobOptions, kept: "KeptRuns | None" = None
) -> "contextlib.AbstractContextManager[Results | None]":
    """The folder of results that was asked for, if any; ``kept``: the runs that are kept in it."""
    from vbp_agents.results import Results

    if job.out is None:
        return contextlib.nullcontext()
    if kept is None:
        return Results(job.out, scenarios, facts, job.overwrite, job.csv)
    return Results(job.out, scenarios, facts, job.overwrite or kept.goes_on, job.csv, kept.under_way)


def _simulate(
    comparison: "Comparison",
    job: JobOptions,
    results: "Results | None",
    interruption: Interruption,
    kept: "KeptRuns | None",
) -> None:
    """Run, measure and add every replicate, until done or stopped. Raises what stopped it where none is finished.

    Nothing is said to be simulated where all is kept already.
    """
    everything_there = kept is not None and not kept.missing
    with contextlib.nullcontext() if everything_there else progress_bar(interruption) as advance:
        comparison.collect(advance or unheard, results, kept=kept)
    if not comparison.results:
        raise_stop(0, comparison.stopped, job.size, interruption)


def raise_stop(done: int, stopped: BaseException | None, size: Size, interruption: Interruption) -> None:
    """Say what stopped the work, after what was finished is safe."""
    kept = f"{done} of {size.replicates} replicates were finished{' and kept' if done else ''}"
    if interruption.number:
        raise Interrupted(f"interrupted: {kept}", interruption.number)
    if stopped:
        if done and not isinstance(stopped, CannotWrite):
            stopped.add_note(kept)
        raise stopped


def _all_metrics(comparison: "Comparison") -> list[Any]:
    """Every metric by aim, what health costs, and the remarks in full."""
    from vbp_agents.reports.comparison import comparison_tables, value_tables
    from vbp_agents.reports.health_for_money import frontier_tables
    from vbp_agents.reports.remarks import world_notes

    worlds = world_notes(comparison.scenarios, comparison.baseline)
    tables = comparison_tables(comparison.document, width(), worlds)
    values = value_tables(comparison.values, comparison.baseline, width())
    values += frontier_tables(comparison.values, comparison.baseline)
    return ["", *tables, *values, *comparison.remarks()[len(worlds) :]]


def _save_comparison(
    comparison: "Comparison", results: "Results | None", job: JobOptions, kept: "KeptRuns | None"
) -> None:
    """With --out the whole folder, but for the picture."""
    if results:
        comparison.attach_to(results)
        _finish(comparison, results, job, kept)


def _finish(comparison: "Comparison", results: "Results", job: JobOptions, kept: "KeptRuns | None") -> None:
    """Give the results their place, and the runs that are kept theirs, and say where."""
    try:
        results.finish()
    finally:
        if kept and results.finished:
            kept.settle(results.folder, complete=comparison.stopped is None)
    note(f"results: {job.out}")


def _draw_comparison(comparison: "Comparison", results: "Results | None") -> None:
    from vbp_agents.reports.plots import comparison_picture

    picture = comparison_picture(comparison.document, comparison.brief_remarks())
    save_picture(picture, Path(_PICTURE), results, "comparison.png")


def save_picture(picture: bytes, alone: Path, results: "Results | None", name: str) -> None:
    """A picture as a file ``alone``; with --out in the folder, by ``name``, if that could be finished."""
    if results is None:
        write(alone, picture)
    elif results.finished:
        results.append(name, picture)


def _save_run(
    comparison: "Comparison",
    results: "Results | None",
    timing: Mapping[str, float],
    job: JobOptions,
    kept: "KeptRuns | None",
) -> None:
    """With --out the whole folder, and the seconds beside it."""
    from vbp_agents.results import write_timing

    if results:
        comparison.note_contracts(results)
        _finish(comparison, results, job, kept)
        by_product("timing", lambda: write_timing(results.folder, timing))()

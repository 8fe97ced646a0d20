"""What the commands do once their options are read: checks first, then the work, then every file whole."""

import contextlib
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from vbp_agents import __version__
from vbp_agents.errors import CannotWrite, Lost, WrongInput
from vbp_agents.presentation.interruption import Interrupted, Interruption, deferred
from vbp_agents.presentation.task import each, progress, write
from vbp_agents.presentation.terminal import line_width, note, rendered, show, tell, width

if TYPE_CHECKING:
    from vbp_agents.reports.remarks import Held
    from vbp_agents.results import Results
    from vbp_agents.runs.ensemble import Replicate
    from vbp_agents.runs.replicate import Left, Lived, Progress
    from vbp_agents.terms.scenario import Scenario

BASELINE = "fee_for_service"
DEFAULTS = [
    BASELINE,
    "pay_for_performance",
    "bundled",
    "shared_savings_one_sided",
    "shared_savings_two_sided",
    "capitation",
    "capitation_withhold",
]
PICTURE = "vbp-compare.png"
DEBUG = "VBP_DEBUG"
NOT_A_SUM = (
    "pay() of two months together is not the pay of both (a threshold, a cap or a rate in it?). It moves the money, "
    "but providers see only what one more of anything adds in a usual month; what hangs on a whole belongs in settle()"
)


@dataclass(frozen=True)
class Job:
    """The options that `compare` and `run` share."""

    patients: int
    years: int
    replicates: int
    seed: int
    threads: int | None
    regime_files: list[Path]
    behavior: str | None
    json: Path | None
    out: Path | None
    overwrite: bool

    @property
    def size(self) -> dict[str, int]:
        """How much each replicate simulates, and with which luck."""
        return {"patients": self.patients, "years": self.years, "seed": self.seed}

    @property
    def at_once(self) -> dict[str, int]:
        """How many replicates, and by how many threads or processes."""
        return {"count": self.replicates, "threads": self.threads or os.cpu_count() or 1}

    def facts(self, scenarios: "Sequence[Scenario]") -> dict[str, Any]:
        """What the results folder says about itself."""
        return {
            "version": __version__,
            "seed": self.seed,
            "patients": self.patients,
            "years": self.years,
            "behavior_hash": scenarios[0].behavior_hash,
            "scenarios": [scenario.name for scenario in scenarios],
        }


@dataclass
class Finished:
    """What is done so far, and what stopped it (None: nothing). ``layers``: the contracts that ever paid somebody."""

    values: dict[str, list[Mapping[str, float | None]]]
    held: "dict[str, list[Held]]"
    layers: dict[str, set[int]]
    timing: dict[str, float] = field(default_factory=dict)
    replicates: int = 0
    stopped: BaseException | None = None


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever goes wrong into one message on stderr and an exit code, never a traceback."""
    try:
        yield
    except WrongInput as error:
        _fail(str(error), 2, error)
    except Interrupted as error:
        _fail(str(error), error.code, error)
    except KeyboardInterrupt as error:
        _fail("interrupted", 130, error)
    except (CannotWrite, Lost) as error:
        _fail(str(error), 1, error)
    except (typer.Exit, BrokenPipeError):
        raise
    except (Exception, SystemExit) as error:
        from vbp_agents.regime_file import raised_by_user

        if by_user := raised_by_user(error):
            _fail(str(by_user), 2, error)
        _fail(_said(error), 1, error)


def _said(error: BaseException) -> str:
    """What is said about an error that is not the user's."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} could not be read or written: {error.strerror or error}"
    if isinstance(error, MemoryError):
        return "not enough memory; try fewer --patients"
    return f"unexpected error: {type(error).__name__}: {error} (set {DEBUG}=1 to see where)"


def _fail(message: str, code: int, error: BaseException) -> None:
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    typer.echo("; ".join([f"vbp: {message}", *getattr(error, "__notes__", ())]), err=True)
    raise typer.Exit(code)


def compare_scenarios(names: list[str], baseline: str | None, job: Job) -> None:
    """`vbp compare`: every replicate that was finished is saved and printed, whatever stopped the rest."""
    from vbp_agents.reports.comparison import comparison_tables, document, to_json, value_tables
    from vbp_agents.reports.remarks import remarks, world_notes

    asked = to_compare(names, baseline, job)
    scenarios, base = asked.scenarios, asked.baseline
    worlds = world_notes(scenarios, base)
    for warning in worlds:
        note(warning)
    with deferred() as interruption:
        with results_of(scenarios, job) as results:
            done = _simulate(scenarios, job, results, interruption)
            facts = {"patients": job.patients, "years": job.years, "seed": job.seed}
            found = document(scenarios, done.values, baseline=base, **facts)
            saves = (
                []
                if isinstance(done.stopped, CannotWrite)
                else [lambda: _save_comparison(found, _picture(found, asked, done), results, job)]
            )
            each(
                *saves,
                lambda: write(job.json, to_json(found)),
                lambda: show(
                    *comparison_tables(found, width(), worlds),
                    *value_tables(done.values, base, width()),
                    *remarks(scenarios, done.held, job.years, done.layers, asked.whence),
                ),
            )
        raise_stop(done, job, interruption)


def run_scenario(name: str, job: Job) -> None:
    """`vbp run`."""
    from vbp_agents.reports.comparison import run_document, run_table, to_json
    from vbp_agents.reports.remarks import remarks
    from vbp_agents.terms.scenario_file import behaving, find_scenarios, whence

    _check(job, [name])
    found_there = find_scenarios([name])
    scenarios, behavior = behaving(found_there, job.behavior), whence(found_there, job.behavior)
    with deferred() as interruption:
        with results_of(scenarios, job) as results:
            done = _simulate(scenarios, job, results, interruption)
            facts = {"patients": job.patients, "years": job.years, "seed": job.seed}
            found = run_document(scenarios[0], done.values[scenarios[0].name][0], **facts)
            each(
                *([] if done.stopped else [lambda: _save_run(results, done, job)]),
                lambda: write(job.json, to_json(found)),
                lambda: show(run_table(found), *remarks(scenarios, done.held, job.years, done.layers, behavior)),
            )
        raise_stop(done, job, interruption)


def list_choices(regime_files: list[Path]) -> None:
    """`vbp list`."""
    from vbp_agents.command_line.listing import listing

    load_regimes(regime_files)
    tell("\n".join(listing(line_width())))


def reconcile_file(file: Path, json: Path | None) -> None:
    """`vbp reconcile`. A miss is a finding, not a failure: the exit code stays 0."""
    from vbp_agents.files import check_numbers
    from vbp_agents.reconciliation.reconcile import reconcile
    from vbp_agents.reports.comparison import rows_table, to_json

    if json:
        check_numbers(json, [file])
    report = reconcile(file)
    tables = [rows_table(report.table(), str(file))]
    if misses := report.misses_table():
        tables.append(rows_table(misses, "Misses"))
    with deferred() as interruption:
        each(
            lambda: write(json, to_json(report.to_json())),
            lambda: tell(rendered(*tables, whole=True) + report.summary()),
        )
        interruption.check()


def list_sources(name: str, regime_files: Sequence[Path]) -> None:
    """`vbp sources`."""
    from vbp_agents.terms.provenance import sources
    from vbp_agents.terms.scenario_file import find_scenario

    load_regimes(regime_files)
    tell("\n".join(sources(find_scenario(name), line_width())))


@dataclass(frozen=True)
class Asked:
    """The scenarios to compare, the baseline's name, and where the behavior of all is from (`whence`)."""

    scenarios: "list[Scenario]"
    baseline: str
    whence: str


def to_compare(names: list[str], baseline: str | None, job: Job, picture: str = PICTURE) -> Asked:
    """What is asked to be compared; the baseline comes first where it was not listed."""
    from vbp_agents.terms.scenario_file import behaving, find_scenario, find_scenarios, namesakes, whence

    whom = BASELINE if baseline is None else baseline
    own = _check(job, [*names, whom], picture)
    asked = names or [*DEFAULTS, *own]
    base = find_scenario(whom)
    scenarios = find_scenarios(asked)
    same = [(name, scenario) for name, scenario in zip(asked, scenarios, strict=True) if scenario.name == base.name]
    if not same:
        scenarios = [base, *scenarios]
    for name, scenario in same:
        if scenario.hash != base.hash:
            raise namesakes(base.name, f"{whom} (the baseline)", name)
    used = {contract.regime for scenario in scenarios for contract in scenario.contracts}
    for name in own:
        if name not in used:
            note(f"{name} is the regime of no scenario here: name it among them")
    return Asked(behaving(scenarios, job.behavior), base.name, whence(scenarios, job.behavior))


def _check(job: Job, names: Sequence[str], *pictures: str) -> list[str]:
    """Find wrong input before anything long is begun. The names of the user's regimes.

    ``names``: the scenarios asked for. ``pictures``: what the command draws where there is no folder of results.
    """
    from vbp_agents.files import check_numbers, check_picture
    from vbp_agents.runs.memory import check_memory
    from vbp_agents.terms.scenario_file import is_path

    check_memory(job.patients)
    if job.json:
        taken = [Path(name) for name in (*filter(is_path, names), *pictures)]
        check_numbers(job.json, [*taken, *job.regime_files], job.out)
    for picture in () if job.out else pictures:
        check_picture(Path(picture), "work in another folder, or name one with --out")
    return load_regimes(job.regime_files)


def load_regimes(regime_files: Sequence[Path]) -> list[str]:
    """Read the users' regimes. Their names. Raises WrongInput, also where a preset has the name already."""
    from vbp_agents.regime_file import load_regime_file
    from vbp_agents.terms.scenario_file import presets
    from vbp_agents.trial import adds_up

    for file in regime_files:
        if file.stem in presets():
            raise WrongInput(f"{file}: {file.stem!r} is a scenario already; give the file another name")
        if not adds_up(load_regime_file(file)().pay):
            note(f"{file}: {NOT_A_SUM}")
    return list(dict.fromkeys(file.stem for file in regime_files))


def results_of(scenarios: "list[Scenario]", job: Job) -> "contextlib.AbstractContextManager[Results | None]":
    from vbp_agents.results import Results

    if job.out is None:
        return contextlib.nullcontext()
    return Results(job.out, scenarios, job.facts(scenarios), job.overwrite)


def _simulate(scenarios: "list[Scenario]", job: Job, results: "Results | None", interruption: Interruption) -> Finished:
    """Run, measure and add every replicate, until done or stopped. Raises what stopped it where none is finished."""
    from vbp_agents.runs.ensemble import replicates

    names = [scenario.name for scenario in scenarios]
    done = Finished({name: [] for name in names}, {name: [] for name in names}, {name: set() for name in names})
    until_stopped(
        lambda told: replicates(scenarios, **job.size, **job.at_once, apart=True, progress=told),
        lambda replicate: _take(replicate, scenarios, done, results),
        done,
        interruption,
    )
    if not done.replicates:
        raise_stop(done, job, interruption)
    return done


def until_stopped(
    live: "Callable[[Progress], Iterator[Lived[Left]]]",
    take: "Callable[[Lived[Left]], None]",
    done: Finished,
    interruption: Interruption,
) -> None:
    """Live and take replicates (``take`` counts them), with a bar; what stops it is noted, and what was taken stays."""
    with progress(interruption) as told:
        try:
            for replicate in live(told):
                take(replicate)
        except (KeyboardInterrupt, SystemExit, Exception) as stop:
            done.stopped = stop


def _take(replicate: "Replicate", scenarios: "Sequence[Scenario]", done: Finished, results: "Results | None") -> None:
    """Measure a finished replicate and hand its tables on: all of it, or nothing."""
    from vbp_agents.metrics import measure
    from vbp_agents.reports.remarks import contracts_held, layers_paid

    measured = {name: (measure(run.tables), contracts_held(run.tables)) for name, run in replicate.runs.items()}
    for name, (values, held) in measured.items():
        done.values[name].append(values)
        done.held[name].append(held)
    for scenario in scenarios:
        done.layers[scenario.name] |= layers_paid(scenario, replicate.runs[scenario.name].tables)
    done.replicates += 1
    for run in replicate.runs.values():
        for part, seconds in run.timing.items():
            done.timing[part] = done.timing.get(part, 0.0) + seconds
    if results:
        results.add({name: run.tables for name, run in replicate.runs.items()}, replicate.number, replicate.seed)


def raise_stop(done: Finished, job: Job, interruption: Interruption) -> None:
    """Say what stopped the work, after what was finished is safe."""
    kept = f"{done.replicates} of {job.replicates} replicates were finished{' and kept' if done.replicates else ''}"
    if interruption.number:
        raise Interrupted(f"interrupted: {kept}", interruption.number)
    if done.stopped:
        if done.replicates and not isinstance(done.stopped, CannotWrite):
            done.stopped.add_note(kept)
        raise done.stopped


def _picture(found: Mapping[str, Any], asked: Asked, done: Finished) -> bytes:
    """The comparison's picture, which says by itself what the table's remarks say."""
    from vbp_agents.reports.plots import comparison_picture
    from vbp_agents.reports.remarks import behavior_notes, without_contract, world_notes

    notes = behavior_notes(asked.scenarios, asked.whence) + world_notes(asked.scenarios, asked.baseline)
    return comparison_picture(found, notes, without_contract(asked.scenarios, done.held))


def _save_comparison(found: Mapping[str, Any], picture: bytes, results: "Results | None", job: Job) -> None:
    """The picture, and with --out the whole folder."""
    from vbp_agents.reports.comparison import to_json

    if results is None:
        write(Path(PICTURE), picture)
        return
    results.attach("comparison.png", picture)
    results.attach("comparison.json", to_json(found))
    results.finish()
    note(f"results: {job.out}")


def _save_run(results: "Results | None", done: Finished, job: Job) -> None:
    """With --out the whole folder, and the seconds beside it."""
    from vbp_agents.results import write_timing

    if results:
        results.finish()
        write_timing(results.folder, done.timing)
        note(f"results: {job.out}")

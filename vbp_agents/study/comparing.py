"""`compare` from Python, and a comparison read back from its folder."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.files import as_path
from vbp_agents.metrics import Measured
from vbp_agents.reports.remarks import Held
from vbp_agents.results import METRICS_TABLE, read_metadata, read_table, read_tables
from vbp_agents.study.checks import Named, SomeNames
from vbp_agents.study.clock import Progress, unheard
from vbp_agents.study.comparison import Comparison, MeasuredRun, measured_tables, stop_of
from vbp_agents.study.question import BASELINE, DEFAULTS, Question, question_of
from vbp_agents.study.recorded import Recorded, read_recorded
from vbp_agents.study.size import Size
from vbp_agents.study.tasks import TaskResult

_MEASURED = ("metric", "value")
"""Columns of the table that has what each run measured; folders of version 0.1.0 have none."""


def compare(
    scenarios: SomeNames = DEFAULTS,
    *,
    baseline: Named = BASELINE,
    patients: int = 20_000,
    years: int = 5,
    replicates: int = 10,
    seed: int = 1,
    behavior: str | None = None,
    set: Mapping[str, object] | None = None,
    threads: int | None = None,
    tables: bool = False,
    progress: Progress = unheard,
) -> Comparison:
    """Compare scenarios on the same patients with the same luck, over replicates, as `vbp compare` does.

    ``scenarios``: names of presets or regimes, paths of files, or scenarios; ``baseline``: what the others are compared
    with, added where it is not among them. ``behavior``: one for all. ``set``: values by `PATH` in all scenarios that
    have it, by `NAME:PATH` in one (paths of `Scenario.with_values`). ``tables``: keep every run's tables, for `save`.
    Many small replicates run in processes of their own, from a script, a notebook, a thread or a pool alike.
    An interruption (Ctrl-C) ends it with the replicates that were finished, and a warning; without any it is raised.
    Raises WrongInput before anything is run.
    """
    size = Size.checked(patients=patients, years=years, replicates=replicates, seed=seed, threads=threads)
    comparison = Comparison(question_of(scenarios, baseline, behavior).with_settings(set or {}), size)
    comparison.collect(progress, keep_tables=tables)
    if comparison.stopped:
        _keep_or_raise(comparison, comparison.stopped)
    return comparison


def _keep_or_raise(comparison: Comparison, stop: BaseException) -> None:
    """An interruption loses nothing that is finished; anything else is an error."""
    if not isinstance(stop, KeyboardInterrupt) or not comparison.results:
        raise stop
    done, count = len(comparison.results), comparison.size.replicates
    warnings.warn(f"interrupted: {done} of {count} replicates were finished and kept", RuntimeWarning, stacklevel=3)


def load(folder: str | Path) -> Comparison:
    """The comparison that a folder of results holds, of `save`, `vbp compare --out` or `vbp run --out`.

    Raises WrongInput where it is none of ours, is damaged, or needs a user's regime that has not been loaded.
    """
    recorded = read_recorded(as_path(folder, "a folder of results"))
    facts = read_metadata(recorded.folder)
    question = Question(
        recorded.scenarios, recorded.baseline, str(facts.get("behavior_from", "")), facts.get("set", {})
    )
    runs = _measured(recorded, facts) if METRICS_TABLE in _files(facts) else _from_tables(recorded)
    results = [
        TaskResult(number, seed, {s.name: runs[s.name, number] for s in recorded.scenarios})
        for number, seed in enumerate(recorded.seeds, 1)
    ]
    stopped = facts.get("stopped") or {}
    replicates = max(len(results), int(stopped.get("replicates", 0)))
    size = Size(recorded.patients, recorded.years, replicates, recorded.first_seed, threads=1)
    return Comparison(question, size, results, stop_of(stopped))


def _files(facts: dict[str, Any]) -> set[str]:
    return {Path(str(file)).stem for file in facts.get("files", []) if str(file).endswith(".parquet")}


def _measured(recorded: Recorded, facts: dict[str, Any]) -> dict[tuple[str, int], MeasuredRun]:
    """The runs of a folder that says what they measured."""
    frame = read_table(recorded.folder, METRICS_TABLE, _MEASURED)
    by_run = {
        key: dict(zip(rows.metric, rows.value, strict=True)) for key, rows in frame.groupby(["scenario", "replicate"])
    }
    try:
        return {
            (s.name, number): MeasuredRun(
                _numbers(by_run[s.name, number]),
                Held(*facts["contracts_held"][s.name][number - 1]),
                frozenset(facts["layers_paid"][s.name]),
            )
            for s in recorded.scenarios
            for number in range(1, len(recorded.seeds) + 1)
        }
    except (KeyError, IndexError, TypeError):
        raise WrongInput(
            f"{recorded.folder} has been changed: its files do not agree; make the results again"
        ) from None


def _numbers(values: dict[str, float]) -> Measured:
    return {name: None if value != value else value for name, value in values.items()}


def _from_tables(recorded: Recorded) -> dict[tuple[str, int], MeasuredRun]:
    """The runs of a folder of version 0.1.0, measured anew."""
    tables = read_tables(recorded.folder)
    return {
        (s.name, number): measured_tables(
            s,
            {
                name: frame[(frame.scenario == s.name) & (frame.replicate == number)].reset_index(drop=True)
                for name, frame in tables.items()
            },
            {},
        )
        for s in recorded.scenarios
        for number in range(1, len(recorded.seeds) + 1)
    }

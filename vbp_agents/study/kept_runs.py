"""The finished runs of a comparison, kept in its folder: one that was killed goes on, and replicates can be added.

A run is a shard (`shards`) with its tables, called by what it follows from (`identity`): scenario, people, years, luck
and model. What was asked stands beside them, so that another question is told before anything is lost.
"""

import contextlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.errors import WrongInput, argument
from vbp_agents.files import usable, write_whole
from vbp_agents.identity import fingerprint, run_id
from vbp_agents.lock import HELD, locked
from vbp_agents.results import MAKER, METADATA, METRICS_TABLE, own_files, read_metadata, scenario_file_name
from vbp_agents.shards import RUNS, read_shard, write_shard
from vbp_agents.study.clock import Progress
from vbp_agents.study.comparison import Comparison, MeasuredRun, measured_tables
from vbp_agents.study.running import run_tasks
from vbp_agents.study.tasks import Task, TaskResult
from vbp_agents.tables import TABLES
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame

_QUESTION = "question.json"
_UNDER_WAY = "results"
"""Where files of results are made, below the shards' folder."""
_SHARD = ".run"
_WORDS = {"hashes": "what the scenarios say", "model": "the version of the model", "command": "the command"}
"""How parts of a question are called where they differ."""


class KeptRuns:
    """The runs in a folder that is held by this process.

    ``goes_on``: the folder holds the same question's already. ``missing``: by replicate, the scenarios whose runs are
    not kept.
    """

    def __init__(self, folder: Path, asked: Mapping[str, Any], goes_on: bool) -> None:
        self.folder, self.asked, self.goes_on = folder, asked, goes_on
        self.runs = folder / RUNS
        self.missing: dict[int, tuple[Scenario, ...]] = {}

    @property
    def under_way(self) -> Path:
        """Where the files of results are made before they get their place."""
        return self.runs / _UNDER_WAY

    def look(self, tasks: Sequence[Task[MeasuredRun]]) -> None:
        """See which of the tasks' runs are there, and whole."""
        for task in tasks:
            rest = [s for s in task.scenarios if read_shard(self._file(s, task.seed)) is None]
            if rest:
                self.missing[task.number] = tuple(rest)

    def completed(
        self, tasks: Sequence[Task[MeasuredRun]], threads: int, progress: Progress
    ) -> Iterator[TaskResult[MeasuredRun]]:
        """Every task's result, in order, with all tables: what is kept is read, and what is missing computed."""
        rest = [replace(task, scenarios=self.missing[task.number]) for task in tasks if task.number in self.missing]
        computed = run_tasks(rest, threads, progress)
        for task in tasks:
            runs = next(computed).runs if task.number in self.missing else {}
            every = {s.name: runs.get(s.name) or self._read(s, task.seed) for s in task.scenarios}
            yield TaskResult(task.number, task.seed, every, task.point)

    def add(self, result: TaskResult[MeasuredRun]) -> None:
        """Keep the runs of a result that are not kept yet. Raises CannotWrite."""
        for scenario in self.missing.get(result.number, ()):
            write_shard(self._file(scenario, result.seed), _body(result.runs[scenario.name]))

    def settle(self, folder: Path, complete: bool) -> None:
        """Note that the results are in a folder, which is another one where somebody has filled the first."""
        if folder != self.folder:
            self.runs.rename(folder / RUNS)
            self.folder, self.runs = folder, folder / RUNS
        self.say(complete)

    def say(self, complete: bool) -> None:
        """Write down what was asked, and whether all of it is done. Raises CannotWrite."""
        facts = {"made_by": MAKER, **self.asked, "complete": complete}
        write_whole(self.runs / _QUESTION, (json.dumps(facts, indent=2) + "\n").encode())

    def forget(self) -> None:
        """Let go of all runs."""
        for file in self.runs.glob(f"*{_SHARD}"):
            file.unlink()

    def _file(self, scenario: Scenario, seed: int) -> Path:
        patients, years, model = self.asked["patients"], self.asked["years"], self.asked["model"]
        return self.runs / f"{run_id(scenario.hash, patients, years, seed, model)}{_SHARD}"

    def _read(self, scenario: Scenario, seed: int) -> MeasuredRun:
        body = read_shard(self._file(scenario, seed))
        assert body is not None
        return _run(scenario, body)


def _body(run: MeasuredRun) -> bytes:
    """A run as a shard holds it: its seconds and the lengths of what follows on a line, then table by table."""
    tables = {name: _parquet(frame) for name, frame in (run.tables or {}).items()}
    head = {"timing": dict(run.timing), "tables": {name: len(data) for name, data in tables.items()}}
    return b"".join([json.dumps(head).encode(), b"\n", *tables.values()])


def _run(scenario: Scenario, body: bytes) -> MeasuredRun:
    """The run that a shard holds, measured anew."""
    import pandas as pd

    line, _, rest = body.partition(b"\n")
    head, tables, at = json.loads(line), dict[str, "DataFrame"](), 0
    for name, length in head["tables"].items():
        frame = pd.read_parquet(io.BytesIO(rest[at : at + length]))
        tables[name] = frame.astype(TABLES[name].dtypes())
        at += length
    return measured_tables(scenario, tables, head["timing"], keep_tables=True)


def _parquet(frame: "DataFrame") -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


@contextlib.contextmanager
def keeping(
    folder: Path, comparison: Comparison, command: str, overwrite: bool, say: Callable[[str], None]
) -> Iterator[KeptRuns]:
    """Hold a comparison's folder, and keep its finished runs there; without any, the folder is left as it was.

    ``command``: what asks. ``overwrite``: complete results, and unfinished ones of another question, may be replaced.
    ``say`` is told what is there already. Raises WrongInput where the folder holds something else.
    """
    asked = _asked(comparison, command)
    with usable(folder):
        before = _question(folder)
        if not before:
            own_files(folder, overwrite)
        differing = [name for name in _DECIDING if before.get(name) != asked[name]] if before else []
        if differing and not overwrite:
            raise WrongInput(_another(folder, differing))
        if before and not overwrite:
            _check_fewer(folder, comparison.size.replicates)
        kept = KeptRuns(folder.absolute(), asked, bool(before))
        kept.runs.mkdir(parents=True, exist_ok=True)
    try:
        with locked(kept.runs, say):
            if before and (differing or (overwrite and before.get("complete"))):
                kept.forget()
            _clear(kept, before)
            kept.say(complete=False)
            _say_kept(kept, comparison, say)
            try:
                yield kept
            finally:
                _leave(kept)
    finally:
        with contextlib.suppress(OSError):
            kept.runs.rmdir()
        with contextlib.suppress(OSError):
            kept.folder.rmdir()


_DECIDING = ("command", "scenarios", "hashes", "baseline", "patients", "years", "seed", "model")
"""What makes a question another one."""


def _asked(comparison: Comparison, command: str) -> dict[str, Any]:
    """What is asked, and the files that the results may have."""
    scenarios = comparison.scenarios
    tables = [f"{name}.{ending}" for name in (*TABLES, METRICS_TABLE) for ending in ("parquet", "csv")]
    code_files = [f"{name}.py" for scenario in scenarios for name in scenario.users_code()]
    return {
        "version": __version__,
        "command": command,
        "scenarios": [scenario.name for scenario in scenarios],
        "hashes": {scenario.name: scenario.hash for scenario in scenarios},
        "baseline": comparison.baseline,
        **comparison.size.facts,
        "model": fingerprint(),
        "files": [
            *tables,
            *code_files,
            *(scenario_file_name(s.name) for s in scenarios),
            "comparison.json",
            "comparison.png",
        ],
    }


def _question(folder: Path) -> dict[str, Any]:
    """What was asked in a folder; nothing where no question of ours is there."""
    try:
        question = json.loads((folder / RUNS / _QUESTION).read_bytes())
    except (OSError, ValueError):
        return {}
    return question if isinstance(question, dict) and question.get("made_by") == MAKER else {}


def _another(folder: Path, differing: Sequence[str]) -> str:
    what = ", ".join(_WORDS.get(name, name) for name in differing)
    state = "results" if (folder / METADATA).exists() else "results that are not finished"
    way = f"name another folder, or add {argument('overwrite', True)} to replace them"
    return f"{folder} exists already and holds other {state} (different: {what}); {way}"


def _check_fewer(folder: Path, replicates: int) -> None:
    """Nothing that is finished is thrown away unasked."""
    there = int(read_metadata(folder).get("replicates", 0))
    if there > replicates:
        raise WrongInput(
            f"{folder} holds {there} replicates already, more than the {replicates} asked for: ask for {there} or "
            f"more, name another folder, or add {argument('overwrite', True)} to replace its results"
        )


def _clear(kept: KeptRuns, before: Mapping[str, Any]) -> None:
    """Remove what a killed process has left half done: results under way, and some of them in their place."""
    shutil.rmtree(kept.under_way, ignore_errors=True)
    if not (kept.folder / METADATA).exists():
        for name in before.get("files", ()):
            (kept.folder / Path(str(name)).name).unlink(missing_ok=True)


def _say_kept(kept: KeptRuns, comparison: Comparison, say: Callable[[str], None]) -> None:
    count = comparison.size.replicates
    kept.look(comparison.tasks())
    there = count - len(kept.missing)
    if there:
        what = "all replicates are" if there == count else f"{there} of {count} replicates are"
        say(f"{kept.folder.name}: {what} kept there and not computed again")


def _leave(kept: KeptRuns) -> None:
    """Where no run was finished, nothing is left of us."""
    shutil.rmtree(kept.under_way, ignore_errors=True)
    if not any(kept.runs.glob(f"*{_SHARD}")):
        for name in (_QUESTION, HELD):
            (kept.runs / name).unlink(missing_ok=True)

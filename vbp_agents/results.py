"""A folder of results: one Parquet file a table, `metadata.json`, each resolved scenario as YAML, users' regimes.

Identical runs give identical bytes: nothing in here is dated. `timing.json` stands beside them and is no result.
"""

import contextlib
import io
import json
import shutil
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vbp_agents.errors import CannotWrite, WrongInput, argument
from vbp_agents.files import as_path, check_room, hidden_beside, usable, write_errors, write_whole
from vbp_agents.shards import RUNS
from vbp_agents.tables import KEYS, TABLES, check_tables
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow.parquet import ParquetWriter

METADATA = "metadata.json"
TIMING = "timing.json"
MAKER = "vbp-agents"
METRICS_TABLE = "metrics"
"""The table of what each run measured: ``metric``, ``value``."""


class Results:
    """Writes a results folder run by run, under a hidden name until `finish`, or in ``under_way``.

    ``facts`` go into `metadata.json` (version, seed, patients, years ...) and, but for lists, into every Parquet file.
    ``csv``: each table is there as text, too. Left without `finish`, it leaves the folder as it was before.
    Raises WrongInput for a folder that is not ours or exists without ``overwrite``, CannotWrite where a write fails.
    """

    def __init__(
        self,
        folder: Path,
        scenarios: Iterable[Scenario],
        facts: Mapping[str, Any],
        overwrite: bool = False,
        csv: bool = False,
        under_way: Path | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.csv = csv
        with usable(folder):
            self.old = own_files(folder, overwrite)
            self.seen = _state(self.folder)
        self.scenarios = list(scenarios)
        self.facts = {"made_by": MAKER, **facts, "hashes": {s.name: s.hash for s in self.scenarios}}
        self.writers: dict[str, ParquetWriter] = {}
        self.seeds: list[int] = []
        self.temporary = under_way or hidden_beside(self.folder)
        self.files: list[str] = []
        with usable(folder):
            if self.folder.exists():
                check_room(self.folder / METADATA)
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.temporary.mkdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Whatever was not finished is removed."""
        with contextlib.suppress(OSError):
            self._close()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def add(
        self,
        runs: "Mapping[str, Mapping[str, DataFrame]]",
        replicate: int,
        seed: int,
        beside: "Mapping[str, Mapping[str, DataFrame]] | None" = None,
    ) -> None:
        """Append one replicate: the tables of each scenario's run, none or all; ``beside`` these, what they came to."""
        for scenario, tables in runs.items():
            if tables:
                check_tables(tables)
            more = beside[scenario] if beside else {}
            for name, frame in {**tables, **more}.items():
                keyed = frame.assign(scenario=scenario, replicate=replicate)
                with write_errors(self.folder):
                    self._append(name, keyed[[*KEYS, *frame.columns]])
        self.seeds.append(seed)

    def attach(self, name: str, data: bytes) -> None:
        """Put one more file (a picture, the comparison's JSON) into the folder."""
        with write_errors(self.folder):
            (self.temporary / name).write_bytes(data)

    @property
    def finished(self) -> bool:
        """Whether the folder is complete under its own name."""
        return bool(self.files)

    def append(self, name: str, data: bytes) -> None:
        """Put one more file into the finished folder, and into its list; where that fails, both stay as they were."""
        files = sorted({*self.files, name})
        write_whole(self.folder / name, data)
        try:
            write_whole(self.folder / METADATA, self._metadata(files))
        except CannotWrite:
            (self.folder / name).unlink(missing_ok=True)
            raise
        self.files = files

    def finish(self) -> None:
        """Complete the files and give them their names; files of earlier results that are no more are deleted.

        Raises CannotWrite, once all is safe in a folder beside it, where somebody has filled the folder meanwhile.
        """
        with write_errors(self.folder):
            self._close()
            for scenario in self.scenarios:
                (self.temporary / scenario_file_name(scenario.name)).write_bytes(scenario_yaml(scenario))
                for regime, code in scenario.users_code().items():
                    (self.temporary / f"{regime}.py").write_bytes(code)
            files = sorted(file.name for file in self.temporary.iterdir())
            (self.temporary / METADATA).write_bytes(self._metadata(files))
            meant, taken = self.folder, not self._moved([*files, METADATA])
            if taken:
                self.folder = free_beside(meant)
                self.temporary.rename(self.folder)
            self.files = files
        if taken:
            raise CannotWrite(f"{meant} was filled by something else meanwhile: the results are in {self.folder}")

    def _metadata(self, files: list[str]) -> bytes:
        facts = self.facts | {"replicates": len(self.seeds), "replicate_seeds": self.seeds}
        return (json.dumps(facts | {"files": [*files, METADATA]}, indent=2) + "\n").encode()

    def _append(self, name: str, frame: "DataFrame") -> None:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        if self.csv:
            text = frame.to_csv(index=False, header=name not in self.writers, lineterminator="\n")
            with (self.temporary / f"{name}.csv").open("ab") as file:
                file.write(text.encode())

        if name in self.writers:
            writer = self.writers[name]
            writer.write_table(pyarrow.Table.from_pandas(frame, schema=writer.schema, preserve_index=False))
            return
        about = {key: json.dumps(value) for key, value in self.facts.items()}
        rows = pyarrow.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(about)
        self.writers[name] = ParquetWriter(self.temporary / f"{name}.parquet", rows.schema)
        self.writers[name].write_table(rows)

    def _close(self) -> None:
        """Close every file, also those that come after one that fails."""
        with contextlib.ExitStack() as stack:
            for name in list(self.writers):
                stack.callback(self.writers.pop(name).close)

    def _moved(self, files: list[str]) -> bool:
        """Give the files their place, unless somebody has filled the folder since it was looked at first."""
        if _state(self.folder) != self.seen:
            return False
        if not self.folder.exists():
            try:
                self.temporary.rename(self.folder)
            except OSError:
                if _state(self.folder) is None:
                    raise
                return False
            return True
        for file in files:
            (self.temporary / file).replace(self.folder / file)
        for file in set(self.old) - set(files):
            (self.folder / file).unlink(missing_ok=True)
        return True


def _state(folder: Path) -> bytes | None:
    """What tells a folder's results from others; None where it is not there, or holds nothing."""
    if not folder.exists() or _bare(folder):
        return None
    try:
        return (folder / METADATA).read_bytes()
    except OSError:
        return b""


def free_beside(folder: Path) -> Path:
    """A name beside a folder that nothing has yet: `results_2`."""
    return next(path for number in count(2) if not (path := folder.with_name(f"{folder.name}_{number}")).exists())


def scenario_file_name(name: str) -> str:
    """What the file of a resolved scenario is called in a folder of results or of a sweep."""
    return f"scenario_{name}.yaml"


def scenario_yaml(scenario: Scenario) -> bytes:
    """The resolved scenario as a file that can be run again, with every default written out."""
    return as_yaml(scenario.resolved())


def as_yaml(content: Mapping[str, Any]) -> bytes:
    """Plain values as a YAML file."""
    from ruamel.yaml import YAML

    yaml = YAML(pure=True)
    yaml.default_flow_style = False
    stream = io.BytesIO()
    yaml.dump(content, stream)
    return stream.getvalue()


def write_timing(folder: Path, seconds: Mapping[str, float]) -> None:
    """Seconds spent (kernel, decisions, all), beside the results and never in them."""
    write_whole(folder / TIMING, (json.dumps(dict(seconds), indent=2) + "\n").encode())


def read_tables(folder: str | Path) -> "dict[str, DataFrame]":
    """Every table of a results folder, by name. Raises WrongInput where the folder is none of ours, or is damaged."""
    place = as_path(folder, "a folder of results")
    listed = read_metadata(place).get("files")
    if not isinstance(listed, list):
        raise WrongInput(f"{folder} is not a folder of results: it has no {METADATA} of {MAKER}")
    return {Path(str(file)).stem: _read(place / Path(str(file)).name) for file in listed if _is_table(file)}


def _is_table(file: object) -> bool:
    return str(file).endswith(".parquet")


def read_table(folder: Path, name: str, columns: Iterable[str] | None = None) -> "DataFrame":
    """One table of a results folder; ``columns``: those it must have, if not the declared ones.

    Raises WrongInput where it, or a column of it, is missing, or it is damaged.
    """
    file = folder / f"{name}.parquet"
    table = _read(file)
    needed = TABLES[name].columns if columns is None else columns
    if missing := [column for column in (*KEYS, *needed) if column not in table]:
        raise WrongInput(f"{file} has no column {', '.join(missing)}; make the results again")
    return table


def _read(file: Path) -> "DataFrame":
    """A file's table. Raises WrongInput where there is none, or it is damaged."""
    import pandas as pd

    if not file.is_file():
        raise WrongInput(f"{file} is missing; make the results again with `vbp compare --out` or `vbp run --out`")
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise WrongInput(f"{file} is damaged ({reason}); make the results again") from None


def read_stamp(folder: Path, name: str) -> dict[str, Any]:
    """The facts that a table's file was written with; none where another program has written it anew."""
    from pyarrow.parquet import read_schema

    facts: dict[str, Any] = {}
    for key, value in (read_schema(folder / f"{name}.parquet").metadata or {}).items():
        with contextlib.suppress(ValueError):
            facts[key.decode()] = json.loads(value)
    return facts if facts.get("made_by") == MAKER else {}


def _bare(folder: Path) -> bool:
    """Whether nothing is in a folder but the runs of results to come."""
    return all(file.name == RUNS for file in folder.iterdir())


def own_files(folder: Path, overwrite: bool) -> list[str]:
    """The files of earlier results in ``folder`` that may be replaced. Raises WrongInput for one of something else."""
    if not folder.exists() and not folder.is_symlink():
        return []
    if not folder.is_dir():
        raise WrongInput(f"{folder} is a file; name a folder for the results")
    metadata = read_metadata(folder)
    if "sweep" in metadata:
        raise WrongInput(f"{folder} holds a sweep; name another folder")
    if not metadata and _bare(folder):
        return []
    if not metadata:
        raise WrongInput(f"{folder} holds files that are no results of ours; name another folder")
    if not overwrite:
        replacing = f"add {argument('overwrite', True)} to replace its results"
        raise WrongInput(f"{folder} exists already; name another folder, or {replacing}")
    files = [str(file) for file in metadata.get("files", [])]
    return [file for file in (*files, TIMING) if Path(file).name == file]


def read_metadata(folder: Path) -> dict[str, Any]:
    """What `metadata.json` says, nothing where it is not ours."""
    try:
        metadata = json.loads((folder / METADATA).read_text())
    except (OSError, ValueError):
        return {}
    return metadata if isinstance(metadata, dict) and metadata.get("made_by") == MAKER else {}

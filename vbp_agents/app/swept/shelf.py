"""The sweeps below the folder that the server was started with: which there are, and opening one.

Nothing outside of the folder is read: no link is followed, no name leads up, and a study there that names files of
elsewhere, or brings code of its own, is not opened.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vbp_agents.errors import WrongInput
from vbp_agents.lock import is_at_work
from vbp_agents.presentation.written import spoken
from vbp_agents.results import METADATA, read_metadata
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.store import RUNS, STUDY, Store, read_outcomes
from vbp_agents.sweeps.tables import EXPERIMENTS
from vbp_agents.terms.document import read_document
from vbp_agents.terms.scenario_file import extended_name, is_path

_DEEPEST = 4
"""Folders below the first in which sweeps are looked for."""
MOST_FOLDERS = 2_000
"""Folders that are looked into."""
ITSELF = "."
"""What the folder is called where it is a sweep itself."""
COMPLETE, RUNNING, STOPPED = "complete", "running", "stopped"
_chosen: list[Path] = []


@dataclass(frozen=True)
class Entry:
    """A sweep: its ``name`` below the folder, title, finished ``runs``, and when something in it was last written.

    ``state``: complete, running or stopped. ``problem``: why nothing else is known of it.
    """

    name: str
    title: str
    runs: int
    state: str
    written: float
    problem: str = ""


def set_results(folder: Path) -> None:
    """Before the server starts: where the sweeps are. Raises WrongInput where there is no such folder."""
    if not folder.is_dir():
        raise WrongInput(f"{folder}: there is no such folder; name the one that has the folders of sweeps")
    _chosen[:] = [folder.resolve()]


def results_folder() -> Path | None:
    """Where the sweeps are; None where the server was not told."""
    return _chosen[0] if _chosen else None


def entries() -> list[Entry]:
    """Every sweep below the folder, what was written last in front."""
    root = results_folder()
    sweeps = [] if root is None else [_entry(root, folder) for folder in _folders(root)]
    return sorted(sweeps, key=lambda entry: (-entry.written, entry.name))


def _folders(root: Path) -> Iterator[Path]:
    """The folders that are sweeps: links are not followed, hidden ones not looked into, nor what is in a sweep."""
    for looked, (path, below, files) in enumerate(os.walk(root, followlinks=False)):
        folder = Path(path)
        is_sweep = METADATA in files and not (folder / METADATA).is_symlink() and "sweep" in read_metadata(folder)
        if is_sweep:
            yield folder
        deep = len(folder.relative_to(root).parts) >= _DEEPEST
        ends = is_sweep or deep or looked > MOST_FOLDERS
        below[:] = [] if ends else sorted(name for name in below if not name.startswith("."))


def _entry(root: Path, folder: Path) -> Entry:
    name = folder.relative_to(root).as_posix()
    facts = read_metadata(folder)
    written = max((file.stat().st_mtime for file in (folder / METADATA, folder / RUNS) if file.exists()), default=0.0)
    try:
        _check_files(folder)
        content = read_document(folder / STUDY).plain()
        given = content if isinstance(content, dict) else {}
        scenarios = given.get("scenarios")
        named = ", ".join(map(_scenario, scenarios)) if isinstance(scenarios, list) else name
        title = str(given.get("title") or named)
        runs = _runs(folder, bool(facts.get("complete")))
    except (OSError, ValueError) as error:
        return Entry(name, name, 0, STOPPED, written, str(error))
    state = COMPLETE if facts.get("complete") else RUNNING if is_at_work(folder / RUNS) else STOPPED
    return Entry(name, title, runs, state, written)


def _runs(folder: Path, complete: bool) -> int:
    """Finished runs: those of the tables, else those that are kept."""
    table = folder / f"{EXPERIMENTS}.parquet"
    if complete and table.is_file():
        return _runs_of_table(table, table.stat().st_mtime_ns)
    return len(frozenset[str]().union(*map(_runs_of_shard, Store(folder).shards())))


@lru_cache(maxsize=1_000)
def _runs_of_table(table: Path, written: int) -> int:
    """Runs of a table that was ``written`` at a time."""
    from pandas import read_parquet

    return int(read_parquet(table, columns=["run"]).run.nunique())


@lru_cache(maxsize=100_000)
def _runs_of_shard(shard: Path) -> frozenset[str]:
    """The runs of a file, whose name tells its content."""
    return frozenset(outcome.run for outcome in read_outcomes(shard))


def _scenario(file: object) -> str:
    return spoken(str(file).removeprefix("scenario_").removesuffix(".yaml"))


def opened(name: str) -> Sweep:
    """The sweep of a name. Raises WrongInput where there is none, or it would read what is not in its folder."""
    folder = _place(name)
    _check_files(folder)
    if "sweep" not in read_metadata(folder):
        raise _unknown(name)
    if users := read_metadata(folder).get("users"):
        raise WrongInput(
            f"{name} was computed with code of its own ({', '.join(map(str, users))}), which the page does not run; "
            "`vbp report` tells what it found"
        )
    _check_study(folder)
    return Sweep(folder)


def _place(name: str) -> Path:
    """The folder of a name, which leads down from one folder to the next and nowhere else."""
    root = results_folder()
    if root is None:
        raise _unknown(name)
    folder = root
    for part in [] if name == ITSELF else name.split("/"):
        folder = folder / part
        if part in ("", ".", "..") or Path(part).name != part or "\0" in part or folder.is_symlink():
            raise _unknown(name)
        if not folder.is_dir():
            raise _unknown(name)
    return folder


def _unknown(name: str) -> WrongInput:
    return WrongInput(f"there is no sweep {name[:200]!r} in the folder of results")


def _check_files(folder: Path) -> None:
    """Raise WrongInput where a file of the sweep is a link, which could lead anywhere."""
    for place in (folder, folder / RUNS):
        if place.is_dir():
            with os.scandir(place) as files:
                linked = next((file.name for file in files if file.is_symlink()), None)
            if linked is not None:
                raise WrongInput(f"{folder.name}: {linked} is a link, which the page does not follow")


def _check_study(folder: Path) -> None:
    """Raise WrongInput where the study names a file that is not beside it."""
    content = read_document(folder / STUDY).plain()
    given = content if isinstance(content, dict) else {}
    listed = given.get("scenarios")
    named = [*(listed if isinstance(listed, list) else []), given.get("baseline", "")]
    for name in filter(is_path, map(str, named)):
        if Path(name).name != name:
            raise WrongInput(f"{folder.name}: its study names {name}, which is not in its folder")
        if is_path(extended_name(read_document(folder / name))):
            raise WrongInput(f"{folder.name}: {name} extends a file, which the page does not read")

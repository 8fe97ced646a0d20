"""The folder of a sweep: what it is about, the finished runs as shards, and the tables at the end."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.files import as_path, usable, write_whole
from vbp_agents.metrics import METRIC
from vbp_agents.results import MAKER, METADATA, as_yaml, read_metadata, scenario_file_name, scenario_yaml
from vbp_agents.shards import RUNS as RUNS
from vbp_agents.shards import read_shard, write_shard
from vbp_agents.sweeps.study import Study, read_study
from vbp_agents.sweeps.work import DONE, Outcome
from vbp_agents.user_file import users_files

STUDY = "study.yaml"
SCHEMA = 1
"""Of the folder; a number that is not this one is another version's."""
SHARD = ".jsonl"


class Store:
    """A folder that holds a sweep, or is to. Raises WrongInput where it holds something else."""

    def __init__(self, folder: str | Path) -> None:
        place = as_path(folder, "a folder for a sweep")
        self.folder = place.absolute()
        with usable(place):
            self.facts = _facts(self.folder)

    @property
    def begun(self) -> bool:
        """Whether a sweep is in it."""
        return bool(self.facts)

    def study(self) -> Study:
        """The study that is in it. Raises WrongInput where none is."""
        if not self.begun:
            raise WrongInput(f"{self.folder} holds no sweep; begin one with `vbp sweep STUDY.yaml --out {self.folder}`")
        return read_study(self.folder / STUDY)

    def begin(self, study: Study, model: str, current_model: str, version: str) -> None:
        """Write what the sweep is about. Its scenarios and the users' files stand beside it, so that it moves whole.

        ``model``: the fingerprint of the runs that are kept; ``current_model``: of those to come, which may be accepted
        beside. Raises CannotWrite.
        """
        with usable(self.folder):
            (self.folder / RUNS).mkdir(parents=True, exist_ok=True)
        names: set[str] = set()
        for scenario in study.scenarios:
            write_whole(self.folder / scenario_file_name(scenario.name), scenario_yaml(scenario))
            names |= set(scenario.users_code())
        used = [loaded for loaded in users_files() if loaded.kind.name == METRIC or loaded.file.stem in names]
        for loaded in used:
            write_whole(self.folder / loaded.file.name, loaded.code)
        write_whole(self.folder / STUDY, study_yaml(study))
        self._say({"made_by": MAKER, "sweep": SCHEMA, "version": version, "study": study.hash, "fingerprint": model})
        accepted = {*self.facts.get("accepted", ()), *([current_model] if current_model != model else ())}
        self._say({"accepted": sorted(accepted)} if accepted else {})
        self._say({"seed": study.document.seed, "users": {loaded.file.name: loaded.kind.name for loaded in used}})
        self._say({"complete": False})

    def users(self, kind: str) -> list[Path]:
        """The users' files of a kind beside the study that are not loaded as they are there."""
        known = {loaded.file.name: loaded.code for loaded in users_files()}
        files = [self.folder / name for name, its in self.facts.get("users", {}).items() if its == kind]
        return [file for file in files if not file.is_file() or known.get(file.name) != file.read_bytes()]

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Say that the tables are complete, and what else is known at the end."""
        self._say({**facts, "complete": True})

    def _say(self, facts: Mapping[str, Any]) -> None:
        self.facts = {**self.facts, **facts}
        write_whole(self.folder / METADATA, (json.dumps(self.facts, indent=2) + "\n").encode())

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Keep what runs came to, in one shard. Raises CannotWrite, and then keeps none of them."""
        lines = [json.dumps(asdict(outcome), sort_keys=True, allow_nan=False) for outcome in outcomes]
        body = "".join(f"{line}\n" for line in lines).encode()
        write_shard(self.folder / RUNS / f"{hashlib.sha256(body).hexdigest()[:32]}{SHARD}", body)

    def shards(self) -> Iterator[Path]:
        """The files that hold finished runs."""
        yield from sorted((self.folder / RUNS).glob(f"[!.]*{SHARD}"))

    def outcomes(self) -> Iterator[Outcome]:
        """What every finished run came to, shard by shard; a run may come twice. Unreadable shards have none."""
        for file in self.shards():
            yield from read_outcomes(file)

    def kept(self, names: Sequence[str] = ()) -> dict[str, Outcome]:
        """What each kept run came to, with these outcomes alone; of a run that was computed again, the better end."""
        by_run: dict[str, Outcome] = {}
        for outcome in self.outcomes():
            if outcome.run not in by_run or by_run[outcome.run].status != DONE:
                values = {name: outcome.values.get(name) for name in names if outcome.status == DONE}
                by_run[outcome.run] = Outcome(outcome.run, outcome.status, values, outcome.seconds, error=outcome.error)
        return by_run

    def statuses(self) -> dict[str, str]:
        """What became of every run that is kept."""
        return {name: outcome.status for name, outcome in self.kept().items()}


def read_outcomes(file: Path) -> list[Outcome]:
    """A shard's runs; none where it is torn, or none of ours."""
    try:
        return [Outcome(**json.loads(line)) for line in (read_shard(file) or b"").splitlines()]
    except (ValueError, TypeError):
        return []


def _facts(folder: Path) -> dict[str, Any]:
    """What a folder says of its sweep, nothing where it is new or empty."""
    if not folder.exists() and not folder.is_symlink():
        return {}
    if not folder.is_dir():
        raise WrongInput(f"{folder} is a file; name a folder for the sweep")
    facts = read_metadata(folder)
    if "sweep" not in facts:
        if facts or any(file.name != RUNS for file in folder.iterdir()):
            what = "results of `vbp compare` or `vbp run`" if facts else "files that are no sweep of ours"
            raise WrongInput(f"{folder} holds {what}; name another folder")
        return {}
    if facts["sweep"] != SCHEMA:
        raise WrongInput(
            f"{folder} holds a sweep of another version ({facts.get('version', 'unknown')}), which this one cannot "
            "read; go on with that version, or name another folder"
        )
    return facts


def study_yaml(study: Study) -> bytes:
    """The study with every default written out, its scenarios as the files beside it."""
    content = study.resolved()
    content["scenarios"] = [scenario_file_name(scenario.name) for scenario in study.scenarios]
    content["baseline"] = scenario_file_name(study.baseline)
    return as_yaml(content)

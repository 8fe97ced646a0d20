"""Where a sweep's numbers are from, what failed on the way, and how to have them again."""

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vbp_agents import __version__
from vbp_agents.presentation.written import listed, many, spoken
from vbp_agents.results import METADATA, scenario_file_name
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.store import STUDY
from vbp_agents.sweeps.tables import EXPERIMENTS, OUTCOMES

SHORT_HASH = 16
"""Digits of a hash that are shown: enough to tell any two apart."""
_MOST_POINTS = 8
"""Points that are named of a failure."""
FOLDER = "results"
"""What commands call the folder, whatever it is called where they are read."""


@dataclass(frozen=True)
class Failure:
    """Runs that ended alike: why, how many, at which points and in which scenarios; and the first one's traceback."""

    error: str
    count: int
    where: str
    traceback: str


def failed_runs(sweep: Sweep) -> list[Failure]:
    """What failed, the most frequent reason first."""
    rows = sweep.failures().sort_values(["point", "scenario", "replicate"])
    failures = []
    for error, group in rows.groupby("error", sort=True):
        points, scenarios = list(dict.fromkeys(group.point)), dict.fromkeys(group.scenario)
        shown = ", ".join(f"{point:,}" for point in points[:_MOST_POINTS])
        more = f" and {many(len(points) - _MOST_POINTS, 'point')} more" if len(points) > _MOST_POINTS else ""
        where = f"{'point' if len(points) == 1 else 'points'} {shown}{more}, under {listed(map(spoken, scenarios))}"
        failures.append(Failure(str(error), group.run.nunique(), where, str(group.traceback.iloc[0])))
    return sorted(failures, key=lambda failure: (-failure.count, failure.error))


def facts(sweep: Sweep) -> Iterator[tuple[str, str]]:
    """What identifies the numbers: each fact's name and what it is."""
    known = sweep.store.facts
    yield "Computed with", f"vbp-agents {known.get('version', 'unknown')}"
    yield "Report written with", f"vbp-agents {__version__}"
    accepted = [str(other) for other in known.get("accepted", ())]
    beside = f"; beside runs of {', '.join(accepted)}" if accepted else ""
    yield "The model's fingerprint", f"{known.get('fingerprint', 'unknown')}{beside}"
    yield "The study's hash", str(known.get("study", ""))[:SHORT_HASH]
    for scenario in sweep.study.scenarios:
        yield f"Hash of {scenario.name}", scenario.hash[:SHORT_HASH]


def files(sweep: Sweep) -> list[tuple[str, str, str]]:
    """The files of the sweep: name, size, and the beginning of its SHA-256."""
    return [file for file in (_file(sweep.folder / name) for name in _names(sweep)) if file is not None]


def _names(sweep: Sweep) -> list[str]:
    scenarios = sorted(scenario_file_name(scenario.name) for scenario in sweep.study.scenarios)
    tables = [f"{EXPERIMENTS}.parquet", f"{OUTCOMES}.parquet"] if sweep.complete else []
    return [STUDY, *scenarios, *sorted(sweep.store.facts.get("users", {})), METADATA, *tables]


def _file(path: Path) -> tuple[str, str, str] | None:
    if not path.is_file():
        return None
    data = path.read_bytes()
    return path.name, many(len(data), "byte"), hashlib.sha256(data).hexdigest()[:SHORT_HASH]


def commands(sweep: Sweep) -> str:
    """What to type to have it all again, in the folder of the study's files."""
    options = "".join(
        f" --{kind}-file {shlex.quote(name)}" for name, kind in sorted(sweep.store.facts.get("users", {}).items())
    )
    return f"vbp sweep {STUDY} --out {FOLDER}{options}\nvbp report {FOLDER}\n"


def python(sweep: Sweep) -> str:
    """The same in Python."""
    loaded = "".join(
        f"vbp.load_{kind}_file({name!r})\n" for name, kind in sorted(sweep.store.facts.get("users", {}).items())
    )
    return (
        f"import vbp_agents as vbp\n\n{loaded}"
        f'found = vbp.sweep("{STUDY}", out="{FOLDER}")\nprint(found.wide())\nvbp.write_report("{FOLDER}")\n'
    )

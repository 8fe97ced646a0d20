"""Where runs are computed, in whatever process: a batch in, what each run came to out; nothing of the driver's."""

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from vbp_agents.errors import WrongInput
from vbp_agents.identity import fingerprint
from vbp_agents.study.clock import MonthsDone
from vbp_agents.sweeps.plan import PlannedRun, unpacked_scenario
from vbp_agents.sweeps.time_limit import Late, limited
from vbp_agents.user_file import Loaded, raised_by_user, users_files

DONE, FAILED, LATE, LOST = "done", "failed", "late", "lost"
"""What became of a run: it has values; it raised; it ran past its time limit; its process was ended each time."""
_one_prepares = Lock()
"""Of the threads of a worker: Python 3.11 cannot parse sources in two at once."""
_LONGEST = 20_000
"""Characters of a traceback that are kept, the last ones."""


@dataclass(frozen=True)
class Batch:
    """Runs that are computed together, and what whoever computes them must know.

    ``contents``: their scenarios, packed. ``model``: the fingerprint of the code that must compute them.
    ``time_limit``: seconds that a run may take, None for any number.
    """

    runs: tuple[PlannedRun, ...]
    contents: Mapping[str, bytes]
    model: str
    users: tuple[Loaded, ...] = ()
    time_limit: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the values of all metrics, or what went wrong; and the seconds that it took.

    ``world_seconds``: what its world took besides, where it was built for this run.
    """

    run: str
    status: str
    values: Mapping[str, float | None]
    seconds: float
    world_seconds: float = 0.0
    error: str = ""
    traceback: str = ""


class OtherModel(WrongInput):
    """A worker has other code than the driver: its results would not be the same."""


def compute(batch: Batch, heed: MonthsDone = lambda months: None, apart: bool = False) -> list[Outcome]:
    """Compute the runs one after the other, each on one thread. What a run raises is its outcome.

    ``heed`` is told the months of each run now and then; what it raises (a KeyboardInterrupt) stops the batch.
    ``apart``: this is a process of workers, which may be ended where a run does not end.
    Raises OtherModel where the code here is not that of who asks.
    """
    with _one_prepares:
        _prepare(batch)
    return [_computed(run, batch, heed, apart) for run in batch.runs]


def _prepare(batch: Batch) -> None:
    """Make sure that the code here is what it must be."""
    if (model := fingerprint()) != batch.model:
        raise OtherModel(
            f"a worker has another model ({model}) than this driver ({batch.model}); install the same version on both"
        )
    _know(batch.users)


def _know(users: tuple[Loaded, ...]) -> None:
    """Load the users' files that are not known here yet, from the code that the driver read."""
    known = {(loaded.kind, loaded.file.name, loaded.code) for loaded in users_files()}
    for loaded in users:
        if (loaded.kind, loaded.file.name, loaded.code) not in known:
            loaded.again()


def _computed(run: PlannedRun, batch: Batch, heed: MonthsDone, apart: bool) -> Outcome:
    begun = time.perf_counter()
    built, month = begun, 0

    def at(months: int) -> None:
        nonlocal month
        heed(months)
        month = months

    try:
        from vbp_agents.metrics import measure
        from vbp_agents.model import run_model
        from vbp_agents.study.worlds import warm_world

        scenario = unpacked_scenario(batch.contents[run.content])
        world = warm_world(scenario, run.patients, run.seed, 1, heed)
        built = time.perf_counter()
        with limited(batch.time_limit, apart):
            values = measure(run_model(world, scenario, run.years, at, 1).tables)
        return Outcome(run.run, DONE, values, time.perf_counter() - built, built - begun)
    except (Exception, SystemExit, Late) as error:
        status, text = _why(error, f"Late: took longer than {batch.time_limit} s; it was in month {month + 1}")
        trace = "".join(traceback.format_exception(error))[-_LONGEST:]
        return Outcome(run.run, status, {}, time.perf_counter() - built, built - begun, text, _impersonal(trace))


def _why(error: BaseException, late: str) -> tuple[str, str]:
    """What became of a run that raised an error, and what is said of it; ``late``: of one that took too long."""
    if isinstance(error, Late):
        return LATE, late
    by_user = raised_by_user(error)
    return FAILED, str(by_user) if by_user else " ".join(f"{type(error).__name__}: {error}".split())


def _impersonal(trace: str) -> str:
    """A traceback without where the package is installed: that is another folder on each machine."""
    return trace.replace(str(Path(__file__).parents[1]), "vbp_agents")

"""A sweep from beginning to end: what is asked is checked, what is missing computed, and the tables written."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vbp_agents import __version__, machine
from vbp_agents.errors import WrongInput, argument
from vbp_agents.files import write_whole
from vbp_agents.identity import fingerprint
from vbp_agents.lock import locked
from vbp_agents.machine import check_memory
from vbp_agents.presentation.interruption import Interrupted, Interruption, deferred
from vbp_agents.study.checks import WORKERS
from vbp_agents.sweeps.engine import Engine, OnProgress, SweepProgress
from vbp_agents.sweeps.hands import Hands, InProcess
from vbp_agents.sweeps.plan import Plan, planned
from vbp_agents.sweeps.reading import Sweep
from vbp_agents.sweeps.stopping import holds
from vbp_agents.sweeps.store import RUNS, Store
from vbp_agents.sweeps.study import Study, read_study
from vbp_agents.sweeps.tables import EXPERIMENTS, OUTCOMES, both_tables, parquet
from vbp_agents.sweeps.watching import watched_here
from vbp_agents.sweeps.work import DONE

Say = Callable[[str], None]


@dataclass(frozen=True)
class How:
    """How a sweep is computed.

    ``workers``: processes of this machine, 0 for none but this one, None for as many as there are processors.
    ``scheduler``: the address of a Dask scheduler whose workers compute instead. ``failed``: runs that failed before
    are computed again. ``changed``: the folder may hold another study, of which what is shared is kept.
    ``accept_model``: runs of another version of the model are kept, and the new ones stand beside them.
    """

    workers: int | None = None
    scheduler: str | None = None
    failed: bool = False
    changed: bool = False
    accept_model: bool = False

    def __post_init__(self) -> None:
        if self.workers is not None and self.scheduler is not None:
            both = f"{argument('workers')} and {argument('scheduler')}"
            raise WrongInput(f"{both}: the ones are of this machine, a scheduler has its own; name one of the two")
        whole = isinstance(self.workers, int) and not isinstance(self.workers, bool)
        if self.workers is not None and not (whole and WORKERS.holds(self.workers)):
            raise WrongInput(f"workers: {self.workers!r} is out of range; allowed {WORKERS.allowed}")

    @property
    def count(self) -> int:
        """Processes of this machine beside this one."""
        return machine.processors() if self.workers is None else self.workers

    @property
    def here(self) -> bool:
        """Whether this process computes."""
        return self.scheduler is None and self.count == 0

    def check(self) -> None:
        """Raise WrongInput where workers are asked for and what they need is not installed."""
        if not self.here:
            from vbp_agents.sweeps.workers import check_dask_installed

            check_dask_installed()

    def places(self) -> int:
        """How many runs are computed at once. Raises WrongInput where there is no scheduler, or no worker there."""
        if self.scheduler is None:
            return max(1, self.count)
        from vbp_agents.sweeps.workers import on_scheduler

        with on_scheduler(self.scheduler) as hands:
            return len(hands.places())


@dataclass
class Sweeping:
    """A study and its folder, about to be computed. Raises WrongInput for a folder that cannot be gone on with."""

    study: Study
    store: Store
    how: How
    say: Say
    model: str = field(init=False)
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        check_memory(self.study.document.patients)
        self.how.check()
        self.model = self._model()
        self._check_study()
        self.plan = planned(self.study, self.model)

    def _model(self) -> str:
        """The fingerprint that ids are made with: the folder's own where that is accepted."""
        ours, theirs = fingerprint(), self.store.facts.get("fingerprint")
        if theirs in (None, ours):
            return ours
        if ours in self.store.facts.get("accepted", ()):
            return str(theirs)
        if not self.how.accept_model:
            kept = f"add {argument('accept_model', True)} to keep its runs beside new ones"
            raise WrongInput(
                f"{self.store.folder} was computed with another version of the model ({theirs}; this one is {ours}, of "
                f"vbp-agents {__version__}): {kept}, or compute all anew in another folder"
            )
        self.say(f"runs of another version of the model ({theirs}) are kept beside those of this one ({ours})")
        return str(theirs)

    def _check_study(self) -> None:
        if not self.store.begun or self.how.changed or self.store.facts.get("study") == self.study.hash:
            return
        before = self.store.study()
        parts = _differing(before.resolved(), self.study.resolved()) or ["what its scenarios say"]
        raise WrongInput(
            f"{self.store.folder} holds another study ({before.title}; it differs in {', '.join(parts)}): name another "
            f"folder, or add {argument('changed', True)} to go on with this one and keep the runs that both share"
        )

    def compute(self, interruption: Interruption, watch: OnProgress) -> None:
        """Compute what is missing, then write the tables. Raises Interrupted, after what was under way is kept."""
        (self.store.folder / RUNS).mkdir(parents=True, exist_ok=True)
        with locked(self.store.folder / RUNS, self.say):
            self.store.begin(self.study, self.model, fingerprint(), __version__)
            count = self._stages(interruption, watch)
            self._write(count)

    def _stages(self, interruption: Interruption, watch: OnProgress) -> int:
        """Replicates are added until the study says that there are enough; how many there are then."""
        counts = self.study.counts
        with contextlib.ExitStack() as stack:
            hands: Hands | None = None
            for count in counts:
                statuses = self.store.statuses()
                wanted = list(self.plan.runs(count))
                again = self.how.failed
                missing = [r for r in wanted if statuses.get(r.run, "") != DONE and (again or r.run not in statuses)]
                if missing:
                    hands = hands or stack.enter_context(_hands(self.how, interruption))
                    state = SweepProgress(len(wanted), len(wanted) - len(missing))
                    Engine(self.plan, self.store, hands, interruption, watch).compute(missing, state)
                if count == counts[-1] or holds(self.plan, self.store, count):
                    return count
        raise AssertionError("the last count is the end")

    def _write(self, count: int) -> None:
        experiments, outcomes = both_tables(self.plan, self.store, count)
        write_whole(self.store.folder / f"{EXPERIMENTS}.parquet", parquet(experiments))
        write_whole(self.store.folder / f"{OUTCOMES}.parquet", parquet(outcomes))
        self.store.finish({"replicates": count, "points": len(self.plan.points)})


@contextlib.contextmanager
def _hands(how: How, interruption: Interruption) -> Iterator[Hands]:
    if how.here:
        yield InProcess(lambda months: interruption.check_insisted())
        return
    from vbp_agents.sweeps.workers import on_scheduler, on_this_machine

    with on_scheduler(how.scheduler) if how.scheduler is not None else on_this_machine(how.count) as hands:
        yield hands


def sweep(
    study: "Study | str | Path",
    *,
    out: str | Path,
    workers: int | None = None,
    scheduler: str | None = None,
    failed: bool = False,
    changed: bool = False,
    accept_model: bool = False,
    progress: OnProgress | None = None,
) -> Sweep:
    """Compute what is missing of a study in the folder ``out``, and read it.

    ``study``: a `Study`, or the path of a file. ``workers``: processes of this machine, as many as there are
    processors where not given; 0 computes in this one. ``scheduler``: the address of a Dask scheduler whose workers
    compute instead. The results are the same bytes in any case, and whatever was killed on the way; a script needs no
    `if __name__ == "__main__"`. ``failed``: compute failed runs again. ``changed``: keep what another study in the
    folder shares with this one. ``accept_model``: keep runs of another version of the model. ``progress``: told how far
    it is, several times a second; without it a notebook shows a line that changes.

    The first Ctrl-C ends it when what is under way is finished, the second at once: both raise KeyboardInterrupt, and
    the same call goes on later. Raises WrongInput before anything is run.
    """
    how = How(workers, scheduler, failed, changed, accept_model)
    asked = study if isinstance(study, Study) else read_study(study)
    job = Sweeping(asked, Store(out), how, _warn)
    with deferred() as interruption:
        try:
            job.compute(interruption, progress or watched_here())
        except Interrupted as error:
            raise Interrupted(
                f"{error}: what is finished is kept in {out}; the same call goes on", error.number
            ) from None
    return Sweep(job.store.folder)


def _warn(text: str) -> None:
    import warnings

    warnings.warn(text, RuntimeWarning, stacklevel=4)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two studies, by section."""
    names = [name for name in {**before, **after} if name not in ("title", "description")]
    return [name for name in names if before.get(name) != after.get(name)]

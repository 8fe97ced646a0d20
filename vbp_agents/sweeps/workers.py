"""Dask's workers as hands: on this machine, or wherever a scheduler has some. The only place of Dask.

Workers of this machine are started as a module of their own (`python -m`), so that nothing of the script, notebook or
standard input that asks for them is imported there; each has one thread, and a nanny that starts it again where it is
ended. They leave Ctrl-C to the driver, and end with it.
"""

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from vbp_agents.cache import cache_folder
from vbp_agents.compiled import compile_in_turn
from vbp_agents.errors import Lost, WrongInput, argument
from vbp_agents.presentation.written import many
from vbp_agents.sweeps.hands import Finished
from vbp_agents.sweeps.work import Batch, Outcome, compute

if TYPE_CHECKING:
    from distributed import Client, Future

FAILURES = 3
"""How many more workers may be ended with a batch before its runs are looked at one by one."""
_PATIENCE = 60
"""Seconds until a scheduler must have workers, and until workers without a scheduler end."""
_UNTIL_BEGUN = 600
"""Seconds until workers of this machine must be there: it may be busy, and while they are being started they come."""
SCHEDULER_GONE = "the scheduler is gone; what was finished is kept, and `vbp resume` goes on"
WORKERS_GONE = "the workers of this machine were ended; what was finished is kept, and `vbp resume` goes on"
_SAME_PACKAGE = "install the same version of vbp-agents, with its extra `sweep`, wherever they are"
_PACKAGE = __name__.partition(".")[0]
HEARD = "127.0.0.1"
NEW_GROUP = 0x200
"""Windows: a process that hears no Ctrl-C of this console (CREATE_NEW_PROCESS_GROUP, which only exists there)."""


@dataclass(frozen=True)
class SentBatch:
    """A batch, the place that it was meant for, the worker that has it, and how many had it who were ended."""

    place: str
    batch: Batch
    worker: str
    ended: int = 0


class OnWorkers:
    """Batches on the workers of a scheduler, one at a time on each of their threads.

    A batch is sent to one worker, which has its world. That a worker is gone is seen here, and the batch sent to
    another: Dask alone would wait for ever for one of that address where all had gone at once.
    """

    def __init__(self, client: "Client", begun: "subprocess.Popen[bytes] | None" = None) -> None:
        self.client, self.begun = client, begun
        self.under_way: dict[Future, SentBatch] = {}
        self.homeless: list[SentBatch] = []
        self.listed: Sequence[str] = ()
        self.looked = 0.0

    def places(self) -> Sequence[str]:
        """A place a thread: the worker's address and the thread's number."""
        if not self.listed or time.monotonic() - self.looked > 1.0:
            workers = self.client.scheduler_info(n_workers=-1)["workers"]
            self.listed = [f"{at}#{n}" for at, facts in sorted(workers.items()) for n in range(facts["nthreads"])]
            self.looked = time.monotonic()
        return self.listed

    def begin(self, place: str, batch: Batch) -> None:
        """Send a batch to the place's worker."""
        self._send(SentBatch(place, batch, _worker(place)))

    def _send(self, sent: SentBatch) -> None:
        self.under_way[self.client.submit(compute_there, sent.batch, pure=False, workers=[sent.worker])] = sent

    def finished(self, seconds: float) -> Iterator[Finished]:
        """What has come back, and what has cost too many workers."""
        from distributed import wait

        if self.client.status != "running":
            raise Lost(SCHEDULER_GONE)
        if self.begun and self.begun.poll() is not None:
            raise Lost(WORKERS_GONE)
        yield from self._of_ended()
        if not self.under_way:
            time.sleep(seconds)
            return
        with contextlib.suppress(TimeoutError), self.client.as_current():
            wait(list(self.under_way), timeout=seconds, return_when="FIRST_COMPLETED")
        for future in [future for future in self.under_way if future.done()]:
            sent = self.under_way.pop(future)
            yield Finished(sent.place, sent.batch, _outcomes(future))
            future.release()

    def _of_ended(self) -> Iterator[Finished]:
        """Send what workers had who are gone to those that are there, but for what has cost too many of them."""
        there = list(dict.fromkeys(map(_worker, self.places())))
        for future, sent in list(self.under_way.items()):
            if sent.worker not in there and not future.done():
                del self.under_way[future]
                future.cancel()
                self.homeless.append(sent)
        waiting, self.homeless = self.homeless, []
        for sent in waiting:
            if sent.ended >= FAILURES:
                yield Finished(sent.place, sent.batch, None)
            elif there:
                load = Counter(other.worker for other in self.under_way.values())
                self._send(replace(sent, worker=min(there, key=lambda at: load[at]), ended=sent.ended + 1))
            else:
                self.homeless.append(sent)


def _worker(place: str) -> str:
    return place.rpartition("#")[0]


class OneAfterTheOther:
    """Held while compiling by one process of a machine: the others find what it has cached."""

    def __init__(self) -> None:
        self.file: IO[bytes] | None = None

    def __enter__(self) -> None:
        folder = cache_folder()
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            self.file = (folder / "compiling").open("ab") if folder else None
            if self.file:
                fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        if self.file:
            self.file.close()


def compute_there(batch: Batch) -> list[Outcome]:
    """`compute` on a worker, which compiles when no other process of its machine does."""
    compile_in_turn(OneAfterTheOther())
    return compute(batch, apart=True)


def _outcomes(future: "Future") -> Sequence[Outcome] | None:
    """What a batch came to, None where its workers were ended one after the other at one address."""
    from distributed import CancelledError, KilledWorker

    try:
        outcomes: Sequence[Outcome] = future.result()
    except KilledWorker:
        return None
    except (CancelledError, OSError) as error:
        raise Lost(SCHEDULER_GONE) from error
    return outcomes


@contextlib.contextmanager
def on_scheduler(address: str) -> Iterator[OnWorkers]:
    """The workers of a running scheduler. Raises WrongInput where there is none, or it has no worker."""
    with _quiet_dask():
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port

        try:
            get_address_host_port(address)  # a Client of what is no address would wait for its own end, and say so
            client = Client(address, timeout=10, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            reason = " ".join(str(error).split())[:200]
            raise WrongInput(f"{argument('scheduler', address)}: no scheduler answers there ({reason})") from None
        with client:
            hands = _awaited(client, 1)
            _check_package(client)
            yield hands


@contextlib.contextmanager
def on_this_machine(workers: int) -> Iterator[OnWorkers]:
    """So many workers of one thread each here, for as long as the block lasts."""
    with _quiet_dask():
        from distributed import Client, LocalCluster

        cluster = LocalCluster(
            n_workers=0,
            host=HEARD,
            dashboard_address=f"{HEARD}:0",
            processes=True,
            silence_logs=50,
            threads_per_worker=1,
        )
        with cluster, Client(cluster, set_as_default=False) as client:
            begun = _begin_workers(cluster.scheduler_address, workers)
            try:
                yield _awaited(client, workers, begun)
            finally:
                begun.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    begun.wait(10)
                begun.kill()


def _begin_workers(address: str, count: int) -> "subprocess.Popen[bytes]":
    """Workers with a nanny each, in processes that hear no Ctrl-C of this terminal, and run this same package."""
    command = [sys.executable, "-P", "-m", "distributed.cli.dask_worker", address, "--host", HEARD, "--no-dashboard"]
    options = ["--nworkers", str(count), "--nthreads", "1", "--memory-limit", "0", "--death-timeout", str(_PATIENCE)]
    apart: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        apart = {"creationflags": NEW_GROUP}
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    settings = {"DASK_LOGGING__DISTRIBUTED": "critical", "PYTHONPATH": path}
    return subprocess.Popen(
        [*command, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | settings,
        **apart,
    )


def _awaited(client: "Client", count: int, begun: "subprocess.Popen[bytes] | None" = None) -> OnWorkers:
    """The workers, once they are there."""
    patience = _PATIENCE if begun is None else _UNTIL_BEGUN
    until = time.monotonic() + patience
    while len(client.scheduler_info(n_workers=-1)["workers"]) < count:
        if begun is not None and begun.poll() is not None:
            raise Lost(f"workers could not be started (exit code {begun.returncode}); --workers 0 needs none")
        if time.monotonic() > until:
            if begun is not None:
                raise Lost(f"workers could not be started in {patience} s; --workers 0 needs none")
            raise WrongInput(f"no worker came to the scheduler in {patience} s; start some, or look at their logs")
        time.sleep(0.05)
    return OnWorkers(client, begun)


def _check_package(client: "Client") -> None:
    """Raise WrongInput where a worker has no package of this name: it would end at the first batch.

    They are asked with a function of the standard library, as that is what they have.
    """
    answers = client.run(files, _PACKAGE, on_error="return")
    without = sorted(at for at, place in answers.items() if isinstance(place, BaseException))
    if without:
        some = f"{many(len(without), 'worker')} of the scheduler, such as {without[0]}, without {_PACKAGE}"
        raise WrongInput(f"{some}: {_SAME_PACKAGE}")


def check_dask_installed() -> None:
    """Raise WrongInput where Dask is not installed."""
    if find_spec("distributed") is None:
        install = "install it with `pip install 'vbp-agents[sweep]'`"
        raise WrongInput(f"workers need Dask; {install}, or compute in this process: {argument('workers', 0)}")


@contextlib.contextmanager
def _quiet_dask() -> Iterator[None]:
    """Dask with our settings, for as long as the block lasts. Raises WrongInput where it is not installed."""
    check_dask_installed()
    import dask

    import_module("distributed")  # with its own settings: what these below are set without is taken away at the end
    with dask.config.set({"distributed.scheduler.allowed-failures": FAILURES}):
        yield

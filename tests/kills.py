"""Sweeps under random `kill -9` of workers and drivers: `python tests/kills.py 1000` (Linux).

Every run must be there once, and the tables must be the bytes of a sweep in one process. One sweep after the other is
killed until there were as many kills as asked for. Processes, sockets and files are real; the model is a stand-in that
sleeps, so that a worker that is killed is soon there again.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

STEPS = 150
STUDY = f"""title: Killed
scenarios: [mssp_enhanced]
levers: {{mssp_enhanced:contracts.0.terms.sharing_rate: {{from: 0.1, to: 0.9, steps: {STEPS}}}}}
outcomes: [cost_per_capita, qalys_per_1000]
design: {{kind: grid}}
replicates: 2
patients: 100
years: 1
"""
RUNS = 2 * (STEPS + 1)
SHORT = 0.2
"""Seconds of a batch here."""
A_RUN = 0.05
"""Seconds that a run sleeps."""
EVERYWHERE = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import kills; kills.install()"
"""What every process begins with."""


def begin(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """`vbp` in a folder, with short batches."""
    (folder / "begin").mkdir(exist_ok=True)
    (folder / "begin" / "sitecustomize.py").write_text(EVERYWHERE)
    path = os.pathsep.join([str(folder / "begin"), *filter(None, [os.environ.get("PYTHONPATH")])])
    command, quiet = [sys.executable, __file__, "driver", *arguments], subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, env=os.environ | {"PYTHONPATH": path})


def install() -> None:
    """Put stand-ins where a worker looks for the model: numbers follow from the scenario and the luck."""

    def run(world: int, scenario: Any, years: int, progress: Any, threads: int) -> SimpleNamespace:
        time.sleep(A_RUN)
        return SimpleNamespace(tables=hashlib.sha256(f"{scenario.hash}/{world}".encode()).digest())

    contents: dict[str, dict[str, Any]] = {
        "compiled": {
            "compile_in_turn": lambda lock: None,
            "compiled": lambda function: function,
            "compiled_loop": lambda function, allocates=False: function,
        },
        "model": {"run_model": run},
        "study.worlds": {"warm_world": lambda scenario, patients, seed, threads, progress: seed},
    }
    for name, stand_ins in contents.items():
        module = ModuleType(f"vbp_agents.{name}")
        vars(module).update(stand_ins)
        sys.modules[module.__name__] = module
    metrics = import_module("vbp_agents.metrics")
    vars(metrics)["measure"] = lambda digest: {"cost_per_capita": digest[0] / 7, "qalys_per_1000": digest[1] / 3}


def drive(arguments: list[str]) -> None:
    """What `begin` begins."""
    from vbp_agents.command_line.cli import main
    from vbp_agents.sweeps import batches

    batches.BATCH_SECONDS = SHORT
    sys.argv[1:] = arguments
    main()


def below(process: int) -> list[int]:
    """All processes that a process has begun, and those that these have."""
    found: list[int] = []
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(child) for child in file.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *below(child)]
    return found


def workers(process: int) -> list[int]:
    """The processes in which a driver's workers are, or those below a worker's nanny."""

    def asked(child: int) -> bytes:
        try:
            return Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            return b""

    return [child for child in below(process) if b"spawn_main" in asked(child)]


def shards(folder: Path) -> int:
    """How many batches are kept."""
    return len(list((folder / "out" / ".runs").glob("*.jsonl")))


def kill(folder: Path, kills: int, luck: random.Random) -> int:
    """Kill so often while a sweep is computed, each time once it has gone on; how often it was."""
    done = 0
    driver = begin(folder, "sweep", "study.yaml", "--out", "out", "--workers", "2")
    while done < kills and driver.poll() is None:
        before, until = shards(folder), time.monotonic() + 60
        while shards(folder) == before and driver.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(luck.random() / 4)
        processes = workers(driver.pid)
        if luck.random() < 0.2 or not processes:
            driver.kill()
            driver.wait()
            driver = begin(folder, "resume", "out", "--workers", "2")
        else:
            os.kill(luck.choice(processes), signal.SIGKILL)
        done += 1
    driver.wait()
    return done


def check(kills: int, seed: int = 1) -> int:
    """Kill so often, finish each sweep, and compare it with one in one process. How many sweeps it took.

    Raises AssertionError.
    """
    luck, done, sweeps = random.Random(seed), 0, 0
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        whole.mkdir()
        (whole / "study.yaml").write_text(STUDY)
        assert begin(whole, "sweep", "study.yaml", "--out", "out", "--workers", "0").wait() == 0
        while done < kills:
            sweeps += 1
            folder = Path(name) / str(sweeps)
            folder.mkdir()
            (folder / "study.yaml").write_text(STUDY)
            done += kill(folder, kills - done, luck)
            assert begin(folder, "resume", "out", "--workers", "2").wait() == 0
            _compare(folder / "out", whole / "out")
    return sweeps


def _compare(out: Path, whole: Path) -> None:
    lines = [line for file in (out / ".runs").glob("*.jsonl") for line in file.read_text().splitlines()[1:]]
    assert len(lines) == RUNS, f"{len(lines)} runs instead of {RUNS}"
    for table in ("experiments.parquet", "outcomes.parquet"):
        assert (out / table).read_bytes() == (whole / table).read_bytes(), table


if __name__ == "__main__":
    if sys.argv[1:2] == ["driver"]:
        drive(sys.argv[2:])
    else:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else 50
        print(f"killed {asked} times in {check(asked)} sweeps: every run once, and the same bytes")

"""Sweeps under random `kill -9` of workers and drivers: `python tests/kills.py 1000` (Linux).

Every run must be there once, and the tables must be the bytes of a sweep in one process.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STUDY = """title: Killed
scenarios: [mssp_enhanced]
levers: {mssp_enhanced:contracts.0.terms.sharing_rate: {from: 0.1, to: 0.9, steps: STEPS}}
outcomes: [cost_per_capita, qalys_per_1000]
design: {kind: grid}
replicates: 2
patients: 300
years: 1
"""


def begin(folder: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """`vbp` in a folder."""
    command = [sys.executable, "-m", "vbp_agents", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


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
    """The processes in which a driver's workers are."""

    def asked(child: int) -> bytes:
        try:
            return Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            return b""

    return [child for child in below(process) if b"spawn_main" in asked(child)]


def shards(folder: Path) -> int:
    """How many batches are kept."""
    return len(list((folder / "out" / ".runs").glob("*.jsonl")))


def kill(folder: Path, kills: int, seed: int = 1) -> int:
    """Kill so often while a sweep is computed, each time once it has gone on; how often it was."""
    luck, done = random.Random(seed), 0
    driver = begin(folder, "sweep", "study.yaml", "--out", "out", "--workers", "2")
    while done < kills and driver.poll() is None:
        before, until = shards(folder), time.monotonic() + 60
        while shards(folder) == before and driver.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(luck.random())
        found = workers(driver.pid)
        if luck.random() < 0.2 or not found:
            driver.kill()
            driver.wait()
            driver = begin(folder, "resume", "out", "--workers", "2")
        else:
            os.kill(luck.choice(found), signal.SIGKILL)
        done += 1
    driver.wait()
    return done


def check(kills: int, steps: int) -> int:
    """Kill, finish, and compare with one process. How often it was killed. Raises AssertionError."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "study.yaml").write_text(STUDY.replace("STEPS", str(steps)))
        done = kill(folder, kills)
        assert begin(folder, "resume", "out", "--workers", "2").wait() == 0
        assert begin(folder, "sweep", "study.yaml", "--out", "here", "--workers", "0").wait() == 0
        lines = [line for f in (folder / "out" / ".runs").glob("*.jsonl") for line in f.read_text().splitlines()[1:]]
        assert len(lines) == 2 * (steps + 1), f"{len(lines)} runs instead of {2 * (steps + 1)}"
        for table in ("experiments.parquet", "outcomes.parquet"):
            assert (folder / "out" / table).read_bytes() == (folder / "here" / table).read_bytes(), table
        return done


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    print(f"killed {check(asked, 20 * asked)} times: every run once, and the same bytes")

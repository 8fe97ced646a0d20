"""What a process was lent counts, not what the machine has: affinity, quotas of control groups, limits of a shell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vbp_agents import machine
from vbp_agents.machine import memory, processors

ROOT = Path(__file__).parents[1]
GIB = 2**30
linux = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system does not say which processors")

Files = dict[str, str]


def system(root: Path, groups: str, files: Files) -> Path:
    """A system's files below ``root``: the process's control groups, and what the folders of groups hold."""
    for name, text in {
        "proc/self/cgroup": groups,
        **{f"sys/fs/cgroup/{name}": text for name, text in files.items()},
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text + "\n")
    return root


@pytest.fixture
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of 8 processors and 64 GiB, all of it for this process."""
    monkeypatch.setattr(machine, "_schedulable", lambda: 8)
    monkeypatch.setattr(machine, "_memory_of_machine", lambda: [64 * GIB])
    monkeypatch.setattr(machine, "_memory_of_process", list)


@pytest.mark.usefixtures("eight")
@pytest.mark.parametrize(
    ("groups", "files", "there"),
    [
        pytest.param("0::/", {"cpu.max": "200000 100000"}, 2, id="a container, version 2"),
        pytest.param("0::/", {"cpu.max": "150000 100000"}, 2, id="one and a half are kept busy by two"),
        pytest.param("0::/", {"cpu.max": "20000 100000"}, 1, id="a fifth of one"),
        pytest.param("0::/", {"cpu.max": "max 100000"}, 8, id="no quota"),
        pytest.param("0::/", {"cpu.max": "1600000 100000"}, 8, id="a quota above the machine"),
        pytest.param(
            "0::/job_7/step_0/task_1",
            {"job_7/cpu.max": "300000 100000", "job_7/step_0/task_1/cpu.max": "max 100000", "cpu.max": "500000 100000"},
            3,
            id="Slurm limits the job, not its task",
        ),
        pytest.param(
            "4:cpu,cpuacct:/docker/ab\n3:memory:/docker/ab",
            {"cpu,cpuacct/cpu.cfs_quota_us": "400000", "cpu,cpuacct/cpu.cfs_period_us": "100000"},
            4,
            id="version 1, the group by its host's name",
        ),
        pytest.param(
            "1:cpu:/", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 8, id="version 1, no quota"
        ),
        pytest.param("", {}, 8, id="no control groups"),
    ],
)
def test_processors_are_those_of_the_smallest_quota(groups: str, files: Files, there: int, tmp_path: Path) -> None:
    """Time over period: 200,000 of 100,000 microseconds are two processors."""
    assert processors(system(tmp_path, groups, files)) == there


@pytest.mark.usefixtures("eight")
@pytest.mark.parametrize(
    ("groups", "files", "there"),
    [
        pytest.param("0::/", {"memory.max": str(2 * GIB)}, 2, id="a container, version 2"),
        pytest.param("0::/", {"memory.max": "max"}, 64, id="no limit"),
        pytest.param("0::/", {"memory.max": str(128 * GIB)}, 64, id="a limit above the machine"),
        pytest.param(
            "0::/job_7/step_0",
            {"job_7/memory.max": str(16 * GIB), "job_7/step_0/memory.max": str(32 * GIB)},
            16,
            id="the smallest of a group and those around it",
        ),
        pytest.param(
            "9:memory:/docker/ab", {"memory/memory.limit_in_bytes": str(4 * GIB)}, 4, id="version 1, host's name"
        ),
        pytest.param(
            "9:memory:/", {"memory/memory.limit_in_bytes": "9223372036854771712"}, 64, id="version 1, no limit"
        ),
        pytest.param(
            "9:memory:/a\n0::/b",
            {"memory/a/memory.limit_in_bytes": str(8 * GIB), "unified/b/memory.max": str(32 * GIB)},
            8,
            id="both versions at once",
        ),
        pytest.param("", {}, 64, id="no control groups"),
    ],
)
def test_memory_is_that_of_the_smallest_limit(groups: str, files: Files, there: int, tmp_path: Path) -> None:
    assert memory(system(tmp_path, groups, files)) == there * GIB


@pytest.mark.usefixtures("eight")
def test_a_file_that_cannot_be_understood_limits_nothing(tmp_path: Path) -> None:
    root = system(tmp_path, "nonsense\n0::/\n:", {"cpu.max": "many", "memory.max": ""})
    assert (processors(root), memory(root)) == (8, 64 * GIB)


def asked(code: str, lower: str) -> str:
    """What a process prints that lowered what it may use of this machine."""
    program = f"import os, resource\n{lower}\n{code}"
    return subprocess.check_output([sys.executable, "-c", program], text=True, cwd=ROOT, timeout=60).strip()


@linux
def test_one_processor_of_many_is_one_thread() -> None:
    """As under `taskset -c 0`, or one task of a cluster's node."""
    one = "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
    size = "from vbp_agents.study.checks import checked_threads\nprint(checked_threads(None))"
    assert asked(size, one) == "1"


@linux
def test_memory_that_a_shell_limits_holds_as_many_people_as_fit_into_it() -> None:
    """4.3 GB of `ulimit -v` over 430 bytes a person are 10 million."""
    limit = "resource.setrlimit(resource.RLIMIT_AS, (4_300_000_000, resource.RLIM_INFINITY))"
    check = "from vbp_agents.machine import *\ntry: check_memory(10_000_001)\nexcept WrongInput as error: print(error)"
    said = asked(check, limit)
    assert said == "patients=10000001 needs about 4 GB of memory and 4 may be used here; at most 10,000,000 fit"


def test_nobody_counts_the_whole_machine() -> None:
    files = [*ROOT.glob("vbp_agents/**/*.py"), *ROOT.glob("experiments/*.py"), *ROOT.glob("benchmarks/*.py")]
    who = [file.name for file in files if "cpu_count" in file.read_text(encoding="utf-8")]
    assert who == ["machine.py"]

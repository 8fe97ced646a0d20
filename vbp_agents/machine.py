"""How much of a machine a process may use: processors and memory as it was lent them, by a cluster or a container.

Linux keeps quotas in control groups, of version 1 or 2: each group's own, and those of all groups around it.
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path

from vbp_agents.errors import WrongInput, argument

A_PATIENT = 430
"""Bytes at the peak, with the warmed-up world and a scenario's copy of it: measured at 500,000 and 2,000,000."""
ROOT = Path("/")


def check_memory(patients: int) -> None:
    """Raise WrongInput where people alone take more than all memory: the system would end the process much later."""
    needed, there = A_PATIENT * patients, memory()
    if there is not None and needed > there:
        asked = argument("patients", patients)
        raise WrongInput(
            f"{asked} needs about {needed / 1e9:,.0f} GB of memory and {there / 1e9:,.0f} may be used "
            f"here; at most {10_000 * (there // A_PATIENT // 10_000):,} fit"
        )


def processors(root: Path = ROOT) -> int:
    """How many processors this process may keep busy, at least 1; of a quota's last one a part counts as a whole.

    ``root``: where the system's files are.
    """
    quotas = [quota for quota in _processor_quotas(root) if quota > 0]
    return max(1, min([_schedulable(), *(math.ceil(quota) for quota in quotas)]))


def memory(root: Path = ROOT) -> int | None:
    """Bytes that this process may use; None where nothing says. ``root`` as in `processors`."""
    limits = [*_memory_of_machine(), *_memory_of_process(), *_memory_quotas(root)]
    return min((limit for limit in limits if limit > 0), default=None)


def _schedulable() -> int:
    """The processors that the system may run this process on."""
    if count := getattr(os, "process_cpu_count", None):  # from Python 3.13; a user's PYTHON_CPU_COUNT goes first
        return count() or 1
    if affinity := getattr(os, "sched_getaffinity", None):
        return len(affinity(0))
    return os.cpu_count() or 1


def _processor_quotas(root: Path) -> Iterator[float]:
    """Processors' time over time, of each control group that limits it."""
    for group in _groups(root, "cpu"):
        pairs = [_numbers(group / "cpu.max"), _numbers(group / "cpu.cfs_quota_us", group / "cpu.cfs_period_us")]
        yield from (pair[0] / pair[1] for pair in pairs if len(pair) == 2 and pair[1] > 0)


def _memory_quotas(root: Path) -> Iterator[int]:
    """Bytes, of each control group that limits them."""
    for group in _groups(root, "memory"):
        yield from _numbers(group / "memory.max") + _numbers(group / "memory.limit_in_bytes")


def _memory_of_machine() -> list[int]:
    try:
        return [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    except (AttributeError, ValueError, OSError):
        return []


def _memory_of_process() -> list[int]:
    """What `ulimit -v` allows."""
    try:
        import resource
    except ImportError:  # Windows
        return []
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return [] if limit == resource.RLIM_INFINITY else [limit]


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of this process's control group and of all around it, whichever version has the controller.

    A container may see the host's name of its group without its folder; then the folders that are there count.
    """
    mounted = root / "sys/fs/cgroup"
    for line in _lines(root / "proc/self/cgroup"):
        _, _, named = line.partition(":")
        controllers, _, path = named.partition(":")
        own_group = Path(path.lstrip("/"))
        if not controllers:
            names = [".", "unified"]
        else:
            names = [controllers, controller] if controller in controllers.split(",") else []
        yield from (
            mounted / name / group for name in dict.fromkeys(names) for group in (own_group, *own_group.parents)
        )


def _numbers(*files: Path) -> list[int]:
    """The whole numbers in the files, none where one has something else: `max` means no limit."""
    words = " ".join(line for file in files for line in _lines(file)).split()
    try:
        return [int(word) for word in words]
    except ValueError:
        return []


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []

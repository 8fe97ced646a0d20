"""Processors that this one can imitate, and where numbers must agree to the last digit.

OpenBLAS and NumPy choose their code by processor, and can be told to take another's. The compiled loops and Python call
the system's mathematical functions, which differ with and without FMA and from one C library to another.
"""

import platform
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

NO_AVX512 = "NumPy without AVX-512"
CORES = {"Haswell": "avx2", "SkylakeX": "avx512f", "Nehalem": "sse4_2"}
"""OpenBLAS's names of processors, and what this one must have to run their code."""
SETTINGS = (*CORES, NO_AVX512)
EXACT = "x86-64 with FMA and glibc"


def environment(setting: str) -> dict[str, str]:
    """The variables under which another process runs as on that processor."""
    if setting == NO_AVX512:
        return {"NPY_DISABLE_CPU_FEATURES": " ".join(_avx512())}
    return {"OPENBLAS_CORETYPE": setting}


def why_not(setting: str) -> str | None:
    """Why this machine cannot imitate a processor, None where it can."""
    if setting == NO_AVX512:
        return None if _avx512() else "this machine or this NumPy has no AVX-512 to leave out"
    if "openblas" not in _numpy()["Build Dependencies"]["blas"]["name"]:
        return "this NumPy is not built on OpenBLAS"
    return None if CORES[setting] in _flags() else f"this machine cannot run the code of {setting}"


def is_exact() -> bool:
    """Whether counts and cents must be those that are stored, to the last digit."""
    return platform.machine() in ("x86_64", "AMD64") and "fma" in _flags() and platform.libc_ver()[0] == "glibc"


def _avx512() -> list[str]:
    """What of AVX-512 this NumPy would use on this machine, by its own names: only these can be left out."""
    extensions = _numpy()["SIMD Extensions"].get("found", [])
    return [name for name in extensions if name.startswith("AVX512") or name == "X86_V4"]


def _numpy() -> dict[str, Any]:
    return dict(np.show_config(mode="dicts"))


@cache
def _flags() -> frozenset[str]:
    """What the processor can do, as Linux names it; nothing elsewhere."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.is_file() else []
    return frozenset(next((line for line in lines if line.startswith("flags")), "").split())

"""One hash over a small run's tables and records, here and under other interpreters.

    python tests/same_bytes.py
    python tests/same_bytes.py --with /path/to/python3.13 /path/to/another/python

Prints a sha256 on stdout and the versions that made it on stderr. With other interpreters (which need this project's
dependencies, not the project), each prints its own; the exit code is 1 unless all are the same.
"""

import argparse
import hashlib
import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("mesa", "numpy", "numba", "pandas")
PATIENTS, YEARS, SEED, THREADS = 6_000, 2, 20_260, 2
SCENARIOS = ("default", "capitation", "mixed_payers")


def versions() -> str:
    """Python, the packages that the numbers depend on, and the machine."""
    packages = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *packages, platform.machine()])


def column_bytes(column: Any) -> bytes:
    """A column's values, whatever this version of pandas stores text as."""
    if str(column.dtype) in ("int64", "float64"):
        return bytes(column.to_numpy().tobytes())
    return "\0".join(map(str, column)).encode()


def table_hash(tables: Mapping[str, Any]) -> bytes:
    """Every table, column and value."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        for column in tables[name].columns:
            digest.update(f"{name}.{column}\0".encode() + column_bytes(tables[name][column]))
    return digest.digest()


def run_hash() -> str:
    """Three scenarios' tables after two years, and every patient's record at the end of each warm-up."""
    from vbp_agents.model import run
    from vbp_agents.terms.scenario_file import find_scenario
    from vbp_agents.warm_up import build_world

    digest = hashlib.sha256()
    for name in SCENARIOS:
        scenario = find_scenario(name)
        state = build_world(scenario, PATIENTS, SEED, THREADS)
        for field in state.patients.dtype.names:
            digest.update(state.patients[field].tobytes())
        digest.update(table_hash(run(state, scenario, YEARS, threads=THREADS).tables))
    return digest.hexdigest()


def hash_under(python: str) -> str:
    """The hash that this script prints under another interpreter."""
    done = subprocess.run([python, __file__], env=os.environ, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the hash; with other interpreters, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--with", dest="others", nargs="+", default=[], metavar="PYTHON", help="interpreters to compare"
    )
    others: list[str] = parser.parse_args(arguments).others
    sys.path.insert(0, str(ROOT))
    ours = run_hash()
    sys.stderr.write(f"{versions()}\n")
    sys.stdout.write(f"{ours}\n")
    sys.stdout.flush()
    theirs = [hash_under(python) for python in others]
    for found in theirs:
        sys.stdout.write(f"{found}\n")
    if others:
        sys.stdout.write("the same\n" if set(theirs) == {ours} else "DIFFERENT\n")
    return int(bool(others) and set(theirs) != {ours})


if __name__ == "__main__":
    sys.exit(main())

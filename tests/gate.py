"""The gate that a change of code passes: every column of every table of 32 scenarios, value by value.

    python tests/gate.py --against REF          the tree of another commit, in a git worktree of its own
    python tests/gate.py --with PYTHON ...      other interpreters, which need this project's dependencies
    python tests/gate.py --processors           other processors, as far as this one can imitate them

All shipped scenarios and six that use what these do not: a ladder, randomized programs, practice lists, dated and
layered contracts with price updates, measured outcomes, three payers. Large enough that contracts are in force. Names
of scenarios restrict it to these. Prints what differs, the farthest apart first, and ends with 1 where anything does.
What is compared are values: a column that is called otherwise now stands in `gate_columns.RENAMED`.
`tests/gate.json` holds what pins each column of these runs; `refresh_baseline.py` writes it anew.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import processors
from gate_columns import Column, Columns, Key, differences, read_columns, save_columns, table_columns

if TYPE_CHECKING:
    from vbp_agents import Scenario

ROOT = Path(__file__).resolve().parents[1]
FEATURES = Path(__file__).with_name("gate_scenarios")
REGIME = FEATURES / "for_health.py"
SEEDS = (1, 2)
YEARS = 3
PATIENTS = 20_000
LARGER = {"payers": 60_000}
"""Where contracts of a part of the people need a larger world to be in force."""
_worlds: dict[tuple[str, int], Any] = {}


def presets(tree: Path = ROOT) -> list[str]:
    """The names of the scenarios that a tree ships."""
    return sorted(file.stem for file in (tree / "scenarios").glob("*.yaml"))


def features() -> list[str]:
    """The names of the scenarios that are here for what no shipped one uses."""
    return sorted(file.stem for file in FEATURES.glob("*.yaml"))


def run_name(scenario: str, seed: int) -> str:
    """What a scenario's run under a seed is called."""
    return f"{scenario}, seed {seed}"


def scenario_called(name: str) -> "Scenario":
    """A scenario of the gate."""
    from vbp_agents import find_scenario
    from vbp_agents.regime_file import load_regime_file

    if name not in features():
        return find_scenario(name)
    load_regime_file(REGIME)
    return find_scenario(FEATURES / f"{name}.yaml")


def run_columns(names: Iterable[str], seeds: Iterable[int] = SEEDS, threads: int = 2) -> Columns:
    """Every column of every table of the scenarios' runs, and every metric."""
    scenarios = [scenario_called(name) for name in names]
    return {key: column for seed in seeds for s in scenarios for key, column in _of_run(s, seed, threads)}


def _of_run(scenario: "Scenario", seed: int, threads: int) -> Iterator[tuple[Key, Column]]:
    from vbp_agents import run
    from vbp_agents.metrics import measure

    tables: dict[str, Any] = dict(run(_world(scenario, seed, threads), scenario, YEARS, threads=threads).tables)
    for table, columns in (tables | {"metrics": measure(tables)}).items():
        for name, column in table_columns(columns).items():
            yield (run_name(scenario.name, seed), table, name), column


def _world(scenario: "Scenario", seed: int, threads: int) -> Any:
    """The warmed-up world of a scenario, which many share."""
    from vbp_agents import build_world

    key = scenario.world_hash, seed
    if key not in _worlds:
        _worlds[key] = build_world(scenario, LARGER.get(scenario.name, PATIENTS), seed, threads)
    return _worlds[key]


def columns_elsewhere(
    names: Sequence[str],
    seeds: Iterable[int] = SEEDS,
    tree: Path = ROOT,
    python: str = sys.executable,
    variables: Mapping[str, str] | None = None,
) -> Columns:
    """The columns that another process finds: of another tree, under another interpreter, on another processor."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "columns.npz"
        command = [python, __file__, *names, "--dump", str(file), "--seeds", *map(str, seeds)]
        environment = {**os.environ, "PYTHONPATH": str(tree), **(variables or {})}
        subprocess.run(command, env=environment, check=True)
        return read_columns(file)


@contextmanager
def tree_of(ref: str) -> Iterator[Path]:
    """A git worktree of a commit, for a while."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), ref], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def told(title: str, before: Columns, now: Columns) -> bool:
    """Print how the columns differ. Were they all the same?"""
    runs = {run for run, _, _ in before}
    now = {key: column for key, column in now.items() if key[0] in runs}
    differing, new = differences(before, now), {key[1:] for key in now.keys() - before.keys()}
    lines = [f"new: {table}.{column}" for table, column in sorted(new)] + [str(difference) for difference in differing]
    summary = (
        f"{len(differing)} of {len(before)} columns differ" if differing else f"all {len(before)} columns are the same"
    )
    print("\n".join([*lines, f"{title}: {summary}"]), flush=True)
    return not differing


def others(names: Sequence[str], arguments: argparse.Namespace) -> Iterator[tuple[str, Columns]]:
    """What the runs here are compared with, each with its title."""
    seeds = arguments.seeds
    if arguments.against:
        with tree_of(arguments.against) as tree:
            common = [name for name in names if name in (*presets(tree), *features())]
            print(*(f"{name}: left out, new since then\n" for name in names if name not in common), sep="", end="")
            yield arguments.against, columns_elsewhere(common, seeds, tree)
    for python in arguments.others:
        yield python, columns_elsewhere(names, seeds, python=python)
    for setting in processors.SETTINGS if arguments.processors else ():
        if why := processors.why_not(setting):
            print(f"{setting}: left out, {why}", flush=True)
        else:
            yield setting, columns_elsewhere(names, seeds, variables=processors.environment(setting))


def asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    known = [*presets(), *features()]
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="only these")
    parser.add_argument("--against", metavar="REF", help="a commit to compare with")
    parser.add_argument("--with", dest="others", nargs="+", default=[], metavar="PYTHON", help="other interpreters")
    parser.add_argument("--processors", action="store_true", help="other processors, imitated")
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS, metavar="SEED")
    parser.add_argument("--dump", type=Path, metavar="FILE", help="write the columns and compare nothing")
    options = parser.parse_args(arguments)
    if wrong := [name for name in options.names if name not in known]:
        parser.error(f"no scenario of the gate: {', '.join(wrong)}; allowed {', '.join(known)}")
    options.names = options.names or known
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, and say what differs."""
    given = asked(arguments)
    if given.dump:
        save_columns(given.dump, run_columns(given.names, given.seeds))
        return 0
    now = columns_elsewhere(given.names, given.seeds)
    same = [told(title, before, now) for title, before in others(given.names, given)]
    return int(not all(same))


if __name__ == "__main__":
    sys.exit(main())

"""`vbp` with a tiny model in place of the real one: `python fake_vbp.py compare ...`, so that tests take no time.

The model's tables hold the declared columns and nothing of interest. FAKE says what should go wrong.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

FAKE = os.environ.get("FAKE", "")
METRIC = SimpleNamespace(unit="dollars", aim="money", better=None, about="Made up", source="assumption")


def signaled(where: str) -> None:
    """Signals at this place if FAKE asks for them, as in `SIGINT drawing`."""
    name, _, place = FAKE.partition(" ")
    if place == where:
        os.kill(os.getpid(), signal.Signals[name])
        os.kill(os.getpid(), signal.Signals[name])


def build_world(
    scenario: Any, patients: int, seed: int, threads: int, progress: Callable[[int], None]
) -> SimpleNamespace:
    if seed != 1:
        signaled("warm-up")
    progress(36)
    return SimpleNamespace(patients=SimpleNamespace(nbytes=patients), seed=seed)


def run(world: Any, scenario: Any, years: int, progress: Callable[[int], None], threads: int) -> SimpleNamespace:
    """A year whose cost is the seed's last digit; the second replicate may fail as FAKE says."""
    import numpy as np

    from vbp_agents.tables import TABLES

    if world.seed != 1:
        signaled("second replicate")
    if world.seed != 1 and FAKE == "bug":
        raise RuntimeError("a bug")
    if FAKE == "pay the second year":
        from vbp_agents.rule_check import example_books

        for contract in scenario.contracts:
            contract.rule().pay(replace(example_books(2)[0], performance_year=2))
    if FAKE == "somebody fills r":
        Path("r", "mine.txt").write_text("mine")
    progress(12 * years)
    rows = 40_000 if FAKE == "large" else 3
    number = np.full(rows, world.seed % 10)
    frames = {name: table.frame([dict.fromkeys(table.columns, number)]) for name, table in TABLES.items()}
    return SimpleNamespace(tables=frames, timing={"kernel": 0.1, "decisions": 0.0, "all": 0.2})


def measure(tables: Mapping[str, Any]) -> dict[str, float | None]:
    if tables["months"]["month"][0] != 1:
        signaled("measuring")
    return {"cost_per_capita": float(len(tables)), "nothing": None}


def picture(found: Any, *more: Any) -> bytes:
    signaled("drawing")
    if FAKE == "broken picture":
        raise RuntimeError("no font has any letter")
    return b"a picture"


def write_timing(folder: Path, seconds: Mapping[str, float]) -> None:
    raise OSError("no room")


def install() -> None:
    """Put the stand-ins where the command line looks for the model and for what reads its results."""
    names = ("cost_per_capita", "nothing")
    stand_ins: dict[str, dict[str, Any]] = {
        "cache": {"compiling": lambda: "Compiling once, about 15 s" if FAKE == "compiling" else ""},
        "warm_up": {"warmed_world": build_world},
        "model": {"run_model": run},
        "metrics": {"measure": measure, "METRICS": dict.fromkeys(names, METRIC)},
        "reports.plots": {"comparison_picture": picture},
    }
    for name, contents in stand_ins.items():
        real = name in ("metrics", "cache")
        module = import_module(f"vbp_agents.{name}") if real else ModuleType(f"vbp_agents.{name}")
        vars(module).update(contents)
        sys.modules[module.__name__] = module
    if FAKE == "no room for timing":
        vars(import_module("vbp_agents.results"))["write_timing"] = write_timing


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    install()
    from vbp_agents.command_line.cli import main

    main()

"""Writes `docs/api.md`: every name that `vbp_agents` exports, with its signature and what its docstring says.

python docs/write_api.py
"""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import vbp_agents

PAGE = Path(__file__).with_name("api.md")
PARTS = {
    "Run and compare": (
        "compare Comparison load build_world Simulation Month run Run replicates Task replicate_tasks Size "
        "run_tasks replicate_seed"
    ),
    "Sweep": "sweep Study read_study Sweep read_sweep write_report",
    "What a sweep says": (
        "analyses Analysis paired_differences robustness regret tornado morris sobol prcc main_effects "
        "response_surface scenario_discovery pareto_front cost_effectiveness_frontier cost_effectiveness_plane "
        "acceptability_curve"
    ),
    "Scenarios": "find_scenario Scenario Contract",
    "Measures and tables": "METRICS measure read_tables",
    "Write your own": (
        "Book Regime Statement param load_regime_file Behavior Levers Situation load_behavior_file "
        "metric load_metric_file VbpModel"
    ),
    "What goes wrong": "WrongInput",
}
"""Every exported name, by what it is for."""
PRIVATE = ("_", "model_")
"""How names begin that are nobody's to call; `model_` is pydantic's own."""
HEAD = """# What scripts and notebooks import

Written by [`write_api.py`](write_api.py) from the docstrings. All of it comes from the top: `import vbp_agents as vbp`.
Nothing heavy is imported before a name is used.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for title, names in PARTS.items() for line in _part(title, names.split()))])


def _part(title: str, names: list[str]) -> Iterator[str]:
    yield f"## {title}\n"
    for name in names:
        thing = getattr(vbp_agents, name)
        yield f"### `{name}`\n"
        yield from _described(name, thing)


def _described(name: str, thing: Any) -> Iterator[str]:
    if inspect.isclass(thing):
        yield from _text(thing)
        members = [(n, m) for n, m in vars(thing).items() if not n.startswith(PRIVATE) and _documented(m)]
        for member, value in members:
            kind = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            signature = "" if isinstance(value, property) else _signature(kind)
            first = inspect.getdoc(kind) or ""
            yield f"- `.{member}{signature}`: {' '.join(first.split(chr(10) * 2)[0].split())}"
        if members:
            yield ""
    elif inspect.isfunction(thing):
        yield f"    {name}{_signature(thing)}\n"
        yield from _text(thing)
    else:
        yield f"{_about_assigned(name)}\n"


def _about_assigned(name: str) -> str:
    """The string that stands below a name's assignment in its module."""
    module = import_module(f"vbp_agents.{vbp_agents.HOMES[name]}")
    body = ast.parse(inspect.getsource(module)).body
    for statement, after in pairwise(body):
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if name in [getattr(target, "id", None) for target in targets] and isinstance(after, ast.Expr):
            return inspect.cleandoc(ast.literal_eval(after.value))
    raise SystemExit(f"say in {module.__name__} what {name} is")


def _documented(member: Any) -> bool:
    return isinstance(member, property | classmethod) or inspect.isfunction(member)


def _signature(function: Any) -> str:
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name not in ("self", "cls")]
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
    return re.sub(r"<function (\w+) at \w+>", r"\1", str(inspect.Signature(plain)))


def _text(thing: Any) -> Iterator[str]:
    yield f"{inspect.getdoc(thing)}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

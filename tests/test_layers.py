"""Imports point down only, and heavy packages are imported in one place each. Read from the source, not from memory."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
LAYERS = {
    "foundations": "errors files param conduct parameters problems document book records compiled rng tables trial "
    "written",
    "process": "interruption terminal task",
    "rules": "rules",
    "regimes": "regimes",
    "users' regimes": "regime_file",
    "decisions and behaviors": "worth shown situation decisions behaviors reasons",
    "what a contract is worth": "chances remembered moved uncertain directions expected later slopes marginal",
    "world": "region network world truth patients services choice episodes ambulatory acute counting care seeking "
    "ledger engine",
    "scenario": "measurement payers scenario scenario_file programs provenance",
    "actors and their record": "state styles payment membership signing lists beliefs peers providers agents recorder "
    "results recorded",
    "model": "model",
    "readers of results": "metrics plots",
    "jobs": "example_book contract contract_table page contract_picture replicate processes ensemble care_network "
    "network_picture population remarks comparison consistency listing public_use_file reconcile replay provider_story "
    "patient_story inquiry",
    "evidence": "evidence",
    "command line": "commands contract_command network_command options cli __main__",
}
ONLY = {
    "mesa": {"agents", "model"},
    "networkx": {"network"},
    "numba": {"compiled"},
    "matplotlib": {"plots", "contract_picture", "network_picture"},
    "typer": {"options", "commands", "terminal"},
    "ruamel": {"document", "results"},
    "pyarrow": {"results"},
}
MAY_IMPORT = {
    "rules": {"rules", "book", "param"},
    "regimes": {"regimes", "rules", "book", "param", "errors"},
    "decisions": {"decisions", "shown", "situation", "book", "conduct", "parameters"},
    "behaviors": {"behaviors", "decisions", "situation", "book", "param"},
    "metrics": {"metrics", "tables", "errors"},
    "plots": {"metrics", "tables", "errors", "written"},
}


def part(module: str) -> str:
    """`regimes.base` is part of `regimes`."""
    return module.split(".")[0]


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, also inside functions, but for what only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from statements(node)


def imported(file: Path) -> set[str]:
    """The modules that a file imports; our own without `vbp_agents.`, others with a leading `!`."""
    found: set[str] = set()
    for node in statements(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "vbp_agents":
            found |= {f"vbp_agents.{alias.name}" for alias in node.names if not alias.name.startswith("__")}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.removeprefix("vbp_agents.") if part(name) == "vbp_agents" else f"!{part(name)}" for name in found}


def graph() -> dict[str, set[str]]:
    """Every module of the package and what it imports."""
    files = [file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py"]
    names = {file: ".".join(file.relative_to(PACKAGE).with_suffix("").parts) for file in files}
    return {name.removesuffix(".__init__"): imported(file) for file, name in names.items()}


GRAPH = graph()
DEPTH = {name: depth for depth, names in enumerate(LAYERS.values()) for name in names.split()}


@pytest.mark.parametrize("module", GRAPH)
def test_imports_point_down(module: str) -> None:
    assert part(module) in DEPTH, f"say in LAYERS where {module} belongs"
    above = {name for name in GRAPH[module] if name[0] != "!" and DEPTH[part(name)] > DEPTH[part(module)]}
    assert not above


def test_no_module_imports_itself_in_a_circle() -> None:
    parts: dict[str, set[str]] = {}
    for module, names in GRAPH.items():
        parts.setdefault(part(module), set()).update(part(name) for name in names if name[0] != "!")
    list(TopologicalSorter({name: below - {name} for name, below in parts.items()}).static_order())


@pytest.mark.parametrize("package", ONLY)
def test_heavy_packages_have_one_place(package: str) -> None:
    assert {part(module) for module, names in GRAPH.items() if f"!{package}" in names} <= ONLY[package]


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_rules_of_money_and_behavior_see_the_book_alone(name: str) -> None:
    """A regime that cannot import the Truth cannot pay on it; a metric that cannot import the model reads results."""
    own = [names for module, names in GRAPH.items() if part(module) == name]
    assert {part(other) for names in own for other in names if other[0] != "!"} <= MAY_IMPORT[name]


def test_the_package_imports_nothing_by_itself() -> None:
    assert imported(PACKAGE / "__init__.py") <= {"!importlib", "!typing"}

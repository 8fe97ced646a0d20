"""Imports point down only, and heavy packages are imported in one place each. Read from the source, not from memory."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
LAYERS = {
    "arithmetic": "arithmetic",
    "foundations": (
        "book cache compiled conduct counts declaration errors files identity imports lock machine "
        "parameters presentation problems records rng rule_check shards tables truth user_file"
    ),
    "rules": "rules",
    "regimes": "regimes",
    "users' regimes": "regime_file",
    "decisions and behaviors": "decisions behaviors",
    "users' behaviors": "behavior_file",
    "what a contract is worth": "expectations",
    "world": "region referrals areas environment people ledger threads",
    "scenarios": "terms",
    "actors and their record": "actors results",
    "model": "model warm_up",
    "readers of results": "metrics reports",
    "users' metrics": "metric_file",
    "jobs": "contracts study networks explain reconciliation templates",
    "evidence": "evidence",
    "what answers say": "answers",
    "sweeps": "sweeps",
    "what sweeps say": "analysis",
    "reports of sweeps": "sweep_reports",
    "page": "app",
    "command line": "command_line __main__",
}
ENTRIES = {f"command_line.entries.{name}" for name in ("running", "showing", "sweeping", "writing")}
ONLY = {
    "mesa": {"actors.agents", "model"},
    "networkx": {"networks.network"},
    "numba": {"compiled"},
    "matplotlib": {
        *(
            "reports.plots",
            "reports.shown_figure",
            "contracts.contract_picture",
            "networks.network_picture",
            "presentation.drawing",
        ),
        "analysis.sheet",
    },
    "typer": {"command_line.commands", "command_line.options", *ENTRIES, "presentation.terminal"},
    "ruamel": {"terms.document", "results"},
    "pyarrow": {"results"},
    "dask": {"sweeps.workers"},
    "distributed": {"sweeps.workers"},
    "scipy": {"sweeps.designs"},
    "SALib": {"sweeps.designs", "analysis.salib"},
    "sklearn": {"analysis.boxes"},
}
ONLY_IN_THE_PAGE = ("solara", "reacton", "ipyvuetify", "starlette", "uvicorn", "altair")
MAY_IMPORT = {
    "rules": {"rules", "book", "declaration"},
    "regimes": {"regimes", "rules", "book", "declaration", "errors", "user_file"},
    "decisions": {"arithmetic", "decisions", "book", "conduct", "parameters"},
    "behaviors": {"arithmetic", "behaviors", "decisions", "book", "declaration", "user_file"},
    "metrics": {"metrics", "tables", "errors", "user_file"},
    "reports": {"reports", "metrics", "tables", "errors", "presentation", "terms"},
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
    names: set[str] = set()
    for node in statements(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "vbp_agents":
            names |= {f"vbp_agents.{alias.name}" for alias in node.names if not alias.name.startswith("__")}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.removeprefix("vbp_agents.") if part(name) == "vbp_agents" else f"!{part(name)}" for name in names}


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
    assert {module for module, names in GRAPH.items() if f"!{package}" in names} <= ONLY[package]


@pytest.mark.parametrize("package", ONLY_IN_THE_PAGE)
def test_the_page_alone_needs_what_pages_are_made_of(package: str) -> None:
    """So that every other command works without the extra `app`."""
    assert {part(module) for module, names in GRAPH.items() if f"!{package}" in names} <= {"app"}


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_rules_of_money_and_behavior_see_the_book_alone(name: str) -> None:
    """A regime that cannot import the Truth cannot pay on it; a metric that cannot import the model reads results."""
    imports = [names for module, names in GRAPH.items() if part(module) == name]
    assert {part(other) for names in imports for other in names if other[0] != "!"} <= MAY_IMPORT[name]


@pytest.mark.parametrize("name", ["evidence", "explain", "terms", "actors", "model", "people", "decisions", "metrics"])
def test_what_computes_gives_documents_and_writes_no_words_for_a_screen(name: str) -> None:
    """How a document is said to people is for what stands above: answers, reports, the page and the command line."""
    imports = {module: names for module, names in GRAPH.items() if part(module) == name}
    assert not {module for module, names in imports.items() if any(part(other) == "presentation" for other in names)}


def test_the_package_imports_nothing_by_itself() -> None:
    assert imported(PACKAGE / "__init__.py") <= {"!importlib", "!typing"}

"""A public name stands for one thing: names that two modules define are parallels of one pattern, listed here."""

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
PARALLELS = {
    "SCHEMA": "the number of a document's layout, one for each kind of document",
    "VIEW": "what a view of the page says of itself",
    "KIND": "what a registry, an analysis or a table calls what it holds",
    "page": "the page of a report, and the command that opens the page",
    "find": "a registry finds by name",
    "document": "what a command's --json prints",
    "main": "a file that is run",
    "aim": "where a lever heads",
    "drive": "what moves a lever, in dollars",
    "compare": "a command and the function that it calls",
    "reconcile": "a command and the function that it calls",
    "run": "a command and the function that it calls",
    "sources": "a command and the function that it calls",
    "sweep": "a command and the function that it calls",
    "ratio": "of two numbers in metrics, of columns in rules: None or a number where there is nothing to divide by",
}
"""Name: what they have in common."""
BY_NAME = ("evidence.measures.", "actors.columns")
"""Here functions are found by the names of published rows and of tables."""


def defined() -> dict[str, set[str]]:
    """By public name of a module's top level, the modules that define it."""
    modules: dict[str, set[str]] = defaultdict(set)
    for file in PACKAGE.rglob("*.py"):
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            for name in names(node):
                if not name.startswith("_") and not module.startswith(BY_NAME):
                    modules[name].add(module)
    return modules


def names(node: ast.stmt) -> list[str]:
    """What a statement defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_a_public_name_is_defined_once_or_is_a_listed_parallel() -> None:
    twice = {name: sorted(modules) for name, modules in defined().items() if len(modules) > 1}
    assert {name: modules for name, modules in twice.items() if name not in PARALLELS} == {}


def test_no_parallel_is_listed_in_vain() -> None:
    names = defined()
    assert [name for name in PARALLELS if len(names[name]) < 2] == []

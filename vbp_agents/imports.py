"""Which files of the package a source imports, read from its syntax: what is compiled, and what a run is, follow."""

import ast
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

_one_parses = Lock()
"""Python 3.11 cannot parse sources in two threads at once."""


def parsed(source: str) -> ast.Module:
    """A source's syntax, from whatever thread. Raises SyntaxError."""
    with _one_parses:
        return ast.parse(source)


def files_imported(source: str, package: Path) -> Iterator[Path]:
    """The files of what a source imports from the package, anywhere in it, but for what type checkers read alone.

    ``package``: the folder that its modules are in.
    """
    for name in _names(parsed(source), package.name):
        yield from module_files(package, name)


def module_files(package: Path, name: str) -> Iterator[Path]:
    """Where a module (`study/worlds`) stands, and the folders' own code around it, which is run as well."""
    place = package.joinpath(*name.split("/"))
    for file in (place.with_suffix(".py"), place / "__init__.py", place.parent / "__init__.py"):
        if file.is_file() and file != package / "__init__.py":
            yield file


def _names(tree: ast.AST, package: str) -> Iterator[str]:
    """The modules of the package that are imported, as paths without an ending, and names that may be modules."""
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            named = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        else:
            continue
        inside = (name.split(".") for name in named)
        yield from ("/".join(parts[1:]) for parts in inside if parts[0] == package and len(parts) > 1)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from _statements(node)

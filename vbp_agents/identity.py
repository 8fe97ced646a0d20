"""What a run is: its scenario, people, years and luck, and the code that lives them. Equal ids are equal results.

The model's part is a fingerprint of the syntax, without docstrings and comments, of all modules that a run imports:
words may be corrected and pages redrawn, and every number that is there stays.
"""

import ast
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from vbp_agents.imports import files_imported, module_files, parsed

BEGUN = ("model", "warm_up", "metrics", "study/worlds")
"""The modules that a run begins with; what they import follows."""
FOUND_BY_FOLDER = ("regimes", "behaviors")
"""Folders whose files are found by being there."""
NO_PART = ("app", "command_line", "reports", "presentation", "sweeps")
"""Folders that show, ask and plan: nothing in them changes a number."""
LEFT_OUT = {"ctx", "kind", "type_comment", "type_ignores", "type_params"}
"""Fields of the syntax that mean nothing here, or that some versions of Python lack."""


def run_id(scenario_hash: str, patients: int, years: int, seed: int, model: str) -> str:
    """The id of a run: 32 hexadecimal digits of the hash of all that its results follow from."""
    content = {"scenario": scenario_hash, "patients": patients, "years": years, "seed": seed, "model": model}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


@cache
def fingerprint(package: Path = Path(__file__).parent) -> str:
    """The model's: 16 hexadecimal digits. ``package``: the folder that its modules are in."""
    digest = hashlib.sha256()
    for file in sorted(modules(package)):
        name = file.relative_to(package).as_posix()
        digest.update(f"{name}\0{syntax(file.read_text(encoding='utf-8'))}\0".encode())
    return digest.hexdigest()[:16]


def modules(package: Path) -> set[Path]:
    """The files of all that a run imports, but for what shows, asks and plans."""
    waiting = [file for name in BEGUN for file in module_files(package, name)]
    waiting += [file for folder in FOUND_BY_FOLDER for file in (package / folder).glob("*.py")]
    imported: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file not in imported and file.relative_to(package).parts[0] not in NO_PART:
            imported.add(file)
            waiting += files_imported(file.read_text(encoding="utf-8"), package)
    return imported


def syntax(source: str) -> str:
    """A source's syntax as text, the same over versions of Python: no comments, docstrings or layout."""
    return "".join(_written(parsed(source)))


def _written(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        yield "["
        for item in node:
            yield from _written(item)
        yield "]"
    elif isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if name not in LEFT_OUT and value is not None and value != []:
                yield f" {name}="
                yield from _written(_without_docstrings(value) if name == "body" else value)
        yield ")"
    else:
        yield repr(node)


def _without_docstrings(body: Any) -> Any:
    """A body without the texts that stand alone in it: docstrings of whatever they are written below."""
    if not isinstance(body, list):
        return body
    return [line for line in body if not (isinstance(line, ast.Expr) and _is_text(line.value))]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)

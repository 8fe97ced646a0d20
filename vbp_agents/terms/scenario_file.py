"""Finding and reading scenarios: a shipped preset, a file of the user's, or the name of a regime."""

import contextlib
import os
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from vbp_agents.errors import Replaced, WrongInput, argument, did_you_mean
from vbp_agents.problems import UNKNOWN, Steps, allowed_names
from vbp_agents.regimes import regimes
from vbp_agents.terms.amending import amend
from vbp_agents.terms.checking import Refused, checked
from vbp_agents.terms.document import Node, Place, document_in, node_of, read_document
from vbp_agents.terms.paths import Position, path_text
from vbp_agents.terms.program_terms import written_out
from vbp_agents.terms.replacing import replaced
from vbp_agents.terms.scenario import BehaviorBlock, Scenario, under

SUFFIXES = (".yaml", ".yml")
DEFAULT = "default"
ONLY_IN_FILES = ("extends", "values")
"""What files say beside what scenarios have."""


def presets_folder() -> Path:
    """Where the shipped scenarios are: in the installed package, else in the checkout of an editable install."""
    package = Path(__file__).parents[1]
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if (folder / f"{DEFAULT}.yaml").is_file():
            return folder
    raise WrongInput(f"the shipped scenarios are missing from {package}; install vbp-agents again")


def presets() -> dict[str, Path]:
    """The shipped scenario files by name."""
    return {file.stem: file for file in sorted(presets_folder().glob("*.yaml"))}


def find_scenario(name: str | Path) -> Scenario:
    """The scenario that ``name`` means: a path to a file, a preset, or a regime. Raises WrongInput."""
    if not isinstance(name, str | Path):
        raise WrongInput(f"{name!r:.60} is no name and no path of a scenario")
    if isinstance(name, Path) or is_path(name):
        if Path(name).suffix == ".py":
            raise WrongInput(f"{name} is Python code and no scenario; {_own_regime(str(name))}")
        return read_scenario(Path(name))
    shipped = presets()
    if name in shipped:
        return read_scenario(shipped[name])
    if name in regimes():
        return under(name, read_scenario(shipped[DEFAULT]))
    known = sorted({*shipped, *regimes()})
    hint = did_you_mean(name, known) or _file_meant(name)
    raise WrongInput(f"there is no scenario {name!r}{hint}\nScenarios: {', '.join(known)}; or a path to a .yaml file")


def _file_meant(name: str) -> str:
    """A hint where a file has the name, but for its ending, or where the name is that of Python code."""
    if Path(name).suffix == ".py":
        return f"; {_own_regime(name)}"
    with contextlib.suppress(OSError):
        return next((f"; or did you mean the file ./{name}{s}?" for s in SUFFIXES if Path(name + s).is_file()), "")
    return ""


def _own_regime(file: str) -> str:
    """How a regime of the user's is read from a file of Python code."""
    reading = argument("regime_file", file, "load_regime_file")
    return f"a regime of your own is read by {reading} and then called {Path(file).stem}"


def find_scenarios(names: Sequence[str]) -> list[Scenario]:
    """Scenarios to compare. Raises WrongInput where two have one name: their results could not be told apart."""
    scenarios = [find_scenario(name) for name in names]
    for index, scenario in enumerate(scenarios):
        earlier = [s.name for s in scenarios[:index]]
        first = names[earlier.index(scenario.name)] if scenario.name in earlier else None
        if first and _same_file(first, names[index]):
            raise WrongInput(f"{names[index]} is listed twice; name it once")
        if scenario.name in earlier:
            raise namesakes(scenario.name, names[earlier.index(scenario.name)], names[index])
    return scenarios


def _same_file(first: str, second: str) -> bool:
    """Do two names mean one thing, however it is written?"""
    return first == second or (is_path(first) and is_path(second) and Path(first).resolve() == Path(second).resolve())


def namesakes(name: str, first: str, second: str, more: str = "") -> WrongInput:
    """What is said about two scenarios of one name; ``more``: what else gives one another name."""
    how = f"give each file its own `name:`{more}"
    return WrongInput(f"two scenarios are named {name!r}: {first} and {second}; {how}")


def is_path(name: str) -> bool:
    """Does this name a file rather than a preset or a regime?"""
    return name.endswith(SUFFIXES) or "/" in name or "\\" in name


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file, on top of the one it extends, with what its `values:` amend by path.

    Warns (`errors.Replaced`) where a list or section that is given whole resets what the extended scenario says.
    Raises WrongInput with every problem and its place.
    """
    scenario, resets = _read(read_document(path), path, path.parent)
    for text in resets:
        warnings.warn(text, Replaced, stacklevel=3)
    return scenario


def scenario_in(data: bytes, name: str) -> tuple[Scenario, list[str]]:
    """The scenario in the bytes of a file called ``name``, and what would be warned of.

    As `read_scenario`, but for a file of somebody else's: it extends presets alone, never a file of this machine.
    """
    return _read(document_in(data, name), Path(name), None)


def _read(file: Node, path: Path, folder: Path | None) -> tuple[Scenario, list[str]]:
    """The scenario of a document, and in words what it resets; ``folder``: where the files are that it may extend."""
    parent = _parent(file, path, folder)
    node = written_out(file.without(*ONLY_IN_FILES)).over(_without_other_terms(parent, file))
    described, problems = _amended(_describe(node, file, path), file.child("values"))
    mistakes = list(described.mistakes())
    wrong_values = [(described.at(steps).place, _text(described, steps), message) for steps, message in mistakes]
    try:
        scenario = checked(_mapping(described))
    except Refused as error:
        wrong = [p for p in error.problems if p[0] not in dict(mistakes) or UNKNOWN in p[1]]
        wrong_values += [(_place(described, *p), _text(described, p[0]), _of_file(file, path, *p)) for p in wrong]
        scenario = None
    if scenario is None or problems or wrong_values:
        raise _all_wrong([*problems, *wrong_values])
    extends = file.child("extends")
    return scenario, list(_resets(file, str(extends.value), parent, scenario)) if extends else []


def _resets(file: Node, extends: str, parent: Node, scenario: Scenario) -> Iterator[str]:
    """What is reset by lists and sections that replace those of the extended scenario."""
    with contextlib.suppress(Refused):
        extended = checked(_mapping(_describe(parent, parent, Path(scenario.name))))
        yield from (f"{place}: {text}" for place, text in replaced(file, extends, extended, scenario))


def _without_other_terms(parent: Node, file: Node) -> Node:
    """What is extended without the terms of its behavior, where the file names another one."""
    name, before = file.find(("behavior", "name")), parent.find(("behavior", "name"))
    behavior = parent.child("behavior")
    if not (behavior and name) or name.value == (before.value if before else BehaviorBlock().name):
        return parent
    return parent.with_node(("behavior",), behavior.without("terms"))


def _all_wrong(problems: list[tuple[Place, str, str]]) -> WrongInput:
    """Every problem in the order of their places."""
    ordered = sorted(dict.fromkeys(problems), key=itemgetter(0))
    lines = [f"{place}: {path or 'scenario'}: {message}" for place, path, message in ordered]
    return WrongInput("\n".join(lines), [(path, message) for _, path, message in ordered])


def _amended(node: Node, values: Node | None) -> tuple[Node, list[tuple[Place, str, str]]]:
    """The tree with its values changed by path, and what is wrong with the paths."""
    if values is None:
        return node, []
    if not isinstance(values.value, dict):
        text = "must be a mapping of paths, such as `behavior.speed: 0.06`"
        return node, [(values.place, "values", text)]
    entries, tree = values.value, [node]

    def written(position: Position, path: str) -> None:
        entry = entries[path]
        for around in position.chain[:-1]:
            if tree[0].find(around.steps) is None:
                tree.append(tree.pop().with_node(around.steps, node_of(around.content, entry.key)))
        begins_anew = position.part == "terms" and path.split(".")[-1] != "terms"
        tree.append(tree.pop().with_node(position.steps, Node({}, entry.key, entry.key) if begins_anew else entry))

    problems = amend(_mapping(node), {path: entry.plain() for path, entry in entries.items()}, written)
    return tree[0], [(entries[path].key, path, message) for path, message in problems]


def _mapping(node: Node) -> dict[str, Any]:
    """The plain content of a mapping."""
    content = node.plain()
    return content if isinstance(content, dict) else {}


def extended_name(document: Node) -> str:
    """What a file says that it extends, a preset's name or a path from where it is; "" where nothing."""
    extends = document.child("extends")
    return str(extends.value) if extends else ""


def _parent(file: Node, path: Path, folder: Path | None) -> Node:
    """What the file extends, an empty mapping where nothing. One level only: a reader looks at two files."""
    extends = file.child("extends")
    if extends is None:
        return Node({}, file.place, file.key)
    if not isinstance(extends.value, str):
        raise WrongInput(f"{extends.place}: extends: must be the name of a preset or a path to one file")
    parent_file = _extended(extends, folder)
    parent = read_document(parent_file)
    if above := parent.child("extends"):
        if above.plain() == extends.value:
            raise WrongInput(f"{extends.place}: extends: {extends.value!r} extends itself; name a preset")
        again = folder and isinstance(above.value, str) and _extended(above, parent_file.parent).resolve()
        if again and again == path.resolve():
            text = f"{extends.value!r} extends this file again; one of the two must stand by itself, or extend a preset"
            raise WrongInput(f"{extends.place}: extends: {text}")
        raise WrongInput(
            f"{extends.place}: extends: {extends.value!r} itself extends {above.plain()!r}; "
            f"only one level is allowed, so extend {above.plain()!r} and write the differences"
        )
    amended, problems = _amended(written_out(parent.without("values")), parent.child("values"))
    if problems:
        raise _all_wrong(problems)
    return amended


def _extended(extends: Node, folder: Path | None) -> Path:
    name = str(extends.value)
    if is_path(name) and folder:
        if not (folder / name).is_file():
            said = f"{name!r} is a folder" if (folder / name).is_dir() else f"there is no file {name!r}"
            raise WrongInput(f"{extends.place}: extends: {said}; its path is from this file's folder")
        return folder / name
    shipped = presets()
    if name not in shipped:
        known = ", ".join(shipped)
        files = ", or a path to a .yaml file" if folder else "; an uploaded file extends no other file"
        raise WrongInput(
            f"{extends.place}: extends: there is no preset {name!r}; allowed {known}"
            f"{files}{did_you_mean(name, list(shipped))}"
        )
    return shipped[name]


def _describe(node: Node, file: Node, path: Path) -> Node:
    """The file's own name and words: those of what it extends belong to that."""
    top = Place(str(path))
    words = {"name": _name_of(path), "title": _stem(path), "description": "", "source": "assumption"}
    described = {word: file.child(word) or Node(text, top, top) for word, text in words.items()}
    rest = node.value if isinstance(node.value, dict) else {}
    return Node({**rest, **described}, node.place, node.key)


def _stem(path: Path) -> str:
    """A file's name without its ending, also where the system's encoding has not its letters."""
    return os.fsencode(path.stem).decode("utf-8", "replace")


def _name_of(path: Path) -> str:
    """The name that a file's own gives, accents left out; "" where it has other letters than names may have."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", _stem(path).casefold()) if not unicodedata.combining(c))
    lost = [c for c in plain if (c.isalnum() and not c.isascii()) or c == "\ufffd"]
    return "" if lost else re.sub(r"[^a-z0-9_-]+", "_", plain).strip("_-")


def _of_file(file: Node, path: Path, steps: Steps, message: str) -> str:
    """A message; of an unknown name at the top with what only files have, and why a file's name is none."""
    if message.startswith(UNKNOWN) and len(steps) == 1:
        known = [*Scenario.model_fields, *ONLY_IN_FILES]
        return f"{UNKNOWN} {steps[0]!r}{allowed_names(known, '')}{did_you_mean(str(steps[0]), known)}"
    if steps == ("name",) and file.child("name") is None:
        return (
            f"none can be made of the file's name, {_stem(path)!r}: names have small letters (a to z), digits, _ and - "
            "only; write `name:` and one in the file"
        )
    return message


def _place(node: Node, steps: Steps, message: str) -> Place:
    """Where a problem is: an unknown name where it is written."""
    position = node.at(steps)
    return position.key if message.startswith(UNKNOWN) else position.place


def _text(node: Node, steps: Steps) -> str:
    return path_text(steps, _mapping(node))

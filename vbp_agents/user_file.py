"""A Python file of a user's own: read, run as a module, remembered with what stood in it, and blamed by line."""

import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from vbp_agents.errors import WrongInput
from vbp_agents.files import as_path

PYTHON_NAME = r"[a-z][a-z0-9_]*"
FROM_THE_TOP = {
    "regime": "Book, Regime, Statement, param",
    "behavior": "Behavior, Levers, Situation, param",
    "metric": "metric",
}
"""What a file of each kind imports from `vbp_agents`."""


class UserFileError(WrongInput):
    """A user's file cannot be read, does not run, or is not what it is given as. The message has file and line."""


@dataclass(frozen=True)
class FileKind:
    """What users' files may be: its ``name``, and what ``read`` makes of a file and what stood in it, or raises.

    ``load``: the public function that loads one, also in another process; ``there_are``: the names that are taken
    already; ``error``: what is raised where a file is wrong.
    """

    name: str
    error: type[UserFileError]
    load: Callable[[Path, bytes], object]
    read: Callable[[Path, bytes], Any]
    there_are: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Loaded:
    """A file that something was read from, and what stood in it then."""

    kind: FileKind
    file: Path
    code: bytes

    def again(self) -> None:
        """Read it as it was, in a process that does not know it yet."""
        self.kind.load(self.file, self.code)


class UsersFiles:
    """What users' own files define, by the files' names without `.py`: regimes, behaviors and metrics alike."""

    def __init__(self) -> None:
        self._loaded: dict[str, Loaded] = {}
        self._defined: dict[str, Any] = {}

    def load(self, kind: FileKind, path: str | Path, code: bytes | None = None) -> Any:
        """What a file defines, from now on found under its name; one that was loaded before is read anew.

        ``code``: what another process found in it. Raises the kind's error where it is wrong or its name is taken.
        """
        file, name = whole_path(path), Path(path).stem
        code = code_in(Path(path), kind.name, kind.error) if code is None else code
        other = self._loaded.get(name)
        again = other is not None and (other.kind, other.file) == (kind, file)
        if not again and (other is not None or name in kind.there_are()):
            taken = other.kind if other else kind
            raise kind.error(f"{path}: {name!r} is a {taken.name} already; give the file another name")
        self._defined[name] = kind.read(Path(path), code)
        self._loaded[name] = Loaded(kind, file, code)
        return self._defined[name]

    def find(self, kind: str) -> dict[str, Any]:
        """What files of a kind define, by name, in the order in which they were first loaded."""
        return {name: self._defined[name] for name, loaded in self._loaded.items() if loaded.kind.name == kind}

    def files(self) -> dict[str, Loaded]:
        """All files that were loaded, by name."""
        return dict(self._loaded)

    def forget(self, name: str) -> None:
        """The name is free again; what has it from before keeps it."""
        del self._loaded[name], self._defined[name]


USERS = UsersFiles()
"""Those of this process."""


def users_files() -> tuple[Loaded, ...]:
    """All files that were loaded, for other processes."""
    return tuple(USERS.files().values())


def code_of(kind: str, names: Iterable[str]) -> dict[str, bytes]:
    """The files of those of the names that are users' own of this kind, as they were when they were loaded."""
    files = USERS.files()
    return {name: files[name].code for name in sorted(set(names)) if is_users(kind, name)}


def is_users(kind: str, name: str) -> bool:
    """Whether a user's file of this kind was loaded under the name."""
    loaded = USERS.files().get(name)
    return loaded is not None and loaded.kind.name == kind


def raised_by_user(error: BaseException) -> UserFileError | None:
    """What to say where an error came out of a user's file: file, line and error; None where it did not."""
    places = [(loaded, line_in(loaded.file, error)) for loaded in users_files()]
    said = (loaded.kind.error(f"{loaded.file}:{line}: {error_line(error)}") for loaded, line in places if line)
    return next(said, None)


def run_file(kind: str, file: Path, code: bytes, error: type[UserFileError]) -> ModuleType:
    """The module made by running what stood in the file."""
    module = ModuleType(f"vbp_agents_user_{kind}_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    try:
        with blamed_on(file, kind, error):
            exec(compile(code, file, "exec", dont_inherit=True), vars(module))
    except error:
        del sys.modules[module.__name__]
        raise
    return module


@contextmanager
def blamed_on(file: Path, kind: str, error: type[UserFileError]) -> Iterator[None]:
    """Where a file's code runs: whatever it raises becomes ``error`` with the file and the line."""
    try:
        yield
    except (Exception, SystemExit) as raised:
        raise error(f"{place(file, raised)}: {error_line(raised, kind)}") from None


def defined_in(module: ModuleType, base: type, kind: str, error: type[UserFileError]) -> Any:
    """The one subclass of ``base`` that a module defines itself. Raises ``error`` where it defines none or several."""
    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, base)]
    defined = {c.__name__: c for c in classes if c.__module__ == module.__name__}
    if len(defined) != 1:
        what = f"several {kind}s ({', '.join(defined)})" if defined else f"no subclass of vbp_agents.{base.__name__}"
        raise error(f"{module.__file__}: defines {what}; define exactly one")
    return next(iter(defined.values()))


def class_in(file: Path, code: bytes, base: type, kind: str, error: type[UserFileError]) -> Any:
    """What a user's file defines, which says what it is called and where it is from. Raises ``error``."""
    defined = defined_in(run_file(kind, file, code, error), base, kind, error)
    for word in ("title", "source"):
        if not isinstance(getattr(defined, word, None), str):
            raise error(f'{file}: {defined.__name__} needs a `{word} = "..."`')
    return defined


def code_in(file: Path, kind: str, error: type[UserFileError]) -> bytes:
    """What stands in a file that can be one of this kind. Raises ``error``."""
    try:
        if not file.is_file():
            raise error(f"{file}: {'a folder, not a file' if file.is_dir() else 'there is no such file'}")
        if file.suffix != ".py" or not re.fullmatch(PYTHON_NAME, file.stem):
            text = f"name it like my_{kind}.py (small letters, digits, _): the {kind} gets that name"
            raise error(f"{file}: {text}")
        code = file.read_bytes()
        code.decode("utf-8")
    except (OSError, UnicodeDecodeError) as failed:
        raise error(f"{file}: cannot be read as text: {error_line(failed)}") from None
    return code


def whole_path(path: str | Path) -> Path:
    """The path from the root, links resolved: one for each file, however it was written.

    Raises WrongInput for what is no path.
    """
    return Path(os.path.realpath(as_path(path, "a Python file")))


def line_in(file: str | Path, error: BaseException) -> int | None:
    """The last line of a file that an error went through, None where it did not."""
    if isinstance(error, SyntaxError) and error.filename and whole_path(error.filename) == whole_path(file):
        return error.lineno
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame.lineno for frame in frames if whole_path(frame.filename) == whole_path(file)), None)


def place(file: Path, error: BaseException) -> str:
    """The file, with the last of its lines that the error went through, if any."""
    line = line_in(file, error)
    return f"{file}:{line}" if line else str(file)


def error_line(error: BaseException, kind: str = "regime") -> str:
    """An error as one line; ``kind``: what the file is, and so what it may have meant to import."""
    text = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    moved = isinstance(error, ImportError) and str(error.name).startswith("vbp_agents")
    hint = f"; write `from vbp_agents import {FROM_THE_TOP[kind]}`" if moved else ""
    return f"{type(error).__name__}: {text}{hint}"

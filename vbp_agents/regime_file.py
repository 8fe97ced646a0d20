"""A payment regime from a user's own Python file: read, run and tried on a small Book before anything is simulated."""

import os
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np

from vbp_agents.regimes import RegimeFileError, add, defined_in, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.trial import example_books, quietly, strictly

NAME = r"[a-z][a-z0-9_]*"


@dataclass(frozen=True)
class Loaded:
    """A file that a regime was read from, and what stood in it then."""

    file: Path
    code: bytes


_loaded: dict[str, Loaded] = {}


def load_regime_file(path: str | Path) -> type[Regime]:
    """The regime that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. Raises RegimeFileError, naming file and line, where it
    does not work as a regime.
    """
    name, regime = read_regime(path)
    file = whole_path(path)
    if name in regimes() and not (name in _loaded and _loaded[name].file == file):
        raise RegimeFileError(f"{path}: {name!r} is a regime already; give the file another name")
    add(name, regime)
    _loaded[name] = Loaded(file, file.read_bytes())
    return regime


def users_files() -> tuple[Path, ...]:
    """The files that users' regimes were loaded from."""
    return tuple(loaded.file for loaded in _loaded.values())


def code_of(names: Iterable[str]) -> dict[str, bytes]:
    """The files of those of the regimes that are users' own, by name, as they were when they were loaded."""
    return {name: _loaded[name].code for name in sorted(set(names)) if name in _loaded}


def raised_by_user(error: BaseException) -> RegimeFileError | None:
    """What to say where an error came out of a user's regime: file, line and error; None where it did not."""
    places = [(loaded.file, line_in(loaded.file, error)) for loaded in _loaded.values()]
    return next((RegimeFileError(f"{file}:{line}: {said(error)}") for file, line in places if line), None)


def read_regime(path: str | Path) -> tuple[str, type[Regime]]:
    """The name (the file's, without `.py`) and class of the regime in ``path``, tried out. Raises RegimeFileError."""
    file = Path(path)
    regime = defined_in(_run(file))
    for word in ("title", "source"):
        if not isinstance(getattr(regime, word, None), str):
            raise RegimeFileError(f'{file}: {regime.__name__} needs a `{word} = "..."`')
    try:
        _try_out(regime)
    except (Exception, SystemExit) as error:
        raise RegimeFileError(f"{_place(file, error)}: {said(error)}") from None
    return file.stem, regime


def _run(file: Path) -> ModuleType:
    """The module made by running the file."""
    _refuse_unreadable(file)
    name = f"vbp_agents_user_regime_{file.stem}"
    spec = spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise RegimeFileError(f"{file}: not a Python file; its name must end in .py")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise RegimeFileError(f"{_place(file, error)}: {said(error)}") from None
    return module


def _refuse_unreadable(file: Path) -> None:
    try:
        if not file.is_file():
            raise RegimeFileError(f"{file}: {'a folder, not a file' if file.is_dir() else 'there is no such file'}")
        _refuse_misnamed(file)
        file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegimeFileError(f"{file}: cannot be read as text: {said(error)}") from None


def _refuse_misnamed(file: Path) -> None:
    import re

    if file.suffix != ".py" or not re.fullmatch(NAME, file.stem):
        raise RegimeFileError(
            f"{file}: name it like my_regime.py (small letters, digits, _): the regime gets that name"
        )


def whole_path(path: str | Path) -> Path:
    """The path from the root, links resolved: one for each file, however it was written."""
    return Path(os.path.realpath(path))


def line_in(file: str | Path, error: BaseException) -> int | None:
    """The last line of a file that an error went through, None where it did not."""
    if isinstance(error, SyntaxError) and error.filename and whole_path(error.filename) == whole_path(file):
        return error.lineno
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame.lineno for frame in frames if whole_path(frame.filename) == whole_path(file)), None)


def _place(file: Path, error: BaseException) -> str:
    line = line_in(file, error)
    return f"{file}:{line}" if line else str(file)


def said(error: BaseException) -> str:
    """An error as one line."""
    text = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"


def _try_out(regime: type[Regime]) -> None:
    """Pay a month and settle a year of two contracts. Raises what the regime raises, ValueError for a wrong shape."""
    rule, books = regime(), example_books(2)
    with quietly():
        paid, statement = np.asarray(rule.pay(books[0]), float), rule.settle(books[1])
    if "settlement" not in statement:
        raise ValueError('settle() must return a line called "settlement"')
    for line, values in {
        "pay()": paid,
        **{f"settle()'s {key}": np.asarray(v, float) for key, v in statement.items()},
    }.items():
        if values.shape != (2,):
            raise ValueError(f"{line} must be an array with one number a contract, shape (n_contracts,)")
        if not np.isfinite(values).all():
            raise strictly(lambda: (rule.pay(books[0]), rule.settle(books[1]))) or ValueError(
                f"{line} has numbers that are not finite"
            )

"""A payment regime from a user's own Python file: read, run and tried on a small Book before anything is simulated."""

import os
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from vbp_agents.book import Book, FloatArray
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


def load_regime_file(path: str | Path, code: bytes | None = None) -> type[Regime]:
    """The regime that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. ``code``: what another process found in it, and runs.
    Raises RegimeFileError, naming file and line, where it does not work as a regime.
    """
    file, code = whole_path(path), _code_in(Path(path)) if code is None else code
    name, regime = read_regime(path, code)
    if name in regimes() and not (name in _loaded and _loaded[name].file == file):
        raise RegimeFileError(f"{path}: {name!r} is a regime already; give the file another name")
    add(name, regime)
    _loaded[name] = Loaded(file, code)
    return regime


def users_regimes() -> tuple[Loaded, ...]:
    """The files that users' regimes were loaded from, for other processes."""
    return tuple(_loaded.values())


def code_of(names: Iterable[str]) -> dict[str, bytes]:
    """The files of those of the regimes that are users' own, by name, as they were when they were loaded."""
    return {name: _loaded[name].code for name in sorted(set(names)) if name in _loaded}


def raised_by_user(error: BaseException) -> RegimeFileError | None:
    """What to say where an error came out of a user's regime: file, line and error; None where it did not."""
    places = [(loaded.file, line_in(loaded.file, error)) for loaded in _loaded.values()]
    return next((RegimeFileError(f"{file}:{line}: {said(error)}") for file, line in places if line), None)


def read_regime(path: str | Path, code: bytes) -> tuple[str, type[Regime]]:
    """The name (the file's, without `.py`) and class of the regime in ``path``, tried out. Raises RegimeFileError."""
    file = Path(path)
    regime = defined_in(_run(file, code))
    for word in ("title", "source"):
        if not isinstance(getattr(regime, word, None), str):
            raise RegimeFileError(f'{file}: {regime.__name__} needs a `{word} = "..."`')
    try:
        _try_out(regime)
    except (Exception, SystemExit) as error:
        raise RegimeFileError(f"{_place(file, error)}: {said(error)}") from None
    return file.stem, regime


def _run(file: Path, code: bytes) -> ModuleType:
    """The module made by running what stood in the file."""
    module = ModuleType(f"vbp_agents_user_regime_{file.stem}")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module
    try:
        exec(compile(code, file, "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        raise RegimeFileError(f"{_place(file, error)}: {said(error)}") from None
    return module


def _code_in(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise RegimeFileError(f"{file}: {'a folder, not a file' if file.is_dir() else 'there is no such file'}")
        _refuse_misnamed(file)
        code = file.read_bytes()
        code.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegimeFileError(f"{file}: cannot be read as text: {said(error)}") from None
    return code


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
    moved = isinstance(error, ImportError) and str(error.name).startswith("vbp_agents")
    hint = "; write `from vbp_agents import Book, Regime, Statement, param`" if moved else ""
    return f"{type(error).__name__}: {text}{hint}"


def _try_out(regime: type[Regime]) -> None:
    """Pay a month and settle a year of two contracts. Raises what the regime raises, ValueError for a wrong shape."""
    rule, books = regime(), example_books(2)
    lines, again = _lines(rule, *books), _lines(rule, *books)
    for line, values in lines.items():
        if values.shape != (2,):
            raise ValueError(f"{line} must be an array with one number a contract, shape (n_contracts,)")
        if not np.isfinite(values).all():
            raise strictly(lambda: (rule.pay(books[0]), rule.settle(books[1]))) or ValueError(
                f"{line} has numbers that are not finite"
            )
    if any(not np.array_equal(values, again[line]) for line, values in lines.items()):
        raise ValueError("asked again about the same Book it gives other numbers: keep no state, and draw nothing")


def _lines(rule: Regime, month: Book, year: Book) -> dict[str, FloatArray]:
    """What a rule pays for a month and every line of what it settles, by what to call them."""
    with quietly():
        paid, statement = rule.pay(month), rule.settle(year)
    if "settlement" not in statement:
        raise ValueError('settle() must return a line called "settlement"')
    lines = {"pay()": paid} | {f"settle()'s {line}": values for line, values in statement.items()}
    return {line: np.asarray(values, float) for line, values in lines.items()}

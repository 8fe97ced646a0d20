"""A payment regime from a user's own Python file: read, run and tried on a small Book before anything is simulated."""

import os
import sys
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np

from vbp_agents.errors import WrongInput
from vbp_agents.regimes.base import Regime
from vbp_agents.trial import example_books, quietly, strictly

NAME = r"[a-z][a-z0-9_]*"


class RegimeFileError(WrongInput):
    """A regime's file cannot be read, does not run, or is not a regime. The message names the file and the line."""


def defined_in(module: ModuleType) -> type[Regime]:
    """The one regime that a module defines itself. Raises RegimeFileError where it defines none or several."""
    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Regime)]
    own = {c.__name__: c for c in classes if c.__module__ == module.__name__}
    if len(own) != 1:
        found = f"several regimes ({', '.join(own)})" if own else "no subclass of vbp_agents.regimes.base.Regime"
        raise RegimeFileError(f"{module.__file__}: defines {found}; define exactly one")
    return next(iter(own.values()))


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

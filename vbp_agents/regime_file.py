"""A payment regime from a user's own Python file: read, run and tried on a small Book before anything is simulated."""

from pathlib import Path

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.regimes import REGIME, RegimeFileError, add, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.rule_check import example_books, quietly, strictly
from vbp_agents.user_file import Loaded, blamed_on, class_in, code_in, refuse_taken, remember, whole_path


def load_regime_file(path: str | Path, code: bytes | None = None) -> type[Regime]:
    """The regime that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. ``code``: what another process found in it, and runs.
    Raises RegimeFileError, naming file and line, where it does not work as a regime.
    """
    file, code = whole_path(path), code_in(Path(path), REGIME, RegimeFileError) if code is None else code
    name, regime = read_regime(path, code)
    refuse_taken(path, REGIME, regimes(), RegimeFileError)
    add(name, regime)
    remember(name, Loaded(REGIME, file, code, load_regime_file, RegimeFileError))
    return regime


def read_regime(path: str | Path, code: bytes) -> tuple[str, type[Regime]]:
    """The name (the file's, without `.py`) and class of the regime in ``path``, tried out. Raises RegimeFileError."""
    file = Path(path)
    regime: type[Regime] = class_in(file, code, Regime, REGIME, RegimeFileError)
    with blamed_on(file, REGIME, RegimeFileError):
        _try_out(regime)
    return file.stem, regime


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

"""A payment regime from a user's own Python file: read, run and tried on a small Book before anything is simulated."""

from pathlib import Path

import numpy as np

from vbp_agents.book import Book, FloatArray
from vbp_agents.regimes import REGIME, RegimeFileError, regimes
from vbp_agents.regimes.base import Regime
from vbp_agents.rule_check import example_books, quietly, strictly
from vbp_agents.user_file import USERS, FileKind, blamed_on, class_in


def load_regime_file(path: str | Path, code: bytes | None = None) -> type[Regime]:
    """The regime that a user's Python file defines, from now on found under the file's name without `.py`.

    The file is run; a file that was loaded before is read anew. ``code``: what another process found in it, and runs.
    Raises RegimeFileError, naming file and line, where it does not work as a regime.
    """
    regime: type[Regime] = USERS.load(_KIND, path, code)
    return regime


def read_regime(file: Path, code: bytes) -> type[Regime]:
    """The class of the regime in a file, tried out. Raises RegimeFileError."""
    regime: type[Regime] = class_in(file, code, Regime, REGIME, RegimeFileError)
    with blamed_on(file, REGIME, RegimeFileError):
        _try_out(regime)
    return regime


_KIND = FileKind(REGIME, RegimeFileError, load_regime_file, read_regime, regimes)


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

"""Numbers as people and programs write them, with what rounding hides: "1,200", "(1.2E+06)", "49,04 %", "$5".

A cell is a decimal and half a unit of its last digit. Whether a lone comma marks decimals or thousands is settled by
the other numbers of the same table (`decimal_mark`), since "25,000" alone may be either.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

Mark = Literal[".", ","]

BLANKS = {"", ".", "*", "-", "--", "–", "—", "n/a", "na", "nan", "<na>", "#n/a", "null", "none", "nil", "missing", "?"}
"""Cells that hold no number, in small letters."""
_LARGEST = Decimal(10) ** 13
"""No number of the program reaches this, in dollars or anything else."""
NOISE = 15
"""Significant digits from which on a float's own noise is printed: 0.028999999999999998."""
_SHORT = 5
"""Significant digits, at most, of published rates: where a float of 32 bits says as much, the rest is its noise."""
LARGEST_RATE = 100
SHOWN_BY_EXCEL = 2

_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u2007\u2009\u202f\u200b\ufeff\u2019'_$€£"))
_SIGNS = str.maketrans({"−": "-", "–": "-", "\uff05": "%"})
_QUOTED = re.compile(r'="(.*)"')
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+")
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True)
class Numeral:
    """A number as it is written. ``decimals``: digits after the point, fewer than none where thousands are rounded.

    ``percent``: it has a percent sign, which ``value`` does not count.
    """

    value: Decimal
    decimals: int
    percent: bool = False


class NoNumber(ValueError):
    """A cell that is neither blank nor a number."""


def is_blank(cell: str) -> bool:
    """Does the cell hold nothing, or one of the marks for nothing?"""
    return cell.strip().lower() in BLANKS


def decimal_mark(cells: Iterable[str]) -> Mark:
    """What marks the decimals in a table, judged by those of its ``cells`` that can be read in one way only."""
    points = commas = 0
    for cell in cells:
        mark = _certain_mark(_plain(cell))
        points, commas = points + (mark == "."), commas + (mark == ",")
    return "," if commas > points else "."


def _certain_mark(plain: str) -> Mark | None:
    """The decimal mark that a cell shows beyond doubt."""
    digits = plain.strip("+-%").lower().partition("e")[0]
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or not digits.replace(".", "").replace(",", "").isdecimal():
        return None
    mark: Mark = "." if digits[last] == "." else ","
    other: Mark = "," if mark == "." else "."
    if other in digits:
        return mark
    if _THOUSANDS.fullmatch(digits):
        return other
    whole, after = digits[:last], digits[last + 1 :]
    return None if len(after) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" else mark


def read_number(cell: str, mark: Mark = ".") -> Numeral | None:
    """The number in a cell, None where it is blank. Raises NoNumber. ``mark``: what marks decimals in its table."""
    if is_blank(cell):
        return None
    plain = _plain(cell)
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1] if negative else plain
    percent = "%" in (plain[:1], plain[-1:])
    plain = plain.strip("%") if percent else plain
    if plain.endswith("-"):
        negative, plain = True, plain[:-1]
    certain = _certain_mark(plain) or mark
    plain = plain.replace("," if certain == "." else ".", "").replace(certain, ".")
    if not _NUMBER.fullmatch(plain):
        raise NoNumber(f"{cell.strip()[:40]!r} is not a number")
    value = Decimal(plain)
    if abs(value) >= _LARGEST:
        raise NoNumber(f"{cell.strip()[:40]!r} is larger than any number of the program")
    value, decimals = _without_noise(value, _decimals(plain))
    return Numeral(-value if negative else value, decimals, percent)


def _plain(cell: str) -> str:
    """The cell without blanks, currency and the quotes that keep Excel from reading it."""
    text = cell.strip()
    quoted = _QUOTED.fullmatch(text)
    return (quoted[1] if quoted else text).translate(_SIGNS).translate(_SPACES)


def _decimals(plain: str) -> int:
    """Digits after the point, less the exponent.

    Excel rounds what it shows as 1.05E+08, to two digits at least; programs write 1.05e+08 where it is exact.
    """
    digits, _, exponent = plain.lower().partition("e")
    after = len(digits.partition(".")[2])
    if "E" in plain:
        return max(after, SHOWN_BY_EXCEL) - int(exponent)
    return max(after - int(exponent or 0), 0)


def _without_noise(value: Decimal, decimals: int) -> tuple[Decimal, int]:
    """The shorter decimal that a float stood for, where its noise was printed (0.028999999999999998 is 0.029).

    So for rates that were floats of 32 bits (0.0289999992).
    """
    digits = len(value.as_tuple().digits)
    if value == 0 or digits <= _SHORT or decimals <= 0:
        return value, decimals
    of_64_bits = Decimal(f"{value:.{NOISE - 4}e}")
    if digits >= NOISE and abs(of_64_bits - value) <= abs(value) * Decimal("4e-16"):
        return _trimmed(of_64_bits)
    of_32_bits = Decimal(f"{value:.{_SHORT - 1}e}")
    if digits > _SHORT + 1 and abs(value) <= LARGEST_RATE and np.float32(of_32_bits) == np.float32(value):
        return _trimmed(of_32_bits)
    return value, decimals


def _trimmed(value: Decimal) -> tuple[Decimal, int]:
    exponent = value.normalize().as_tuple().exponent
    return value, max(0, -exponent) if isinstance(exponent, int) else 0

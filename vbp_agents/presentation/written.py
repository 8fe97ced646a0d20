"""Numbers as people read them, in tables and pictures."""

import math
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

DASH = "–"
_DIGITS = 3
"""Digits that count in the larger of a difference and the reach of its interval."""


def folded(name: str, columns: int) -> str:
    """A name over several lines, broken after underscores and nowhere else."""
    lines = textwrap.wrap(name.replace("_", "_ "), columns + 1, break_long_words=False)
    return "\n".join(line.replace(" ", "") for line in lines)


def spoken(name: str) -> str:
    """A name in words, without its underscores."""
    return name.replace("_", " ")


def minus(text: str) -> str:
    """Numbers in a text with minus signs for the hyphens that they are formatted with."""
    return text.replace("-", "−")


def many(count: int, what: str, plural: str = "s") -> str:
    """`1 year`, `3 years`, `1,200 processes`; ``plural``: what is added to the word."""
    return f"{count:,} {what}{'' if count == 1 else plural}"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence lists them."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def paragraph(first: str, text: str, columns: int) -> str:
    """A text after its first words, the further lines indented as far as these are long."""
    return textwrap.fill(text, max(columns, len(first) + 20), initial_indent=first, subsequent_indent=" " * len(first))


def number(value: float | None) -> str:
    """A number with four digits that count, a dash where there is none."""
    if value is None or not math.isfinite(value):
        return DASH
    return "0" if value == 0 else f"{value:,.{_decimals(value, 4)}f}"


def difference(values: Mapping[str, Any]) -> tuple[str, str]:
    """A difference with its sign, and its interval ("" where there is none, or nothing to say), at one precision."""
    middle, low, high = values["difference"], values["difference_low"], values["difference_high"]
    if middle is None:
        return DASH, ""
    if low is None or low == high:
        return signed(middle, _decimals(middle, _DIGITS)), ""
    decimals = _decimals(max(abs(middle), (high - low) / 2), _DIGITS)
    return signed(middle, decimals), f"({signed(low, decimals)} to {signed(high, decimals)})"


def short(middle: float, half: float | None) -> tuple[str, str]:
    """A number and half of its interval ("" without one), at one precision, with two decimals at most."""
    decimals = min(2, _decimals(max(abs(middle), half or 0.0), _DIGITS))
    return f"{middle:,.{decimals}f}", "" if half is None else f"{half:,.{decimals}f}"


def with_reach(middle: float, half: float | None, signs: bool = True) -> str:
    """A number and half of its interval at one precision, the number alone without one; ``signs``: a plus too."""
    known = half if half is not None and math.isfinite(half) else None
    if signs and middle == 0 and not known:
        return "0"
    text, reach = short(middle, known)
    plus = "+" if signs and middle > 0 and text.strip("0.,") else ""
    return minus(f"{plus}{text} ± {reach}" if reach else f"{plus}{text}")


def ranged(middle: float | None, low: float | None, high: float | None) -> str:
    """A number with its interval, where there is one, at one precision; a dash where there is none."""
    if middle is None or low is None or high is None:
        return number(middle)
    decimals = _decimals(max(abs(middle), (high - low) / 2), _DIGITS + 1)
    return f"{middle:,.{decimals}f} ({low:,.{decimals}f} to {high:,.{decimals}f})"


def signed_number(value: float | None) -> str:
    """A number with its sign and three digits that count, a dash where there is none."""
    return DASH if value is None else signed(value, _decimals(value, _DIGITS))


def bounds(values: Mapping[str, Any]) -> str:
    """The interval of a mean; a dash where there is none."""
    low, high = values["low"], values["high"]
    return DASH if low is None or high is None else f"{number(low)} to {number(high)}"


def signed(value: float, decimals: int) -> str:
    """A number that says which side of zero it is on, as far as its decimals show one."""
    text = f"{value:+,.{decimals}f}"
    return "0" if value == 0 else text if text.strip("+-0.") else text[1:]


def _decimals(value: float, digits: int) -> int:
    return min(4, max(0, digits - 1 - math.floor(math.log10(abs(value))))) if value else 0

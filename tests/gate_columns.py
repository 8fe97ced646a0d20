"""Columns of runs: kept in a file, compared value by value, and pinned by a few numbers each."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Key = tuple[str, str, str]
"""A run (scenario and seed), a table and a column."""
Columns = dict[Key, Column]
Pins = dict[str, dict[str, dict[str, Any]]]
"""By run and table, what pins each column, and under `rows` how many rows there are."""
RENAMED: Mapping[tuple[str, str], tuple[str, str]] = {}
"""(table, column) as it was called, and as it is called now."""


def table_columns(table: Mapping[str, Any]) -> dict[str, Column]:
    """A table's columns, or a mapping of numbers as a table of one row: text as text, no number as NaN."""
    return {str(name): _plain(table[name]) for name in table}


def _plain(values: Any) -> Column:
    plain = np.atleast_1d(np.asarray(values))
    if plain.dtype.kind in "biuf":
        return plain
    numbers = all(value is None or isinstance(value, float | int) for value in plain)
    return plain.astype(float) if numbers and len(plain) else np.array([str(value) for value in plain], np.str_)


def save_columns(file: Path, columns: Columns) -> None:
    """Write them where `read_columns` of another interpreter can read them."""
    np.savez(file, allow_pickle=False, **{"/".join(key): column for key, column in columns.items()})


def read_columns(file: Path) -> Columns:
    """Those of a file, by the names of today."""
    with np.load(file, allow_pickle=False) as found:
        keys = [tuple(name.split("/")) for name in found.files]
        return {_now(run, table, column): found["/".join((run, table, column))] for run, table, column in keys}


def renamed(stored: Pins) -> Pins:
    """Pins that were stored, by the names of today."""
    pinned: Pins = {}
    for run, tables in stored.items():
        for table, columns in tables.items():
            for column, pin in columns.items():
                _, now, name = _now(run, table, column)
                pinned.setdefault(run, {}).setdefault(now, {})[name] = pin
    return pinned


def as_json(pinned: Pins) -> str:
    """Pins as a file with a line for each column."""
    lines = {run: ",\n".join(_table_lines(tables)) for run, tables in pinned.items()}
    return "{\n" + ",\n".join(f" {json.dumps(run)}: {{\n{text}\n }}" for run, text in lines.items()) + "\n}\n"


def _table_lines(tables: dict[str, dict[str, Any]]) -> Iterator[str]:
    for table, columns in tables.items():
        lines = ",\n".join(f"   {json.dumps(name)}: {json.dumps(pin)}" for name, pin in columns.items())
        yield f"  {json.dumps(table)}: {{\n{lines}\n  }}"


def _now(run: str, table: str, column: str) -> Key:
    return (run, *RENAMED.get((table, column), (table, column)))


@dataclass(frozen=True)
class Difference:
    """How a column differs: in words, or in so many rows by at most so much (and relative to the larger value)."""

    key: Key
    words: str = ""
    rows: int = 0
    of: int = 0
    largest: float = 0.0
    relative: float = 0.0

    def __str__(self) -> str:
        run, table, column = self.key
        much = f"{self.rows} of {self.of} rows, by at most {self.largest:.3g} (relative {self.relative:.2g})"
        return f"{run}: {table}.{column}: {self.words or much}"


def differences(before: Columns, now: Columns) -> list[Difference]:
    """What differs, the farthest apart first."""
    found = list(_differences(before, now))
    return sorted(found, key=lambda difference: (not difference.words, -difference.relative))


def _differences(before: Columns, now: Columns) -> Iterator[Difference]:
    for key in before.keys() - now.keys():
        yield Difference(key, "is gone (or renamed: see RENAMED)")
    for key, column in before.items():
        if key in now and (difference := _difference(key, column, now[key])):
            yield difference


def _difference(key: Key, before: Column, now: Column) -> Difference | None:
    if len(before) != len(now):
        return Difference(key, f"{len(now)} rows, not {len(before)}")
    numbers = [column.dtype.kind in "biuf" for column in (before, now)]
    if numbers[0] != numbers[1]:
        return Difference(key, f"is {now.dtype}, not {before.dtype}")
    if not numbers[0]:
        rows = int((before != now).sum())
        return Difference(key, f"{rows} of {len(now)} rows have another text") if rows else None
    return _between_numbers(key, before, now)


def _between_numbers(key: Key, before: Column, now: Column) -> Difference | None:
    first, second = before.astype(float), now.astype(float)
    rows = (before != now) & ~(np.isnan(first) & np.isnan(second))
    if not rows.any():
        return None
    apart, size = np.abs(first - second)[rows], np.maximum(np.abs(first), np.abs(second))[rows]
    if np.isnan(apart).any():
        return Difference(key, f"{int(np.isnan(apart).sum())} of {len(now)} rows have a number in one of the two only")
    return Difference(key, "", int(rows.sum()), len(now), float(apart.max()), float((apart / size).max()))


def pins(columns: Columns) -> Pins:
    """By run, table and column, a few numbers that change where any value, or the order of rows, does."""
    found: Pins = {}
    for (run, table, column), values in columns.items():
        pinned = found.setdefault(run, {}).setdefault(table, {})
        if table != "metrics":
            pinned["rows"] = len(values)
        pinned[column] = _pin(values)
    return found


def _pin(values: Column) -> Any:
    """Of numbers their sum and that of each times its row, without rounding; of one its value.

    Of text, how often each stands there, and the sum of each one's place in the alphabet times its row.
    """
    if values.dtype.kind in "biuf":
        numbers = values.tolist()
        return _number(numbers[0]) if len(numbers) == 1 else [_sum(numbers), _weighted(numbers)]
    texts, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return [dict(zip(texts.tolist(), counts.tolist(), strict=True)), _weighted(places.tolist())]


def _weighted(numbers: list[float]) -> float:
    return _sum([row * number for row, number in enumerate(numbers, 1)])


def _sum(numbers: list[float]) -> float:
    """Whole numbers stay whole; of others a sum that is rounded once."""
    return sum(numbers) if all(isinstance(number, int) for number in numbers) else math.fsum(numbers)


def _number(number: float) -> float | None:
    return None if math.isnan(number) else number

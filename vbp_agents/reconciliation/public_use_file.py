"""Reading a public use file of the Medicare Shared Savings Program: one row per ACO and performance year.

Published layouts differ by year: rates come as fractions (0.0714), percent numbers (49.04) or with a sign (6.46%), the
track as flags (Track1, Current_Track_2) or as one code (A to E, EN), and cells may be blank, "." or "*". The layout is
recognized by its columns, so that another year's file is read without new code.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vbp_agents.book import FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.files import bounded_bytes

LARGEST = 64 * 2**20
"""Bytes. The published files have 0.2 to 0.4 million."""
BLANKS = {"", ".", "*", "-", "--", "n/a", "na"}
REPORTING = {"p4r"}
"""Quality scores that say that reporting was enough."""
COARSEST = 0.005
"""A rate in a short column, such as 0.5, still has two digits: CMS publishes at least whole percents."""
COLUMNS = {
    "aco": ("ACO_ID", "ACO_Num", "ACO_Name"),
    "people": ("N_AB",),
    "benchmark": ("ABtotBnchmk",),
    "expenditure": ("ABtotExp",),
    "minimum": ("MinSavPerc",),
    "quality": ("QualScore",),
    "sharing": ("FinalShareRate",),
    "published": ("EarnSaveLoss",),
}
"""What every file must have, by its meaning here, under any of these names."""
OPTIONAL = {
    "loss": ("FinalLossRate",),
    "adjustment": ("DisAdj",),
    "met": ("Met_QPS",),
    "alternative": ("Met_AltQPS",),
    "reduced": ("ReducedSS",),
    "prorated": ("Prorate_Shared_Losses",),
    "terminated": ("Impact_Mid_Year_Termination",),
}
YEAR = ("year", "Performance_Year", "PY")
"""The performance year, in files that hold several."""
CODE = "Current_Track"
FLAGS = (re.compile(r"current_track_?(\d)"), re.compile(r"track_?(\d)"))
"""The track as flags, the current one rather than the initial one."""
LARGEST_FRACTION = {"sharing": 1.0, "loss": 1.0, "quality": 1.0, "minimum": 0.26}
"""A column of rates with a larger value is in percent numbers. (The largest minimum savings rate seen is 0.2542.)"""

Cells = list[str]
Flags = NDArray[np.bool_]


class ReconcileError(WrongInput):
    """A file that cannot be settled: not text, no table, or not a public use file. Names file, line and column."""


@dataclass(frozen=True)
class Rounded:
    """Published numbers, shape (n,), NaN where blank; the true ones lie within ``half`` a unit of the last digit."""

    values: FloatArray
    half: float

    def shifted(self, side: float) -> FloatArray:
        """The numbers at one end (``side`` -1 or 1) of what rounding hides, or themselves (0)."""
        return self.values + side * self.half


@dataclass(frozen=True)
class PublicUseFile:
    """The columns that a settlement needs, by meaning (see COLUMNS and OPTIONAL), rates as fractions, quality 0 to 1.

    ``tracks``: "1", "2", "3", "A" to "E" or "EN". ``lines``: where each ACO stands in the file.
    """

    path: Path
    lines: list[int]
    acos: list[str]
    tracks: list[str]
    numbers: Mapping[str, Rounded]

    def has(self, name: str) -> bool:
        """Does the file have that optional column?"""
        return name in self.numbers

    def flagged(self, name: str) -> Flags:
        """Where a flag is set (or an amount is not zero), shape (n,); nowhere if the file has no such column."""
        flags: Flags = self.amount(name) != 0
        return flags

    def amount(self, name: str) -> FloatArray:
        """A column's numbers, 0 where blank or where the file has no such column."""
        filled: FloatArray = np.nan_to_num(self.numbers[name].values) if self.has(name) else np.zeros(len(self.acos))
        return filled


def read_public_use_file(path: str | Path) -> PublicUseFile:
    """Read a file as published. Raises ReconcileError."""
    table = _Table(Path(path))
    numbers = {name: table.numbers(name, *table.at(name)) for name in COLUMNS if name != "aco"}
    numbers |= {name: table.numbers(name, *at) for name in OPTIONAL if (at := table.find(OPTIONAL[name]))}
    aco = table.at("aco")[1]
    return PublicUseFile(table.path, table.lines, [row[aco].strip() for row in table.rows], table.tracks(), numbers)


class _Table:
    """The file's cells, and messages that name their place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = list(_lines(path))
        if not found:
            raise ReconcileError(f"{path}: the file is empty")
        (_, header), body = found[0], found[1:]
        self.header = [name.strip() for name in header]
        self.lines = [line for line, _ in body]
        self.rows = [cells for _, cells in body]
        self.require_columns()
        self.require_rows()
        self.require_each_once()

    def require_columns(self) -> None:
        missing = [names[0] for names in COLUMNS.values() if not self.find(names)]
        if not missing and not self.find((CODE,)) and not self.flags():
            missing = [CODE]
        if missing:
            raise ReconcileError(
                f"{self.path}: line 1: not a public use file of the Shared Savings Program: "
                f"no column {', '.join(missing)}"
            )

    def require_rows(self) -> None:
        if not self.rows:
            raise ReconcileError(f"{self.path}: line 1: a header, but no ACO below it")
        for line, cells in zip(self.lines, self.rows, strict=True):
            if len(cells) != len(self.header):
                raise ReconcileError(f"{self.path}: line {line}: {len(cells)} cells under {len(self.header)} columns")

    def require_each_once(self) -> None:
        """One row an ACO and year: a second one would count its dollars twice."""
        aco, year, seen = self.at("aco")[1], self.find(YEAR), dict[tuple[str, str], int]()
        for line, cells in zip(self.lines, self.rows, strict=True):
            name, when = cells[aco].strip(), cells[year[1]].strip() if year else ""
            first = seen.setdefault((name, when), line)
            if name and first != line:
                twice = f"ACO {name[:40]!r}{f' of {when[:10]}' if when else ''} stands in line {first} already"
                raise ReconcileError(f"{self.path}: line {line}: {twice}; keep one row of it")

    def find(self, names: tuple[str, ...]) -> tuple[str, int] | None:
        """Name and place of the first of ``names`` that the header has, whatever its case."""
        lowered = [name.lower() for name in self.header]
        return next(((name, lowered.index(name.lower())) for name in names if name.lower() in lowered), None)

    def at(self, meaning: str) -> tuple[str, int]:
        """Name and place of a column that is known to be there."""
        found = self.find(COLUMNS[meaning])
        assert found is not None
        return found

    def flags(self) -> list[tuple[str, int]]:
        """Track and place of each flag column."""
        for pattern in FLAGS:
            matches = [(pattern.fullmatch(name.lower()), index) for index, name in enumerate(self.header)]
            found = [(match[1], index) for match, index in matches if match]
            if found:
                return found
        return []

    def tracks(self) -> list[str]:
        """Each ACO's track."""
        code = self.find((CODE,))
        if code:
            return [row[code[1]].strip().upper() for row in self.rows]
        flags = self.flags()
        named = [[track for track, index in flags if row[index].strip() in ("1", "1.0")] for row in self.rows]
        for line, tracks in zip(self.lines, named, strict=True):
            if len(tracks) != 1:
                columns = ", ".join(self.header[index] for _, index in flags)
                raise ReconcileError(f"{self.path}: line {line}: columns {columns}: flag exactly one track")
        return [tracks[0] for tracks in named]

    def numbers(self, meaning: str, name: str, index: int) -> Rounded:
        """A column as numbers. Raises ReconcileError at the first cell that is none or must not be blank."""
        cells = [_plain(row[index]) for row in self.rows]
        values = np.array([self.number(meaning, name, *cell) for cell in zip(self.lines, cells, strict=True)])
        percent_sign = any(cell.endswith("%") for cell in cells)
        in_percent = percent_sign or np.nanmax(values, initial=0.0) > LARGEST_FRACTION.get(meaning, np.inf)
        scale = 0.01 if in_percent else 1.0
        half = scale * 0.5 * 10.0 ** -max(_decimals(cell) for cell in cells)
        return Rounded(values * scale, min(half, COARSEST) if meaning in LARGEST_FRACTION else half)

    def number(self, meaning: str, name: str, line: int, cell: str) -> float:
        """One cell; NaN where it is blank and may be."""
        if cell.lower() in BLANKS or (meaning == "quality" and cell.lower() in REPORTING):
            if meaning in COLUMNS and meaning != "quality":
                raise ReconcileError(f"{self.path}: line {line}: column {name}: a number is missing")
            return float("nan")
        try:
            value = float(cell.removesuffix("%"))
        except ValueError:
            value = float("nan")
        if not np.isfinite(value):
            raise ReconcileError(f"{self.path}: line {line}: column {name}: {cell[:40]!r} is not a number")
        return value


def _plain(cell: str) -> str:
    return cell.strip().replace(",", "").replace("$", "")


def _decimals(cell: str) -> int:
    """Digits after the point."""
    return len(cell.removesuffix("%").partition(".")[2]) if "." in cell and cell not in BLANKS else 0


def _lines(path: Path) -> Iterator[tuple[int, Cells]]:
    """Line number and cells of every row that is not blank. Raises ReconcileError."""
    reader = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReconcileError(f"{path}: line {reader.line_num}: not readable as CSV: {error}") from None
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _text(path: Path) -> str:
    """The file's text, in UTF-8 or in the Windows encoding of some releases."""
    too_large = f"larger than {LARGEST // 2**20} MB, which no public use file is"
    data = bounded_bytes(path, LARGEST, too_large, ReconcileError)
    if b"\0" in data:
        raise ReconcileError(f"{path}: not a text file; save the table as CSV")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")

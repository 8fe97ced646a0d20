"""From a file's bytes to rows of cells: encodings, separators and the formats that are no text at all.

What Excel saves is read: UTF-8 with or without a mark, UTF-16, Windows-1252; commas, tabs, semicolons or bars.
"""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vbp_agents.errors import WrongInput
from vbp_agents.files import bounded_bytes

_LARGEST = 64 * 2**20
"""Bytes. The published files have 0.03 to 0.4 million."""
_SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
LOOKED_AT = 200
"""Lines by which the separator is told."""
OTHER_FORMATS = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive", "open it and save the table as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "open it and save the table as CSV"),
    (b"PAR1", "a Parquet file", "save the table as CSV"),
    (b"\x1f\x8b", "compressed (gzip)", "unpack it"),
    (b"%PDF", "a PDF", "download the table as CSV"),
    (b"<", "a web page or XML", "download the table itself, as CSV"),
    (b"{", "JSON", "download the table as CSV"),
    (b"[{", "JSON", "download the table as CSV"),
)
"""What other files begin with, what they are, and what to do instead."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Cells = list[str]


class ReconcileError(WrongInput):
    """A file that cannot be settled: no text, no table, or not a public use file. Names file, line and cause."""


@dataclass(frozen=True)
class TextRow:
    """The cells of a row, and the line of the file that it ends in."""

    line: int
    cells: Cells


def read_rows(path: Path, score: Callable[[Cells], int]) -> list[TextRow]:
    """Every row that is not blank. Raises ReconcileError.

    ``score``: how much a row looks like the header that is looked for; the separator that makes the best one is taken.
    """
    lines = _text(path).splitlines(keepends=True)
    separator = _separator(lines[:LOOKED_AT], score)
    return list(_rows(path, lines, separator))


def _rows(path: Path, lines: Sequence[str], separator: str) -> Iterator[TextRow]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReconcileError(f"{path}: line {reader.line_num}: not readable as CSV: {error}") from None
        if any(cell.strip() for cell in cells):
            yield TextRow(reader.line_num, [cell.strip() for cell in cells])


def _separator(lines: Sequence[str], score: Callable[[Cells], int]) -> str:
    """The separator under which some row is the best header; a comma where none is."""
    best = {separator: _best_score(lines, separator, score) for separator in _SEPARATORS}
    return max(best, key=best.__getitem__)


def _best_score(lines: Sequence[str], separator: str, score: Callable[[Cells], int]) -> int:
    best = 0
    try:
        for cells in csv.reader(lines, delimiter=separator):
            best = max(best, score(cells))
    except csv.Error:  # said with its line when all is read
        pass
    return best


def _text(path: Path) -> str:
    """The file's text. Raises ReconcileError for other formats."""
    too_large = f"larger than {_LARGEST // 2**20} MB, which no public use file is"
    data = bounded_bytes(path, _LARGEST, too_large, ReconcileError)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(path, data, encoding)
    _refuse_other_formats(path, data)
    if b"\0" in data:
        return _decoded(path, data, _utf_16(path, data))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _decoded(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise ReconcileError(f"{path}: not a text file: broken {encoding.upper()}; save the table as CSV") from None
    if "\0" in text:
        raise ReconcileError(f"{path}: not a text file; save the table as CSV")
    return text


def _utf_16(path: Path, data: bytes) -> str:
    """Which UTF-16 an unmarked text with zero bytes is, judged by where they stand. Raises ReconcileError."""
    first, second = data[:4000:2].count(0), data[1:4000:2].count(0)
    half = len(data[:4000]) // 4
    if second > half and not first:
        return "utf-16-le"
    if first > half and not second:
        return "utf-16-be"
    raise ReconcileError(f"{path}: not a text file; save the table as CSV")


def _refuse_other_formats(path: Path, data: bytes) -> None:
    begin = data[:200].lstrip()
    for magic, what, instead in OTHER_FORMATS:
        if begin.startswith(magic):
            raise ReconcileError(f"{path}: not a text file with a table but {what}; {instead}")

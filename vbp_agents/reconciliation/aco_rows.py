"""The rows of a public use file as ACOs: their numbers by meaning, their track and year; notes and totals set apart.

A row that cannot be read is left out and named, so that one cell does not refuse a file of hundreds. What would shift
or count dollars twice, a torn row or an ACO that stands twice, refuses it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from vbp_agents.reconciliation.layout import (
    AGREEMENT,
    EARNED,
    LOSSES_OWED,
    NEEDED,
    OPTIONAL,
    PUBLISHED,
    SAVINGS_PAID,
    START_COLUMNS,
    YEAR_COLUMNS,
    Layout,
    Section,
)
from vbp_agents.reconciliation.numerals import Mark, NoNumber, Numeral, decimal_mark, is_blank, read_number
from vbp_agents.reconciliation.performance_year import Dated, Evidence, section_year, usual_year, year_in, year_of_start
from vbp_agents.reconciliation.text_table import Cells, ReconcileError, TextRow
from vbp_agents.reconciliation.tracks import NO, YES, NoTrack, track_of
from vbp_agents.rules.program_rules import terms

LARGEST_FRACTION = {"sharing": Decimal(1), "loss": Decimal(1), "quality": Decimal(1), "minimum": Decimal("0.26")}
"""A rate with a larger value is a percent number. (The largest minimum savings rate seen is 0.2542.)"""
_FLAGS = ("met", "alternative", "reduced", "guardrail", "prorated", "terminated", "revenue_limited")
EXPLAIN_ONLY = ("generated", "difference", "recouped")
"""Columns that only explain a miss: a cell that is no number is as good as blank."""
DERIVED = ("sharing",)
"""Where a cell is blank, derived from track, year and quality."""
REPORTING = {"p4r", "reported"}
"""Quality scores that say that reporting was enough."""
_NAMED = 5
"""Rows left out that a message names."""
FIRST_RESULTS = 2013
TELLING = 0.98
"""Quality up to which a whole rate and one in proportion differ by more than their rounding."""
COARSE = -3
"""Decimals of dollars (none, and three digits before the point) from which on rounding is worth a remark."""

_ID = re.compile(r"[A-Za-z]{0,3}[0-9]{1,6}")
_TOTAL = re.compile(
    r"(?:(?:grand|program|national|overall)[ -])?(?:sub)?(?:totals?|sum|mean|average|median|all acos?)\b[ :]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unsettled:
    """A row that is left out: where it stands, its ACO, and why."""

    line: int
    aco: str
    cause: str


@dataclass(frozen=True)
class AcoRow:
    """One ACO in one performance year, numbers by meaning (rates as fractions) with the decimals that are known."""

    line: int
    aco: str
    track: str
    dated: Dated
    numbers: Mapping[str, Numeral]
    layout: Layout
    cells: Cells
    mark: Mark

    def value(self, name: str) -> float:
        """A number, NaN where it is blank."""
        return float(self.numbers[name].value) if name in self.numbers else float("nan")

    def decimals(self, name: str) -> int:
        """Digits after the point, 0 where the number is blank."""
        return self.numbers[name].decimals if name in self.numbers else 0

    def cell(self, names: Sequence[str]) -> str:
        """The first filled cell under one of the published ``names``."""
        return _cell(self.layout, self.cells, names)

    @property
    def agreement_year(self) -> int | None:
        """Which year of its agreement it is, from 1; those who began in 2012 had their first through 2013."""
        start = year_of_start(self.cell(START_COLUMNS))
        return max(1, self.dated.year - max(start, FIRST_RESULTS) + 1) if start else None

    @property
    def agreement(self) -> tuple[str, ...]:
        """What tells it from another agreement of the same ACO in the same year."""
        return (self.track, *(self.cell((name,)) for name in AGREEMENT))


@dataclass(frozen=True)
class AcoRows:
    """What was read: the rows that can be settled, those that cannot, and remarks on the file."""

    rows: list[AcoRow]
    unsettled: list[Unsettled] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_aco_rows(path: Path, sections: Sequence[Section], year: int | None) -> AcoRows:
    """All ACOs of a file's tables. Raises ReconcileError where none can be settled, or one stands twice."""
    rows: list[AcoRow] = []
    unsettled: list[Unsettled] = []
    totals: list[int] = []
    for section in sections:
        acos, left_out = _read_section(path, section, totals)
        rows += _dated(path, section, acos, year)
        unsettled += left_out
    if not rows:
        raise _none_settled(path, sections, unsettled)
    _require_each_once(path, rows)
    notes = [f"line {', '.join(map(str, totals[:_NAMED]))}: a total of ACOs, left out"] if totals else []
    if not any("quality" in row.numbers for row in rows):
        notes.append("no quality (QualScore): derived rates take it as 100%")
    return AcoRows(rows, unsettled, [*_years_known_by(rows), *notes, *_coarse(rows)])


def _read_section(path: Path, section: Section, totals: list[int]) -> tuple[list[AcoRow], list[Unsettled]]:
    """The ACOs of one table, not yet dated, and the rows that are left out. Adds the lines of ``totals``."""
    layout, rows, unsettled = section.layout, [], []
    mark = decimal_mark(_numeric_cells(section))
    for row in section.rows:
        cells = _whole(path, layout, row)
        if cells is None:
            continue
        aco = _cell(layout, cells, NEEDED["aco"][1])
        if _is_total(layout, cells, aco):
            totals.append(row.line)
            continue
        try:
            numbers, track = _numbers(layout, cells, mark), track_of(layout, cells)
        except (NoNumber, NoTrack) as cause:
            unsettled.append(Unsettled(row.line, aco, str(cause)))
            continue
        rows.append(AcoRow(row.line, aco, track, Dated(0, ""), numbers, layout, cells, mark))
    return rows, unsettled


def _cell(layout: Layout, cells: Cells, names: Sequence[str]) -> str:
    return next((cells[place] for place in layout.find(names) if not is_blank(cells[place])), "")


def _numeric_cells(section: Section) -> Iterator[str]:
    """The cells by which the decimal mark is told."""
    names = [name for _, names in NEEDED.values() for name in names if not name.startswith("ACO")]
    places = section.layout.find(
        [*names, *EARNED, *SAVINGS_PAID, *LOSSES_OWED, *OPTIONAL["quality"], *OPTIONAL["people"]]
    )
    return (row.cells[place] for row in section.rows for place in places if place < len(row.cells))


def _whole(path: Path, layout: Layout, row: TextRow) -> Cells | None:
    """The row's cells, one under each column; None for a line of text. Raises ReconcileError where it is torn."""
    width, cells = len(layout.columns), list(row.cells)
    while len(cells) > width and not cells[-1]:
        cells.pop()
    needed = layout.find([name for _, names in NEEDED.values() for name in names] + [*EARNED, *SAVINGS_PAID])
    if len(cells) <= width and all(place < len(cells) for place in needed):
        padded = cells + [""] * (width - len(cells))
        return None if _is_text(layout, padded) else padded
    if _is_text(layout, cells[:width] + [""] * (width - len(cells))) and not _torn(layout, cells):
        return None
    raise ReconcileError(
        f"{path}: line {row.line}: {len(cells)} cells under {width} columns{_why_wide(len(cells), width)}"
    )


def _why_wide(cells: int, width: int) -> str:
    return "; a cell with a separator in it needs quotes" if cells > width else "; the row is cut off"


def _is_text(layout: Layout, cells: Cells) -> bool:
    """Is it a note rather than an ACO: no number where an ACO has dollars, and no ACO?"""
    money = layout.find([*NEEDED["benchmark"][1], *NEEDED["expenditure"][1]])
    if any(any(letter.isdigit() for letter in cells[place]) for place in money):
        return False
    aco = _cell(layout, cells, NEEDED["aco"][1])
    return not (_ID.fullmatch(aco) and sum(bool(cell) for cell in cells) > 1) and not _has_track(layout, cells)


def _torn(layout: Layout, cells: Cells) -> bool:
    """Does a row of another width begin like an ACO?"""
    return any(place < len(cells) and _ID.fullmatch(cells[place]) for place in layout.find(NEEDED["aco"][1][:3]))


def _is_total(layout: Layout, cells: Cells, aco: str) -> bool:
    return bool(_TOTAL.fullmatch(aco)) if aco else not _has_track(layout, cells)


def _has_track(layout: Layout, cells: Cells) -> bool:
    try:
        track_of(layout, cells)
    except NoTrack:
        return False
    return True


def _numbers(layout: Layout, cells: Cells, mark: Mark) -> dict[str, Numeral]:
    """The row's numbers by meaning. Raises NoNumber, with the column, where one is wrong or missing."""
    numbers = {}
    for name, (_, names) in NEEDED.items():
        if name != "aco":
            numbers[name] = _number(layout, cells, mark, name, names, needed=name not in DERIVED)
    numbers["published"] = _published(layout, cells, mark)
    for name, names in OPTIONAL.items():
        numbers[name] = _number(layout, cells, mark, name, names, needed=False)
    for name in ("benchmark", "expenditure"):
        if (number := numbers[name]) and number.value < 0:
            raise NoNumber(f"column {_column(layout, NEEDED[name][1])}: {number.value} is below 0")
    return {name: number for name, number in numbers.items() if number is not None}


def _column(layout: Layout, names: Sequence[str]) -> str:
    """The name of a column as the file writes it."""
    return layout.columns[layout.find(names)[0]]


def _number(layout: Layout, cells: Cells, mark: Mark, name: str, names: Sequence[str], needed: bool) -> Numeral | None:
    cell = _cell(layout, cells, names)
    if not cell or (name == "quality" and cell.lower() in REPORTING):
        if needed:
            raise NoNumber(f"column {_column(layout, names)}: a number is missing")
        return None
    if name in _FLAGS and cell.lower() in YES | NO:
        return Numeral(Decimal(cell.lower() in YES), 0)
    try:
        number = read_number(cell, mark)
        return _fraction(name, cell, number) if name in LARGEST_FRACTION and number else number
    except NoNumber as error:
        if name in EXPLAIN_ONLY:
            return None
        raise NoNumber(f"column {_column(layout, names)}: {error}") from None


def _fraction(name: str, cell: str, number: Numeral) -> Numeral:
    """A rate as a fraction, whatever its cell's unit. Raises NoNumber where it is no rate."""
    fraction = number
    if number.percent or number.value > LARGEST_FRACTION[name]:
        fraction = Numeral(number.value / 100, number.decimals + 2)
    if not 0 <= fraction.value <= 1:
        raise NoNumber(f"{cell[:40]!r} is not between 0 and 100%")
    return fraction


def _published(layout: Layout, cells: Cells, mark: Mark) -> Numeral:
    """What the ACO earned or, negative, owed. Raises NoNumber where neither is there."""
    net = _number(layout, cells, mark, "published", EARNED, needed=False)
    if net is not None:
        return net
    paid = _number(layout, cells, mark, "published", SAVINGS_PAID, needed=False)
    owed = _number(layout, cells, mark, "published", LOSSES_OWED, needed=False)
    if paid is None and owed is None:
        name = _column(layout, (*EARNED, *SAVINGS_PAID))
        raise NoNumber(f"column {name}: a number is missing ({PUBLISHED})")
    value = (paid.value if paid else Decimal(0)) - abs(owed.value if owed else Decimal(0))
    return Numeral(value, max(number.decimals for number in (paid, owed, Numeral(Decimal(0), 0)) if number))


def _dated(path: Path, section: Section, rows: Sequence[AcoRow], year: int | None) -> list[AcoRow]:
    """The rows with their performance years: each its own, else that of the table."""
    years = [year_in(row.cell(YEAR_COLUMNS)) for row in rows]
    asked = Dated(year, "as asked") if year else None
    undated = [row for row, year_of_row in zip(rows, years, strict=True) if year_of_row is None]
    shared = asked or section_year(section, path.stem, [_evidence(row) for row in undated])
    return [
        replace(row, dated=Dated(year_of_row, "") if year_of_row else shared or usual_year(row.track))
        for row, year_of_row in zip(rows, years, strict=True)
    ]


def _evidence(row: AcoRow) -> Evidence:
    """What a row says of its year: is its sharing rate whole, or in proportion to its quality?"""
    return Evidence(row.track, year_of_start(row.cell(START_COLUMNS)), _is_whole(row))


def _is_whole(row: AcoRow) -> bool | None:
    """None where the rate tells neither, since quality is near 100% or the rate is 0."""
    most, quality, sharing = terms(row.track, 2018)["sharing_rate"], row.value("quality"), row.value("sharing")
    assert isinstance(most, float)
    if row.value("met") == 0:
        return True if sharing > 0 else None  # by the alternative standard, which came after whole rates
    if not (quality <= TELLING and sharing > 0):
        return None
    if abs(sharing - most) < 1e-6:
        return True
    return False if abs(sharing - most * quality) < 0.005 else None


def _require_each_once(path: Path, rows: Sequence[AcoRow]) -> None:
    """One row an ACO, year and agreement: a second one would count its dollars twice."""
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        first = seen.setdefault((row.aco, row.dated.year, row.agreement), row.line)
        if row.aco and first != row.line:
            of_year = "" if row.dated.known_by else f" of {row.dated.year}"
            twice = f"ACO {row.aco[:40]!r}{of_year} stands in line {first} already"
            raise ReconcileError(f"{path}: line {row.line}: {twice}; keep one row of it")


def _none_settled(path: Path, sections: Sequence[Section], unsettled: Sequence[Unsettled]) -> ReconcileError:
    if not unsettled:
        return ReconcileError(f"{path}: line {sections[0].layout.line}: a header, but no ACO below it")
    first, more = unsettled[0], len(unsettled) - 1
    rest = f"; nor can {'the other row' if more == 1 else f'any of the {more} other rows'} be settled" if more else ""
    return ReconcileError(f"{path}: line {first.line}: {first.cause}{rest}")


def _coarse(rows: Sequence[AcoRow]) -> list[str]:
    """A remark on dollars that were saved with an exponent, as Excel shows large numbers in narrow columns."""
    dollars = ("benchmark", "expenditure", "published")
    coarse = [row for row in rows if min(row.decimals(name) for name in dollars) <= COARSE]
    if not coarse:
        return []
    half = 10.0 ** -min(row.decimals(name) for row in coarse for name in dollars) / 2
    lines = f"{len(coarse)} {'ACO has' if len(coarse) == 1 else 'ACOs have'}"
    return [f"{lines} dollars rounded to an exponent, up to {half:,.0f} off: save the numbers with all digits"]


def _years_known_by(rows: Sequence[AcoRow]) -> list[str]:
    """How the years are known that no column says."""
    known = sorted({(row.dated.year, row.dated.known_by) for row in rows if row.dated.known_by})
    return [f"performance year {year} {words}" for year, words in known]

"""Which column of a public use file means what, in all published layouts and those of next years.

A column is known by its name, whatever its case and separators (MinSavPerc, min_sav_perc); others are not read. The
header may stand below lines of title, and files of several years may be stacked, each with a header of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vbp_agents.errors import did_you_mean
from vbp_agents.reconciliation.text_table import Cells, ReconcileError, TextRow, read_rows

NEEDED = {
    "aco": ("the ACO", ("ACO_ID", "ACO_Num", "ACO_Number", "ACO_Name")),
    "benchmark": ("the benchmark", ("ABtotBnchmk", "Total_Benchmark_Expenditures", "Total_Benchmark")),
    "expenditure": (
        "what the assigned people cost",
        ("ABtotExp", "Total_Performance_Year_Expenditures", "Total_Expenditures"),
    ),
    "minimum": (
        "the minimum savings rate",
        ("MinSavPerc", "Minimum_Savings_Rate", "Minimum_Savings_Rate_Percent", "MSR"),
    ),
    "sharing": ("the final sharing rate", ("FinalShareRate", "Final_Sharing_Rate", "Final_Share_Rate")),
}
"""What every file must have, by its meaning here: in words, and the names that it may go by."""
PUBLISHED = "what the ACO earned or owed"
EARNED = (
    "EarnSaveLoss",
    "Earned_Shared_Savings_Payments_or_Owe_Losses",
    "Earned_Shared_Savings_Payments_Owe_Losses",
    "Earned_Shared_Savings_Payments_Owed_Losses",
    "Earned_Savings_Losses",
)
SAVINGS_PAID = ("EarnShrSavings", "Total_Earned_Shared_Savings")
LOSSES_OWED = ("OweLosses", "Total_Owed_Losses")
"""The published settlement is one column, or these two in 2013."""
OPTIONAL = {
    "people": ("N_AB", "Total_Assigned_Beneficiaries", "Number_of_Assigned_Beneficiaries", "Assigned_Beneficiaries"),
    "quality": ("QualScore", "Quality_Score"),
    "loss": ("FinalLossRate", "Final_Loss_Rate"),
    "adjustment": ("DisAdj",),
    "met": ("Met_QPS",),
    "alternative": ("Met_AltQPS",),
    "reduced": ("ReducedSS",),
    "guardrail": ("Guardrail",),
    "prorated": ("Prorate_Shared_Losses",),
    "terminated": ("Impact_Mid_Year_Termination",),
    "revenue_limited": ("RevLossLimit",),
    "generated": ("GenSaveLoss", "Generated_Total_Savings_or_Losses"),
    "difference": ("BnchmkMinExp", "Benchmark_Minus_Expenditures", "Total_Savings_Losses"),
    "recouped": ("Adv_Pay_Recoup", "AIPRecoup"),
}
YEAR_COLUMNS = ("year", "Performance_Year", "PY", "perf_year")
CODE = ("Current_Track", "Track")
AGREEMENT = ("Agreement_Period_Num", "Current_Start_Date", "Start_Date")
"""What tells two agreements of an ACO in one year apart."""
START_COLUMNS = ("Current_Start_Date", "Start_Date")
RISK_MODEL = ("Risk_Model",)
_FLAGS = (
    re.compile(r"current(?:track(1plus|[123])|(?:track)?(basic(?:level)?[a-e]|enhanced))"),
    re.compile(r"track(1plus|[123])|(?:track)?(basic(?:level)?[a-e]|enhanced)"),
)
"""Plain names of columns that flag a track: the current one, then one without such a word; never the initial one."""
FEWEST_NAMES = 4
"""Known names that make a row a header."""
_MOST_COLUMNS = 300
"""Columns among which a misspelled one is looked for; published files have up to 189."""
_LONGEST = 60
"""Letters of a column's name; longer ones are no names, and are cut where they are shown."""
MOST_IN_TITLE = 2
"""Cells in a line of title between two tables."""


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A column's name without case and separators."""
    return re.sub(r"[^a-z0-9+]", "", name.lower()).replace("+", "plus")


KNOWN = {
    plain_name(name)
    for names in (
        *(names for _, names in NEEDED.values()),
        *OPTIONAL.values(),
        *(EARNED, SAVINGS_PAID, LOSSES_OWED, YEAR_COLUMNS, CODE, AGREEMENT, RISK_MODEL),
        ("Sav_rate", "HistBnchmk", "UpdatedBnchmk", "ACO_State", "Adv_Pay", "Track1", "Track2", "DisAffQual"),
    )
    for name in names
}


def header_score(cells: Cells) -> int:
    """How many of a row's cells are names of columns that are known."""
    return len(KNOWN.intersection(plain_name(cell) for cell in cells if cell[:1].isalpha() and len(cell) < _LONGEST))


@dataclass(frozen=True)
class Layout:
    """Where each column stands in a header: ``places`` by plain name; ``columns`` as they are written, to be shown."""

    line: int
    columns: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]

    def find(self, names: Iterable[str]) -> tuple[int, ...]:
        """Places of all columns that go by one of ``names``, in the order of these."""
        return tuple(place for name in names for place in self.places.get(plain_name(name), ()))

    def has(self, names: Iterable[str]) -> bool:
        """Is there a column by one of ``names``?"""
        return bool(self.find(names))

    def flags(self) -> list[dict[int, str]]:
        """The track that each flag column stands for, by place: columns of current tracks, then of others."""
        by_pattern = [_flagged(self.places, pattern) for pattern in _FLAGS]
        return [flags for flags in by_pattern if flags]

    def missing(self) -> list[str]:
        """What is needed and not there: the name that CMS gives the column, and what it is for."""
        lacking = [f"{names[0]} ({words})" for words, names in NEEDED.values() if not self.has(names)]
        if not (self.has(EARNED) or self.has(SAVINGS_PAID)):
            lacking.append(f"{EARNED[0]} ({PUBLISHED})")
        if not (self.has(CODE) or self.flags()):
            lacking.append(f"{CODE[0]} (the track)")
        return lacking


def _flagged(places: Mapping[str, tuple[int, ...]], pattern: re.Pattern[str]) -> dict[int, str]:
    matches = ((pattern.fullmatch(name), columns) for name, columns in places.items())
    return {column: _code(match[1] or match[2]) for match, columns in matches if match for column in columns}


def _code(track: str) -> str:
    if track == "enhanced":
        return "EN"
    return "1+" if track == "1plus" else track[-1].upper()


@dataclass(frozen=True)
class Section:
    """A header and the rows below it, and the lines of text above it."""

    layout: Layout
    rows: tuple[TextRow, ...]
    titles: tuple[str, ...] = ()


def read_sections(path: Path) -> list[Section]:
    """The tables of a file, in most files one. Raises ReconcileError where there is none."""
    rows = read_rows(path, header_score)
    if not rows:
        raise ReconcileError(f"{path}: the file is empty")
    heads = [index for index, row in enumerate(rows) if header_score(row.cells) >= FEWEST_NAMES]
    if not heads:
        raise _no_table(path, rows)
    sections = list(_sections(rows, heads))
    _require_columns(path, sections)
    if not any(section.rows for section in sections):
        raise ReconcileError(f"{path}: line {sections[0].layout.line}: a header, but no ACO below it")
    return sections


def _sections(rows: Sequence[TextRow], heads: Sequence[int]) -> Iterator[Section]:
    for head, end in zip(heads, [*heads[1:], len(rows)], strict=True):
        first = head if head != heads[0] else 0
        while first and len(_filled(rows[first - 1])) <= MOST_IN_TITLE:
            first -= 1
        titles = tuple(" ".join(_filled(row)) for row in rows[first:head])
        yield Section(_layout(rows[head]), tuple(rows[head + 1 : end]), titles)


def _filled(row: TextRow) -> list[str]:
    return [cell for cell in row.cells if cell]


def _layout(row: TextRow) -> Layout:
    places: dict[str, tuple[int, ...]] = {}
    for place, cell in enumerate(row.cells):
        name = plain_name(cell)
        places[name] = (*places.get(name, ()), place)
    return Layout(row.line, tuple(" ".join(cell.split())[:_LONGEST] for cell in row.cells), places)


def _require_columns(path: Path, sections: Sequence[Section]) -> None:
    for section in sections:
        if missing := section.layout.missing():
            raise ReconcileError(
                f"{path}: line {section.layout.line}: not a public use file of the Shared Savings Program: "
                f"no column {', '.join(missing)}{_nearest(section.layout)}"
            )


def _nearest(layout: Layout) -> str:
    """A hint where the name of a missing column is nearly there."""
    wanted = [names[0] for _, names in NEEDED.values() if not layout.has(names)]
    others = [column for column in layout.columns[:_MOST_COLUMNS] if plain_name(column) not in KNOWN]
    hints = [(name, did_you_mean(name, others)) for name in wanted]
    meant = [f"{hint.removeprefix('; did you mean ').rstrip('?')} as {name}" for name, hint in hints if hint]
    return f"; did you mean {', '.join(meant)}?" if meant else ""


def _no_table(path: Path, rows: Sequence[TextRow]) -> ReconcileError:
    """What is said where no row is a header."""
    best = max(rows[:200], key=lambda row: header_score(row.cells))
    row = best if header_score(best.cells) else rows[0]
    missing = ", ".join(_layout(row).missing())
    return ReconcileError(
        f"{path}: line {row.line}: not a public use file of the Shared Savings Program: no column {missing}"
    )

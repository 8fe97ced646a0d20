"""The columns of the results: every table, every column, its unit and what it holds. Nothing else is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.counts import Billed, Episodes, Group, Hospital, Members, Panel, Spending
from vbp_agents.records import Record, When, counts_of
from vbp_agents.truth import DecisionTruth, Hidden

if TYPE_CHECKING:
    from pandas import DataFrame

KEYS = ("scenario", "replicate")
"""Stand first in every saved table and tell runs apart."""


@dataclass(frozen=True)
class Column:
    """One column: its unit, what it holds, and how it is stored ("string", "int64" or "float64").

    ``counted``: "monthly", "december" (once a year, but for who died in it) or "settlement" (money of a settled year).
    """

    unit: str
    about: str
    dtype: str
    counted: When = "monthly"


@dataclass(frozen=True)
class Table:
    """One tidy table: what a row is, and its columns in order."""

    row: str
    columns: Mapping[str, Column]

    def dtypes(self) -> dict[str, str]:
        """How each column is stored: the same in a table without rows, so that files of all runs fit together."""
        return {name: column.dtype for name, column in self.columns.items()}

    def frame(self, parts: Sequence[Mapping[str, Any]]) -> "DataFrame":
        """The parts (columns of equal length, or one value for all rows) below one another, stored as declared.

        Raises ValueError where they have other columns than the declared ones.
        """
        import pandas as pd

        plain = self.plain(parts)
        return pd.DataFrame({name: plain.joined(name) for name in self.columns}).astype(self.dtypes())

    def plain(self, parts: "Sequence[Mapping[str, Any]]") -> "PlainTable":
        """The same as plain columns, each joined when it is asked for."""
        for part in parts:
            self._check_names(part)
        return PlainTable(self, parts)

    def check(self, frame: "DataFrame") -> None:
        """Raise ValueError unless the frame has exactly the declared columns, in their order, stored as declared."""
        self._check_names(frame.columns)
        stored = {column: str(dtype) for column, dtype in frame.dtypes.items()}
        if list(stored.items()) != list(self.dtypes().items()):
            raise ValueError(f"stored as {stored}, not as declared: {self.dtypes()}")

    def _check_names(self, columns: Iterable[str]) -> None:
        given = list(columns)
        undeclared = [column for column in given if column not in self.columns]
        missing = [column for column in self.columns if column not in given]
        if undeclared or missing:
            raise ValueError(f"a row is {self.row}: undeclared columns {undeclared}, missing columns {missing}")


class PlainTable(Mapping[str, NDArray[Any]]):
    """A table's columns as arrays, stored as declared but for names, which are objects."""

    def __init__(self, table: Table, parts: Sequence[Mapping[str, Any]]) -> None:
        self._table, self._parts = table, parts
        self._rows = [_rows(part) for part in parts]
        self._made: dict[str, NDArray[Any]] = {}

    def joined(self, name: str) -> NDArray[Any]:
        """One column of all parts; one value stands for all rows of its part."""
        columns = [_column(part[name], n) for part, n in zip(self._parts, self._rows, strict=True)]
        return np.concatenate(columns) if columns else np.array([])

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._made:
            stored = self._table.columns[name].dtype
            self._made[name] = self.joined(name).astype("O" if stored == "string" else stored, copy=False)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._table.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.columns)

    def __len__(self) -> int:
        return len(self._table.columns)


def _rows(part: Mapping[str, Any]) -> int:
    """How many rows a part has: as long as its columns are that are no single value, none where these are empty."""
    return max({len(value) for value in part.values() if np.ndim(value)} - {1}, default=1)


def _column(value: Any, rows: int) -> NDArray[Any]:
    """A column of so many rows; NumPy takes its time to broadcast, which hardly any column needs."""
    if isinstance(value, np.ndarray) and value.shape == (rows,):
        return value
    return np.broadcast_to(value, rows) if isinstance(value, np.ndarray | list) else np.full(rows, value)


def check_tables(tables: "Mapping[str, DataFrame]") -> None:
    """Raise ValueError unless these are the declared tables with the declared columns."""
    if set(tables) != set(TABLES):
        raise ValueError(f"tables {sorted(tables)} are not the declared {sorted(TABLES)}")
    for name, frame in tables.items():
        TABLES[name].check(frame)


def table(row: str, **columns: Column) -> Table:
    """Declare a table: what a row is, then its columns."""
    return Table(row, MappingProxyType(columns))


def name(about: str) -> Column:
    """A column of names."""
    return Column("name", about, "string")


def count(unit: str, about: str) -> Column:
    """A column of whole numbers."""
    return Column(unit, about, "int64")


def amount(unit: str, about: str) -> Column:
    """A column of real numbers."""
    return Column(unit, about, "float64")


def count_columns(*records: type[Record]) -> dict[str, Column]:
    """The columns of all that records count, as it is declared there."""
    return {
        count.name: Column(count.unit, count.about, "int64" if count.scale == 1 else "float64", count.when)
        for record in records
        for count in counts_of(record).values()
    }


def when_settled(column: Column) -> Column:
    """A column of money that a year's settlement moves."""
    return replace(column, counted="settlement")


_YEAR = count("year", "1 is the first year after the warm-up")
PAYER = name("who pays")
CONTRACT = name("the contract's holder, as kind and number; `unattached` for the payer's people attributed to none")
KIND = name("the holder's kind: physician_led, hospital_led, independents or unattached")
PROGRAM = name("treated or control in a randomized program, voluntary where the holder is in by choice, else empty")
ORGANIZATION = count("number", "the organization's position in the region, from 0")

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "months": table(
            "a contract in a month (and each payer's unattached)",
            month=count("month", "1 is the first month after the warm-up"),
            payer=PAYER,
            contract=name("the holder, as kind and number; `hospital_1`, ...; `unattached`: attributed to none"),
            kind=name("the holder's kind: physician_led, hospital_led, independents, hospital or unattached"),
            regime=name("the rules in force, with the rung of a ladder, joined by ` + `; fee_for_service if none"),
            value_based=Column("yes or no", "whether one of them is another rule than fee for service", "bool"),
            member_months=count("months", "people attributed to the contract who were alive this month"),
            deaths=count("people", "died in the month"),
            entered=count("people", "newcomers who took the place of the dead"),
            paid_to_holder=amount("dollars", "by payer and patients, to the contract's own organizations"),
            paid_to_others=amount("dollars", "by payer and patients, to organizations outside the contract"),
            patient_outlay=amount("dollars", "coinsurance: the patients' part of both"),
            payer_outlay=amount("dollars", "the payer's part of both, before settlements"),
        ),
        "settlements": table(
            "a line of a settled contract-year's statement",
            year=count("year", "the year that is settled"),
            known_month=count("month", "when the result becomes known"),
            payer=PAYER,
            contract=CONTRACT,
            regime=name("the rule, with the rung of a ladder"),
            program=PROGRAM,
            line=name("what the amount is: benchmark, savings, ...; `settlement` is what is paid"),
            amount=when_settled(
                amount("dollars, shares or points, by line", "a settlement is positive to the provider")
            ),
        ),
        "hospitals": table(
            "a hospital's patients of one payer in a year",
            year=_YEAR,
            payer=PAYER,
            hospital=name("the hospital; area by area, of each system and then the community's"),
            program=PROGRAM,
            **count_columns(Hospital, Episodes),
        ),
        "contracts": table(
            "the people of a contract in a year (and each payer's unattached)",
            year=_YEAR,
            payer=PAYER,
            contract=CONTRACT,
            kind=KIND,
            program=PROGRAM,
            **count_columns(Members, Hidden, Episodes),
        ),
        "services": table(
            "a service of a contract in a year, by where it was billed",
            year=_YEAR,
            payer=PAYER,
            contract=CONTRACT,
            kind=KIND,
            service=name("primary, specialist, test, procedure, ed, admission, post_acute, other, care_management"),
            side=name("inside or outside the contract's own organizations"),
            **count_columns(Billed),
        ),
        "decisions": table(
            "the Truth of an organization's decisions on one discretionary service in a year",
            year=_YEAR,
            organization=ORGANIZATION,
            decision=name("what is decided: primary, referral, return_visit, test, procedure, admission or post_acute"),
            **count_columns(DecisionTruth),
        ),
        "organizations": table(
            "an organization in a year",
            year=_YEAR,
            organization=ORGANIZATION,
            kind=name("what kind of organization it is"),
            contract=name("the contract holder it belongs to; `unattached` where it belongs to none"),
            attached_months=count("months", "lived by people attached to its practices"),
            fees=amount("dollars", "of its work at the payers' prices, before any contract"),
            beyond_fees=amount("dollars", "what contracts paid above (below: negative) the fees for the same work"),
            settlements=when_settled(
                amount("dollars", "its share of its ACO's settlements, booked to the year they are for")
            ),
            standard_dollars=amount("dollars", "of its work at standard prices"),
            variable_cost=amount("dollars", "resources used by its services"),
            fixed_cost=amount("dollars", "of keeping the doors open, frozen at baseline"),
            care_management=amount("dollars", "effort and money spent on coordination"),
        ),
        "levers": table(
            "a lever of an organization with practices at the end of a year: how far it is from baseline practice",
            year=_YEAR,
            organization=ORGANIZATION,
            kind=name("what kind of organization it is"),
            contract=name("the contract holder it belongs to; `unattached` where it belongs to none"),
            lever=name(
                "coordination, measured_tasks, documentation or completeness; of its practices on average: "
                "steering_inside, steering_cheaper, and intensity_primary, ... by what their clinicians are asked"
            ),
            value=amount("share, log weight or prices", "shares; weights of steering; the margin of one more service"),
        ),
        "practices": table(
            "a practice with patients in a year",
            year=_YEAR,
            practice=count("number", "the practice's position in the region, from 0"),
            organization=ORGANIZATION,
            **count_columns(Panel),
        ),
        "groups": table(
            "a fifth or tenth of the people in a year",
            year=_YEAR,
            grouping=name("deprivation_quintile, true_risk_decile or unpriced_risk_decile, cut at baseline"),
            group=count("number", "from 1, the least deprived or lowest risk"),
            **count_columns(Group),
        ),
        "spending": table(
            "a payer's people whose year's spending fell into one bin",
            year=_YEAR,
            payer=PAYER,
            bin=count("number", "0 for nothing; bin b > 0 begins at 2^(9 + (b - 1) / 16) cents"),
            **count_columns(Spending),
        ),
    }
)

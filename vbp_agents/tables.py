"""The columns of the results: every table, every column, its unit and what it holds. Nothing else is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from vbp_agents.book import Column

if TYPE_CHECKING:
    from pandas import DataFrame

KEYS = ("scenario", "replicate")
"""Stand first in every saved table and tell runs apart."""


@dataclass(frozen=True)
class Table:
    """One tidy table: what a row is, and its columns in order."""

    row: str
    columns: Mapping[str, Column]

    def check(self, name: str, frame: "DataFrame") -> None:
        """Raise ValueError unless the frame has exactly the declared columns, in their order."""
        if list(frame.columns) != list(self.columns):
            extra = [column for column in frame.columns if column not in self.columns]
            missing = [column for column in self.columns if column not in frame.columns]
            raise ValueError(f"table {name!r}: undeclared {extra}, missing {missing}, or in another order")


def check_tables(tables: "Mapping[str, DataFrame]") -> None:
    """Raise ValueError unless these are the declared tables with the declared columns."""
    if set(tables) != set(TABLES):
        raise ValueError(f"tables {sorted(tables)} are not the declared {sorted(TABLES)}")
    for name, frame in tables.items():
        TABLES[name].check(name, frame)


def table(row: str, **columns: tuple[str, str]) -> Table:
    """Declare a table: what a row is, then each column as (unit, what it holds)."""
    return Table(row, MappingProxyType({name: Column(*what) for name, what in columns.items()}))


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "months": table(
            "a month of the region",
            month=("month", "1 is the first month after the warm-up"),
            alive=("people", "alive at the month's end"),
            deaths=("people", "died in the month"),
            entered=("people", "came in the month"),
        ),
        "settlements": table(
            "a settled contract-year",
            year=("year", "the year that is settled"),
            month=("month", "when it became known"),
            payer=("name", "who pays"),
            holder=("number", "the contract's row"),
            regime=("name", "the rule"),
            settlement=("dollars", "positive to the provider"),
        ),
    }
)

"""One year of a run's tables, as if it were the whole."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.errors import WrongInput
from vbp_agents.metrics.base import Columns, Frames, Tables, plain


def of_year(tables: "Tables | Frames", year: int) -> Tables:
    """The rows of one year, from 1, as plain columns: what any metric says of that year alone.

    Who was alive at the start is counted in month 1 and nowhere else, since QALYs go on being of those people: each
    year's groups have that count. Raises WrongInput where the run has no such year.
    """
    run = plain(tables)
    if "groups" not in run:
        raise WrongInput("the tables have no 'groups'; give those of a run, as read_tables(folder) has them")
    years = np.unique(run["groups"]["year"]).tolist()
    if year not in years:
        known = f"years {years[0]} to {years[-1]}" if years else "no whole year"
        raise WrongInput(f"the run has no year {year!r}; it has {known}")
    cut = {name: _rows(columns, year_of(columns) == year) for name, columns in run.items()}
    return cut | {"groups": with_start(cut["groups"], _rows(run["groups"], run["groups"]["year"] == 1)["at_start"])}


def until(tables: "Tables | Frames", year: int) -> Tables:
    """The rows of the years up to and including one: of a run under way, those of its whole years."""
    return {name: _rows(columns, year_of(columns) <= year) for name, columns in plain(tables).items()}


def year_of(columns: Columns) -> NDArray[np.int64]:
    """The year that each row is of, by its month where it has one."""
    return np.asarray((columns["month"] - 1) // 12 + 1 if "month" in columns else columns["year"])


def with_start(groups: Columns, at_start: NDArray[Any]) -> Columns:
    """A year's groups with the people alive at the start of month 1, (groups,) in the order of the table."""
    return {**groups, "at_start": at_start}


def _rows(columns: Columns, kept: NDArray[np.bool_]) -> Columns:
    return _Kept(columns, kept)


class _Kept(Mapping[str, NDArray[Any]]):
    """Some rows of a table, each column cut when it is asked for."""

    def __init__(self, columns: Columns, rows: NDArray[np.bool_]) -> None:
        self._columns, self._rows = columns, rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        return np.asarray(self._columns[name][self._rows])

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

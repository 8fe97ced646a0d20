"""What a metric is: a function from one run's tables to a number, with what a reader must know about it.

Tables are plain columns, ``tables["contracts"]["deaths"]`` an array, whether they come from a run's DataFrames, from a
folder, or from the last twelve months of a simulation that is under way.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pandas import DataFrame

Columns = Mapping[str, NDArray[Any]]
"""A table: its columns by name, of equal length."""
Tables = Mapping[str, Columns]
Frames = Mapping[str, "DataFrame"]
Value = Callable[[Tables], float | None]


class _OfFrame(Mapping[str, NDArray[Any]]):
    """A DataFrame's columns, each made an array when it is first asked for."""

    def __init__(self, frame: "DataFrame") -> None:
        self._frame = frame
        self._made: dict[str, NDArray[Any]] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._made:
            self._made[name] = self._frame[name].to_numpy()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._frame

    def __iter__(self) -> Iterator[str]:
        return iter(self._frame.columns)

    def __len__(self) -> int:
        return len(self._frame.columns)


def plain(tables: "Tables | Frames") -> Tables:
    """The tables as plain columns; what is plain already stays as it is."""
    return {name: columns if isinstance(columns, Mapping) else _OfFrame(columns) for name, columns in tables.items()}


@dataclass(frozen=True)
class Metric:
    """``aim``: the heading it stands under. ``better``: "higher", "lower", or None where that depends on who asks.

    Called with a run's tables it gives a number, or None where it is not defined: nothing to divide by, nobody there.
    """

    name: str
    unit: str
    aim: str
    better: str | None
    about: str
    source: str
    value: Value

    def __call__(self, tables: "Tables | Frames") -> float | None:
        """The metric of one run."""
        return self.value(plain(tables))


def metric(aim: str, unit: str, better: str | None, source: str) -> Callable[[Value], Metric]:
    """Make a function a metric of its own name, described by the first line of its docstring."""

    def made(value: Value) -> Metric:
        about = (value.__doc__ or "").splitlines()[0].rstrip(".")
        return Metric(value.__name__, unit, aim, better, about, source, value)

    return made


def total(tables: "Tables | Frames", table: str, column: str, rows: NDArray[np.bool_] | None = None) -> float:
    """The sum of a column over the run, or over some of its rows."""
    values = tables[table][column]
    return float(values.sum() if rows is None else values[rows].sum())


def ratio(numerator: float, denominator: float) -> float | None:
    """Their ratio, None where there is nothing to divide by."""
    return numerator / denominator if denominator else None


def share(tables: Tables, table: str, part: str, whole: str, rows: NDArray[np.bool_] | None = None) -> float | None:
    """One column's sum over another's, both over the run or over some of its rows."""
    return ratio(total(tables, table, part, rows), total(tables, table, whole, rows))


def person_years(tables: "Tables | Frames") -> float:
    """Years lived by everybody, of every payer, attributed or not."""
    return total(tables, "contracts", "member_months") / 12


def per_1000(tables: "Tables | Frames", events: float) -> float | None:
    """Events per 1,000 person-years alive."""
    return ratio(1000 * events, person_years(tables))


def groups_of(tables: Tables, grouping: str, kept: "range | None" = None) -> NDArray[np.bool_]:
    """The rows of `groups` of one grouping, of all its groups or of some that follow one another."""
    groups = tables["groups"]
    rows = groups["grouping"] == grouping
    if kept is None:
        return np.asarray(rows)
    return np.asarray(rows & (groups["group"] >= kept.start) & (groups["group"] < kept.stop))


def sums_by(keys: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The keys, ascending, and the sum of the values of each; of floats compensated (Kahan, Commun ACM 1965;8:40)."""
    names, group = np.unique(keys, return_inverse=True)
    sums, lost = np.zeros(len(names), values.dtype), np.zeros(len(names), values.dtype)
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group, minlength=len(names))
    turn = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    for number in range(int(sizes.max(initial=0))):
        rows = order[turn == number]
        groups = group[rows]
        added = values[rows] - lost[groups]
        reached = sums[groups] + added
        lost[groups] = reached - sums[groups] - added
        sums[groups] = reached
    return names, sums

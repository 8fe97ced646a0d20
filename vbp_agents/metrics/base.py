"""What a metric is: a function from one run's tables to a number, with what a reader must know about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

Tables = Mapping[str, "DataFrame"]
Value = Callable[[Tables], float | None]


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

    def __call__(self, tables: Tables) -> float | None:
        """The metric of one run."""
        return self.value(tables)


def metric(aim: str, unit: str, better: str | None, source: str) -> Callable[[Value], Metric]:
    """Make a function a metric of its own name, described by the first line of its docstring."""

    def made(value: Value) -> Metric:
        about = (value.__doc__ or "").splitlines()[0].rstrip(".")
        return Metric(value.__name__, unit, aim, better, about, source, value)

    return made


def total(tables: Tables, table: str, column: str) -> float:
    """The sum of a column over the run."""
    return float(tables[table][column].sum())


def ratio(numerator: float, denominator: float) -> float | None:
    """Their ratio, None where there is nothing to divide by."""
    return numerator / denominator if denominator else None


def share(tables: Tables, table: str, part: str, whole: str) -> float | None:
    """One column's sum over another's, both over the run."""
    return ratio(total(tables, table, part), total(tables, table, whole))


def person_years(tables: Tables) -> float:
    """Years lived by everybody, of every payer, attributed or not."""
    return total(tables, "contracts", "member_months") / 12


def per_1000(tables: Tables, events: float) -> float | None:
    """Events per 1,000 person-years alive."""
    return ratio(1000 * events, person_years(tables))

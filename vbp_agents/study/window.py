"""The last twelve months as the tables of one year, in constant memory: what metrics of a run under way read.

Accounts are integers, so that adding a month and taking away the one twelve months before leaves no trace: at the end
of a December these are the year's tables, to the byte.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vbp_agents.actors.columns import YEARLY, Labels, Period
from vbp_agents.actors.recorder import MonthsMoney
from vbp_agents.book import FloatArray
from vbp_agents.environment import Accounts
from vbp_agents.ledger import add_accounts, take_away
from vbp_agents.metrics import METRICS, Measured, finite
from vbp_agents.metrics.base import Columns
from vbp_agents.metrics.years import with_start
from vbp_agents.tables import TABLES, PlainTable

MONTHS_A_YEAR = 12


class MonthLived(NamedTuple):
    """A month: its accounts, and what it left besides."""

    accounts: Accounts
    money: MonthsMoney


class Window:
    """Months as they come, of which the last twelve are kept.

    Read as a year: its `year` is the last month's, and its months are numbered as that year's. What is counted or
    settled in December is the last December's. Levers are as they are now. While there are fewer than twelve months,
    yearly amounts (keeping the doors open, people alive at the start) are the part of them that the months make.
    """

    def __init__(self, labels: Labels, accounts: Accounts) -> None:
        """``accounts``: empty ones of the world's size."""
        self.labels = labels
        self.months: deque[MonthLived] = deque()
        self.month = 0
        self.december: int | None = None
        self._sum = _copied(accounts)
        self._settled: MonthsMoney | None = None
        self._at_start: NDArray[np.int64] = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return len(self.months)

    def add(self, month: int, accounts: Accounts, money: MonthsMoney) -> None:
        """One month more; the accounts are kept and must not change any more."""
        add_accounts(self._sum, accounts)
        self.months.append(MonthLived(accounts, money))
        if len(self.months) > MONTHS_A_YEAR:
            take_away(self._sum, self.months.popleft().accounts)
        self.month = month
        if month % MONTHS_A_YEAR == 0:
            self.december, self._settled = month, money
        if month == 1:
            self._at_start = YEARLY["groups"](self.labels, self._period({}))["at_start"]

    def tables(self, levers: Mapping[str, FloatArray]) -> "WindowTables":
        """The tables; ``levers`` (organizations,): how far each is from baseline now."""
        return WindowTables(self, self._period(levers))

    def _period(self, levers: Mapping[str, FloatArray]) -> Period:
        money = [lived.money for lived in self.months]
        management = np.zeros_like(money[0].management)
        for month in money:  # in the order of months: a sum of dollars depends on it
            management += month.management
        settled = self._settled.settled if self._settled else np.zeros_like(money[0].settled)
        return Period(
            accounts=self._sum,
            beyond_fees=np.sum([month.beyond_fees for month in money], axis=0),
            settled=settled,
            management=management,
            program=money[-1].program,
            hospital_program=money[-1].hospital_program,
            levers=levers,
            years=len(self) / MONTHS_A_YEAR,
        )

    def parts(self, name: str, period: Period) -> Sequence[Mapping[str, Any]]:
        """What a table is joined from."""
        year = (self.month - 1) // MONTHS_A_YEAR + 1
        if name == "settlements":
            return self._settled.settlements if self._settled else ()
        if name == "months":
            first = MONTHS_A_YEAR * year - len(self) + 1
            each = enumerate((lived.money for lived in self.months), first)
            return [part | {"month": number} for number, money in each for part in money.months]
        return [{"year": year, **YEARLY[name](self.labels, period)}]

    def start(self, period: Period) -> NDArray[Any]:
        """People alive at the start of month 1, as far as the months make a year."""
        return self._at_start if period.years == 1.0 else self._at_start * period.years

    def copy(self, labels: Labels) -> "Window":
        """One that goes on by itself; months that are over are shared, since nothing changes them."""
        twin = copy(self)
        twin.labels = labels
        twin.months = self.months.copy()
        twin._sum = _copied(self._sum)
        return twin


def _copied(accounts: Accounts) -> Accounts:
    return Accounts(*(part.copy() for part in accounts))


class WindowTables(Mapping[str, Columns]):
    """A window's tables, each made when it is first read. ``read``: how what was read of them is counted."""

    def __init__(self, window: Window, period: Period) -> None:
        self._window, self._period = window, period
        self._made: dict[str, Columns] = {}
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Columns:
        if name not in self._made:
            made: Columns = PlainTable(TABLES[name], self._window.parts(name, self._period))
            if name == "groups":
                made = with_start(made, self._window.start(self._period))
            self._made[name] = _Read(name, made, self.read)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


class _Read(Mapping[str, NDArray[Any]]):
    """A table that notes how the columns which are read of it are counted."""

    def __init__(self, name: str, columns: Columns, read: set[str]) -> None:
        self._declared, self._columns, self._read = TABLES[name].columns, columns, read

    def __getitem__(self, name: str) -> NDArray[Any]:
        self._read.add(self._declared[name].counted)
        return self._columns[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def window_metrics(
    window: Window, levers: Mapping[str, FloatArray], names: Sequence[str]
) -> tuple[Measured, dict[str, Any]]:
    """Some metrics of a window, and of those that hold anything of a December the month of that December.

    Before the first December, the month is None, and what is counted in December has no value.
    """
    tables, values, as_of = window.tables(levers), dict[str, float | None](), dict[str, int | None]()
    for name in names:
        tables.read.clear()
        value = finite(METRICS[name].value(tables))
        if tables.read & {"december", "settlement"}:
            as_of[name] = window.december
        early = window.december is None and "december" in tables.read
        values[name] = None if early else value
    return values, as_of

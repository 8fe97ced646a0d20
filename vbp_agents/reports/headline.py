"""The headline of a comparison: a dozen rows in plain words, as data and as tables for a page of any width."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypedDict

from vbp_agents.metrics.headline import HEADLINE, HeadlineRow
from vbp_agents.presentation.written import DASH, many, short, spoken

if TYPE_CHECKING:
    from pandas import DataFrame
    from rich.table import Table

_SEPARATORS = (" ± ", "±", "\n±")
"""Between a difference and half of its interval, the widest first."""
SPLIT_BELOW, MANY = 90, 5
"""A page of fewer columns gets two tables where so many scenarios or more are compared with the baseline."""
NARROWEST = 40
LEAST_LABEL, USUAL_LABEL = 14, 24
"""Columns of the words of a row: at least, and where the page has them."""
_OWN = "="
"""Before a scenario's own value, where the baseline has none to differ from."""


class ShownRow(TypedDict):
    """A row of the headline: words, and by scenario what `reports.comparison.document` has, in the row's units.

    ``values``: by scenario n, mean, low, high, difference, difference_n, difference_low and difference_high.
    ``heading`` and ``amount``: the unit above a table's rows and in a sentence. ``better``: higher, lower or None.
    """

    metric: str
    title: str
    unit: str
    heading: str
    amount: str
    better: str | None
    values: dict[str, dict[str, float | None]]


def headline_rows(document: Mapping[str, Any]) -> list[ShownRow]:
    """The headline of a comparison's document (`reports.comparison.document`), without metrics that it has not."""
    return [_row(row, document["metrics"][row.metric]) for row in HEADLINE if row.metric in document["metrics"]]


def _row(row: HeadlineRow, metric: Mapping[str, Any]) -> ShownRow:
    scaled = {
        scenario: {
            key: value if value is None or key in ("n", "difference_n") else row.scale * value
            for key, value in values.items()
        }
        for scenario, values in metric["values"].items()
    }
    return ShownRow(
        metric=row.metric,
        title=row.title,
        unit=row.unit,
        heading=row.heading,
        amount=row.amount,
        better=metric["better"],
        values=scaled,
    )


def headline_frame(document: Mapping[str, Any]) -> "DataFrame":
    """The headline as texts: a row a metric, a column a scenario (the baseline's mean, differences of the others)."""
    from pandas import DataFrame

    headline = _headline(document)
    names = [headline.baseline, *(name for name in headline.scenarios if name != headline.baseline)]
    cells = [[headline.cell(row, name, _SEPARATORS[0]) for name in names] for row in headline.rows]
    index = [f"{row['title']}, {row['unit']}" for row in headline.rows]
    return DataFrame(cells, index=index, columns=[spoken(name) for name in names])


def headline_title(document: Mapping[str, Any]) -> str:
    """What is compared, and what the numbers are."""
    return _title(document, _headline(document))


def _headline(document: Mapping[str, Any]) -> "Headline":
    return Headline(headline_rows(document), document["baseline"], list(document["scenarios"]))


def headline_tables(document: Mapping[str, Any], columns: int) -> "list[Table]":
    """The headline: the baseline's mean, then each scenario's difference from it ± half of its 95% interval.

    ``columns``: of the page; fewer than 40 count as 40. Scenarios that have no room get a further table; where the
    words of a name have none, names are numbered.
    """
    headline = _headline(document)
    columns = max(columns, NARROWEST)
    parts, layout = _laid_out(headline, columns)
    tables = [_table(headline, part, layout.of(headline, part, columns)) for part in parts]
    tables[0].title = _title(document, headline)
    tables[-1].caption = "\n".join(_caption(headline, layout))
    return tables


@dataclass(frozen=True)
class Headline:
    """What the tables show."""

    rows: Sequence[ShownRow]
    baseline: str
    scenarios: Sequence[str]

    @property
    def others(self) -> list[str]:
        """All but the baseline; the baseline itself where it is alone."""
        return [name for name in self.scenarios if name != self.baseline]

    def cell(self, row: ShownRow, name: str, separator: str) -> str:
        """A scenario's difference ± half of its interval; its own mean where there is no difference."""
        values = row["values"][name]
        if name == self.baseline:
            return _level(values, "" if self.others else separator)
        if values["difference"] is None:
            return DASH if values["mean"] is None else _OWN + _level(values, separator)
        if values["difference"] == values["difference_low"] == 0:
            return "0"
        return _joined(*_signed(values), separator)


@dataclass(frozen=True)
class CellLayout:
    """How numbers and their intervals are separated, and whether scenarios are numbered instead of named."""

    separator: str
    numbered: bool

    def of(self, headline: Headline, part: Sequence[str], columns: int) -> "Fitted":
        """The columns of a table of the baseline and these scenarios; what is left over goes to names."""
        names = [headline.baseline, *part]
        widths = [self._needed(headline, name) for name in names]
        longest = max([USUAL_LABEL, *(len(row["title"]) for row in headline.rows)])
        spare = max(0, columns - sum(widths) - len(widths) - longest)
        if not self.numbered:
            widths = [
                max(width, min(len(name), width + spare // len(names)))
                for name, width in zip(names, widths, strict=True)
            ]
        label = min(longest, columns - sum(widths) - len(widths))
        return Fitted(self, label, dict(zip(names, widths, strict=True)))

    def _needed(self, headline: Headline, name: str) -> int:
        """Columns of a scenario's longest word and number."""
        heading = f"({headline.scenarios.index(name)})" if self.numbered else _folded(name, 1)
        cells = [headline.cell(row, name, self.separator) for row in headline.rows]
        return max(len(line) for text in (heading, *cells) for line in text.split("\n"))


@dataclass(frozen=True)
class Fitted:
    """A layout with the columns that the words and each scenario get."""

    layout: CellLayout
    label: int
    widths: Mapping[str, int]


def _laid_out(headline: Headline, columns: int) -> tuple[list[list[str]], CellLayout]:
    """The fewest tables that fit, each with a part of the scenarios, and the roomiest layout that all of them have."""
    others = headline.others
    least = 2 if columns < SPLIT_BELOW and len(others) >= MANY else 1
    label = max(LEAST_LABEL, min(USUAL_LABEL, 3 * columns // 10))
    layouts = [CellLayout(separator, numbered) for numbered in (False, True) for separator in _SEPARATORS]
    for tables in range(least, len(others) + 1):
        each = -(-len(others) // tables)
        parts = [others[place : place + each] for place in range(0, len(others), each)]
        for layout in layouts:
            if all(layout.of(headline, part, columns).label >= label for part in parts):
                return parts, layout
    return [[name] for name in others] or [[]], layouts[-1] if others else layouts[0]


def _table(headline: Headline, part: Sequence[str], fitted: Fitted) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE,
        padding=0,
        show_edge=False,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        caption_style="",
    )
    table.add_column("", width=fitted.label)
    for name, width in fitted.widths.items():
        number = f"({headline.scenarios.index(name)})"
        heading = number if fitted.layout.numbered else _folded(name, width)
        table.add_column(heading, justify="right", width=width, no_wrap=True)
    for unit, rows in groupby(headline.rows, lambda row: row["heading"]):
        table.add_row(f"[dim]{unit}[/dim]")
        for row in rows:
            cells = (headline.cell(row, name, fitted.layout.separator) for name in fitted.widths)
            table.add_row(row["title"], *cells)
    return table


def _folded(name: str, width: int) -> str:
    """A name in words over several lines, no word broken."""
    return "\n".join(textwrap.wrap(spoken(name), width, break_long_words=False, break_on_hyphens=False))


def _title(document: Mapping[str, Any], headline: Headline) -> str:
    """What is compared, and what the numbers are."""
    years, replicates = many(document["years"], "year"), many(document["replicates"], "replicate")
    what = "Differences from" if headline.others else "Means of"
    interval = " ± 95% interval" if document["replicates"] > 1 else ", one draw of luck, no intervals"
    return f"{what} {spoken(headline.baseline)}{interval}: {document['patients']:,} patients, {years}, {replicates}"


def _caption(headline: Headline, layout: CellLayout) -> Iterator[str]:
    """What signs mean, and who is who where scenarios are numbered."""
    if layout.numbered:
        yield "; ".join(f"({number}) {spoken(name)}" for number, name in enumerate(headline.scenarios))
    cells = [headline.cell(row, name, "") for row in headline.rows for name in headline.others]
    signs = {
        "0: exactly the same": "0" in cells,
        f"{_OWN}: a mean, where {spoken(headline.baseline)} has none": any(cell.startswith(_OWN) for cell in cells),
    }
    if any(signs.values()):
        yield "; ".join(sign for sign, shown in signs.items() if shown)


def _level(values: Mapping[str, float | None], separator: str) -> str:
    """A mean, and after a separator half of its interval."""
    if values["mean"] is None:
        return DASH
    low, high = values["low"], values["high"]
    half = None if low is None or high is None or not separator else (high - low) / 2
    return _joined(*short(values["mean"], half or None), separator)


def _signed(values: Mapping[str, float | None]) -> tuple[str, str]:
    middle, low, high = (values[f"difference{key}"] or 0.0 for key in ("", "_low", "_high"))
    half = None if values["difference_low"] is None else (high - low) / 2
    text, reach = short(middle, half)
    return ("+" if middle > 0 and text.strip("0.,") else "") + text, reach


def _joined(text: str, half: str, separator: str) -> str:
    return f"{text}{separator}{half}" if half else text

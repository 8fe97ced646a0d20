"""A comparison as tables of the page: the headline, every metric by aim, health for money, and what differs."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from vbp_agents.app.charts import SCENARIO_COLORS
from vbp_agents.app.comparison_pictures import SHAPES, ComparisonDocument, Titles, headline_of
from vbp_agents.app.html import markup
from vbp_agents.app.sheet import SheetLine, value_text
from vbp_agents.metrics import METRICS
from vbp_agents.metrics.cost_effectiveness import WORTHS, CostEffectiveness, cost_effectiveness
from vbp_agents.presentation.markup import Cell, table_text
from vbp_agents.presentation.written import DASH, difference, minus, number, signed, spoken
from vbp_agents.reports.comparison import AIMS
from vbp_agents.reports.reading import CLEAR, verdicts

_MARKS = {"circle": "●", "square": "■", "diamond": "◆"}
_DRAWS = ("", "one draw of luck", "2 draws of luck")
"""Instead of a difference, by the number of replicates."""


def heads(document: ComparisonDocument, titles: Titles) -> str:
    """The heads of a table's columns, the baseline first, and what stands in each."""
    return scenario_heads(titles, document["baseline"], ("mean", "difference"))


def scenario_heads(titles: Titles, baseline: str, what: tuple[str, str] = ("", "")) -> str:
    """A head for the rows' names and one a scenario: a mark in its color, its title, its name as the reading has it.

    ``what``: stands in the baseline's column, and in the others'.
    """
    cells = ["<td></td>"]
    for place, (name, title) in enumerate(titles.items()):
        mark = "○" if name == baseline else _MARKS[SHAPES[place]]
        swatch = f'<span style="color:{SCENARIO_COLORS[place]}" aria-hidden="true">{mark}</span>'
        below = ", ".join(filter(None, [spoken(name), what[name != baseline]]))
        head = f'{swatch} {escape(title)}<span class="sub">{escape(below)}</span>'
        cells.append(f'<th scope="col" class="number wrap">{head}</th>')
    return "".join(cells)


def headline_table(document: ComparisonDocument, titles: Titles, enough: bool) -> Any:
    """The baseline's mean and the differences from it; without ``enough`` replicates they are luck, and not shown."""
    headline = headline_of(document)
    said = verdicts(document) if enough else {}
    body = []
    for heading, rows in groupby(headline.rows, lambda row: row["heading"]):
        body.append(f'<tr class="unit"><th colspan="{1 + len(titles)}" scope="rowgroup">{escape(heading)}</th></tr>')
        for row in rows:
            cells = [f'<th scope="row" title="{escape(row["metric"])}">{escape(row["title"])}</th>']
            for name in titles:
                if name != document["baseline"] and not enough:
                    cells.append(f'<td class="number luck">{_DRAWS[document["replicates"]]}</td>')
                    continue
                clear = name in said and said[name][row["metric"]] in CLEAR
                class_ = "number clear" if clear else "number" if name == document["baseline"] else "number unclear"
                text = minus(headline.cell(row, name, " ± "))
                cells.append(f'<td class="{class_}">{escape(text)}</td>')
            body.append(f"<tr>{''.join(cells)}</tr>")
    text = f"<table><thead><tr>{heads(document, titles)}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return markup(f'<div class="scroll" tabindex="0" role="region" aria-label="The headline">{text}</div>')


def all_metrics(document: ComparisonDocument, titles: Titles) -> Any:
    """Every metric by aim; what it is stands on hover."""
    tables = []
    for aim, aim_title in AIMS.items():
        rows = [(name, metric) for name, metric in document["metrics"].items() if metric["aim"] == aim]
        body = "".join(_metric_row(name, metric, document["baseline"], titles) for name, metric in rows)
        caption = f"<caption>{escape(aim_title)}</caption>"
        tables.append(f"<table>{caption}<thead><tr>{heads(document, titles)}</tr></thead><tbody>{body}</tbody></table>")
    return markup(
        f'<div class="scroll" tabindex="0" role="region" aria-label="All metrics">{"<br>".join(tables)}</div>'
    )


def _metric_row(name: str, metric: Mapping[str, Any], baseline: str, titles: Titles) -> str:
    about = METRICS[name].about
    label = f'{escape(spoken(name).capitalize())}<span class="sub">{escape(metric["unit"])}</span>'
    cells = [f'<th scope="row" title="{escape(about, quote=True)} ({escape(name)})">{label}</th>']
    for scenario in titles:
        values = metric["values"][scenario]
        text, below = number(values["mean"]), ""
        if scenario != baseline:
            text, below = difference(values)
            if values["difference"] is None and values["mean"] is not None:
                text, below = number(values["mean"]), "mean"
        text, below = (escape(minus(part)) for part in (text, below))
        inner = f'{text}<span class="sub">{below}</span>' if below else text
        cells.append(f'<td class="number">{inner}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def value_table(values: Mapping[str, Sequence[Mapping[str, float | None]]], baseline: str, titles: Titles) -> Any:
    """What each scenario's health costs against the baseline's, and in how many replicates it is the better buy."""
    rows: list[list[Cell]] = []
    for name, title in titles.items():
        if name != baseline:
            rows.append([title, *_value_cells(cost_effectiveness(values[name], values[baseline]))])
    worths: list[Cell] = [(f"better at ${worth:,}", "number wrap") for worth in WORTHS]
    columns: list[Cell] = [
        "",
        ("Cost, $ a person and year", "number wrap"),
        ("QALYs per 1,000", "number wrap"),
        ("Cost per QALY", "number wrap"),
    ]
    return markup(f'<div class="scroll" tabindex="0">{table_text([*columns, *worths], rows)}</div>')


def _value_cells(value: CostEffectiveness) -> list[Cell]:
    cost = DASH if value.cost.mean is None else minus(signed(value.cost.mean, 0))
    qalys = DASH if value.qalys.mean is None else minus(signed(1_000 * value.qalys.mean, 2))
    ratio = value.verdict if value.icer is None else f"${value.icer:,.0f} {value.verdict}"
    same = value.cost.mean == value.qalys.mean == 0
    better: list[Cell] = [
        (DASH if share is None or same else f"{share * value.pairs:g} of {value.pairs}", "number")
        for share in value.acceptable.values()
    ]
    return [(cost, "number"), (qalys, "number"), (ratio, "number"), *better]


def sheet_table(lines: Sequence[SheetLine], heads: str) -> Any:
    """The lines as a table; ``heads``: of the columns, as HTML, one for the title and one a scenario."""
    body = "".join(row for name, of in groupby(lines, lambda line: line.group) for row in _rows(name, list(of)))
    more = '<th scope="col">Source</th><th scope="col">Known</th>'
    table = f"<table><thead><tr>{heads}{more}</tr></thead><tbody>{body}</tbody></table>"
    region = 'class="scroll sheet" tabindex="0" role="region" aria-label="Every number that differs"'
    return markup(f"<div {region}>{table}</div>")


def _rows(name: str, lines: Sequence[SheetLine]) -> Iterator[str]:
    yield f'<tr class="unit"><th colspan="{3 + len(lines[0].values)}" scope="rowgroup">{escape(name)}</th></tr>'
    for line in lines:
        values = "".join(
            f'<td class="number wrap">{escape(value_text(value, there))}</td>'
            for value, there in zip(line.values, line.there, strict=True)
        )
        unit = f'<span class="sub">{escape(line.unit)}</span>' if line.unit else ""
        title = f'<th scope="row" title="{escape(line.path, quote=True)}">{escape(line.title)}{unit}</th>'
        yield f'<tr>{title}{values}<td class="source">{escape(line.source)}</td><td>{escape(line.kind)}</td></tr>'

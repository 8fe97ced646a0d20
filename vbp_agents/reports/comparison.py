"""A comparison for people and for programs: the JSON that is a contract, and the table by aim."""

import json
import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.presentation.written import DASH, bounds, difference, folded, many, number, signed
from vbp_agents.reports.remarks import Contracts, contracts_in_force
from vbp_agents.terms.scenario import Scenario

if TYPE_CHECKING:
    from rich.table import Table

    from vbp_agents.metrics import CostEffectiveness

SCHEMA = 1
NAME_WIDTH = 20
UNIT_INDENT = 2
_LONGEST = 34
"""Columns that no metric's name goes beyond."""
LEAST, COMFORT, ONE_LINE = 12, 16, 28
"""Columns of a difference above its interval on two lines, of longer names and numbers, and of both on one line."""
VALUE_CAPTION = (
    "cost: dollars a person and year; QALYs: a 1,000 people and year; a cost per QALY only where both differ clearly "
    "from zero; $50k ...: in how many of the replicates the scenario is the better buy if a QALY is worth that (from 2 "
    "replicates on, an even one counts half; it shows luck, not what is unknown)"
)
AIMS = {
    "volume": "Volume",
    "coordination": "Coordination",
    "selection": "Selection",
    "triple_aim": "Triple Aim",
    "money": "Money",
    "equity": "Equity",
}
Metrics = Mapping[str, Mapping[str, Any]]
RunsByScenario = Mapping[str, Sequence[Mapping[str, float | None]]]
"""By scenario, what each replicate measured: metric name to number, None where it has none."""


def document(
    scenarios: Sequence[Scenario],
    values: RunsByScenario,
    *,
    baseline: str,
    patients: int,
    years: int,
    seed: int,
    held: Contracts | None = None,
) -> dict[str, Any]:
    """The comparison as other programs read it. Numbers are finite or null.

    ``held``: how many contracts were held, by scenario and replicate; without it `contracts` is empty.
    """
    from vbp_agents.metrics import summarize
    from vbp_agents.reports.health_for_money import cost_effectiveness_document

    document: dict[str, Any] = {
        "schema": SCHEMA,
        "version": __version__,
        "seed": seed,
        "replicates": len(values[baseline]),
        "patients": patients,
        "years": years,
        "baseline": baseline,
        "behavior_hash": scenarios[0].behavior_hash,
        "scenarios": [scenario.name for scenario in scenarios],
        "hashes": {scenario.name: scenario.hash for scenario in scenarios},
        "contracts": contracts_in_force(scenarios, held) if held else {},
        "metrics": summarize(values, baseline),
        "cost_effectiveness": cost_effectiveness_document(values, baseline),
    }
    return document


def run_document(scenario: Scenario, measured: Mapping[str, float | None], **facts: int) -> dict[str, Any]:
    """One run as other programs read it."""
    from vbp_agents.metrics import METRICS

    metrics = {
        name: {"unit": metric.unit, "aim": metric.aim, "better": metric.better, "value": measured[name]}
        for name, metric in METRICS.items()
    }
    hashes = {"hash": scenario.hash, "behavior_hash": scenario.behavior_hash}
    return {"schema": SCHEMA, "version": __version__, "scenario": scenario.name, **facts, **hashes, "metrics": metrics}


def to_json(document: Any) -> bytes:
    """JSON text in UTF-8; what is not a finite number becomes null."""
    return (json.dumps(_finite(document), indent=2, allow_nan=False, ensure_ascii=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class PageLayout:
    """How a comparison's columns fit a page: ``first`` and ``each`` other so wide, None for as wide as they like."""

    first: int | None
    each: int | None

    @classmethod
    def of(cls, columns: int, scenarios: int) -> "PageLayout":
        """For a page of so many ``columns``: no wider than it, nor narrower than can be read."""
        first = min(max(columns - scenarios * (COMFORT + 1) - 1, NAME_WIDTH), _LONGEST)
        return cls(first, max(LEAST, (columns - first - 1) // scenarios - 1))

    @property
    def between(self) -> str:
        """What stands between a difference and its interval."""
        return " " if self.each is None or self.each >= ONE_LINE else "\n"

    def heading(self, name: str, number: int) -> str:
        """A scenario's name, broken after underscores; its number where a word of it is too long for that."""
        if self.each is None:
            return name
        return folded(name, self.each) if self.fits(name) else f"({number})"

    def fits(self, name: str) -> bool:
        """Whether no word of a name must be broken."""
        return self.each is None or max(map(len, folded(name, self.each).split("\n"))) <= self.each

    def cell(self, values: Mapping[str, Any]) -> str:
        """A difference and its interval; where only the baseline has no number, the scenario's own mean."""
        if values["difference"] is None and values["mean"] is not None:
            return f"mean{self.between}{number(values['mean'])}"
        return self.between.join(part for part in difference(values) if part)


def comparison_tables(document: Mapping[str, Any], columns: int, notes: Sequence[str] = ()) -> "list[Table]":
    """The comparison by aim: the baseline's mean, then each difference from it with its 95% interval.

    ``columns``: of the page. Where they are few, names and intervals go over several lines, names with words that do
    not fit are numbered, and scenarios that have no room get a further table. ``notes`` are added to the caption.
    """
    others = [name for name in document["scenarios"] if name != document["baseline"]]
    if columns >= 60 + 28 * len(document["scenarios"]):
        return [_comparison_table(document, others, PageLayout(None, None), notes)]
    most = (columns - NAME_WIDTH - 1) // (LEAST + 1) - 1
    tables = -(-len(others) // max(1, most)) or 1
    together = -(-len(others) // tables) or 1
    layout = PageLayout.of(columns, together + 1)
    parts = [others[place : place + together] for place in range(0, max(1, len(others)), together)]
    return [_comparison_table(document, part, layout, notes) for part in parts]


def _comparison_table(
    document: Mapping[str, Any], others: Sequence[str], layout: PageLayout, notes: Sequence[str]
) -> "Table":
    from rich import box
    from rich.table import Table

    baseline = document["baseline"]
    names = [baseline, *others]
    legend = [f"({number}) {name}" for number, name in enumerate(names) if not layout.fits(name)]
    title = "\n".join([_title(document), *(["; ".join(legend)] if legend else [])])
    caption = "\n".join([_caption(document), *notes])
    table = Table(title=title, caption=caption, caption_justify="left", box=box.SIMPLE, padding=0, show_edge=False)
    table.add_column("metric", width=layout.first, overflow="fold")
    for place, name in enumerate(names):
        table.add_column(layout.heading(name, place), justify="right", width=layout.each, overflow="fold")
    if not others:
        table.add_column("95% interval", justify="right")
    for name, metric in _by_aim(table, document["metrics"]):
        label = _labeled(name, metric, layout.first)
        of_baseline = metric["values"][baseline]
        cells = [layout.cell(metric["values"][other]) for other in others] or [bounds(of_baseline)]
        table.add_row(label, number(of_baseline["mean"]), *cells)
    return table


def value_tables(values: RunsByScenario, baseline: str, columns: int) -> "list[Table]":
    """What each scenario's health costs against the baseline's; none where nothing was measured to say so.

    Two tables, the second of who is the better buy, on a page of fewer than 80 ``columns``.
    """
    from vbp_agents.metrics.cost_effectiveness import WORTHS, cost_effectiveness

    by_scenario = {
        name: cost_effectiveness(runs, values[baseline]) for name, runs in values.items() if name != baseline
    }
    if all(value.cost.n == 0 or value.qalys.n == 0 for value in by_scenario.values()):
        return []
    title = f"Health for money, against {baseline}"
    costs = {name: _cost_cells(value) for name, value in by_scenario.items()}
    better = {name: _better_cells(value) for name, value in by_scenario.items()}
    headings, worths = ["cost", "QALYs", "cost per QALY"], [f"${worth // 1000}k" for worth in WORTHS]
    if columns >= 80:
        both = {name: [*cells, *better[name]] for name, cells in costs.items()}
        return [_value_table(title, [*headings, *worths], both, VALUE_CAPTION)]
    return [_value_table(title, headings, costs), _value_table("The better buy", worths, better, VALUE_CAPTION)]


def _value_table(title: str, headings: Sequence[str], rows: Mapping[str, Sequence[str]], caption: str = "") -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(
        title=title,
        caption=caption or None,
        caption_justify="left",
        box=box.SIMPLE,
        padding=(0, 0, 0, 1),
        show_edge=False,
    )
    table.add_column("scenario", min_width=NAME_WIDTH, overflow="fold")
    for heading in headings:
        table.add_column(heading, justify="right")
    for name, cells in rows.items():
        table.add_row(folded(name, NAME_WIDTH), *cells)
    return table


def _cost_cells(value: "CostEffectiveness") -> list[str]:
    """A scenario's differences, and what a QALY costs."""
    cost = DASH if value.cost.mean is None else signed(value.cost.mean, 0)
    qalys = DASH if value.qalys.mean is None else signed(1_000 * value.qalys.mean, 2)
    return [cost, qalys, value.verdict if value.icer is None else f"${value.icer:,.0f}\n{value.verdict}"]


def _better_cells(value: "CostEffectiveness") -> list[str]:
    """In how many replicates a scenario is the better buy; nothing to say where cost and health are the same."""
    same = value.cost.mean == value.qalys.mean == 0
    counts = (None if same or share is None else share * value.pairs for share in value.acceptable.values())
    return [DASH if count is None else f"{round(count, 1):g} of {value.pairs}" for count in counts]


def run_table(document: Mapping[str, Any]) -> "Table":
    """One run by aim. Without replicates there is no interval: most of a single run's detail is luck."""
    from rich.table import Table

    table = Table(
        title=f"{document['scenario']}: {document['patients']:,} patients, {many(document['years'], 'year')}",
        caption="one run",
    )
    table.add_column("metric")
    table.add_column("value", justify="right")
    for name, metric in _by_aim(table, document["metrics"]):
        table.add_row(_labeled(name, metric), number(metric["value"]))
    return table


def rows_table(rows: Sequence[Mapping[str, str]], title: str) -> "Table":
    """Rows that all have the same names, as a table; brackets in them are no markup."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=escape(title))
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row.values()))
    return table


def _by_aim(table: "Table", metrics: Metrics) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each metric in the order of the aims; the table gets a heading before an aim's first."""
    for aim, title in AIMS.items():
        rows = [(name, metric) for name, metric in metrics.items() if metric["aim"] == aim]
        if rows:
            table.add_section()
            table.add_row(f"[bold]{title}[/bold]")
        yield from rows


def _title(document: Mapping[str, Any]) -> str:
    size = f"{document['patients']:,} patients, {many(document['years'], 'year')}"
    paired = "paired " if len(document["scenarios"]) > 1 else ""
    return f"{size}, {many(document['replicates'], f'{paired}replicate')}"


def _labeled(name: str, metric: Mapping[str, Any], columns: int | None = None) -> str:
    """A metric and its unit below it, folded to so many columns."""
    unit = metric["unit"]
    lines = [unit] if columns is None else textwrap.wrap(unit, columns - UNIT_INDENT)
    about = "\n".join(f"{' ' * UNIT_INDENT}[dim]{line}[/dim]" for line in lines)
    return f"{name if columns is None else folded(name, columns)}\n{about}"


def _caption(document: Mapping[str, Any]) -> str:
    intervals = "with 95% intervals over replicates" if document["replicates"] > 1 else "one replicate: no intervals"
    alone = document["scenarios"] == [document["baseline"]]
    what = (
        f"means of {document['baseline']}, compared with nothing"
        if alone
        else f"differences from {document['baseline']}"
    )
    return f"{what}, {intervals}; –: no such number"

"""Book beside Truth as two tables, and where a dollar goes as bars, of the last whole year."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import solara

from vbp_agents.app.charts import SCENARIO_COLORS
from vbp_agents.app.html import markup, paragraphs, table_html, tag
from vbp_agents.app.measured import ENOUGH
from vbp_agents.app.watching.books import BOOK, TRUTH, BookLine, Flow, compared_lines, flow, saved, whole_years
from vbp_agents.app.watching.run import Watched
from vbp_agents.presentation.markup import Cell
from vbp_agents.presentation.written import minus, spoken

_STEPS = (("paid", "Who pays"), ("services", "For what"), ("kept", "Who gets it"))
SERVICES_CALLED = {
    "primary": "primary-care visits",
    "specialist": "specialist visits",
    "test": "tests and images",
    "procedure": "procedures",
    "ed": "emergency visits",
    "admission": "hospital stays",
    "post_acute": "post-acute care",
    "other": "other services",
}
A_HALF = 0.5
"""Dollars a person and year that are not drawn when they are fewer."""


@solara.component
def Ledger(watched: Watched, there: tuple[int, int], names: Sequence[str], place: int) -> Any:
    """``there``: years and replicates that are finished."""
    years = solara.use_memo(lambda: whole_years(watched), [watched.id, *there])
    if not years:
        none = paragraphs(["After the first year."], "quiet")
        return tag("div", tag("section", tag("h2", "Book beside Truth"), none, class_="card"), class_="stack")
    number = min(len(lived.years) for lived in watched.first)
    n = f"{len(years)} replicates, 95% intervals" if len(years) >= ENOUGH else "one draw of luck"
    books = tag(
        "section",
        tag("h2", "Book beside Truth"),
        paragraphs([text for text in (f"Year {number}, {n}.", saved(years)) if text], "quiet"),
        tag(
            "div",
            tag("div", _table("What the payer sees", BOOK, years, names)),
            tag("div", _table("What is so", TRUTH, years, names)),
            class_="grid",
        ),
        class_="card",
    )
    flows = [flow([pair[at] for pair in years]) for at in (0, 1)]
    dollars = tag(
        "section",
        tag("h2", "Where a dollar goes"),
        paragraphs([f"Dollars a person and year, year {number}, settlements included."], "quiet"),
        markup(_bars(flows, names, (0, place))),
        tag("details", tag("summary", "The numbers as a table"), _flows(flows, names)),
        class_="card",
    )
    return tag("div", books, dollars, class_="stack")


def _table(title: str, lines: Sequence[BookLine], years: Any, names: Sequence[str]) -> Any:
    apart = "Difference (95% interval)" if len(years) >= ENOUGH else "Difference, one draw of luck"
    heads: list[Cell] = ["", *((name, "number wrap") for name in names), (apart, "number wrap")]
    rows: list[list[Cell]] = [
        [
            f"{c.line.title}, {c.line.unit}",
            (c.base, "number"),
            (c.other, "number"),
            (minus(c.apart), "number"),
        ]
        for c in compared_lines(lines, years)
    ]
    return table_html(heads, rows, title)


def _bars(flows: Sequence[Flow], names: Sequence[str], places: Sequence[int]) -> str:
    """A row a part of each step with a bar a world, all on one scale."""
    most = max(abs(amount) for of_world in flows for step, _ in _STEPS for amount in getattr(of_world, step).values())
    parts = []
    for step, title in _STEPS:
        worlds = [getattr(of_world, step) for of_world in flows]
        sums = (
            f"{escape(name)} {_dollars(sum(of_world.values()))}" for name, of_world in zip(names, worlds, strict=True)
        )
        rows = []
        largest_first = sorted(_parts(worlds), key=lambda what: -max(of_world.get(what, 0.0) for of_world in worlds))
        for what in largest_first:
            amounts = zip(places, (of_world.get(what, 0.0) for of_world in worlds), strict=True)
            bars = "".join(_bar(amount, SCENARIO_COLORS[place], most) for place, amount in amounts)
            rows.append(f'<div class="flow"><span>{escape(_called(what, step))}</span><div>{bars}</div></div>')
        head = f"<h3>{title}</h3><p class='quiet small'>{' · '.join(sums)}</p>"
        parts.append(f"<div>{head}{''.join(rows)}</div>")
    return f'<div class="dollars">{"".join(parts)}</div>'


def _called(what: str, step: str) -> str:
    """A payer, a service or a kind of organization in words."""
    return SERVICES_CALLED.get(what, spoken(what)) if step == "services" else spoken(what)


def _bar(amount: float, color: str, most: float) -> str:
    """What is paid back has an outline alone."""
    filled = "background" if amount >= 0 else "border:1px solid;border-color"
    style = f"width:{80 * abs(amount) / most:.2f}%;{filled}:{color}"
    return f'<p><i style="{style}"></i> <b>{_dollars(amount)}</b></p>'


def _parts(worlds: Sequence[Mapping[str, float]]) -> list[str]:
    """What a step consists of in either world, half a dollar or more."""
    names = dict.fromkeys(name for amounts in worlds for name in amounts)
    return [name for name in names if any(abs(amounts.get(name, 0.0)) >= A_HALF for amounts in worlds)]


def _dollars(amount: float) -> str:
    return f"{'−' if amount <= -A_HALF else ''}${abs(amount):,.0f}"


def _flows(flows: Sequence[Flow], names: Sequence[str]) -> Any:
    rows: list[list[Cell]] = []
    for step, title in _STEPS:
        each = [getattr(of_world, step) for of_world in flows]
        for what in _parts(each):
            amounts = [of_world.get(what, 0.0) for of_world in each]
            rows.append(
                [
                    f"{title}: {_called(what, step)}",
                    *((_dollars(amount), "number") for amount in amounts),
                ]
            )
    return table_html(["", *((name, "number") for name in names)], rows)

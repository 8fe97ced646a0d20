"""Book beside Truth as two tables, and where a dollar goes as bars, of the last whole year."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import solara

from vbp_agents.app.charts import SCENARIO_COLORS
from vbp_agents.app.html import Cell, markup, paragraphs, table, tag
from vbp_agents.app.measured import ENOUGH
from vbp_agents.app.watching.books import BOOK, TRUTH, Flow, Line, compared, flow, saved, whole_years
from vbp_agents.app.watching.run import Watched
from vbp_agents.presentation.written import spoken

STEPS = (("paid", "Who pays"), ("services", "For what"), ("kept", "Who gets it"))
LETTER = 0.82
"""Percent of a bar that a letter takes: words that find no room in their part are in its title and in the table."""


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


def _table(title: str, lines: Sequence[Line], years: Any, names: Sequence[str]) -> Any:
    apart = "Difference (95% interval)" if len(years) >= ENOUGH else "Difference, one draw of luck"
    heads: list[Cell] = ["", *((name, "number wrap") for name in names), (apart, "number wrap")]
    rows: list[list[Cell]] = [
        [f"{c.line.title}, {c.line.unit}", (c.base, "number"), (c.other, "number"), (c.apart, "number wrap")]
        for c in compared(lines, years)
    ]
    return table(heads, rows, title)


def _bars(flows: Sequence[Flow], names: Sequence[str], places: Sequence[int]) -> str:
    """A bar a step and world, all on one scale."""
    most = max(sum(max(0.0, value) for value in getattr(one, step).values()) for one in flows for step, _ in STEPS)
    parts = []
    for step, title in STEPS:
        parts.append(f"<h3>{title}</h3>")
        for one, name, place in zip(flows, names, places, strict=True):
            parts.append(_bar(getattr(one, step), name, SCENARIO_COLORS[place], most))
    return f'<div class="dollars">{"".join(parts)}</div>'


def _bar(amounts: Mapping[str, float], name: str, color: str, most: float) -> str:
    there = sorted(((what, amount) for what, amount in amounts.items() if amount >= 0.5), key=lambda one: -one[1])
    cells = []
    for number, (what, amount) in enumerate(there):
        width = 100 * amount / most
        words = _label(spoken(what), f"${amount:,.0f}", width)
        tint = (34, 18)[number % 2]
        style = f"width:{width:.2f}%;background:color-mix(in srgb, {color} {tint}%, var(--surface))"
        cells.append(f'<i style="{style}" title="{escape(spoken(what))}: ${amount:,.0f}">{words}</i>')
    owed = sum(amount for amount in amounts.values() if amount < -0.5)
    back = f" <small>less ${-owed:,.0f} paid back</small>" if owed else ""
    total = sum(amounts.values())
    said = f"<span>{escape(name)}: <b>${total:,.0f}</b>{back}</span>"
    return f'<div class="of">{said}<div class="bar">{"".join(cells)}</div></div>'


def _label(what: str, dollars: str, width: float) -> str:
    if width > LETTER * (len(what) + len(dollars) + 3):
        return f"{escape(what)} <b>{dollars}</b>"
    return f"<b>{dollars}</b>" if width > LETTER * (len(dollars) + 2) else ""


def _flows(flows: Sequence[Flow], names: Sequence[str]) -> Any:
    rows: list[list[Cell]] = []
    for step, title in STEPS:
        each = [getattr(one, step) for one in flows]
        for what in dict.fromkeys(name for one in each for name in one):
            amounts = [one.get(what, 0.0) for one in each]
            rows.append([f"{title}: {spoken(what)}", *((f"${amount:,.0f}", "number") for amount in amounts)])
    return table(["", *((name, "number") for name in names)], rows)

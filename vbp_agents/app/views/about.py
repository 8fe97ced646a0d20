"""What the model is and is not, the evidence, and where everything is said in full."""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import Any

import solara

from vbp_agents.app.html import paragraphs, table_html, tag
from vbp_agents.app.views import View
from vbp_agents.presentation.markup import Cell, Escaped, link

_MARKS = {"inside": "✓", "missed": "✗"}
_NAMED = re.compile(r"(?P<article>PMC\d+)|(?P<title>\d+) CFR (?P<section>\d+\.\d+)")

IS = (
    "An agent-based simulation of how health care is paid. The same patients, with the same luck, live under different "
    "contracts; a contract is only a money rule. Volume, coordination, selection, coding, health, experience, money "
    "and equity come out of what providers make of it.",
    "A contract never says how anyone behaves. Providers work out what its rule makes one more service, member, coded "
    "diagnosis or point of quality worth, by asking that same rule, and act on it with their own ethics, costs and "
    "limits.",
)
IS_NOT = (
    "It is no forecast. Much of how strongly providers respond is identified by nothing published: such numbers are "
    "assumptions, say so wherever they stand, and can be changed in every view.",
    "A single run is luck as much as effect. Differences are shown with intervals over replicates, each with new "
    "patients and new luck, on which all scenarios are compared.",
    "The people are synthetic, calibrated on published figures of Medicare's population. Nobody real is in them.",
)


@solara.component
def About() -> Any:
    """The view."""
    return tag(
        "div",
        tag("h1", "What the model is, and what it is not"),
        tag(
            "div",
            tag("section", tag("h2", "What it is"), paragraphs(IS), class_="card"),
            tag("section", tag("h2", "What it is not"), paragraphs(IS_NOT), class_="card"),
            class_="grid",
        ),
        tag("section", tag("h2", "The evidence it is held against"), *_evidence(), class_="card"),
        class_="stack",
    )


def _evidence() -> list[Any]:
    """The published figures by role, and what the model made of them. It is imported here, once somebody looks."""
    from vbp_agents.answers.evidence_report import HEADINGS, published
    from vbp_agents.answers.scoreboard import scoreboard
    from vbp_agents.evidence.rows import ROLES, evidence_rows

    board = scoreboard()
    rows = [row.model_dump(mode="json") | {"percent": row.percent} for row in evidence_rows()]
    default = board.behaviors[0]
    counts = Counter(board.rows[row["id"]][default].verdict.partition(",")[0] for row in rows)
    parts = [
        paragraphs(
            (
                f"{len(rows)} published figures, frozen before anything was fitted. With {board.patients:,} people "
                f"over {board.years} years and {board.replicates} replicates the model is inside of "
                f"{counts['inside']} and misses {counts['missed']}. Of {counts['cannot tell']} it cannot tell: its own "
                f"interval is too wide, or replicates are too few. {counts['cannot move']} it cannot move, and "
                f"{counts['no interval']} have no interval to be inside of.",
                "Where the model in which nobody changes anything is inside too, a figure tests nothing.",
                "The command vbp evidence runs the model against each of them anew. A miss is a finding, and stays.",
            ),
            "quiet",
        )
    ]
    for role in ROLES:
        of_role = [row for row in rows if row["role"] == role]
        cells = [_row(row, published(row), *board.rows[row["id"]][default]) for row in of_role]
        heads: list[Cell] = ["What was measured", "Unit", ("Published", "number"), ("The model", "number"), "Verdict"]
        opened = tag("summary", f"{HEADINGS[role]} ({len(of_role)})")
        parts.append(tag("details", opened, table_html([*heads, "Source", "Seen"], cells)))
    return parts


def _row(row: Mapping[str, Any], published: str, figure: str, verdict: str) -> list[Cell]:
    mark = _MARKS.get(verdict, "")
    numbers: list[Cell] = [(published, "number"), (figure, "number")]
    return [row["title"], row["unit"], *numbers, f"{mark} {verdict}".strip(), linked(row["source"]), row["seen"]]


def linked(source: str) -> Escaped:
    """A source with links to what it names: articles by PMC number, sections of the Code of Federal Regulations."""
    parts, end = [], 0
    for named in _NAMED.finditer(source):
        parts += [escape(source[end : named.start()]), link(named[0], _address(named))]
        end = named.end()
    return Escaped("".join([*parts, escape(source[end:])]))


def _address(named: re.Match[str]) -> str:
    if named["article"]:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{named['article']}/"
    return f"https://www.ecfr.gov/current/title-{named['title']}/section-{named['section']}"


VIEW = View("about", "About", "What the model is and is not, and the evidence", 90, About, asks=False)

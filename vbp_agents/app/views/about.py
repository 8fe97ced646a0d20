"""What the model is and is not, the evidence, and where everything is said in full."""

from typing import Any

import solara

from vbp_agents.app.html import Cell, paragraphs, table, tag
from vbp_agents.app.views import View

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
    """The published figures by role. The model is imported here, once somebody looks."""
    from vbp_agents.evidence.report import HEADINGS, published
    from vbp_agents.evidence.rows import ROLES, rows

    found = [row.model_dump(mode="json") for row in rows()]
    parts = [
        paragraphs(
            (
                f"{len(found)} published figures, frozen before anything was fitted. The command vbp evidence "
                "runs the model against each of them and says where it hits and misses.",
            ),
            "quiet",
        )
    ]
    for role in ROLES:
        of_role = [row for row in found if row["role"] == role]
        cells: list[list[Cell]] = [
            [row["title"], row["unit"], (published(row), "number"), row["source"], row["seen"]] for row in of_role
        ]
        heads: list[Cell] = ["What was measured", "Unit", ("Published", "number"), "Source", "Seen"]
        opened = tag("summary", f"{HEADINGS[role]} ({len(of_role)})")
        parts.append(tag("details", opened, table(heads, cells)))
    return parts


VIEW = View("about", "About", "What the model is and is not, and the evidence", 90, About, asks=False)

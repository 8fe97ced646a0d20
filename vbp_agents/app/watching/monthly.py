"""What happened in the month that the map shows, in both worlds, and whom to ask why."""

from collections.abc import Callable, Sequence
from typing import Any

import solara

from vbp_agents.app.html import table_html, tag
from vbp_agents.app.vue import Press
from vbp_agents.app.watching.happenings import Happening, event_counts, happenings_of
from vbp_agents.app.watching.run import Watched
from vbp_agents.presentation.markup import Cell
from vbp_agents.study.window import MONTHS_A_YEAR


@solara.component
def Monthly(
    watched: Watched, month: int, names: Sequence[str], world: int, set_picked: Callable[[dict[str, Any]], None]
) -> Any:
    """``world``: whose practices and people the sentences are about."""
    recording = watched.first[world].recording
    if recording is None:
        raise ValueError("the first replicate is recorded")
    said = solara.use_memo(
        lambda: happenings_of(recording, month), [watched.id, world, month, month <= len(recording.months)]
    )
    when = (
        f"Year {(month - 1) // MONTHS_A_YEAR + 1}, month {(month - 1) % MONTHS_A_YEAR + 1}"
        if month
        else "Before the first month"
    )
    heads: list[Cell] = ["", *((name, "number wrap") for name in names)]
    rows: list[list[Cell]] = [
        [title, (f"{base:,}", "number"), (f"{other:,}", "number")]
        for title, base, other in event_counts(watched, month)
    ]
    sentences = [_sentence(happening, month, set_picked) for happening in said]
    return tag(
        "div",
        tag("h2", when),
        tag(
            "div",
            tag("div", table_html(heads, rows, "How often, one draw of luck"), class_="monthly"),
            tag("div", tag("h3", f"Under {names[world]}"), tag("ul", *sentences, class_="told")),
            class_="grid",
        ),
    )


def _sentence(happening: Happening, month: int, set_picked: Callable[[dict[str, Any]], None]) -> Any:
    if not happening.kind:
        return tag("li", happening.text)
    why = Press(
        label="Why?",
        look="plain",
        disabled=False,
        event_press=lambda *_: set_picked({"kind": happening.kind, "id": happening.id, "month": month}),
    )
    return tag("li", f"{happening.text} ", why)

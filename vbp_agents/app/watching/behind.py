"""The map in a sentence and as a table, for who does not see it, and for numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import solara

from vbp_agents.app.film import LEVELS
from vbp_agents.app.html import paragraphs, table_html, tag
from vbp_agents.app.recording import Recording
from vbp_agents.app.vue import Press
from vbp_agents.app.watching.happenings import holder_name
from vbp_agents.app.watching.run import Watched
from vbp_agents.presentation.markup import Cell
from vbp_agents.study.places import COLORINGS


@solara.component
def Behind(watched: Watched, month: int, names: Sequence[str], world: int) -> Any:
    """What the map shows in a month, in words; the table on demand."""
    opened, set_opened = solara.use_state(False)
    recording = watched.first[world].recording
    if recording is None:
        raise ValueError("the first replicate is recorded")
    press = Press(
        label="Hide the table" if opened else "The map as a table",
        look="plain",
        disabled=False,
        event_press=lambda *_: set_opened(not opened),
    )
    rows = practice_rows(recording, month)
    words = glance(rows, names[world], month)
    if recording.everybody > len(recording.rows):
        shown, all_there = len(recording.rows), recording.everybody
        words += f" The map shows one area, with {shown:,} of the region's {all_there:,} people."
    said = tag("div", paragraphs([words], "quiet small"), press, class_="behind")
    if not opened:
        return said
    heads: list[Cell] = ["Practice", "Under", ("People", "number"), *((c.title, "number wrap") for c in COLORINGS)]
    cells: list[list[Cell]] = [
        [str(row["practice"]), row["holder"], (f"{row['people']:,}", "number"), *_tenths(row)] for row in rows
    ]
    caption = f"Month {month} under {names[world]}; tenths, 1 to {LEVELS}, of all people before the first month"
    named = {"tabindex": "0", "role": "region", "aria_label": "The map as a table"}
    return tag("div", said, tag("div", table_html(heads, cells, caption), class_="story", **named))


def _tenths(row: dict[str, Any]) -> list[Cell]:
    return [(f"{row[coloring.name]:.1f}", "number") for coloring in COLORINGS]


def practice_rows(recording: Recording, month: int) -> list[dict[str, Any]]:
    """Every practice of primary care in a month: how many people, whose it is, and their mean tenths, sickest first."""
    last = min(month, len(recording.months))
    where, n = recording.seats.practice_at(last), len(recording.places)
    people = np.bincount(where, minlength=n + 1)
    holder = recording.practices[last].holder
    means = {
        c.name: np.bincount(where, recording.level(c.name, last) + 1.0, n + 1) / np.maximum(1, people)
        for c in COLORINGS
    }
    rows: list[dict[str, Any]] = [
        {
            "practice": int(recording.places[at]),
            "people": int(people[at]),
            "holder": holder_name(recording, str(holder[at])),
        }
        | {name: float(mean[at]) for name, mean in means.items()}
        for at in np.flatnonzero(recording.primary)
    ]
    pool = {"practice": "none", "people": int(people[n]), "holder": ""}
    pool |= {name: float(mean[n]) for name, mean in means.items()}
    first = COLORINGS[0].name
    return [*sorted(rows, key=lambda row: row[first], reverse=True), *([pool] if people[n] else [])]


def glance(rows: Sequence[dict[str, Any]], name: str, month: int) -> str:
    """What the map shows at a glance."""
    with_people = [row for row in rows if row["practice"] != "none" and row["people"]]
    without = sum(row["people"] for row in rows if row["practice"] == "none")
    largest, sickest = max(with_people, key=lambda row: row["people"]), with_people[0]
    when = f"month {month}" if month else "the month before the first"
    attached = sum(row["people"] for row in with_people)
    return (
        f"In {when} under {name}, {len(with_people)} practices have {attached:,} people, and "
        f"{without:,} have none. Practice {largest['practice']} is the largest with {largest['people']:,}; practice "
        f"{sickest['practice']} has the sickest on average."
    )

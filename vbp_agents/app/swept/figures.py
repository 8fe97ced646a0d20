"""An analysis on the page: its picture for light and dark, its sentence, its numbers, and all of it as files."""

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

import solara

from vbp_agents.analysis.base import Analysis
from vbp_agents.app.files import File
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.vue import Fold
from vbp_agents.presentation.written import many
from vbp_agents.sweep_reports.frames import MOST_ROWS, frame_csv, frame_table


@solara.component
def FigureCard(analysis: Analysis, picture: tuple[bytes, bytes] | None, names: Mapping[str, str]) -> Any:
    """A card. ``picture``: SVG in light and dark, None while it is drawn; ``names``: of the tables, in words."""
    opened, set_opened = solara.use_state(False)
    rows = len(analysis.frame)
    note = f"{many(rows, 'row')}, {MOST_ROWS} of them here" if rows > MOST_ROWS else many(rows, "row")
    fold = Fold(label="The numbers", note=note, opened=opened, event_toggle=set_opened)
    files = [
        File("CSV", f"{analysis.name}.csv", lambda: frame_csv(analysis.frame), "plain"),
        File("PNG", f"{analysis.name}.png", analysis.png, "plain"),
        File("SVG", f"{analysis.name}.svg", lambda: picture[0] if picture else analysis.svg(), "plain"),
    ]
    drawn = images(picture, analysis.alt) if picture else '<p class="quiet waiting">Drawing …</p>'
    words = tag(
        "div",
        tag("h2", analysis.title, class_="hidden"),  # the picture has it
        paragraphs([analysis.sentence]),
        tag("div", tag("span", "Save as"), *files, class_="tools"),
    )
    both = tag("div", markup(drawn, "picture"), words, class_="swept-figure")
    return tag("section", both, fold, *([_numbers(analysis, names)] if opened else []), class_="card")


def images(picture: tuple[bytes, bytes], alt: str) -> str:
    """Both pictures, of which the page shows the one for how it looks."""
    light, dark = (base64.b64encode(data).decode() for data in picture)
    words = escape(alt, quote=True)
    return "".join(
        f'<img class="on-{look}" src="data:image/svg+xml;base64,{data}" alt="{words}">'
        for look, data in (("light", light), ("dark", dark))
    )


def _numbers(analysis: Analysis, names: Mapping[str, str]) -> Any:
    """The first rows of what is behind a picture."""
    label = escape(f"The numbers: {analysis.title}", quote=True)
    region = f'class="scroll sheet" tabindex="0" role="region" aria-label="{label}"'
    return markup(f"<div {region}>{frame_table(analysis.frame, names)}</div>")

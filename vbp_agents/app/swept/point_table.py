"""The points of a sweep as a table: where each is, and a link to Compare with its scenarios, or their files."""

from collections.abc import Iterator, Mapping
from typing import Any

import solara

from vbp_agents.app.files import File
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.kept import Kept
from vbp_agents.app.runner import READERS, Job
from vbp_agents.app.swept.points import PointValues, link_to, scenario_archive, scenarios_of
from vbp_agents.app.vue import Fold, Press
from vbp_agents.presentation.markup import Cell, Escaped, table_text
from vbp_agents.sweep_reports.described import value_words, varied_title
from vbp_agents.sweep_reports.frames import written
from vbp_agents.sweeps.reading import Sweep

A_PAGE = 10
"""Points that a page of the table has."""
ABOUT = (
    "A link opens Compare with a point's scenarios, people, years and luck: replicate 1 there is replicate 1 here. "
    "Where a link would be too long, or this page computes less than the sweep did, take the files."
)
LINKS = Kept[str](4_000_000)
"""The links that were made; "" where there can be none."""


@solara.component
def Points(sweep: Sweep, values: dict[int, PointValues], scenario: str) -> Any:
    """A fold-out. ``values``: of the points that are looked at; ``scenario``: beside the baseline, "" for all."""
    opened, set_opened = solara.use_state(False)
    fold = Fold(label="The points", note=f"{len(values):,}", opened=opened, event_toggle=set_opened)
    return tag("section", fold, *([PointsOpened(sweep, values, scenario)] if opened else []), class_="card")


@solara.component
def PointsOpened(sweep: Sweep, values: dict[int, PointValues], scenario: str) -> Any:
    """What is in it: a page of the table, and the way to the others."""
    first, set_first = solara.use_state(0)
    jobs: Jobs[Any] = use_jobs()
    first = min(first, max(0, (len(values) - 1) // A_PAGE * A_PAGE))
    shown = {point: values[point] for point in list(values)[first : first + A_PAGE]}
    key = (sweep.study.hash, tuple(shown), scenario)
    solara.use_effect(lambda: jobs.begin(lambda job: _links(sweep, shown, scenario, job), len(shown), READERS), [key])
    links = {point: LINKS.find((sweep.study.hash, point, scenario)) for point in shown}
    last = first + len(shown)
    turn = [
        Press(label="Before", look="", disabled=first == 0, event_press=lambda *_: set_first(first - A_PAGE)),
        Press(label="Next", look="", disabled=last >= len(values), event_press=lambda *_: set_first(first + A_PAGE)),
        tag("span", f"{first + 1:,} to {last:,} of {len(values):,}", class_="quiet small"),
    ]
    table = _table(sweep, shown, links)
    saved = [_files(sweep, point, shown[point], scenario) for point in shown if links[point] == ""]
    return tag(
        "div",
        paragraphs([ABOUT], "quiet small"),
        markup(f'<div class="scroll" tabindex="0" role="region" aria-label="The points">{table}</div>'),
        *([tag("div", *saved, class_="row")] if saved else []),
        *([tag("div", *turn, class_="row turn")] if len(values) > A_PAGE else []),
    )


def _links(sweep: Sweep, shown: Mapping[int, PointValues], scenario: str, job: Job[int]) -> Iterator[int]:
    """Make the links of a page of the table that are not there yet."""
    for point, values in shown.items():
        key = (sweep.study.hash, point, scenario)
        if LINKS.find(key) is None:
            link = link_to(sweep.study, scenarios_of(sweep.study, values, scenario)) or ""
            LINKS.keep(key, link, 200 + len(link))
        yield point
        if not job.may_go_on(good_place=True):
            return


def _table(sweep: Sweep, shown: Mapping[int, PointValues], links: Mapping[int, str | None]) -> str:
    varied = sweep.study.varied
    kinds = {each.written: "number" if each.numeric else "" for each in varied}
    titles: list[Cell] = [(varied_title(each, sweep.study), kinds[each.written]) for each in varied]
    rows: list[list[Cell]] = [
        [f"{point:,}", *((_value(values[path]), kind) for path, kind in kinds.items()), _way(point, links[point])]
        for point, values in shown.items()
    ]
    return table_text(["Point", *titles, "Its scenarios"], rows)


def _value(value: Any) -> str:
    return written(float(f"{value:.4g}")) if isinstance(value, float) else value_words(value)


def _way(point: int, link: str | None) -> str:
    if link is None:
        return "…"
    if not link:
        return "as files, below"
    words = f'Open in Compare<span class="hidden"> point {point}</span>'
    return Escaped(f'<a href="{link.replace("&", "&amp;")}">{words}</a>')


def _files(sweep: Sweep, point: int, values: PointValues, scenario: str) -> Any:
    def make() -> bytes:
        replicates = int(sweep.experiments.replicate.max())
        return scenario_archive(sweep.study, scenarios_of(sweep.study, values, scenario), replicates)

    return File(f"Point {point} as files", f"point-{point}.zip", make, "")

"""Sweeps that were computed, or are under way: which there are below a folder, and what each says."""

import time
from typing import Any

import solara

from vbp_agents.app.html import paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.runner import READERS
from vbp_agents.app.session import use_session
from vbp_agents.app.swept.shelf import COMPLETE, Entry, results_folder
from vbp_agents.app.views import View
from vbp_agents.app.vue import Press
from vbp_agents.presentation.written import many

TITLE = "Sweeps"
HOW = "To see sweeps here, start the page with the folder that they are in: vbp app --results DIR"
EMPTY = "There is no sweep in the folder yet: vbp sweep STUDY.yaml --out DIR/NAME begins one, and it appears here."
_MOST_SHOWN = 200
"""Sweeps that are listed, those that were written last."""


@solara.component
def Sweeps() -> Any:
    """The view: all sweeps, or the one that the link names. What it needs is imported once there is a folder."""
    name = use_session().of_views.value.get("sweep", "")
    if results_folder() is None:
        return tag("div", tag("h1", TITLE), paragraphs([HOW], "quiet"), class_="stack")
    if not name:
        return _Shelf()
    from vbp_agents.app.swept.one import One

    return One(name).key(name)


@solara.component
def _Shelf() -> Any:
    """All sweeps, what was written last in front."""
    jobs: Jobs[Any] = use_jobs()

    def begin() -> None:
        from vbp_agents.app.swept.followed import listing

        jobs.begin(listing, 1, READERS)

    solara.use_effect(begin, [])
    job = jobs.job
    entries: list[Entry] | None = job.latest if job is not None else None
    head = tag("div", tag("h1", TITLE), paragraphs(["Studies over many points, and what came of them."], "quiet"))
    if job is not None and job.status == "failed":
        body = tag("div", job.problem, class_="problem", role="alert")
    elif entries is None:
        body = tag("section", tag("p", "Reading the folder …", role="status"), class_="card")
    elif not entries:
        body = tag("section", paragraphs([EMPTY], "quiet"), class_="card")
    else:
        body = tag("section", _table(entries), *_more(entries), class_="card")
    return tag("div", head, body, class_="stack")


def _table(entries: list[Entry]) -> Any:
    heads = [tag("th", text, scope="col", class_=of) for text, of in HEADS]
    rows = [SweepRow(entry).key(entry.name) for entry in entries[:_MOST_SHOWN]]
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="shelf")


HEADS = (("Sweep", ""), ("Runs", "number"), ("State", ""), ("Last written", ""))


@solara.component
def SweepRow(entry: Entry) -> Any:
    """One sweep."""
    session = use_session()
    opens = Press(
        label=entry.title, look="plain", disabled=False, event_press=lambda *_: session.keep(sweep=entry.name)
    )
    named = [tag("span", entry.name, class_="sub")] if entry.name != entry.title else []
    runs = f"{entry.runs:,}" if entry.state == COMPLETE else f"{entry.runs:,} so far"
    return tag(
        "tr",
        tag("th", opens, *named, scope="row"),
        tag("td", "–" if entry.problem else runs, class_="number"),
        tag("td", entry.problem or entry.state),
        tag("td", time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.written))),
    )


def _more(entries: list[Entry]) -> list[Any]:
    left = len(entries) - _MOST_SHOWN
    return [paragraphs([f"And {many(left, 'sweep')} that were written earlier."], "quiet")] if left > 0 else []


VIEW = View("sweeps", "Sweeps", "Studies over many points, and what they found", 35, Sweeps, asks=False)

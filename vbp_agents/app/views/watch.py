"""Watch: the region month by month under two ways to pay, the same people with the same luck."""

from typing import Any

import solara

from vbp_agents.app.html import tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.limits import limits
from vbp_agents.app.links import ARMS
from vbp_agents.app.prepared import prepared
from vbp_agents.app.question import PageQuestion
from vbp_agents.app.session import use_session
from vbp_agents.app.views import View
from vbp_agents.app.vue import Map, Press, Tabs
from vbp_agents.app.watching.progress import progress_text
from vbp_agents.app.watching.region import RegionMap
from vbp_agents.app.watching.run import WatchAsked, Watched, watch
from vbp_agents.app.watching.shown import shown_of
from vbp_agents.app.watching.stored import stored
from vbp_agents.app.watching.terms import Terms

REPLICATES = 10
"""Replicates that are lived in the background, if the server lets as many."""


@solara.component
def WatchView() -> Any:
    """The view."""
    session = use_session()
    jobs: Jobs[Any] = use_jobs()
    opened, set_opened = solara.use_state(False)
    question = session.question.value
    other = shown_of(session.of_views.value, len(question.choices)).other

    def set_other(number: int) -> None:
        session.keep(beside=ARMS[number] if number > 1 else "")

    asked = solara.use_memo(lambda: asked_of(question, other), [question, other])

    def begin() -> None:
        jobs.begin(lambda job: watch(asked, job), asked.steps)

    key = solara.use_memo(
        lambda: (asked.steps, asked.people, asked.seed, *(scenario.hash for scenario in asked.scenarios)), [asked]
    )
    solara.use_effect(begin, [key])
    watched = _latest(jobs, solara.use_memo(dict[str, Watched], []))
    names = solara.use_memo(lambda: [_name(question, number) for number in (0, other)], [question, other])
    numbers = Press(
        label="Hide the numbers" if opened else "Change the numbers",
        look="",
        disabled=False,
        event_press=lambda *_: set_opened(not opened),
    )
    aside = Terms(other) if opened else tag("div", class_="hidden")  # the map stays where it is in the tree
    there = (watched.month, len(watched.pairs)) if watched else (0, 0)
    body = RegionMap(watched, there, names, other) if watched and watched.month else _meanwhile()
    return tag(
        "div",
        tag("div", numbers, _which(question, other, set_other), *_progress(jobs), class_="watch-head"),
        tag("div", aside, body, class_="columns" if opened else "stack"),
        class_="stack watch",
    )


def _progress(jobs: Jobs[Any]) -> list[Any]:
    """How far it is, and an end to it; or why it failed."""
    job = jobs.job
    if job is not None and job.status == "failed":
        return [tag("div", job.problem, class_="problem", role="alert")]
    stop = Press(
        label="Cancel", look="plain", disabled=job is None or not job.active, event_press=lambda *_: jobs.stop()
    )
    state = job.status if job is not None else "waiting"
    return [tag("div", progress_text(job), class_="quiet small", role="status", data_status=state), stop]


def _meanwhile() -> Any:
    """What is shown before the first month: while it compiles, a film that is in the package."""
    if not (prepared.busy and prepared.once):
        words = "The people of the region are born, and live three years under fees …"
        return tag("section", words, class_="card meanwhile", aria_label="The region")
    label = "A stored film, not your question: two years of a region under MSSP ENHANCED, while the engine is prepared."
    film = Map(
        **stored(),
        live=b"",
        lines=[],
        picked=None,
        event_picked_on_map=lambda _: None,
        event_month_shown=lambda _: None,
        event_month_kept=lambda _: None,
        event_behind=lambda _: None,
    )
    return tag("section", tag("p", label, class_="problem"), film, class_="card stored", aria_label="A stored film")


def asked_of(question: PageQuestion, other: int) -> WatchAsked:
    """What is lived for a question. Raises WrongInput."""
    scenarios = question.scenarios()
    return WatchAsked(
        (scenarios[0], scenarios[other]),
        min(question.people, limits().people),
        min(question.years, limits().years),
        question.seed,
        min(REPLICATES, limits().replicates),
    )


def _latest(jobs: Jobs[Any], before: dict[str, Watched]) -> Watched | None:
    """What there is to see: of the run before, until the newest has a month."""
    latest = jobs.job.latest if jobs.job is not None else None
    if isinstance(latest, Watched):
        before["watched"] = latest
    return before.get("watched")


def _name(question: PageQuestion, number: int) -> str:
    choice = question.choices[number]
    return (choice.loaded().title or choice.name) + (", changed" if choice.changes else "")


def _which(question: PageQuestion, other: int, set_other: Any) -> Any:
    """Where there are more than two scenarios, which one is watched beside the baseline."""
    names = [_name(question, number) for number in range(1, len(question.choices))]
    if len(names) < 2:
        return tag("div", class_="hidden")
    label = f"Beside {_name(question, 0)}"
    tabs = Tabs(label=label, options=names, chosen=other - 1, event_choose=lambda n: set_other(n + 1))
    return tag("div", tag("span", label, class_="quiet small"), tabs, class_="which")


VIEW = View("watch", "Watch", "The region month by month, in both worlds", 10, WatchView)

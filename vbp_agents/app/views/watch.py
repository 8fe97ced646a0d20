"""Watch: the region month by month under two ways to pay, the same people with the same luck."""

from typing import Any

import solara

from vbp_agents.app import controls
from vbp_agents.app.html import tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.limits import limits
from vbp_agents.app.question import Question
from vbp_agents.app.session import use_session
from vbp_agents.app.views import View
from vbp_agents.app.vue import Numbers, Press, Tabs
from vbp_agents.app.watching.graphs import Graphs
from vbp_agents.app.watching.progress import progress
from vbp_agents.app.watching.rows import charted, others
from vbp_agents.app.watching.run import Asked, Watched, watch
from vbp_agents.app.watching.stage import Stage

REPLICATES = 10
"""Replicates that are lived in the background, if the server lets as many."""
nobody: dict[str, Any] | None = None


@solara.component
def Watch() -> Any:
    """The view."""
    session, jobs = use_session(), use_jobs()
    other, set_other = solara.use_state(1)
    opened, set_opened = solara.use_state(False)
    world, set_world = solara.use_state(1)
    month, set_month = solara.use_state(0)
    apart, set_apart = solara.use_state(0)
    picked, set_picked = solara.use_state(nobody)
    question = session.question.value
    other = min(other, len(question.choices) - 1)
    asked = asked_of(question, other)

    def begin() -> None:
        jobs.begin(lambda job: watch(asked, job), asked.steps)

    key = (asked.steps, asked.people, asked.seed, *(scenario.hash for scenario in asked.scenarios))
    solara.use_effect(begin, [key])
    watched = _latest(jobs, solara.use_memo(dict[str, Watched], []))
    names = [_name(question, number) for number in (0, other)]
    head = tag(
        "div",
        tag("h1", "The same people with the same luck, under either way to pay", class_="hidden"),
        _which(question, other, set_other),
        Press(
            label="Hide the numbers" if opened else "Change the numbers",
            look="",
            disabled=False,
            event_press=lambda *_: set_opened(not opened),
        ),
        tag("p", progress(jobs.job), class_="quiet small", role="status"),
        Press(label="Cancel", look="plain", disabled=not (jobs.job and jobs.job.active), event_press=lambda *_: jobs.stop()),
        class_="watch-head",
    )
    aside = [Terms(other)] if opened else []
    if watched is None:
        body = tag("div", "…", class_="card")
    else:
        stage = Stage(watched, watched.month, names, world, set_world, [], picked, set_picked, set_month)
        first, rest = charted()[:3], charted()[3:]
        there = watched.month, len(watched.pairs)
        compare_by = Tabs(label="Charts show", options=["Both worlds", "The difference"], chosen=apart, event_choose=set_apart)
        body = tag(
            "div",
            tag(
                "div",
                tag("section", stage, class_="card", aria_label="The region"),
                tag("div", compare_by, Graphs(watched, there, first, names, other, month, bool(apart)), class_="beside"),
                class_="watch-top",
            ),
            Graphs(watched, there, rest, names, other, month, bool(apart)),
            class_="stack",
        )
    return tag("div", head, tag("div", *aside, body, class_="columns" if opened else "stack"), class_="stack watch")


def asked_of(question: Question, other: int) -> Asked:
    """What is lived for a question. Raises WrongInput."""
    scenarios = question.scenarios()
    return Asked(
        (scenarios[0], scenarios[other]),
        min(question.people, limits().people),
        min(question.years, limits().years),
        question.seed,
        min(REPLICATES, limits().replicates),
    )


def _latest(jobs: Jobs[Any], before: dict[str, Watched]) -> Watched | None:
    """What there is to see: of the run before, until the newest has a month."""
    found = jobs.job.latest if jobs.job is not None else None
    if isinstance(found, Watched):
        before["watched"] = found
    return before.get("watched")


def _name(question: Question, number: int) -> str:
    choice = question.choices[number]
    return (choice.loaded().title or choice.name) + (", changed" if choice.changes else "")


def _which(question: Question, other: int, set_other: Any) -> Any:
    """Where there are more than two scenarios, which one is watched beside the baseline."""
    names = [_name(question, number) for number in range(1, len(question.choices))]
    if len(names) < 2:
        return tag("span", class_="hidden")
    return Tabs(
        label=f"Beside {_name(question, 0)}", options=names, chosen=other - 1, event_choose=lambda n: set_other(n + 1)
    )


@solara.component
def Terms(other: int) -> Any:
    """The numbers that are changed most, and all others behind a search box."""
    session = use_session()
    question = session.question.value
    choice = question.choices[other]
    scenario = question.scenario(choice)
    changed = {**question.shared, **choice.changes}
    numbers = sorted(scenario.numbers(), key=lambda n: not n.path.startswith("contracts."))
    rows = [controls.row(n, n.path in changed, group=controls.group(n, scenario)) for n in numbers]

    def change(event: dict[str, Any]) -> None:
        session.change(other, event["path"], event["value"], event["done"])

    fields = Numbers(rows=rows, event_change=change, event_reset=lambda path: session.reset(other, path))
    return tag("section", tag("h2", "The numbers"), fields, class_="card terms", aria_label="Numbers", tabindex="0")


VIEW = View("watch", "Watch", "The region month by month, in both worlds", 10, Watch)

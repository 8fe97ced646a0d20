"""Watch: the region month by month under two ways to pay, the same people with the same luck."""

from typing import Any

import solara

from vbp_agents.app import controls
from vbp_agents.app.html import tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.limits import limits
from vbp_agents.app.prepared import prepared
from vbp_agents.app.question import Question
from vbp_agents.app.session import use_session
from vbp_agents.app.views import View
from vbp_agents.app.views.contract import ORDER
from vbp_agents.app.vue import Map, Numbers, Press, Tabs
from vbp_agents.app.watching.graphs import Graphs
from vbp_agents.app.watching.inquiries import OfPerson, OfPractice, of_person, of_practice
from vbp_agents.app.watching.ledger import Ledger
from vbp_agents.app.watching.monthly import Monthly, asked_for, nothing_chosen
from vbp_agents.app.watching.progress import progress
from vbp_agents.app.watching.rows import charted, others
from vbp_agents.app.watching.run import Asked, Watched, watch
from vbp_agents.app.watching.stage import Stage
from vbp_agents.app.watching.stored import stored
from vbp_agents.app.watching.why_person import WhyPerson
from vbp_agents.app.watching.why_practice import WhyPractice

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
    open_others, set_open_others = solara.use_state(False)
    picked, set_picked = solara.use_state(nobody)
    inquiry = use_jobs()
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
    aside = Terms(other) if opened else tag("div", class_="hidden")  # the map stays where it is in the tree
    number = asked_for(watched, picked, world) if watched and picked else -1

    def inquire() -> None:
        if watched is not None and picked is not None:
            about, steps = watched.asked, 2 * watched.asked.months
            if picked["kind"] == "practice":
                inquiry.begin(lambda job: of_practice(about, number, job), steps)
            else:
                inquiry.begin(lambda job: of_person(about, number, job), steps)

    solara.use_effect(inquire, [watched.id if watched else 0, picked["kind"] if picked else "", number])
    if watched is None:
        body = _meanwhile()
    else:
        answer = _answer(inquiry, picked)
        lines = [
            {"from": number, "to": to, "share": share}
            for to, share in (answer.ties_at(world, month) if isinstance(answer, OfPractice) else ())
        ]
        stage = Stage(watched, watched.month, names, world, set_world, lines, picked, set_picked, set_month)
        first, rest = charted()[:3], charted()[3:]
        there = watched.month, len(watched.pairs)
        compare_by = Tabs(label="Charts show", options=["Both worlds", "The difference"], chosen=apart, event_choose=set_apart)
        done = inquiry.job.done if inquiry.job else 0
        why: Any = nothing_chosen()
        if picked and picked["kind"] == "practice":
            known = answer if isinstance(answer, OfPractice) else None
            why = WhyPractice(watched, known, done, number, month, names, other, world)
        elif picked:
            why = WhyPerson(watched, answer if isinstance(answer, OfPerson) else None, done, number, names)
        failed = [tag("p", inquiry.job.problem, class_="problem")] if inquiry.job and inquiry.job.problem else []
        told = Monthly(watched, min(month, watched.month), names, world, set_picked)
        more = [Graphs(watched, there, others(), names, other, month, bool(apart))] if open_others else []
        body = tag(
            "div",
            tag(
                "div",
                tag(
                    "div",
                    tag("section", stage, class_="card", aria_label="The region"),
                    tag("section", told, class_="card", aria_label="Events of the month"),
                    class_="stack",
                ),
                tag("div", compare_by, Graphs(watched, there, first, names, other, month, bool(apart)), class_="beside"),
                class_="watch-top",
            ),
            tag("section", why, *failed, class_="card", aria_label="Why", id="why"),
            Graphs(watched, there, rest, names, other, month, bool(apart)),
            Press(
                label="Fewer measures" if open_others else "The headline's other measures over time",
                look="plain",
                disabled=False,
                event_press=lambda *_: set_open_others(not open_others),
            ),
            *more,
            Ledger(watched, (len(watched.first[1].years), len(watched.pairs)), names, other),
            class_="stack",
        )
    return tag("div", head, tag("div", aside, body, class_="columns" if opened else "stack"), class_="stack watch")


def _meanwhile() -> Any:
    """What is shown before the first month: while it compiles, a film that is in the package."""
    if not (prepared.busy and prepared.once):
        return tag("div", "The people of the region are born, and live three years under fees …", class_="card meanwhile")
    label = "A stored film, not your question: two years of a region under MSSP ENHANCED, while the engine is prepared."
    film = Map(
        **stored(),
        live=b"",
        lines=[],
        picked=None,
        event_picked_on_map=lambda _: None,
        event_month_shown=lambda _: None,
        event_behind=lambda _: None,
    )
    return tag("section", tag("p", label, class_="problem"), film, class_="card stored", aria_label="A stored film")


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


def _answer(inquiry: Jobs[Any], picked: dict[str, Any] | None) -> OfPractice | OfPerson | None:
    """What is known so far of who is chosen now."""
    found = inquiry.job.latest if inquiry.job is not None and picked else None
    return found if isinstance(found, OfPractice | OfPerson) else None


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
    rows = [
        controls.row(n, n.path in changed, group=controls.group(n, scenario), first=_is_first(n.path)) for n in numbers
    ]

    def change(event: dict[str, Any]) -> None:
        session.change(other, event["path"], event["value"], event["done"])

    fields = Numbers(rows=rows, event_change=change, event_reset=lambda path: session.reset(other, path))
    return tag("section", tag("h2", "The numbers"), fields, class_="card terms", aria_label="Numbers", tabindex="0")


def _is_first(path: str) -> bool:
    """Shown before anything is looked for: terms that are dragged most, and ten others."""
    return path in controls.FIRST or (path.startswith("contracts.") and path.rsplit(".", 1)[1] in ORDER)


VIEW = View("watch", "Watch", "The region month by month, in both worlds", 10, Watch)

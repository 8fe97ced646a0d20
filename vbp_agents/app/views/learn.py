"""Guided lessons: predict, run, see what is observed beside what was predicted, and why."""

from collections.abc import Iterator
from html import escape
from typing import Any

import solara

from vbp_agents.app.html import markup, paragraphs, table_html, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.lessons import Case, Lesson, lessons
from vbp_agents.app.measured import ENOUGH, replicate_values
from vbp_agents.app.runner import Job
from vbp_agents.app.session import use_session
from vbp_agents.app.views import View
from vbp_agents.app.vue import Predict, Press
from vbp_agents.metrics.intervals import Interval, interval
from vbp_agents.presentation.markup import Cell
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.scenario_file import find_scenario

Observed = dict[str, list[float | None]]
"""By case, its metric in each replicate so far."""


@solara.component
def Learn() -> Any:
    """The view: one lesson, or all to choose from."""
    session = use_session()
    name = session.of_views.value.get("lesson", "")
    if name in lessons():
        return LessonSteps(name).key(name)
    cards = [_card(key, lesson, session.keep) for key, lesson in lessons().items()]
    head = tag("div", tag("h1", "Lessons"), paragraphs(["Predict first, then run, then compare."], "quiet"))
    return tag("div", head, tag("div", *cards, class_="grid"), class_="stack")


def _card(name: str, lesson: Lesson, keep: Any) -> Any:
    begin = Press(label="Begin", look="strong", disabled=False, event_press=lambda *_: keep(lesson=name))
    minutes = tag("p", f"{lesson.minutes} minutes", class_="quiet small")
    return tag(
        "section", tag("h2", lesson.title), minutes, paragraphs(lesson.said(lesson.question)), begin, class_="card"
    )


@solara.component
def LessonSteps(name: str) -> Any:
    """The steps of one lesson, in order; each opens the next."""
    session, jobs = use_session(), use_jobs()
    lesson = lessons()[name]
    stored = session.predictions.value.get(name)
    observed = jobs.job.latest if jobs.job is not None else None
    cases = [
        case.model_dump(include={"id", "unit", "low", "high"}) | {"ask": lesson.said([case.ask])[0]}
        for case in lesson.cases
    ]
    back = Press(label="All lessons", look="plain", disabled=False, event_press=lambda *_: session.keep(lesson=""))
    predict = Predict(lesson=name, cases=cases, stored=stored, event_store=lambda values: session.predict(name, values))
    sections = [
        _step(1, "The question", paragraphs(lesson.said([*lesson.question, *lesson.before]))),
        _step(2, "Your prediction", predict),
        _step(3, "The run", _run(lesson, jobs, stored is not None)),
    ]
    if stored and isinstance(observed, dict):
        sections.append(_step(4, "Observed beside predicted", *_beside(lesson, stored, observed)))
        if min(map(len, observed.values())) >= ENOUGH:
            sections.append(_step(5, "Why", paragraphs(lesson.said(lesson.why)), _sources(lesson)))
            sections.append(_step(6, "To go on with", paragraphs(lesson.said([lesson.next])), _try(lesson)))
    return tag("div", tag("div", back, tag("h1", lesson.title)), *sections, class_="stack lesson")


def _step(number: int, title: str, *children: Any) -> Any:
    return tag("section", tag("h2", f"{number}. {title}"), *children, class_="card")


def _run(lesson: Lesson, jobs: Jobs[Any], allowed: bool) -> Any:
    """The button, and how far the run is."""
    job = jobs.job
    active = job is not None and job.active
    total = lesson.replicates * len(lesson.cases)
    start = Press(
        label="Run" if job is None else "Run again",
        look="strong",
        disabled=not allowed or active,
        event_press=lambda *_: jobs.begin(lambda job: run_cases(lesson, job), total),
    )
    end = Press(label="Cancel", look="", disabled=not active, event_press=lambda *_: jobs.stop())
    size = f"{lesson.replicates} replicates of {lesson.years} years, each with new people and new luck."
    said = size if allowed else "Store a prediction first."
    return tag("div", start, " ", end, tag("p", _progress(job) or said, class_="quiet small", role="status"))


def _progress(job: Job[Any] | None) -> str:
    if job is None:
        return ""
    if job.status == "waiting":
        return f"Waiting in line: {job.before} before this one."
    if job.status == "failed":
        return job.problem
    done = f"{job.done} of {job.steps} done"
    left = job.left()
    if job.status == "running":
        return f"{done}, about {left:.0f} seconds left." if left is not None else f"{done}. The first takes longest."
    return f"{done}." if job.status == "done" else f"Stopped: {done}; what is finished stays."


def run_cases(lesson: Lesson, job: Job[Observed]) -> Iterator[Observed]:
    """All cases, a replicate of each in turn; yields what is observed so far."""
    observed: Observed = {case.id: [] for case in lesson.cases}
    streams = {case.id: _values(lesson, case, job) for case in lesson.cases}
    for _ in range(lesson.replicates):
        for case in lesson.cases:
            for value in streams[case.id]:
                observed[case.id].append(None if value is None else case.scale * value)
                yield {key: list(values) for key, values in observed.items()}
                break


def _values(lesson: Lesson, case: Case, job: Job[Observed]) -> Iterator[float | None]:
    size = {"people": case.people, "years": lesson.years, "count": lesson.replicates, "seed": lesson.seed}
    return replicate_values(scenario_of(case), case.metric, lambda: job.may_go_on(False), **size)


def scenario_of(case: Case) -> Scenario:
    """What a case runs."""
    return find_scenario(case.scenario).with_values(case.changes)


def _beside(lesson: Lesson, stored: dict[str, float], observed: Observed) -> list[Any]:
    """A scale and a row for each case: predicted, simulated with its interval, and the closed form."""
    rows: list[list[Cell]] = []
    scales = []
    for case in lesson.cases:
        simulated = interval(observed[case.id])
        formula = case.formula.value() if case.formula else None
        scales.append(_scale(case, stored[case.id], simulated, formula))
        in_words = _said(simulated)
        form = "–" if formula is None else f"{formula:.1f}"
        cells: list[Cell] = [(f"{stored[case.id]:.0f}", "number"), (in_words, "number"), (form, "number")]
        rows.append([f"{case.title}, {case.unit}", *cells])
    heads: list[Cell] = [
        "",
        ("You predicted", "number"),
        ("Simulated (95% interval)", "number"),
        ("Closed form", "number"),
    ]
    forms = [f"Closed form: {case.formula.about}." for case in lesson.cases if case.formula]
    return [markup("".join(scales)), table_html(heads, rows), paragraphs(forms, "quiet small")]


def _said(simulated: Interval) -> str:
    """The mean with its interval; too few replicates are called what they are."""
    if simulated.mean is None:
        return "nothing yet"
    if simulated.n < ENOUGH or simulated.low is None or simulated.high is None:
        return f"{simulated.mean:.1f}: {'one draw' if simulated.n == 1 else f'{simulated.n} draws'} of luck"
    return f"{simulated.mean:.1f} ({max(simulated.low, 0):.1f} to {simulated.high:.1f}; {simulated.n} replicates)"


def _scale(case: Case, predicted: float, simulated: Interval, formula: float | None) -> str:
    """A line from the lowest to the highest, with a mark for each; the table below says the same."""

    def at(value: float) -> float:
        return max(0.0, min(100.0, 100 * (value - case.low) / (case.high - case.low)))

    marks = [f'<i class="mark predicted" style="left:{at(predicted):.1f}%"></i>']
    if simulated.low is not None and simulated.high is not None and simulated.n >= ENOUGH:
        low, high = at(simulated.low), at(simulated.high)
        marks.append(f'<i class="range" style="left:{low:.1f}%;width:{max(high - low, 0.4):.1f}%"></i>')
    if simulated.mean is not None:
        marks.append(f'<i class="mark simulated" style="left:{at(simulated.mean):.1f}%"></i>')
    if formula is not None:
        marks.append(f'<i class="mark form" style="left:{at(formula):.1f}%"></i>')
    drawn = f'<div class="scale" aria-hidden="true"><b></b>{"".join(marks)}</div>'
    ends = f"<span>{case.low:g}</span><span>{case.high:g} {escape(case.unit)}</span>"
    return f'<h3>{escape(case.title)}</h3>{drawn}<div class="ends">{ends}</div>'


def _sources(lesson: Lesson) -> Any:
    return markup("".join(f"<li>{escape(source)}</li>" for source in lesson.sources), "small", "ul")


def _try(lesson: Lesson) -> Any:
    address = escape(f"/{lesson.view}?{lesson.link}")
    return markup(f'<a href="{address}">Go on with it in the view {escape(lesson.view.capitalize())}</a>')


VIEW = View("learn", "Learn", "Guided lessons: predict, run, explain", 40, Learn, asks=False)

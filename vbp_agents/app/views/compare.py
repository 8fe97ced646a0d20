"""Two to four scenarios on the same people with the same luck: differences whose intervals narrow as one looks."""

from typing import Any

import solara

from vbp_agents.app.comparing import ENOUGH, USUAL, Asked, Found, Results, collect
from vbp_agents.app.comparison_pictures import headline_picture, plane
from vbp_agents.app.comparison_tables import all_metrics, headline_csv, headline_table, metrics_csv, value_table
from vbp_agents.app.files import File
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.limits import limits
from vbp_agents.app.session import Session, use_session
from vbp_agents.app.views import View
from vbp_agents.app.vue import Fold, Press
from vbp_agents.errors import WrongInput
from vbp_agents.study.comparison import Comparison


@solara.component
def Compare() -> Any:
    """The view: asks at once, and whenever the question changes."""
    session, jobs = use_session(), use_jobs()
    session.question.value  # noqa: B018, the view is drawn anew when it changes
    question = session.settled
    wanted, set_wanted = solara.use_state(min(USUAL, limits().replicates))
    asked, problem = solara.use_memo(lambda: _asked(session), [question])
    kept: Results = solara.use_memo(lambda: asked.finished() if asked else (), [question])
    found = jobs.job.latest if jobs.job is not None else None
    results = found.results if isinstance(found, Found) and found.asked is asked else kept

    def begin() -> None:
        if asked is not None and len(results) < wanted:
            jobs.begin(lambda job: collect(asked, wanted, job), wanted - len(asked.finished()[:wanted]))
        else:
            jobs.stop()

    solara.use_effect(begin, [question, wanted])
    if asked is None:
        return tag("div", tag("div", problem, class_="problem", role="alert"), class_="stack")
    run = _run(jobs, len(results), wanted, set_wanted, begin)
    if not results:
        empty = tag("div", "The first replicate is on its way: new people, three years of warm-up, then each world.")
        return tag("div", run, tag("section", empty, class_="card quiet"), class_="stack")
    return tag("div", run, Answer(asked, results), class_="stack")


def _asked(session: Session) -> tuple[Asked | None, str]:
    try:
        return Asked.of(session.settled, limits().replicates), ""
    except WrongInput as error:
        return None, str(error)


def _run(jobs: Jobs[Any], done: int, wanted: int, set_wanted: Any, begin: Any) -> Any:
    """How far it is, and what can be done about it."""
    job = jobs.job
    active = job is not None and job.active
    most = limits().replicates
    if done < wanted and not active:
        more = Press(label="Go on", look="strong", disabled=False, event_press=lambda *_: begin())
    else:
        further = min(most, wanted + USUAL)
        full = wanted >= most
        label = f"{most} replicates are the most here" if full else f"{further - wanted} more replicates"
        more = Press(label=label, look="", disabled=full or active, event_press=lambda *_: set_wanted(further))
    end = Press(label="Cancel", look="", disabled=not active, event_press=lambda *_: jobs.stop())
    share = f"{100 * min(done, wanted) / wanted:.0f}%"
    bar = markup(f'<div class="bar" aria-hidden="true"><b style="width:{share}"></b></div>')
    said = tag("p", _progress(jobs, done, wanted), class_="quiet small", role="status")
    return tag("section", tag("div", said, bar, class_="grow"), end, more, class_="run", aria_label="The run")


def _progress(jobs: Jobs[Any], done: int, wanted: int) -> str:
    """In a sentence."""
    job = jobs.job
    count = f"{done} of {wanted} replicates"
    luck = "" if done >= ENOUGH or not done else f" Until there are {ENOUGH}, what is seen is luck."
    if job is None or (done >= wanted and not job.active):
        return f"{done} replicates, each with new people and new luck on which all scenarios are compared."
    if job.status == "waiting":
        return f"{count}. Waiting in line: {job.before} before this one.{luck}"
    if job.status == "failed":
        return f"{count}. {job.problem}"
    if job.status == "running":
        left = job.left()
        time = "the first takes longest" if left is None else f"about {max(1, round(left))} seconds left"
        return f"{count}, {time}.{luck}"
    return f"Stopped at {count}; what is finished stays.{luck}"


@solara.component
def Answer(asked: Asked, results: Results) -> Any:
    """All that is said of the replicates so far."""
    everything, set_everything = solara.use_state(False)
    made = solara.use_memo(lambda: asked.comparison(results), [asked, len(results)])
    found: dict[str, Any] = solara.use_memo(lambda: made.document, [made])
    titles = {s.name: s.title or s.name for s in made.scenarios}
    enough = len(results) >= ENOUGH
    table = tag(
        "section",
        tag("h2", "The headline"),
        headline_table(found, titles, enough),
        tag("div", *_files(found), class_="tools"),
        class_="card",
    )
    fold = Fold(label="All metrics by aim", note="", opened=everything, event_toggle=set_everything)
    every = tag("section", fold, *([all_metrics(found, titles)] if everything and enough else []), class_="card")
    if not enough:
        return tag("div", table, class_="stack")
    reading = tag("section", tag("h2", "In words"), paragraphs(_words(made)), class_="card reading")
    picture = tag("section", headline_picture(found, titles), class_="card")
    value = tag("section", plane(found, titles), value_table(made.values, made.baseline, titles), class_="card")
    return tag("div", table, reading, picture, value, every, class_="stack")


def _words(made: Comparison) -> list[str]:
    return [*made.reading(), *made.brief_remarks()]


def _files(found: dict[str, Any]) -> list[Any]:
    return [
        File("Save the headline as CSV", "headline.csv", lambda: headline_csv(found)),
        File("Save all metrics as CSV", "metrics.csv", lambda: metrics_csv(found)),
    ]


VIEW = View("compare", "Compare", "Scenarios side by side, with intervals over replicates", 20, Compare)

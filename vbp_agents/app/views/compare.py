"""Two to four scenarios on the same people with the same luck: differences whose intervals narrow as one looks."""

from typing import Any

import solara

from vbp_agents.app.comparing import USUAL, ComparisonSoFar, StudyAsked, TaskResults, collect
from vbp_agents.app.comparison_csv import headline_csv, metrics_csv
from vbp_agents.app.comparison_pictures import headline_picture, plane
from vbp_agents.app.comparison_tables import all_metrics, headline_table, scenario_heads, sheet_table, value_table
from vbp_agents.app.files import File
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.limits import limits
from vbp_agents.app.measured import ENOUGH
from vbp_agents.app.panel import Assumed
from vbp_agents.app.question import PageQuestion
from vbp_agents.app.session import Session, use_session
from vbp_agents.app.sheet import differing, sheet_csv
from vbp_agents.app.take_along import TakeAlong
from vbp_agents.app.views import View
from vbp_agents.app.vue import Fold, Press
from vbp_agents.errors import WrongInput
from vbp_agents.presentation.written import many
from vbp_agents.reports.ranges import survive
from vbp_agents.study.comparison import Comparison
from vbp_agents.terms.scenario import Scenario

_SIGNS = "± half of the 95% interval. Bold: clear of luck. 0: exactly the same. =: a mean; the baseline has none."
_LUCK = f"With fewer than {ENOUGH} replicates nobody can tell an effect from luck, so none is shown."
_FIRST = (
    "The first replicate is on its way: people are drawn and live three years under fee for service, then the years "
    "asked for in each world. The tables fill as replicates come."
)


@solara.component
def Compare() -> Any:
    """The view: asks at once, and whenever the question changes."""
    session = use_session()
    jobs: Jobs[Any] = use_jobs()
    question = session.settled
    wanted, set_wanted = solara.use_state(min(USUAL, limits().replicates))
    asked, problem = solara.use_memo(lambda: _asked(session), [question])
    kept: TaskResults = solara.use_memo(lambda: asked.finished() if asked else (), [question])
    latest = jobs.job.latest if jobs.job is not None else None
    results = latest.results if isinstance(latest, ComparisonSoFar) and latest.asked is asked else kept

    def begin() -> None:
        if asked is not None and len(results) < wanted:
            jobs.begin(lambda job: collect(asked, wanted, job), wanted - len(asked.finished()[:wanted]))
        else:
            jobs.stop()

    solara.use_effect(begin, [question, wanted])
    if asked is None:
        said = tag("div", problem, class_="problem", role="alert")
        return tag("div", said, Assumed(), class_="stack")
    titles = titled(question)
    run = _run(jobs, len(results), wanted, set_wanted, begin)
    why = jobs.job.problem if jobs.job is not None and jobs.job.status == "failed" else ""
    failed = [tag("div", why, class_="problem", role="alert")] if why else []
    if results:
        answer = [Answer(asked, results, titles)]
    else:
        answer = [] if failed else [tag("section", tag("p", _FIRST, class_="quiet"), class_="card")]
    below = [Sheet(asked.question.scenarios, titles), Assumed(), TakeAlong(max(1, len(results)))]
    return tag("div", run, *failed, *answer, *below, class_="stack")


def _asked(session: Session) -> tuple[StudyAsked | None, str]:
    try:
        return StudyAsked.of(session.settled, limits().replicates), ""
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
    end = [Press(label="Cancel", look="", disabled=False, event_press=lambda *_: jobs.stop())] if active else []
    share = f"{100 * min(done, wanted) / wanted:.0f}%"
    bar = markup(f'<div class="how-far" aria-hidden="true"><b style="width:{share}"></b></div>')
    said = tag("p", _progress(jobs, done, wanted), class_="quiet small", role="status")
    state = job.status if job is not None else "done"
    grow = tag("div", said, bar, class_="grow")
    return tag("section", grow, *end, more, class_="run", aria_label="The run", data_status=state)


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
        return f"{count}."
    if job.status == "running":
        so_far = job.latest
        if (
            not isinstance(so_far, ComparisonSoFar) or so_far.run < 2
        ):  # the first has compiled, and warmed its people up
            return f"{count}; the first takes longest.{luck}"
        left = max(1, round(so_far.seconds * (wanted - done)))
        return f"{count}, about {many(left, 'second')} left.{luck}"
    return f"Stopped at {count}; what is finished stays.{luck}"


@solara.component
def Answer(asked: StudyAsked, results: TaskResults, titles: dict[str, str]) -> Any:
    """All that is said of the replicates so far."""
    made = solara.use_memo(lambda: asked.comparison(results), [asked, len(results)])
    document: dict[str, Any] = solara.use_memo(lambda: made.document, [made])
    enough = len(results) >= ENOUGH
    table = tag(
        "section",
        tag("h2", "The headline"),
        headline_table(document, titles, enough),
        paragraphs([_SIGNS], "quiet small"),
        tag("div", *_files(document), class_="tools"),
        class_="card",
    )
    if not enough:
        waiting = tag("section", tag("h2", "In words"), paragraphs([_LUCK], "quiet"), class_="card")
        return tag("div", table, waiting, class_="two")
    both = tag("div", table, _reading(made), class_="two")
    picture = tag("section", headline_picture(document, titles), class_="card")
    value = tag(
        "section", plane(document, titles), value_table(made.values, made.baseline, titles), class_="card plane"
    )
    return tag("div", both, picture, value, MetricsFold(document, titles), class_="stack")


def _reading(made: Comparison) -> Any:
    known = survive(made.scenarios)
    parts = [tag("h3", "Do the signs survive what nobody knows?"), paragraphs(known)] if known else []
    return tag(
        "section",
        tag("h2", "In words"),
        paragraphs(made.reading()),
        *parts,
        paragraphs(made.brief_remarks(), "quiet small"),
        class_="card reading",
    )


@solara.component
def MetricsFold(document: dict[str, Any], titles: dict[str, str]) -> Any:
    """A fold-out with every metric."""
    opened, set_opened = solara.use_state(False)
    note = str(len(document["metrics"]))
    fold = Fold(label="All metrics by aim", note=note, opened=opened, event_toggle=set_opened)
    return tag("section", fold, *([all_metrics(document, titles)] if opened else []), class_="card")


@solara.component
def Sheet(scenarios: tuple[Scenario, ...], titles: dict[str, str]) -> Any:
    """A fold-out with what differs between the scenarios."""
    opened, set_opened = solara.use_state(False)
    lines = solara.use_memo(lambda: differing(scenarios), [scenarios])
    names = [scenario.name for scenario in scenarios]
    note = str(len(lines))
    fold = Fold(label="Every number that differs", note=note, opened=opened, event_toggle=set_opened)
    saved = File("Save as CSV", "numbers-that-differ.csv", lambda: sheet_csv(lines, names))
    inner = [sheet_table(lines, scenario_heads(titles, names[0])), tag("div", saved, class_="tools")]
    return tag("section", fold, *(inner if opened else []), class_="card")


def titled(question: PageQuestion) -> dict[str, str]:
    """What the scenarios are called, by name, as the sentence on top calls them."""
    called = zip(question.names(), question.choices, strict=True)
    return {name: _title(choice.loaded().title or name, len(choice.changes)) for name, choice in called}


def _title(title: str, changes: int) -> str:
    return f"{title}, {many(changes, 'change')}" if changes else title


def _files(document: dict[str, Any]) -> list[Any]:
    return [
        File("Save the headline as CSV", "headline.csv", lambda: headline_csv(document)),
        File("Save all metrics as CSV", "metrics.csv", lambda: metrics_csv(document)),
    ]


VIEW = View("compare", "Compare", "Scenarios side by side, with intervals over replicates", 20, Compare)

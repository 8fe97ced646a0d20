"""One sweep on the page: how far it is, what of it is looked at, and what it says."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import solara

from vbp_agents.app.files import File
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.runner import READERS, Job
from vbp_agents.app.session import use_session
from vbp_agents.app.swept.figures import FigureCard
from vbp_agents.app.swept.followed import Seen, Wanted, follow
from vbp_agents.app.swept.narrowed import can_be_narrowed, parts_of_path
from vbp_agents.app.swept.point_table import Points
from vbp_agents.app.swept.points import PointValues, point_values
from vbp_agents.app.vue import Choose, Fold, Press
from vbp_agents.presentation.markup import table_text
from vbp_agents.sweep_reports import document
from vbp_agents.sweep_reports.described import names_in_words, outcome_title, scenario_title, varied_title
from vbp_agents.sweep_reports.frames import frame_csv
from vbp_agents.sweeps.study import Study

NOTHING_YET = "No run is finished yet: the first ones compile, and warm their people up. Figures come with them."


@solara.component
def One(name: str) -> Any:
    """A sweep by its name."""
    session = use_session()
    jobs: Jobs[Any] = use_jobs()
    wanted, set_wanted = solara.use_state(Wanted(name))
    before: dict[str, Seen] = solara.use_memo(dict, [])
    solara.use_effect(lambda: jobs.begin(lambda job: follow(wanted, job), 1, READERS), [wanted])
    job = jobs.job
    if job is not None and isinstance(job.latest, Seen):
        before["latest"] = job.latest
    seen = before.get("latest")
    back = Press(label="All sweeps", look="plain", disabled=False, event_press=lambda *_: session.keep(sweep=""))
    problem = [tag("div", job.problem, class_="problem", role="alert")] if job and job.status == "failed" else []
    if seen is None:
        waiting = [] if problem else [_reading(job)]
        return tag("div", tag("div", back, tag("h1", name)), *problem, *waiting, class_="stack")
    study = seen.sweep.study
    about = study.document.description
    head = tag("div", back, tag("h1", study.title), *([paragraphs([about], "quiet")] if about else []))
    return tag("div", head, *problem, _run(seen, job), Body(seen, wanted, set_wanted), class_="stack")


def _reading(job: Job[Any] | None) -> Any:
    return tag(
        "section", tag("p", "Reading the sweep …", role="status"), class_="card", data_status=job.status if job else ""
    )


def _run(seen: Seen, job: Job[Any] | None) -> Any:
    """How far it is."""
    now = seen.standing
    share = f"{100 * now.finished / max(1, now.total):.1f}%"
    bar = markup(f'<div class="how-far" aria-hidden="true"><b style="width:{share}"></b></div>')
    said = tag("p", now.sentence(), class_="quiet small", role="status")
    saved = File("Save all runs as CSV", "runs.csv", lambda: frame_csv(seen.sweep.wide()), "")
    inner = tag("div", said, *([] if now.complete else [bar]), class_="grow")
    state = job.status if job is not None else "done"
    return tag("section", inner, saved, class_="run", aria_label="How far it is", data_status=state)


@solara.component
def Body(seen: Seen, wanted: Wanted, set_wanted: Callable[[Wanted], None]) -> Any:
    """What it says, and what it is."""
    study = seen.sweep.study
    values: dict[int, PointValues] = solara.use_memo(lambda: point_values(seen.sweep), [seen.sweep])
    looked_at = {point: row for point, row in values.items() if not wanted.points or point in wanted.points}
    answered = [analysis for analysis in seen.made or () if analysis.answered]
    names: dict[str, str] = solara.use_memo(lambda: names_in_words(study), [study])
    cards = [FigureCard(a, seen.pictures.get(a.name), names).key(f"figure {a.name}") for a in answered]
    if seen.made is None or seen.wanted != wanted:
        said = "The figures are worked out …"
    elif not seen.has_values:
        said = NOTHING_YET if not seen.standing.failed else "No run has values: see below what failed."
    else:
        said = "" if cards else "Nothing here can be told of what is chosen; below stands what it would take."
    waiting = [tag("p", said, class_="quiet", role="status")] if said else []
    below = [
        *([Points(seen.sweep, looked_at, wanted.scenario_of(study))] if values else []),
        *_unanswered(seen),
        *([FoldOut("What failed", f"{seen.standing.failed:,}", lambda: _failed(seen))] if seen.standing.failed else []),
        FoldOut("The question and the design", "", lambda: _asked(seen)),
    ]
    return tag("div", _filters(study, values, wanted, set_wanted), *waiting, *cards, *below, class_="stack")


def _filters(study: Study, values: dict[int, PointValues], wanted: Wanted, set_wanted: Callable[[Wanted], None]) -> Any:
    """What is looked at: an outcome, a scenario, and some of the points."""
    chosen = [
        _choice("Outcome", "all", {name: outcome_title(name) for name in study.outcomes}, wanted.outcome_of(study),
                lambda name: set_wanted(replace(wanted, outcome=name))),
        _choice("Scenario", "all", {s.name: scenario_title(s) for s in study.scenarios if s.name != study.baseline},
                wanted.scenario_of(study), lambda name: set_wanted(replace(wanted, scenario=name))),
    ]  # fmt: skip
    by_path = (
        {each.written: parts_of_path(each.written, values) for each in study.varied} if can_be_narrowed(study) else {}
    )
    titles = {each.written: varied_title(each, study) for each in study.varied if by_path.get(each.written)}

    def of_part(path: str, part: int) -> None:
        points = by_path[path][part].points if path else frozenset[int]()
        set_wanted(replace(wanted, path=path, part=part, points=points))

    if titles:
        chosen.append(_choice("Points", "all", titles, wanted.path, lambda path: of_part(path, 0)))
    if wanted.path:
        options = [part.title for part in by_path.get(wanted.path, [])]
        chosen.append(
            Choose(label="where it is", options=options, chosen=wanted.part,
                   event_choose=lambda part: of_part(wanted.path, int(part)))
        )  # fmt: skip
    return tag("section", *chosen, class_="card filters", aria_label="What is shown")


def _choice(label: str, every: str, titles: dict[str, str], chosen: str, choose: Callable[[str], None]) -> Any:
    """One of some, or all."""
    names = ["", *titles]
    options = [every, *titles.values()]
    place = names.index(chosen) if chosen in names else 0
    return Choose(
        label=label, options=options, chosen=place, event_choose=lambda number: choose(names[int(number)])
    ).key(label)


@solara.component
def FoldOut(label: str, note: str, make: Callable[[], str]) -> Any:
    """A fold-out of HTML that is made once it is opened."""
    opened, set_opened = solara.use_state(False)
    fold = Fold(label=label, note=note, opened=opened, event_toggle=set_opened)
    return tag("section", fold, *([markup(make(), "told-of")] if opened else []), class_="card")


def _unanswered(seen: Seen) -> list[Any]:
    rows = [[a.title, a.sentence] for a in seen.made or () if not a.answered]
    make = partial(table_text, ["Asked", "What it would take"], rows)
    return [FoldOut("What this sweep cannot answer", f"{len(rows)}", make)] if rows else []


def _failed(seen: Seen) -> str:
    return "".join(document.failures_section(seen.sweep, seen.standing))


def _asked(seen: Seen) -> str:
    design = document.design(seen.sweep, seen.standing)
    return "".join([*document.question(seen.sweep), "<h3>The design</h3>", *design])

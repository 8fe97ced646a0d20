"""The page: header, sentence, view. Solara starts here."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import solara
import solara.lab

from vbp_agents import __version__
from vbp_agents.app.html import tag
from vbp_agents.app.limits import limits
from vbp_agents.app.links import STATE_NUMBERS
from vbp_agents.app.memory import at_session_start
from vbp_agents.app.question import ScenarioChoice
from vbp_agents.app.session import Session, provide
from vbp_agents.app.views import View, views
from vbp_agents.app.vue import Header, Sentence
from vbp_agents.regimes import regimes
from vbp_agents.terms.scenario_file import find_scenario, presets

solara.lab.on_kernel_start(at_session_start)


@cache
def offered() -> list[dict[str, str]]:
    """The scenarios that can be loaded, each with its one-line story."""
    names = [*presets(), *(name for name in regimes() if name not in presets())]
    scenarios = [find_scenario(name) for name in names]
    return [{"name": s.name, "title": s.title or s.name, "story": s.description} for s in scenarios]


@solara.component
def Shell(children: Sequence[Any] = ()) -> Any:
    """All that stays while the view changes."""
    router = solara.use_router()
    session = solara.use_memo(Session, [])
    provide(session)
    view = view_at(router.parts[0])
    solara.use_memo(lambda: session.open(router.search or "") if router.search else None, [router.search])

    def follow() -> None:
        query = session.query.value
        if query is not None and query != (router.search or ""):
            router.push(f"/{view.path}?{query}")

    solara.use_effect(follow, [session.query.value])

    def navigate(path: str) -> None:
        router.push(f"/{path}" + (f"?{session.query.value}" if session.query.value else ""))

    shown = [{"path": v.path, "title": v.title, "about": v.about} for v in views() if not v.hidden]
    header = Header(views=shown, current=view.path, query=session.query.value or "", event_navigate=navigate)
    problem = session.problem.value
    said = [tag("div", problem, class_="problem", role="alert")] if problem else []
    asked = tag("section", Ask(session), *said, class_="vbp-ask", aria_label="The question") if view.asks else None
    above = said if asked is None else [asked]
    class_ = "vbp-main" if view.asks else "vbp-main alone"
    main = tag("main", *children, class_=class_, id="vbp-main", tabindex="-1")
    return tag("div", header, *above, main, footer(), class_="vbp")


def view_at(path: str) -> View:
    """The view at a path; the first one at the top."""
    return next((view for view in views() if view.path == path), views()[0])


def footer() -> Any:
    """What the numbers are."""
    words = f"vbp-agents {__version__}. A simulation: much of how strongly providers respond is assumed, not measured."
    return tag("footer", words, class_="vbp-footer")


@solara.component
def Ask(session: Session) -> Any:
    """The sentence, fed by the session."""
    question = session.question.value
    stories = {scenario["name"]: scenario["title"] for scenario in offered()}
    arms = [{"name": c.name, "title": _title(c, stories), "changes": len(c.changes)} for c in question.choices]

    def set_number(change: dict[str, Any]) -> None:
        numbers = {name: getattr(question, name) for name in STATE_NUMBERS} | {
            str(change["name"]): int(change["value"])
        }
        session.ask(replace(question, people=numbers["people"], years=numbers["years"], seed=numbers["seed"]))

    return Sentence(
        arms=arms,
        presets=offered(),
        people=question.people,
        years=question.years,
        seed=question.seed,
        most_people=limits().people,
        most_years=limits().years,
        changes=session.changes(),
        can_undo=bool(session.past.value),
        link=session.query.value is not None,
        files=any(choice.file is not None for choice in question.choices),
        most_upload=limits().upload,
        event_choose=lambda choice: session.load(int(choice["arm"]), str(choice["name"])),
        event_upload=lambda given: session.upload(int(given["arm"]), given),
        event_set=set_number,
        event_undo=session.undo,
        event_reset_all=session.reset_all,
        event_add=session.add,
        event_remove=session.remove,
    )


def _title(choice: ScenarioChoice, stories: dict[str, str]) -> str:
    """What a choice is called in the sentence."""
    if choice.file is not None:
        return choice.file.title or choice.name
    return stories.get(choice.name, choice.name)


def _route(view: View) -> solara.Route:
    return solara.Route(path=view.path, label=f"{view.title} · vbp-agents", component=view.component)


routes = [
    solara.Route(path="/", label="vbp-agents", component=views()[0].component, layout=Shell),
    *map(_route, views()),
]

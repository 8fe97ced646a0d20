"""What is assumed: every number and choice of the question beyond what a view shows, to look at and to change."""

from typing import Any

import solara

from vbp_agents.app import controls
from vbp_agents.app.html import paragraphs, tag
from vbp_agents.app.question import SHARED
from vbp_agents.app.session import Session, use_session
from vbp_agents.app.vue import Choices, Fold, NumberControls, Tabs
from vbp_agents.terms.scenario import Scenario

ALL = "Same in all scenarios"
_ABOUT = (
    "Behavior, people, care and payers are the same in all scenarios, so that a difference is the money's. What no "
    "publication tells is an assumption, and says so: change it, and see whether the answer stays."
)


@solara.component
def Assumed() -> Any:
    """A fold-out for any view below the sentence."""
    session = use_session()
    opened, set_opened = solara.use_state(False)
    changed = session.changes()
    note = f"{changed} changed" if changed else "change any number"
    fold = Fold(label="What is assumed", note=note, opened=opened, event_toggle=set_opened)
    return tag("section", fold, *([OpenedPanel()] if opened else []), class_="card assumed")


@solara.component
def OpenedPanel() -> Any:
    """What is in it: a tab for what all scenarios share, and one for each scenario's own contracts."""
    session = use_session()
    tab, set_tab = solara.use_state(0)
    question = session.question.value
    scenarios = [question.scenario(choice) for choice in question.choices]
    of_tabs = [0, *(number for number, scenario in enumerate(scenarios) if scenario.contracts)]
    tab = min(tab, len(of_tabs) - 1)
    names = [ALL, *(f"Contracts: {scenarios[number].title or scenarios[number].name}" for number in of_tabs[1:])]
    number = of_tabs[tab]
    fields = _fields(session, scenarios[number], number, shared=tab == 0)
    tabs = Tabs(label="Whose numbers", options=names, chosen=tab, event_choose=set_tab)
    return tag("div", paragraphs([_ABOUT], "quiet small"), tabs, *fields)


def _fields(session: Session, scenario: Scenario, arm: int, shared: bool) -> list[Any]:
    question = session.question.value
    changes = question.shared if shared else question.choices[arm].changes
    numbers, choices = controls.control_rows(scenario, changes, lambda path: (path.split(".")[0] in SHARED) is shared)
    fields = NumberControls(
        rows=numbers,
        event_change=lambda event: session.change(arm, event["path"], event["value"], event["done"]),
        event_reset=lambda path: session.reset(arm, path),
    ).key(f"numbers of {arm}, {shared}")
    chosen = Choices(
        rows=choices,
        event_change=lambda event: session.change(arm, event["path"], event["value"]),
        event_reset=lambda path: session.reset(arm, path),
    )
    return [fields, *([tag("p", "What is chosen", class_="group-name"), chosen] if choices else [])]

"""The numbers that can be changed beside the map; each change redraws the years."""

from typing import Any

import solara

from vbp_agents.app import controls
from vbp_agents.app.html import tag
from vbp_agents.app.session import use_session
from vbp_agents.app.vue import NumberControls


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
        controls.row(n, n.path in changed, group=controls.group(n.path, scenario), first=_is_first(n.path))
        for n in numbers
    ]

    def change(event: dict[str, Any]) -> None:
        session.change(other, event["path"], event["value"], event["done"])

    fields = NumberControls(rows=rows, event_change=change, event_reset=lambda path: session.reset(other, path))
    return tag("section", tag("h2", "The numbers"), fields, class_="card terms", aria_label="Numbers", tabindex="0")


def _is_first(path: str) -> bool:
    """Shown before anything is looked for: terms that are dragged most, and ten others."""
    dragged = path.startswith("contracts.") and path.rsplit(".", 1)[1] in controls.DRAGGED
    return dragged or path in controls.SHOWN_FIRST

"""Files that the page hands to the browser, made when they are asked for."""

from collections.abc import Callable
from typing import Any

import solara

from vbp_agents.app.vue import Download

_nothing: tuple[int, bytes] = (0, b"")


@solara.component
def File(label: str, name: str, make: Callable[[], bytes], look: str = "plain") -> Any:
    """A button that saves what ``make`` returns under a name."""
    made, set_made = solara.use_state(_nothing)
    number, content = made
    return Download(
        label=label,
        name=name,
        look=look,
        number=number,
        content=content,
        event_ask=lambda *_: set_made((number + 1, make())),
    )

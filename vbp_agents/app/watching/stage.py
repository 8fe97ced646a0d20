"""The map of one of the two worlds, with what it is colored by; the film is sent once, and months as they come."""

from collections.abc import Callable, Sequence
from typing import Any

import solara

from vbp_agents.app.html import tag
from vbp_agents.app.links import ARMS
from vbp_agents.app.recording import Recording
from vbp_agents.app.session import use_session
from vbp_agents.app.vue import Choose, Map, Tabs
from vbp_agents.app.watching.rows import lever_title
from vbp_agents.app.watching.run import Watched
from vbp_agents.app.watching.shown import Picked, Shown
from vbp_agents.study.places import COLORINGS

ACO = "their ACO"


class SentFilm:
    """What the browser was sent of a film: which, and up to which month."""

    def __init__(self) -> None:
        self.film: tuple[object, ...] = ()
        self.month = 0
        self.live = b""

    def more(self, film: tuple[object, ...], recording: Recording, coloring: str, until: int) -> bytes:
        """The months that were lived since."""
        if film == self.film and until > self.month:
            self.live = recording.latest(coloring, self.month, until)
            self.month = until
        return self.live


@solara.component
def MapStage(
    watched: Watched,
    lived: int,
    names: Sequence[str],
    shown: Shown,
    lines: list[dict[str, Any]],
    picked: dict[str, Any] | None,
    set_picked: Callable[[Picked | None], None],
    set_month: Callable[[int], None],
) -> Any:
    """``lived``: months that there are; ``lines``: from practice to practice, with a share."""
    session, world = use_session(), shown.world
    coloring, set_coloring = solara.use_state(0)
    shade, set_shade = solara.use_state(0)
    behind, set_behind = solara.use_state(0)
    sent = solara.use_memo(SentFilm, [])
    recording = watched.first[world].recording
    if recording is None:
        raise ValueError("the first replicate is recorded")
    name = COLORINGS[coloring].name
    film = (watched.id, world, name, behind)

    def filmed() -> tuple[dict[str, Any], bytes, bytes]:
        month = len(recording.months)
        sent.film, sent.month, sent.live = film, month, b""
        run = "/".join(map(str, film))
        spec = recording.spec(run, watched.asked.months, name, pair=str(watched.id))
        spec["counts"] = spec["counts"][: month + 1]
        return spec, recording.film(name, month), recording.seats.packed(month)

    spec, frames, moves = solara.use_memo(filmed, [*film])
    levers = recording.levers()
    options = [ACO, *(lever_title(lever) for lever in levers)]
    shades = solara.use_memo(
        lambda: (
            recording.holders()
            if shade == 0
            else recording.shades(levers[shade - 1], _reach(watched, levers[shade - 1]))
        ),
        [*film, shade, lived],
    )

    def set_world(number: int) -> None:
        session.keep(world="" if number else ARMS[0])

    rings = "group" if shade == 0 else "lever"
    tools = tag(
        "div",
        Tabs(
            label="World",
            options=list(names),
            chosen=world,
            event_choose=set_world,
        ),
        Choose(
            label="People by",
            options=[c.title.split(",")[0] for c in COLORINGS],
            chosen=coloring,
            event_choose=set_coloring,
        ),
        Choose(label="Practices by", options=options, chosen=shade, event_choose=set_shade),
        class_="stage-tools",
    )
    drawn = Map(
        spec={**spec, "rings": rings, "shade": options[shade], "opens": shown.month},
        film=frames,
        moves=moves,
        live=sent.more(film, recording, name, len(recording.months)),
        discs=shades,
        lines=lines,
        picked=picked,
        event_picked_on_map=set_picked,
        event_month_shown=set_month,
        event_month_kept=lambda month: session.keep(month=str(month) if month < watched.asked.months else ""),
        event_behind=lambda _: set_behind(behind + 1),
    )
    return tag("div", tools, drawn)


def _reach(watched: Watched, lever: str) -> float:
    """The darkest shade is the same in both worlds."""
    return max(lived.recording.reach(lever) for lived in watched.first if lived.recording is not None)

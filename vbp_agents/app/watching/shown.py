"""What Watch shows of a run, as the link keeps it: whose world, which month, and who is asked why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vbp_agents.app.links import ARMS
from vbp_agents.app.recording import Recording

Picked = Mapping[str, Any]
"""What the map says of who was chosen: ``kind``, ``id`` (a practice's number, a person's place) and ``month``."""
NOBODY_CHOSEN = {"practice": "", "person": ""}


@dataclass(frozen=True)
class Shown:
    """``other``: the place in the question of the scenario beside the baseline; ``world``: 0 for the baseline's.

    ``month``: None for the latest; ``kind``: practice, person or "" for nobody, and its ``number``.
    """

    other: int = 1
    world: int = 1
    month: int | None = None
    kind: str = ""
    number: int = -1

    def on_map(self, recording: Recording) -> dict[str, Any] | None:
        """Who is chosen, as the map takes it; None for nobody, or where nobody has that number there."""
        if self.kind != "person":
            return {"kind": self.kind, "id": self.number} if self.number in recording.places else None
        place = recording.place(self.number)
        return None if place is None else {"kind": "person", "id": place}


def shown_of(kept: Mapping[str, str], scenarios: int) -> Shown:
    """What the link's names say, of a question with so many scenarios."""
    beside = kept.get("beside", "")
    kind = next((kind for kind in NOBODY_CHOSEN if kind in kept), "")
    return Shown(
        other=min(max(1, ARMS.index(beside)), scenarios - 1) if beside else 1,
        world=0 if kept.get("world") == ARMS[0] else 1,
        month=int(kept["month"]) if "month" in kept else None,
        kind=kind,
        number=int(kept[kind]) if kind else -1,
    )


def in_link(picked: Picked | None, recording: Recording) -> dict[str, str]:
    """Who was chosen on the map, as the link names them: a person by the number that `vbp explain` takes."""
    if picked is None:
        return NOBODY_CHOSEN
    if picked["kind"] == "practice":
        return {**NOBODY_CHOSEN, "practice": str(int(picked["id"]))}
    month = min(int(picked["month"]), len(recording.months))
    return {**NOBODY_CHOSEN, "person": str(recording.person(int(picked["id"]), month))}

"""A practice that was chosen: who it is, its levers over time in both worlds, and why, in dollars that add up."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import solara

from vbp_agents.actors.reasons import BESIDES
from vbp_agents.answers.provider_story import provider_words
from vbp_agents.app.charts import SCENARIO_COLORS, SCENARIO_DASHES, Axis, Series, line
from vbp_agents.app.html import paragraphs, table_html, tag
from vbp_agents.app.recording import Recording
from vbp_agents.app.vue import Choose
from vbp_agents.app.watching.happenings import holder_name
from vbp_agents.app.watching.inquiries import OfPractice
from vbp_agents.app.watching.rows import lever_title
from vbp_agents.app.watching.run import Watched
from vbp_agents.presentation.markup import Cell
from vbp_agents.presentation.written import spoken

_MOST = 6
"""Reasons in the table, those of the levers that go furthest; and all that select patients."""
CENTS = 0.005
_UNITS = {"intensity": "margin of one more service, in its prices", "steering": "log weight of a place"}


@solara.component
def WhyPractice(
    watched: Watched,
    answer: OfPractice | None,
    steps: int,
    practice: int,
    month: int,
    names: Sequence[str],
    place: int,
    world: int,
) -> Any:
    """``answer`` as far as the worlds were lived again, ``steps`` of them; ``world``: whose reasons are told."""
    chosen, set_chosen = solara.use_state(-1)
    recordings = [lived.recording for lived in watched.first if lived.recording is not None]
    at = np.flatnonzero(recordings[0].places == practice)
    if not len(at) or len(recordings) < 2:
        return tag("p", "Nobody is there.")
    column, levers = int(at[0]), recordings[0].levers()
    primary = bool(recordings[0].primary[column])
    number = chosen if chosen >= 0 else _furthest(recordings[world], column, levers)
    choose = Choose(
        label="Over time", options=[lever_title(name) for name in levers], chosen=number, event_choose=set_chosen
    )
    chart = _chart(recordings, column, levers[number], names, place, watched.asked.months, month)
    decision = answer.document(world, month) if answer is not None else None
    reasons = (
        _told(decision, watched, names[world], world, month)
        if decision
        else [paragraphs([_waiting(answer, world, month)], "quiet")]
    )
    who = _who(recordings, column, month, names)
    drawn = [tag("div", choose, chart)] if primary else []
    return tag(
        "div",
        tag("h2", f"{'Practice' if primary else 'Specialists or hospital'} {practice}"),
        paragraphs(who, "quiet"),
        *drawn,
        *reasons,
    )


def _waiting(answer: OfPractice | None, world: int, month: int) -> str:
    """What is said until the reasons are there."""
    lived = answer.lived[world] if answer is not None else 0
    return f"Living the months again to see why: {lived} of {max(month, 1)} …"


def _who(recordings: Sequence[Recording], column: int, month: int, names: Sequence[str]) -> list[str]:
    said = []
    for recording, name in zip(recordings, names, strict=True):
        last = min(month, len(recording.months))
        holder = holder_name(recording, str(recording.practices[last].holder[column]))
        count = int((recording.seats.practice_at(last) == column).sum())
        said.append(f"under {name} {count:,} people, {holder}")
    return [f"This month: {'; '.join(said)}."]


def _furthest(recording: Recording, column: int, levers: Sequence[str]) -> int:
    """The lever that the practice has moved furthest, held against how far any practice has moved it."""
    now = recording.practices[-1].levers
    reach = {name: recording.reach(name) for name in levers if name != "margin"}
    shares = {name: abs(float(now[name][column])) / most for name, most in reach.items() if most}
    return levers.index(max(shares, key=lambda name: shares[name])) if shares else 0


def _chart(
    recordings: Sequence[Recording],
    column: int,
    lever: str,
    names: Sequence[str],
    place: int,
    months: int,
    month: int,
) -> Any:
    values = [[float(beside.levers[lever][column]) for beside in recording.practices] for recording in recordings]
    length = max(map(len, values))
    series = [
        Series(name, SCENARIO_COLORS[n], [*levels, *[float("nan")] * (length - len(levels))], dash=SCENARIO_DASHES[n])
        for name, n, levels in zip(names, (0, place), values, strict=True)
    ]
    unit = "dollars" if lever == "margin" else next((u for k, u in _UNITS.items() if lever.startswith(k)), "share")
    return line(
        lever_title(lever).capitalize(),
        f"{unit}, from baseline practice" if lever != "margin" else unit,
        [*range(length)],
        series,
        Axis("month", "month", domain=(0, months)),
        Axis("", "dollars" if lever == "margin" else "number", zero=True, least=0.02),
        "",
        mark=month,
        height=190,
    )


def _told(decision: tuple[int, Mapping[str, Any]], watched: Watched, name: str, world: int, month: int) -> list[Any]:
    """The sentence of `vbp explain`, and the reasons as a table."""
    decided, document = decision
    scenario = watched.asked.scenarios[world]
    facts = {"month": max(month, 1), "scenario": name, "behavior": scenario.behavior.name, "decided_in": decided}
    who = {key: spoken(value) if isinstance(value, str) else value for key, value in document["provider"].items()}
    words = [spoken(text) for text in provider_words({**document, "provider": who, **facts})]
    reasons = [reason for reason in document["reasons"] if abs(reason["drive"]) >= CENTS]
    selects = [reason for reason in reasons if reason["lever"] in ("selection", "cases")]
    ranked = sorted((r for r in reasons if r not in selects), key=lambda r: -abs(r["reach"]))[:_MOST]
    rows = [_row(reason) for reason in (*ranked, *selects)]
    heads: list[Cell] = ["It pays to have", "Because of", ("Together", "number"), ("Lever now", "number")]
    caption = f"Decided in month {decided}: dollars that one more brings"
    if selects:
        words.append(
            "Whether it refuses or drops somebody depends on the person. Some are named in the events of the month; "
            "“Why?” beside one gives the reasons."
        )
    return [paragraphs(words), table_html(heads, rows, caption) if rows else ""]


def _row(reason: Mapping[str, Any]) -> list[Cell]:
    causes = [(f"{spoken(c['contract'])}: {c['term']} ({c['payer']})", c["dollars"]) for c in reason["because"]]
    causes += [(BESIDES, reason["besides_contracts"])]
    because = "; ".join(f"{what} {dollars(amount)}" for what, amount in causes if abs(amount) >= CENTS)
    together = f"{dollars(reason['drive'])} {reason['unit'].removeprefix('dollars ')}"
    now = reason["is_now"]
    where = dollars(now) if reason["moves"].startswith("dollars") else f"{now:+.3f}"
    return [reason["in_words"], because, (together, "number wrap"), (where, "number")]


def dollars(amount: float) -> str:
    """Dollars with their sign, cents where they count."""
    digits = 0 if abs(amount) >= 1_000 else 2
    return f"{'−' if amount < 0 else '+'}${abs(amount):,.{digits}f}"

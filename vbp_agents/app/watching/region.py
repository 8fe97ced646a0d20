"""The two worlds as they are lived: the map, what happened and why, charts, books and dollars."""

from collections.abc import Sequence
from typing import Any

import solara

from vbp_agents.app.html import paragraphs, tag
from vbp_agents.app.jobs import Jobs, use_jobs
from vbp_agents.app.session import use_session
from vbp_agents.app.vue import Press, Tabs
from vbp_agents.app.watching.behind import Behind
from vbp_agents.app.watching.books import without_contracts
from vbp_agents.app.watching.graphs import Graphs
from vbp_agents.app.watching.inquiries import OfPerson, OfPractice, of_person, of_practice
from vbp_agents.app.watching.ledger import Ledger
from vbp_agents.app.watching.monthly import Monthly
from vbp_agents.app.watching.rows import charted, others
from vbp_agents.app.watching.run import Watched
from vbp_agents.app.watching.shown import Picked, in_link, shown_of
from vbp_agents.app.watching.stage import MapStage
from vbp_agents.app.watching.why_person import WhyPerson
from vbp_agents.app.watching.why_practice import WhyPractice

LATEST = 1_000_000
"""A month after all others: the map follows the latest until it says otherwise."""
HINT = "Why? Choose a practice or a person on the map: a click, or the arrow keys and Enter."


@solara.component
def RegionMap(watched: Watched, there: tuple[int, int], names: Sequence[str], place: int) -> Any:
    """``there``: months and replicates that are finished; ``names``: of both worlds; ``place``: of the other one."""
    session = use_session()
    shown = shown_of(session.of_views.value, len(session.question.value.choices))
    world = shown.world
    recording = watched.first[world].recording
    if recording is None:
        raise ValueError("the first replicate is recorded")
    month, set_month = solara.use_state(LATEST)
    apart, set_apart = solara.use_state(0)
    all_rows, set_all_rows = solara.use_state(False)
    inquiry: Jobs[Any] = use_jobs()
    picked = shown.on_map(recording)
    kind, number = (shown.kind, shown.number) if picked else ("", -1)
    month = min(month, there[0])

    def set_picked(chosen: Picked | None) -> None:
        session.keep(**in_link(chosen, recording))

    def inquire() -> None:
        asked = watched.asked
        if kind == "practice":
            inquiry.begin(lambda job: of_practice(asked, number, job), 2 * asked.months)
        elif kind:
            inquiry.begin(lambda job: of_person(asked, number, job), 2 * asked.months)

    solara.use_effect(inquire, [watched.id, kind, number])
    answer = inquiry.job.latest if inquiry.job is not None else None
    practice = answer if kind == "practice" and isinstance(answer, OfPractice) and answer.practice == number else None
    person = answer if kind == "person" and isinstance(answer, OfPerson) else None
    lines = (
        [{"from": number, "to": to, "share": share} for to, share in practice.ties_at(world, month)] if practice else []
    )

    def graphs(rows: Any) -> Any:
        return Graphs(watched, there, rows, names, place, month, bool(apart))

    done = inquiry.job.done if inquiry.job is not None else 0
    if kind == "practice":
        why: Any = WhyPractice(watched, practice, done, number, month, names, place, world)
    elif kind:
        why = WhyPerson(watched, person, done, number, names)
    else:
        nobody = [f"There is no {shown.kind} {shown.number:,} on this map."] if shown.kind else []
        why = paragraphs([*nobody, HINT], "quiet small")
    failed = inquiry.job.problem if inquiry.job is not None else ""
    stage = MapStage(watched, there[0], names, shown, lines, picked, set_picked, set_month)
    monthly = Monthly(watched, month, names, world, set_picked)
    show = Tabs(label="Charts show", options=["Both worlds", "The difference"], chosen=apart, event_choose=set_apart)
    left = tag(
        "div",
        tag("section", stage, Behind(watched, month, names, world), class_="card", aria_label="The region"),
        tag("section", why, *([tag("p", failed, class_="problem")] if failed else []), class_="card", aria_label="Why"),
        tag("section", monthly, class_="card", aria_label="Events of the month"),
        class_="stack",
    )
    right = tag("div", show, graphs(charted()), class_="beside")
    more = Press(
        label="The charts of the first measures alone" if all_rows else "The headline's other measures over time",
        look="plain",
        disabled=False,
        event_press=lambda *_: set_all_rows(not all_rows),
    )
    unsigned = without_contracts(watched, names)
    return tag(
        "div",
        tag("p", " ".join(unsigned), class_="problem" if unsigned else "hidden"),  # always: the map keeps its place
        tag("div", left, right, class_="watch-top"),
        tag("div", more, *([graphs(others())] if all_rows else [])),
        Ledger(watched, (len(watched.first[1].years), there[1]), names, place),
        class_="stack",
    )

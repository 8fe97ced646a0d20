"""A view of tests: the map and a chart with made-up numbers, drawn without a simulation. Not in the navigation."""

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import solara

from vbp_agents.app.charts import SCENARIO_COLORS, SCENARIO_DASHES, Axis, Series, line
from vbp_agents.app.film import Seats, frame, levels
from vbp_agents.app.html import tag
from vbp_agents.app.places import RATIO, Disc, arranged
from vbp_agents.app.views import View
from vbp_agents.app.vue import Map

PEOPLE, PRACTICES, MONTHS = 20_000, 60, 24
GROUPS = ("Physician-led ACO", "Hospital-led ACO", "Independents' ACO", "In no ACO")


@cache
def made_up() -> dict[str, Any]:
    """What the map takes: 24 months of 20,000 people, of whom 1% move a month."""
    luck = np.random.default_rng(1)
    size = luck.lognormal(0, 0.8, PRACTICES)
    practice = luck.choice(PRACTICES, PEOPLE, p=size / size.sum()).astype(np.int64)
    risk, homes = luck.gamma(1.0, 1.0, PEOPLE), luck.integers(0, 65_536, (PEOPLE, 2)).astype(np.uint16)
    people = np.bincount(practice, minlength=PRACTICES)
    discs = [
        Disc(i, f"practice {i}", "primary", GROUPS[i % 4], int(people[i]), tuple(luck.random(2)))
        for i in range(PRACTICES)
    ]
    discs += [Disc(PRACTICES + i, f"hospital {i}", "hospital", "", 0, tuple(luck.random(2))) for i in range(2)]
    discs += [
        Disc(PRACTICES + 2 + i, f"specialists {i}", "specialist", "", 0, tuple(luck.random(2))) for i in range(24)
    ]
    discs.append(Disc(len(discs), "with no practice", "pool", "", 150))
    placed, groups, scale = arranged(discs, GROUPS[3])
    seats = Seats(practice, risk, homes)
    ends = np.quantile(risk, np.linspace(0.1, 0.9, 9))
    film = []
    for month in range(MONTHS + 1):
        if month:
            practice = np.where(luck.random(PEOPLE) < 0.01, luck.integers(0, PRACTICES, PEOPLE), practice)
            seats.month(practice, risk, homes, sort=month % 12 == 1)
        event = np.where(luck.random(PEOPLE) < 0.02, luck.integers(1, 6, PEOPLE), 0).astype(np.uint8)
        film.append(frame(levels(risk, ends.tolist()), event))
    shades = luck.integers(60, 195, (MONTHS + 1, len(discs))).astype(np.uint8)
    shades[:, PRACTICES:] = 255
    titles = ("in hospital", "emergency", "refused", "dropped", "died")
    spec = {
        "run": "made up",
        "pair": "made up",
        "people": PEOPLE,
        "months": MONTHS,
        "ratio": RATIO,
        "spacing": scale,
        "counts": seats.counts,
        "levels": "true risk, low to high",
        "events": [{"code": code, "title": title} for code, title in enumerate(titles, 1)],
        "groups": [asdict(group) for group in groups],
        "practices": [disc.looks(GROUPS[3]) for disc in placed],
    }
    return {"spec": spec, "film": np.stack(film).tobytes(), "moves": seats.packed(), "discs": shades.tobytes()}


@solara.component
def TrialMap() -> Any:
    """The view."""
    nobody: dict[str, Any] | None = None
    picked, set_picked = solara.use_state(nobody)
    month, set_month = solara.use_state(0)
    lines: list[dict[str, Any]] = []
    if picked and picked["kind"] == "practice":
        lines = [{"from": picked["id"], "to": PRACTICES + i, "share": 0.3 / (i + 1)} for i in range(8)]
    drawn = Map(
        **made_up(),
        live=b"",
        lines=lines,
        picked=picked,
        event_picked_on_map=set_picked,
        event_month_shown=set_month,
        event_month_kept=lambda _: None,
        event_behind=lambda _: None,
    )
    x = np.arange(0, 61)
    wave = [500 * np.abs(x % 40 - 20) / 20 + 14_000 - 40 * x, 14_000 + 200 * np.abs(x % 24 - 12) / 12]
    series = [
        Series(f"scenario {i}", SCENARIO_COLORS[i], list(w), list(w - 5 * x), list(w + 5 * x), SCENARIO_DASHES[i])
        for i, w in enumerate(wave)
    ]
    chart = line(
        "Cost of care",
        "$ a person and year",
        list(x),
        series,
        Axis("month", "month"),
        Axis("", "dollars"),
        "Made up.",
        mark=month,
    )
    said = tag("p", f"Chosen: {picked}. Month {month}.", id="chosen")
    return tag(
        "div",
        tag("h1", "Made-up numbers"),
        tag("div", drawn, class_="card"),
        said,
        tag("div", chart, class_="card"),
        class_="stack",
    )


VIEW = View(
    "trial-map", "Made-up numbers", "The map and a chart, with made-up numbers", 999, TrialMap, asks=False, hidden=True
)

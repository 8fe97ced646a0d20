"""What a contract pays and what it makes of one more of anything: live, without a simulation."""

import logging
from functools import lru_cache
from typing import Any

import solara

from vbp_agents.app import controls
from vbp_agents.app.charts import SCENARIO_COLORS, Axis, Series, line
from vbp_agents.app.controls import DRAGGED
from vbp_agents.app.html import markup, paragraphs, tag
from vbp_agents.app.session import use_session
from vbp_agents.app.views import View
from vbp_agents.app.vue import NumberControls, Tabs
from vbp_agents.contracts.contract import explain_contract
from vbp_agents.contracts.contract_table import captions, contract_rows, left_out, legend, words
from vbp_agents.contracts.luck import payment_luck
from vbp_agents.errors import WrongInput
from vbp_agents.presentation.markup import Cell, table_text
from vbp_agents.presentation.written import spoken
from vbp_agents.terms.scenario import Scenario
from vbp_agents.terms.values import Number

_log = logging.getLogger(__name__)
_SIZES = (5_000, 50_000)
"""Members of a small and of a large ACO, between which luck is shown."""
_FIRST = tuple(name for name in DRAGGED if name != "share")
"""Shown before anything is looked for."""
_PEOPLE = Number("example.people", 10_000, "people, or of a hospital's area", 1e3, 2e5, "", "Members of the ACO")
_YEAR = Number("example.year", 2, "year; quality often counts from the 2nd", 1, 5, "", "Performance year")
GRAY, ORANGE, GREEN = "var(--s0)", "var(--s2)", "var(--s3)"
_SPENDING = Axis("spending against the benchmark", "percent", signed=True)


@lru_cache(maxsize=64)
def _explained(resolved: str, people: int, year: int) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
    """All that is shown, of a scenario's JSON: pure numbers, the same for every visitor."""
    scenario = Scenario.model_validate_json(resolved)
    return explain_contract(scenario, people, year), [payment_luck(scenario, size, year) for size in _SIZES]


@solara.component
def ContractView() -> Any:
    """The view."""
    session = use_session()
    arm, set_arm = solara.use_state(1)
    shown, set_shown = solara.use_state(0)
    people, set_people = solara.use_state(10_000)
    year, set_year = solara.use_state(2)
    question = session.question.value
    arm = min(arm, len(question.choices) - 1)
    scenario = question.scenario(question.choices[arm])

    def change(event: dict[str, Any]) -> None:
        setter = {_PEOPLE.path: set_people, _YEAR.path: set_year}.get(event["path"])
        if setter is not None:
            setter(round(event["value"]))
        else:
            session.change(arm, event["path"], event["value"], event["done"])

    names = [choice.loaded().title or choice.name for choice in question.choices]
    choice = Tabs(label="Scenario", options=names, chosen=arm, event_choose=set_arm)
    terms = NumberControls(
        rows=_rows(scenario, question.choices[arm].changes, people, year),
        event_change=change,
        event_reset=lambda path: session.reset(arm, path),
    )
    aside = tag(
        "section",
        tag("h2", "The contract"),
        choice,
        terms,
        class_="card terms",
        aria_label="Terms of the contract",
        tabindex="0",
    )
    return tag("div", aside, _drawn(scenario, people, year, shown, set_shown, SCENARIO_COLORS[arm]), class_="columns")


def _rows(scenario: Scenario, changes: Any, people: int, year: int) -> list[dict[str, Any]]:
    example = [
        controls.row(_PEOPLE, value=people, log=True, first=True, whole=True, step=100),
        controls.row(_YEAR, value=year, first=True),
    ]
    of_contracts = [number for number in scenario.numbers() if number.path.startswith("contracts.")]
    ordered = sorted(of_contracts, key=_place)
    return example + [
        controls.row(n, n.path in changes, group=controls.group(n.path, scenario), first=_name(n) in _FIRST)
        for n in ordered
    ]


def _place(number: Number) -> tuple[int, int]:
    """By contract, then what is dragged most."""
    contract, name = int(number.path.split(".")[1]), _name(number)
    return contract, DRAGGED.index(name) if name in DRAGGED else len(DRAGGED)


def _name(number: Number) -> str:
    return number.path.rsplit(".", 1)[1]


def _drawn(scenario: Scenario, people: int, year: int, shown: int, set_shown: Any, color: str) -> Any:
    try:
        explained, lucks = _explained(scenario.model_dump_json(), people, year)
    except WrongInput as error:
        return tag("div", str(error), class_="problem", role="alert")
    except Exception as error:  # a rule is anybody's code
        _log.exception("a contract could not be explained")
        said = f"The contract's rule failed: {type(error).__name__}: {error}"
        return tag("div", said, class_="problem", role="alert")
    number = min(shown, len(explained["shown"]) - 1)
    part, by_size = explained["shown"][number], [sizes[number] for sizes in lucks]
    headings = [spoken(part["heading"]) for part in explained["shown"]]
    which = Tabs(label="Who is under what", options=headings, chosen=number, event_choose=set_shown)
    tabs = [which] if len(headings) > 1 else []
    first, *others = words(part)
    head = tag("div", tag("h2", part["title"]), *tabs, paragraphs([spoken(first)], "quiet"))
    said = tag("section", tag("h2", "In words"), paragraphs(others), class_="card")
    charts = [tag("div", chart, class_="card") for chart in _charts(part, by_size, color)]
    note = [markup(f"<p class='note'>{left_out(explained)}</p>")] if explained["not_shown"] else []
    return tag("div", head, tag("div", *charts, class_="grid"), said, _tables(part), *note, class_="stack")


def _charts(part: dict[str, Any], by_size: list[dict[str, Any]], color: str) -> list[Any]:
    spending, quality = part["spending"], part["quality"]
    percent = [100 * more for more in spending["spending"]]
    per = f"dollars per {part['per']}"
    dollars = Axis("", "dollars", least=400.0)
    small = Axis("", "dollars", zero=True, least=0.4)
    where = "in an episode" if part["in_episodes"] else f"of care for its {part['one']}s"
    saved = f"{part['example']['saved']:.1%} saved"
    return [
        line(
            "What it pays",
            per,
            percent,
            _paid(spending, color),
            _SPENDING,
            dollars,
            "The lines differ where luck may carry the year across a threshold.",
            mark=0,
        ),
        line(
            "How far luck takes it",
            f"{per}; eight years of ten are in the band",
            percent,
            _bands(by_size),
            _SPENDING,
            dollars,
            _odds(by_size),
            mark=0,
        ),
        line(
            f"What one more dollar {where} is worth",
            "dollars to the holder",
            percent,
            [
                Series("billed by the holder itself", color, spending["own_dollar"]),
                Series("billed by others", ORANGE, spending["others_dollar"], dash="6 4"),
            ],
            _SPENDING,
            small,
            "Fees less what the contract takes back, or adds.",
            mark=0,
        ),
        line(
            "What one more point is worth",
            per,
            percent,
            [
                Series("0.01 more coded risk of every member", GREEN, spending["coded_point"]),
                Series("1 more point of measured quality", ORANGE, spending["quality_point"], dash="6 4"),
            ],
            _SPENDING,
            Axis("", "dollars", zero=True, least=10.0),
            "Coding and quality pay where they move a threshold or a rate.",
            mark=0,
        ),
        line(
            "What it pays, by quality",
            f"{per}, {saved}",
            quality["quality"],
            _paid(quality, color),
            Axis("measured quality, points of 100"),
            dollars,
            "From the nation's worst to its best, all measures together.",
        ),
        line(
            f"What one more {part['one']} is worth",
            "dollars a year, before what their care costs",
            percent,
            [Series("of average risk", color, spending["member"])],
            _SPENDING,
            Axis("", "dollars", zero=True, least=400.0),
            "To be held against what a member costs the holder.",
            mark=0,
        ),
    ]


def _paid(lines: dict[str, Any], color: str) -> list[Series]:
    return [
        Series("fees alone", GRAY, lines["fees"], dash="6 4", width=1.6),
        Series("if the year ends exactly there", ORANGE, lines["certain"], dash="2 3", width=1.8),
        Series("to be expected, luck included", color, lines["payment"], width=2.6),
    ]


def _bands(by_size: list[dict[str, Any]]) -> list[Series]:
    looks = ((ORANGE, "4 3"), (GREEN, None))
    return [
        Series(f"{luck['people']:,} members", color, None, luck["low"], luck["high"], dash)
        for luck, (color, dash) in zip(by_size, looks, strict=True)
    ]


def _odds(by_size: list[dict[str, Any]]) -> str:
    """How often a contract pays or charges a holder whose expected spending is exactly the benchmark."""
    middle = len(by_size[0]["earns"]) // 2
    said = [
        f"with {luck['people']:,} members earns in {luck['earns'][middle]:.0%} of years and owes in "
        f"{luck['owes'][middle]:.0%}"
        for luck in by_size
    ]
    return f"A holder that changes nothing {'; '.join(said)}."


def _tables(part: dict[str, Any]) -> Any:
    """The numbers behind the charts, as `vbp contract` prints them."""
    texts = []
    for caption, cells in zip(captions(part), contract_rows(part), strict=True):
        first, *others = cells[0]
        heads: list[Cell] = [first, *((name, "number") for name in others)]
        body: list[list[Cell]] = [[row[first], *((row[name], "number") for name in others)] for row in cells]
        texts.append(f'<div class="scroll" tabindex="0">{table_text(heads, body, caption)}</div>')
    opened = tag("summary", "The numbers as tables")
    return tag("details", opened, markup("<br>".join(texts)), paragraphs([legend(part)], "quiet small"), class_="card")


VIEW = View("contract", "Contract", "What a contract pays, live and without a simulation", 30, ContractView)

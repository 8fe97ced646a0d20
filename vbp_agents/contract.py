"""What a contract pays and what it makes of one more dollar, member, coded point or quality point: no simulation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vbp_agents import __version__
from vbp_agents.book import SERVICES, Book, FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.example_book import MEDIAN, MIX, Example
from vbp_agents.marginal import Marginal, combined, expected_payment, marginal, year_of_pay
from vbp_agents.regimes.base import Regime
from vbp_agents.regimes.fee_for_service import FeeForService
from vbp_agents.remembered import RememberedBook
from vbp_agents.rules.quality import score
from vbp_agents.scenario import Contract, Scenario
from vbp_agents.uncertain import FRACTIONS, Beliefs

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = 1
REACH, STEP = 0.10, 0.0025
"""Spending from 10% below to 10% above the benchmark, by a quarter of a percent."""
POINT = 0.01
"""A coded point: one hundredth of an average person's coded risk, for every member."""
TOLD = (-0.10, -0.05, -0.02, 0.0, 0.02, 0.05, 0.10)
TOLD_PERCENTILES = (0.0, 20.0, 50.0, 80.0, 100.0)
LINES = {
    "payment": "expected",
    "certain": "without luck",
    "fees": "fees alone",
    "own_dollar": "own dollar",
    "others_dollar": "others' dollar",
    "member": "one member",
    "coded_point": "coded point",
    "quality_point": "quality point",
}
UNITS = {
    "spending": "share above (+) or below (-) the benchmark's spending",
    "quality": "points, 0 to 100, all measures together from the nation's worst to its best",
    "payment": "dollars per member-year, mean over luck, settlement included",
    "certain": "dollars per member-year, if the year ends exactly there",
    "fees": "dollars per member-year, fees for what the holder itself bills",
    "own_dollar": "dollars for one more dollar of care billed by the holder",
    "others_dollar": "dollars for one more dollar of care billed by others",
    "member": "dollars a year for one more member of average risk, before what their care costs the holder",
    "coded_point": "dollars per member-year for 0.01 more coded risk of every member",
    "quality_point": "dollars per member-year for one more point of measured quality",
}


@dataclass(frozen=True)
class Layer:
    """A rule and the part of the holder's panel that it is about."""

    rule: Regime
    share: float


def explain(scenario: Scenario, example: Example, performance_year: int) -> dict[str, Any]:
    """All that `vbp contract` shows, as other programs read it. Raises WrongInput where the year has no rule."""
    shown = contracts_shown(scenario)
    layers = [Layer(contract.rule(), contract.share) for contract in shown]
    more: FloatArray = np.linspace(-REACH, REACH, round(2 * REACH / STEP) + 1)
    percentiles: FloatArray = np.linspace(0.0, 100.0, 41)
    by_spending = example.year(more, np.full(len(more), MEDIAN), performance_year)
    by_quality = example.year(np.full(len(percentiles), -example.saved), percentiles, performance_year)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "scenario": scenario.name,
        "title": scenario.title or scenario.name,
        "hash": scenario.hash,
        "contracts": [_named(contract) for contract in shown],
        "performance_year": performance_year,
        "example": example.model_dump(mode="json"),
        "in_episodes": _pays_episodes(layers, by_spending),
        "units": UNITS,
        "spending": {"spending": more.tolist()} | _along(layers, by_spending, example),
        "quality": {"quality": score(by_quality).tolist()} | _along(layers, by_quality, example),
    }


def contracts_shown(scenario: Scenario) -> list[Contract]:
    """The contracts that the first one's first kind of holder is under, with that payer, when they begin."""
    if not scenario.contracts:
        return []
    first = scenario.contracts[0]
    return [
        contract
        for contract in scenario.contracts
        if contract.payer == first.payer and contract.start == first.start and first.holders[0] in contract.holders
    ]


def _named(contract: Contract) -> dict[str, Any]:
    return {"payer": contract.payer, "regime": contract.regime, "share": contract.share, "terms": contract.terms}


def _along(layers: Sequence[Layer], book: Book, example: Example) -> dict[str, list[float]]:
    """Payment and worth at each row of the Book, by the names of LINES."""
    people, beliefs = float(example.people), Beliefs()
    fees = book.billed(sides=["inside"])
    try:
        extra = [_beyond_fees(layer, book, beliefs) for layer in layers]
        worth = _worth(layers, book, beliefs)
    except ValueError as error:
        raise WrongInput(f"performance year {book.performance_year} cannot be settled: {error}") from None
    paid = {
        "payment": fees + sum(expected for expected, _ in extra),
        "certain": fees + sum(certain for _, certain in extra),
        "fees": fees,
    }
    lines = {name: values / people for name, values in paid.items()}
    lines |= {"own_dollar": _dollar(worth, "inside"), "others_dollar": _dollar(worth, "outside")}
    lines |= {
        "member": worth.worth_of_member(1.0, 1.0),
        "coded_point": POINT * 12 * worth["risk_months"],
        "quality_point": _quality_point(worth, book, example) / people,
    }
    return {name: [float(value) for value in values] for name, values in lines.items()}


def _beyond_fees(layer: Layer, book: Book, beliefs: Beliefs) -> tuple[FloatArray, FloatArray]:
    """What a layer pays beyond fees in the year: the mean over luck, and if the year ends exactly so."""
    part = book.scaled(layer.share)
    fees = part.billed(sides=["inside"])
    certain = year_of_pay(layer.rule, part) + layer.rule.settle(part)["settlement"]
    return expected_payment(layer.rule, part, beliefs) - fees, certain - fees


def _worth(layers: Sequence[Layer], book: Book, beliefs: Beliefs) -> Marginal:
    """What one more of each column is worth under fees and all layers."""
    fees = marginal(FeeForService(), book, beliefs)
    whole = []
    for layer in layers:
        part = marginal(layer.rule, book.scaled(layer.share), beliefs)
        names = {*part.columns, *fees.columns}
        columns = {name: fees[name] + layer.share * (part[name] - fees[name]) for name in names}
        whole.append(Marginal(columns, book))
    return combined(whole, fees)


def _dollar(worth: Marginal, side: str) -> FloatArray:
    """A dollar of the usual mix of care; in a bundle, a dollar in an episode."""
    episode = "joint_dollars" if np.any(worth["joint_dollars"]) else None
    return np.asarray(sum(MIX[service] * worth.dollar(service, side, episode=episode) for service in SERVICES))


def _pays_episodes(layers: Sequence[Layer], book: Book) -> bool:
    """Does any layer settle what episodes cost?"""
    watched = RememberedBook.of(book)
    for layer in layers:
        layer.rule.pay(watched)
        layer.rule.settle(watched)
    return "joint_dollars" in watched.read


def _quality_point(worth: Marginal, book: Book, example: Example) -> FloatArray:
    """One more point of the score, all measures on their way from the nation's worst to its best together."""
    now = score(book)
    percentile = np.interp(now, *_scores(example))
    low, high = np.clip(percentile - 1.0, 0.0, 98.0), np.clip(percentile + 1.0, 2.0, 100.0)
    worse, better = (example.year(np.zeros(len(now)), at, book.performance_year) for at in (low, high))
    change = sum(worth[name] * (better[name] - worse[name]) for name in FRACTIONS)
    return np.asarray(change / (score(better) - score(worse)))


def _scores(example: Example) -> tuple[FloatArray, FloatArray]:
    """The score at each percentile of all measures."""
    percentiles = np.linspace(0.0, 100.0, 101)
    return score(example.year(np.zeros(101), percentiles, 2)), percentiles


def words(found: Mapping[str, Any]) -> list[str]:
    """What the picture shows, in sentences."""
    lines, quality = found["spending"], found["quality"]
    middle, saved = len(lines["spending"]) // 2, found["example"]["saved"]
    tenth = lines["payment"][0], lines["payment"][-1]
    paid, fees = lines["payment"][middle], lines["fees"][middle]
    span = quality["payment"][-1] - quality["payment"][0]
    return [
        f"Where spending ends at its benchmark, the holder can expect ${paid:,.0f} per member-year; "
        f"its fees alone would be ${fees:,.0f}. "
        f"10% less spending brings it ${tenth[0]:,.0f} (fees ${lines['fees'][0]:,.0f}), "
        f"10% more ${tenth[1]:,.0f} (fees ${lines['fees'][-1]:,.0f}).",
        f"To the holder, one more dollar of care {_where(found)} is worth "
        f"{_worth_along(lines['own_dollar'])} if it bills it itself, "
        f"and {_worth_along(lines['others_dollar'])} if others do.",
        f"With {saved:.1%} saved, quality from the nation's worst to its best "
        + (f"moves payment by {_dollars(span)} per member-year." if abs(span) >= 0.5 else "changes nothing."),
    ]


def _where(found: Mapping[str, Any]) -> str:
    return "in an episode" if found["in_episodes"] else "for its people"


def _worth_along(values: Sequence[float]) -> str:
    """A worth at 10% less, at and 10% above the benchmark; said once where it is the same."""
    told = [_cents(values[i]) for i in (0, len(values) // 2, -1)]
    if len(set(told)) == 1:
        return told[0]
    return f"{told[0]} at 10% less spending, {told[1]} at the benchmark, {told[2]} at 10% more"


def rows(found: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The two tables: along spending and along quality."""
    spending, quality = found["spending"], found["quality"]
    at = [int(np.argmin(np.abs(np.array(spending["spending"]) - told))) for told in TOLD]
    first = [{"spending": f"{spending['spending'][i]:+.0%}"} | _cells(spending, i) for i in at]
    count = len(quality["quality"]) - 1
    places = [round(count * percentile / 100) for percentile in TOLD_PERCENTILES]
    second = [{"quality": f"{quality['quality'][i]:.1f}"} | _cells(quality, i) for i in places]
    return first, second


def table(part: Sequence[Mapping[str, str]], title: str) -> "Table":
    """One of the two tables, narrow enough for 80 columns."""
    from rich import box
    from rich.table import Table

    drawn = Table(title=title, title_justify="left", box=box.SIMPLE, padding=0, show_edge=False)
    for name in part[0]:
        drawn.add_column(name, justify="right", min_width=max(map(len, name.split())))
    for row in part:
        drawn.add_row(*row.values())
    return drawn


def _cells(lines: Mapping[str, Sequence[float]], row: int) -> dict[str, str]:
    cells = {}
    for name, title in LINES.items():
        value = lines[name][row]
        cents = name.endswith("dollar") or (name.endswith("point") and abs(value) < 100)
        cells[title] = f"{value + 0.0:,.2f}" if cents else f"{value:,.0f}"
    return {title: "0.00" if text == "-0.00" else text for title, text in cells.items()}


def _cents(dollars: float) -> str:
    cents = round(100 * dollars)
    if not cents:
        return "nothing"
    return f"{'minus ' if cents < 0 else ''}{abs(cents)} {'cent' if abs(cents) == 1 else 'cents'}"


def _dollars(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"

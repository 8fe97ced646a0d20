"""What `vbp contract` says of one situation, in sentences and tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rich.table import Table

_TOLD = (-0.10, -0.05, -0.02, 0.0, 0.02, 0.05, 0.10)
TOLD_PERCENTILES = (0.0, 20.0, 50.0, 80.0, 100.0)
_LINES = {
    "payment": "expected",
    "certain": "without luck",
    "fees": "fees alone",
    "own_dollar": "own dollar",
    "others_dollar": "others' dollar",
    "member": "one member",
    "coded_point": "coded point",
    "quality_point": "quality point",
}
PAID = 3
"""The first of LINES are what is paid, the others what one more is worth."""
CAPTIONS = (
    "By spending against the benchmark: dollars per {per}, then the worth of one more",
    "By measured quality (points of 100), with {saved:.1%} of the benchmark saved: the same",
)
LEGEND = (
    "expected: the mean over luck; without luck: if the year ends exactly there; own dollar, others' dollar: one more "
    "dollar of care {where}, billed by the holder itself or by others; one {one}: one more, of average risk, for a "
    "year, before what the care costs; coded point: 0.01 more coded risk of every member, in dollars per {per}; "
    "quality point: one more point of measured quality, in dollars per {per}."
)


def titles(part: Mapping[str, Any]) -> dict[str, str]:
    """The lines of the tables by name."""
    return _LINES | {"member": f"one {part['one']}"}


def words(part: Mapping[str, Any]) -> list[str]:
    """What the picture shows, in sentences."""
    lines, quality = part["spending"], part["quality"]
    middle, saved = len(lines["spending"]) // 2, part["example"]["saved"]
    tenth = lines["payment"][0], lines["payment"][-1]
    paid, fees = lines["payment"][middle], lines["fees"][middle]
    span = quality["payment"][-1] - quality["payment"][0]
    return [
        f"{part['heading']}.{_too_few(part)}{_first_prices(part)}",
        f"Where spending ends at its benchmark, the holder can expect ${paid:,.0f} per {part['per']}; "
        f"its fees alone would be ${fees:,.0f}. "
        f"10% less spending brings it ${tenth[0]:,.0f} (fees ${lines['fees'][0]:,.0f}), "
        f"10% more ${tenth[1]:,.0f} (fees ${lines['fees'][-1]:,.0f}).",
        f"To the holder, one more dollar of care {_where(part)} is worth "
        f"{_worth_along(lines['own_dollar'])} if it bills it itself, "
        f"and {_worth_along(lines['others_dollar'])} if others do.",
        f"With {saved:.1%} of the benchmark saved, as the ACOs of Medicare did on average in 2024, "
        "quality from the nation's worst to its best "
        + (f"moves payment by {_dollars(span)} per {part['per']}." if abs(span) >= 0.5 else "changes nothing."),
    ]


def captions(part: Mapping[str, Any]) -> list[str]:
    """What stands above each table."""
    return [caption.format(per=part["per"], saved=part["example"]["saved"]) for caption in CAPTIONS]


def legend(part: Mapping[str, Any]) -> str:
    """What the columns of the tables are."""
    return LEGEND.format(where=_where(part), one=part["one"], per=part["per"])


def left_out(document: Mapping[str, Any]) -> str:
    """What of a scenario `vbp contract` shows and what it does not; empty where it shows all."""
    if not document["not_shown"]:
        return ""
    shown = "; ".join(document["heading"] for document in document["shown"])
    return f"Shown: {shown}. Not shown: {'; '.join(document['not_shown'])}."


def _first_prices(part: Mapping[str, Any]) -> str:
    """Which prices these are, where the payer changes them."""
    months = part["price_updates"]
    when = f"month{'s' if len(months) > 1 else ''} {', '.join(map(str, months))}"
    return f" Prices are those before the payer's update in {when}." if months else ""


def _too_few(part: Mapping[str, Any]) -> str:
    people, needed = part["example"]["people"], part["minimum_people"]
    return f" Offered from {needed:,} people on; the example has {people:,}." if people < needed else ""


def _where(part: Mapping[str, Any]) -> str:
    return "in an episode" if part["in_episodes"] else f"for its {part['one']}s"


def _worth_along(values: Sequence[float]) -> str:
    """A worth at 10% less, at and 10% above the benchmark; said once where it is the same."""
    dollars = [_cents(values[i]) for i in (0, len(values) // 2, -1)]
    if len(set(dollars)) == 1:
        return dollars[0]
    return f"{dollars[0]} at 10% less spending, {dollars[1]} at the benchmark, {dollars[2]} at 10% more"


def contract_rows(part: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The two tables: along spending and along quality."""
    spending, quality = part["spending"], part["quality"]
    at = [int(np.argmin(np.abs(np.array(spending["spending"]) - shown))) for shown in _TOLD]
    named = titles(part)
    first = [{"spending": f"{spending['spending'][i]:+.0%}"} | _cells(spending, i, named) for i in at]
    count = len(quality["quality"]) - 1
    places = [round(count * percentile / 100) for percentile in TOLD_PERCENTILES]
    second = [{"quality": f"{quality['quality'][i]:.1f}"} | _cells(quality, i, named) for i in places]
    return first, second


def page_tables(part: Sequence[Mapping[str, str]], columns: int) -> "list[Table]":
    """One of the two tables; where a page of so many ``columns`` has no room for it, several that name the rows again.

    What is paid comes first then, and what one more is worth after it.
    """
    first, *others = part[0]
    for of_name in (len, _longest):
        if _together(part, part[0], of_name) <= columns:
            return [_table(part, list(part[0]), of_name)]
    groups: list[list[str]] = []
    for names in (others[:PAID], others[PAID:]):
        groups.append([first])
        for name in names:
            if len(groups[-1]) > 1 and _together(part, [*groups[-1], name], _longest) > columns:
                groups.append([first])
            groups[-1].append(name)
    return [_table(part, group, _longest) for group in groups]


def _longest(name: str) -> int:
    """Letters of a name's longest word."""
    return max(map(len, name.split()))


def _width(part: Sequence[Mapping[str, str]], name: str, of_name: Callable[[str], int]) -> int:
    return max(of_name(name), *(len(row[name]) for row in part))


def _together(part: Sequence[Mapping[str, str]], names: Iterable[str], of_name: Callable[[str], int]) -> int:
    """Columns of the page that these columns of a table take, with what is between them."""
    widths = [_width(part, name, of_name) for name in names]
    return sum(widths) + len(widths) - 1


def _table(part: Sequence[Mapping[str, str]], names: Sequence[str], of_name: Callable[[str], int]) -> "Table":
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE, padding=0, show_edge=False)
    for name in names:
        drawn.add_column(name, justify="right", width=_width(part, name, of_name))
    for row in part:
        drawn.add_row(*(row[name] for name in names))
    return drawn


def _cells(lines: Mapping[str, Sequence[float]], row: int, named: Mapping[str, str]) -> dict[str, str]:
    cells = {}
    for name, title in named.items():
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

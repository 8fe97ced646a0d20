"""A comparison as pictures of marks with intervals: the headline, and cost against health; packed for `Marks`."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents.app.charts import SCENARIO_COLORS
from vbp_agents.app.vue import Marks
from vbp_agents.metrics.cost_effectiveness import COST, HEALTH
from vbp_agents.metrics.money import QALY_IS_WORTH
from vbp_agents.presentation.written import minus, short
from vbp_agents.reports.headline import Headline, ShownRow, headline_rows
from vbp_agents.reports.reading import CLEAR, Verdict, verdicts

SHAPES = ("circle", "circle", "square", "diamond")
"""By place in the question, beside the color."""
BETTER = {"higher": "higher is better →", "lower": "← lower is better", None: ""}
CORNERS = ("less health, costs more", "more health, costs more", "less health, costs less", "more health, costs less")
ComparisonDocument = Mapping[str, Any]
"""A comparison's document."""
Titles = Mapping[str, str]
"""What scenarios are called, by name, in the question's order."""


def headline_of(document: ComparisonDocument) -> Headline:
    """The headline of a comparison."""
    return Headline(headline_rows(document), document["baseline"], list(document["scenarios"]))


def headline_picture(document: ComparisonDocument, titles: Titles) -> Any:
    """Each scenario's difference from the baseline in each row of the headline."""
    headline, said = headline_of(document), verdicts(document)
    return Marks(
        spec={
            "title": "Differences, with 95% intervals",
            "unit": f"from {titles[document['baseline']]}; filled: clear of luck",
            "summary": "A mark is the mean over replicates, its line the 95% interval. The table has the same numbers.",
            "columns": 3,
            "legend": _legend(document, titles),
            "panels": [_panel(headline, row, titles, said) for row in headline.rows],
        }
    )


def _legend(document: ComparisonDocument, titles: Titles) -> list[dict[str, str]]:
    return [
        {"name": title, "color": SCENARIO_COLORS[place], "shape": SHAPES[place]}
        for place, (name, title) in enumerate(titles.items())
        if name != document["baseline"]
    ]


def _panel(
    headline: Headline, row: ShownRow, titles: Titles, said: Mapping[str, Mapping[str, Verdict]]
) -> dict[str, Any]:
    mean = row["values"][headline.baseline]["mean"]
    level = "none under the baseline" if mean is None else f"baseline {short(mean, None)[0]}"
    marks = []
    for place, (name, title) in enumerate(titles.items()):
        if name != headline.baseline:
            middle, low, high = (row["values"][name][f"difference{end}"] for end in ("", "_low", "_high"))
            text = minus(headline.cell(row, name, " ± "))
            clear = said[name][row["metric"]] in CLEAR
            marks.append(_mark(title, place, clear, text) | {"x": middle, "xl": low, "xh": high})
    return {
        "title": row["title"],
        "unit": f"{row['unit']}; {level}",
        "x": "",
        "y": "",
        "note": BETTER[row["better"]],
        "marks": marks,
    }


def _mark(name: str, place: int, filled: bool, text: str) -> dict[str, Any]:
    return {"name": name, "color": SCENARIO_COLORS[place], "shape": SHAPES[place], "filled": filled, "text": text}


def plane(document: ComparisonDocument, titles: Titles) -> Any:
    """Cost against health: each scenario's difference from the baseline as a cross of its two intervals."""
    rows = {row["metric"]: row for row in headline_rows(document)}
    marks = [
        _cross(rows[HEALTH], rows[COST], name, title, place)
        for place, (name, title) in enumerate(titles.items())
        if name != document["baseline"]
    ]
    panel = {
        "title": "",
        "unit": "",
        "note": "",
        "x": "healthy years (QALYs), more per 1,000 people a year",
        "y": "cost of care, more dollars a person and year",
        "corners": CORNERS,
        "slope": QALY_IS_WORTH / 1_000,
        "marks": marks,
    }
    line = f"Below the dashed line health is worth its money at ${QALY_IS_WORTH:,.0f} a QALY."
    return Marks(
        spec={
            "title": "Health against cost",
            "unit": f"differences from {titles[document['baseline']]}, with 95% intervals",
            "summary": f"{_sentence(marks)} {line}",
            "columns": 1,
            "legend": _legend(document, titles),
            "panels": [panel],
        }
    )


def _cross(health: ShownRow, cost: ShownRow, name: str, title: str, place: int) -> dict[str, Any]:
    ends = ("", "_low", "_high")
    x, xl, xh = (health["values"][name][f"difference{end}"] for end in ends)
    y, yl, yh = (cost["values"][name][f"difference{end}"] for end in ends)
    if x is None or y is None:
        x = y = None
    text = "no number" if x is None or y is None else f"{_dollars(y)} a person, {x:+.2f} QALYs per 1,000"
    said = minus(text.replace("-$", "−\N{WORD JOINER}$"))
    return _mark(title, place, True, said) | {"x": x, "xl": xl, "xh": xh, "y": y, "yl": yl, "yh": yh}


def _dollars(value: float) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}${abs(value):,.0f}"


def _sentence(marks: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(f"{mark['name']}: {mark['text']}." for mark in marks)

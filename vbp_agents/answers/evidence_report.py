"""The evidence report for people: what was published, ours, and whether one lies in the other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.evidence.rows import ROLES
from vbp_agents.evidence.series import OTHER_WAY
from vbp_agents.evidence.signs import AS_THEORY
from vbp_agents.evidence.verdict import FEWEST_REPLICATES, INSIDE, NO_INTERVAL, NULL_MODEL, OTHER_SIGN, VERDICTS
from vbp_agents.presentation.written import DASH, number, ranged, signed_number

if TYPE_CHECKING:
    from rich.table import Table

HEADINGS = {
    "calibrated": "Calibrated: numbers of the model were chosen with these rows in sight",
    "informed": "Informed: no number was chosen with these rows in sight, but a mechanism was proposed because of them",
    "predicted": "Predicted: no number was chosen with these rows in sight, nor any mechanism because of them",
    "illustrated": "Illustrated: no source is good enough to test, so there is no verdict",
}
_DIRECTIONS = {-1: "negative", 1: "positive"}
WHAT_IS_WHAT = (
    "Inside: our whole 95% interval lies in the published one (or in the range that the source names), or on the "
    "published side of zero. Missed: all of it lies outside. Cannot tell: our interval crosses a bound, or there are "
    f"fewer than {FEWEST_REPLICATES} replicates. Cannot move: ours lies inside, but nothing that anybody does in the "
    "model leads elsewhere: no hit. No interval: nothing was published to be inside of, or the model has no figure; "
    "beside a published figure, how many times it ours is, or that ours has the other sign. Tests nothing: the null "
    f"model, in which nobody changes anything ({NULL_MODEL}), is inside too. Dollars of other years are judged in "
    "percent: theirs of the study's own base, ours of ours; where the base is unknown, in dollars. Ours: mean over "
    "replicates with its 95% interval. Nothing here fails a test: such tests invite tuning."
)
PEOPLE, REPLICATES = 200_000, FEWEST_REPLICATES
"""What verdicts need: 30 ACOs large enough to hold a contract, and luck that can be told from the rest."""
STEPS_HEADING = "From row to row: which way figures without an interval go, and our means (luck is not told apart)"
SIGNS_HEADING = "Theory's signs: sharp where clinicians bear all of it, and what compensation leaves of them"
THEORY = {-1: "falls", 1: "rises"}
_Document = Mapping[str, Any]


def size_line(report: _Document) -> str:
    """How much it takes for verdicts to mean something, and whether this report has it."""
    needed = f"Verdicts need {REPLICATES} replicates, and narrow intervals {PEOPLE:,} people"
    if report["patients"] >= PEOPLE and report["replicates"] >= REPLICATES:
        return f"{needed}: with fewer there is no telling."
    size = f"{report['patients']:,} people, replicates: {report['replicates']}"
    return f"{needed}. Here: {size}."


def summary_lines(report: _Document) -> list[str]:
    """A line a behavior and role with the verdicts of the rows that are counted; then steps, and signs of theory."""
    lines = [
        f"{name}, {role}: {_score(counts)}"
        for name, by_role in report["scores"].items()
        for role, counts in by_role.items()
        if role in SCORED
    ]
    for name in report["behaviors"]:
        other_sign = sum(row["ours"][name]["against"] == OTHER_SIGN for row in report["rows"])
        other_way = sum(step["ours"][name]["way"] == OTHER_WAY for step in report["steps"])
        lines.append(
            f"{name}: {other_sign} figures without an interval have the other sign; "
            f"{other_way} of {len(report['steps'])} steps from row to row go the other way"
        )
    signs = report["signs"]
    for name in signs[0]["ours"] if signs else ():
        kept = sum(sign["ours"][name]["verdict"] == AS_THEORY for sign in signs)
        lines.append(f"{name}: {kept} of theory's {len(signs)} signs are clear, and as theory has them")
    return lines


SCORED = ("calibrated", "informed", "predicted")
"""Roles whose rows have verdicts."""


def _score(counts: Mapping[str, int]) -> str:
    """`2 inside (1 tests nothing), 0 missed, ...`."""
    inside = f"{counts[INSIDE]} {INSIDE} ({counts['tests nothing']} test nothing)"
    others = (f"{counts[verdict]} {verdict}" for verdict in VERDICTS if verdict not in (INSIDE, NO_INTERVAL))
    return ", ".join((inside, *others))


def _top(report: _Document, role: str) -> list[str]:
    """What stands on top of each column: its hits, of how many, and the null model's."""
    by_behavior = {name: by_role[role] for name, by_role in report["scores"].items()}
    null = by_behavior.get(NULL_MODEL)
    return [_hits(name, counts, null) for name, counts in by_behavior.items()]


def _hits(name: str, counts: Mapping[str, int], null: Mapping[str, int] | None) -> str:
    judged = sum(counts[verdict] for verdict in VERDICTS if verdict != NO_INTERVAL)
    said = f"{counts[INSIDE]} of {judged} inside"
    if name == NULL_MODEL:
        return f"{said}: the null model"
    if null is None:
        return f"{said} (no null model was run)"
    return f"{said} (the null model: {null[INSIDE]}; {counts['tests nothing']} of ours test nothing)"


def report_tables(report: _Document) -> "Iterator[Table]":
    """A table a role, scores on top: what was published, and ours under each behavior."""
    from rich import box
    from rich.table import Table

    for role in ROLES:
        drawn = Table(title=HEADINGS[role], title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
        drawn.add_column("row", overflow="fold")
        drawn.add_column("published", overflow="fold")
        for name in report["behaviors"]:
            drawn.add_column(name, overflow="fold")
        if role in SCORED:
            drawn.add_row("[bold]score[/bold]", "", *_top(report, role))
        for row in _of(report, role):
            label = f"{row['title']}\n  [dim]{row['id']}, {row['unit']}[/dim]"
            ours = ("\n".join(cell(row["ours"][b], report["replicates"])) for b in report["behaviors"])
            drawn.add_row(label, published(row), *ours)
        yield drawn
    for heading, (heads, *lines) in _further(report):
        drawn = Table(title=heading, title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
        for head in heads:
            drawn.add_column(head, overflow="fold")
        for line in lines:
            drawn.add_row(*line)
        yield drawn


def markdown(report: _Document) -> str:
    """The report as a page."""
    page = [
        "# The evidence, and what the model makes of it",
        "",
        f"{report['patients']:,} people, years: {report['years']}, replicates: {report['replicates']}, "
        f"seed: {report['seed']}; written by `vbp evidence --markdown docs/evidence.md`.",
        f"The split (which row is calibrated, informed, predicted or illustrated) is frozen: `{report['split'][:12]}`.",
        "",
        size_line(report),
        "",
        WHAT_IS_WHAT,
        "",
        *(f"- {line}" for line in summary_lines(report)),
        "",
        "Rows of MSSP's effect on spending that share person-years with the pooled row stand beside it, and are not "
        "counted.",
    ]
    for role in ROLES:
        page += ["", f"## {HEADINGS[role]}", "", *_role_table(report, role)]
    for heading, (heads, *lines) in _further(report):
        page += ["", f"## {heading}", "", _line(heads), "|" + "---|" * len(heads), *(_line(row) for row in lines)]
    page += ["", "## How each row is measured", ""]
    page += [f"- `{row['id']}`: {row['how']}{_constraints(row)}{_notes(row)}" for row in report["rows"]]
    return "\n".join(page) + "\n"


def _role_table(report: _Document, role: str) -> list[str]:
    heads = ["id", "what", "unit", "published", *report["behaviors"], "source", "seen"]
    lines = [_line(heads), "|" + "---|" * len(heads)]
    if role in SCORED:
        lines.append(_line(["", "**score**", "", "", *_top(report, role), "", ""]))
    for row in _of(report, role):
        ours = (_marked(cell(row["ours"][behavior], report["replicates"])) for behavior in report["behaviors"])
        cells = [f"`{row['id']}`", row["title"], row["unit"], published(row), *ours, row["source"], row["seen"]]
        lines.append(_line(cells))
    return lines


def _further(report: _Document) -> Iterator[tuple[str, list[list[str]]]]:
    """What stands below the rows: a heading, and the lines of a table, its head first."""
    yield STEPS_HEADING, list(_step_rows(report))
    if report["signs"]:
        yield SIGNS_HEADING, list(_sign_rows(report))


def _step_rows(report: _Document) -> Iterator[list[str]]:
    yield ["from", "to", "published", *report["behaviors"]]
    for step in report["steps"]:
        ours = (f"{signed_number(move['change'])} {move['way']}".strip() for move in step["ours"].values())
        yield [step["from"], step["to"], signed_number(step["published"]), *ours]


def _sign_rows(report: _Document) -> Iterator[list[str]]:
    """The heading, then what theory says of each metric, and ours under each behavior."""
    yield ["what", "from", "to", "theory", *report["signs"][0]["ours"]]
    for sign in report["signs"]:
        ours = (" ".join(cell(figure, report["replicates"])) for figure in sign["ours"].values())
        yield [sign["what"], sign["from"], sign["to"], THEORY[sign["theory"]], *ours]


def published(row: _Document) -> str:
    """The published figure with its interval, or its direction."""
    if row["sign"] is not None:
        return _DIRECTIONS[row["sign"]]
    if row["target"] is None:
        return DASH
    if row["low"] is None:
        return number(row["target"])
    return _with_percent(_published(row), _published(row["percent"]) if row.get("percent") else None)


def _published(ends: _Document) -> str:
    return f"{number(ends['target'])} ({number(ends['low'])} to {number(ends['high'])})"


def _with_percent(figure: str, percent: str | None) -> str:
    return f"{figure} = {percent} %" if percent else figure


def cell(ours: Mapping[str, Any], replicates: int) -> tuple[str, str]:
    """Our mean with its interval, from how many replicates where not from all, and the verdict."""
    percent = ours.get("percent")
    figure = _with_percent(_mean(ours), _mean(percent) if percent and percent["mean"] is not None else None)
    some = f" (in {ours['n']} of {replicates} replicates)" if 0 < ours["n"] < replicates else ""
    beside = "tests nothing" if ours.get("tests_nothing") else ours.get("against")
    return figure + some, f"{ours['verdict']}, {beside}" if beside else ours["verdict"]


def _mean(ours: Mapping[str, Any]) -> str:
    return ranged(ours["mean"], ours["low"], ours["high"])


def _marked(cell: tuple[str, str]) -> str:
    figure, said = cell
    return f"{figure} **{said}**" if said == "missed" else f"{figure} {said}"


def _constraints(row: _Document) -> str:
    return f" (constrains {', '.join(f'`{name}`' for name in row['constrains'])})" if row["constrains"] else ""


def _notes(row: _Document) -> str:
    """What its percent is a share of, what it stands beside, and why it cannot move."""
    notes = []
    if row["base"]:
        notes.append(f"percent of {number(row['base'])} dollars: {row['base_source']}")
    elif row["base_source"]:
        notes.append(f"base {row['base_source']}")
    if row["part_of"]:
        notes.append(f"beside `{row['part_of']}`, not counted")
    if row["cannot_move"]:
        notes.append(f"cannot move: {row['cannot_move']}")
    return "".join(f"; {note}" for note in notes)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _of(report: _Document, role: str) -> list[_Document]:
    return [row for row in report["rows"] if row["role"] == role]

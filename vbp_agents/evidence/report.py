"""The evidence report for people and for programs: what was published, ours, and whether one lies in the other."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents import __version__
from vbp_agents.evidence.rows import ROLES, Row, rows, split_hash
from vbp_agents.evidence.verdict import VERDICTS, verdict
from vbp_agents.metrics.intervals import interval
from vbp_agents.written import NONE, number, ranged

if TYPE_CHECKING:
    from rich.table import Table

SCHEMA = 1
HEADINGS = {
    "calibrated": "Calibrated: numbers of the model were chosen with these rows in sight",
    "predicted": "Predicted: no number was chosen with these rows in sight",
    "illustrated": "Illustrated: no source is good enough to test, so there is no verdict",
}
DIRECTIONS = {-1: "negative", 1: "positive"}
WHAT_IS_WHAT = (
    "Inside: our mean lies in the published 95% interval (or the range that the source names), or is clearly on the "
    "published side of zero. Missed: it does not. No interval: nothing was published to be inside of, or the model has "
    "no figure. Ours: mean over replicates with its 95% interval. Nothing here fails a test: such tests invite tuning."
)
Values = Mapping[str, Sequence[Mapping[str, float | None]]]
"""By behavior, what each replicate measured: row id to number, None where it has none."""
Found = Mapping[str, Any]


def document(values: Values, hashes: Mapping[str, str], **facts: int) -> dict[str, Any]:
    """The report as other programs read it. ``hashes``: of each behavior; ``facts``: how much was simulated."""
    found = [_row(row, values) for row in rows()]
    summary = {name: {v: sum(r["ours"][name]["verdict"] == v for r in found) for v in VERDICTS} for name in values}
    return {
        "schema": SCHEMA,
        "version": __version__,
        **facts,
        "split": split_hash(),
        "behaviors": dict(hashes),
        "summary": summary,
        "rows": found,
    }


def _row(row: Row, values: Values) -> dict[str, Any]:
    ours = {}
    for name, runs in values.items():
        middle = interval([run[row.id] for run in runs])
        ours[name] = middle._asdict() | {"verdict": verdict(row, middle)}
    return row.model_dump(mode="json") | {"ours": ours}


def summary_lines(found: Found) -> list[str]:
    """One line a behavior: how many rows are inside, missed and without an interval."""
    return [
        f"{name}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        for name, counts in found["summary"].items()
    ]


def tables(found: Found) -> "Iterator[Table]":
    """A table a role: what was published, and ours under each behavior."""
    from rich import box
    from rich.table import Table

    for role in ROLES:
        drawn = Table(title=HEADINGS[role], title_justify="left", box=box.SIMPLE, padding=(0, 1, 0, 0), show_edge=False)
        drawn.add_column("row", overflow="fold")
        drawn.add_column("published", overflow="fold")
        for name in found["behaviors"]:
            drawn.add_column(name, overflow="fold")
        for row in _of(found, role):
            label = f"{row['title']}\n  [dim]{row['id']}, {row['unit']}[/dim]"
            drawn.add_row(label, published(row), *("\n".join(_cell(row["ours"][b])) for b in found["behaviors"]))
        yield drawn


def markdown(found: Found) -> str:
    """The report as a page."""
    page = [
        "# The evidence, and what the model makes of it",
        "",
        f"{found['patients']:,} people, years: {found['years']}, replicates: {found['replicates']}, "
        f"seed: {found['seed']}; written by `vbp evidence --markdown docs/evidence.md`.",
        f"The split (which row is calibrated, predicted or illustrated) is frozen: `{found['split'][:12]}`.",
        "",
        WHAT_IS_WHAT,
        "",
        *(f"- {line}" for line in summary_lines(found)),
    ]
    for role in ROLES:
        page += ["", f"## {HEADINGS[role]}", "", *_role_table(found, role)]
    page += ["", "## How each row is measured", ""]
    page += [f"- `{row['id']}`: {row['how']}{_constraints(row)}" for row in found["rows"]]
    return "\n".join(page) + "\n"


def _role_table(found: Found, role: str) -> list[str]:
    heads = ["id", "what", "unit", "published", *found["behaviors"], "source", "seen"]
    lines = [_line(heads), "|" + "---|" * len(heads)]
    for row in _of(found, role):
        ours = (_marked(_cell(row["ours"][behavior])) for behavior in found["behaviors"])
        cells = [f"`{row['id']}`", row["title"], row["unit"], published(row), *ours, row["source"], row["seen"]]
        lines.append(_line(cells))
    return lines


def published(row: Found) -> str:
    """The published figure with its interval, or its direction."""
    if row["sign"] is not None:
        return DIRECTIONS[row["sign"]]
    if row["target"] is None:
        return NONE
    if row["low"] is None:
        return number(row["target"])
    return f"{number(row['target'])} ({number(row['low'])} to {number(row['high'])})"


def _cell(ours: Mapping[str, Any]) -> tuple[str, str]:
    """Our mean with its interval, and the verdict."""
    return ranged(ours["mean"], ours["low"], ours["high"]), ours["verdict"]


def _marked(cell: tuple[str, str]) -> str:
    figure, said = cell
    return f"{figure} **{said}**" if said == "missed" else f"{figure} {said}"


def _constraints(row: Found) -> str:
    return f" (constrains {', '.join(f'`{name}`' for name in row['constrains'])})" if row["constrains"] else ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _of(found: Found, role: str) -> list[Found]:
    return [row for row in found["rows"] if row["role"] == role]

"""Every number and choice in which scenarios differ: its value in each, where it is from, and how well it is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vbp_agents.app.comparison_csv import lines_csv
from vbp_agents.app.controls import group
from vbp_agents.presentation.written import DASH, spoken
from vbp_agents.terms.values import KINDS, TEXTS, Choice, Number

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario

_SHORT = dict(zip(KINDS, ("assumption", "from memory", "calibrated"), strict=True)) | {TEXTS: "from a text or file"}
"""How well a number is known, in a word."""
_ABSENT = object()


@dataclass(frozen=True)
class SheetLine:
    """A value that is not the same in all scenarios. ``values``: in each, in their order, None where it has none.

    ``there``: which of them have it at all.
    """

    group: str
    title: str
    path: str
    unit: str
    values: tuple[Any, ...]
    there: tuple[bool, ...]
    source: str
    kind: str


def differing(scenarios: Sequence["Scenario"]) -> list[SheetLine]:
    """All of them, in the order in which files have them, those of one contract or block together."""
    by_path = [_by_path(scenario) for scenario in scenarios]
    paths = dict.fromkeys(path for values in by_path for path in values)
    lines = [line for path in paths if (line := _line(path, by_path, scenarios)) is not None]
    groups = list(dict.fromkeys(line.group for line in lines))
    return sorted(lines, key=lambda line: groups.index(line.group))


def _by_path(scenario: "Scenario") -> dict[str, Number | Choice]:
    both: tuple[Number | Choice, ...] = (*scenario.numbers(), *scenario.choices())
    return {value.path: value for value in both}


def _line(
    path: str, by_path: Sequence[dict[str, Number | Choice]], scenarios: Sequence["Scenario"]
) -> SheetLine | None:
    values = [stated[path].value if path in stated else _ABSENT for stated in by_path]
    if all(value == values[0] for value in values):
        return None
    present = [stated[path] for stated in by_path if path in stated]
    sources = list(dict.fromkeys(value.source for value in present if value.source))
    kinds = list(dict.fromkeys(_kind(source) for source in sources))
    first = next(scenario for stated, scenario in zip(by_path, scenarios, strict=True) if path in stated)
    return SheetLine(
        f"Contract {int(path.split('.')[1]) + 1}" if path.startswith("contracts.") else group(path, first),
        present[0].title,
        path,
        present[0].unit if isinstance(present[0], Number) else "",
        tuple(None if value is _ABSENT else value for value in values),
        tuple(value is not _ABSENT for value in values),
        "; ".join(sources),
        ", ".join(kinds),
    )


def _kind(source: str) -> str:
    return _SHORT[next((kind for kind, words in KINDS.items() if any(word in source for word in words)), TEXTS)]


def value_text(value: Any, there: bool) -> str:
    """A value in words."""
    if not there:
        return DASH
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return ", ".join(map(spoken, value)) if isinstance(value, tuple | list) else spoken(str(value))


def sheet_csv(lines: Sequence[SheetLine], names: Sequence[str]) -> bytes:
    """The same for other programs; nothing where a scenario has no such value."""
    heads = ["group", "title", "path", "unit", *names, "source", "known"]
    cells = [[line.group, line.title, line.path, line.unit, *_cells(line), line.source, line.kind] for line in lines]
    return lines_csv(heads, cells)


def _cells(line: SheetLine) -> list[Any]:
    return [value if there else None for value, there in zip(line.values, line.there, strict=True)]

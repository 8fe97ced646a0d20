"""Every number and choice in which scenarios differ: its value in each, where it is from, and how well it is known."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from vbp_agents.app.controls import group
from vbp_agents.app.html import markup
from vbp_agents.presentation.written import NONE, spoken
from vbp_agents.terms.values import KINDS, TEXTS, Choice, Number

if TYPE_CHECKING:
    from vbp_agents.terms.scenario import Scenario

SHORT = dict(zip(KINDS, ("assumption", "from memory", "calibrated"), strict=True)) | {TEXTS: "from a text or file"}
"""How well a number is known, in a word."""
_ABSENT = object()


@dataclass(frozen=True)
class Line:
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


def differing(scenarios: Sequence["Scenario"]) -> list[Line]:
    """All of them, in the order in which files have them, those of one contract or block together."""
    found = [{value.path: value for value in (*s.numbers(), *s.choices())} for s in scenarios]
    paths = dict.fromkeys(path for values in found for path in values)
    lines = [line for path in paths if (line := _line(path, found, scenarios)) is not None]
    return sorted(lines, key=lambda line: list(dict.fromkeys(other.group for other in lines)).index(line.group))


def _line(path: str, found: Sequence[dict[str, Number | Choice]], scenarios: Sequence["Scenario"]) -> Line | None:
    values = [one[path].value if path in one else _ABSENT for one in found]
    if all(value == values[0] for value in values):
        return None
    own = [one[path] for one in found if path in one]
    sources = list(dict.fromkeys(value.source for value in own if value.source))
    kinds = list(dict.fromkeys(_kind(source) for source in sources))
    first = next(scenario for one, scenario in zip(found, scenarios, strict=True) if path in one)
    return Line(
        f"Contract {int(path.split('.')[1]) + 1}" if path.startswith("contracts.") else group(path, first),
        own[0].title,
        path,
        own[0].unit if isinstance(own[0], Number) else "",
        tuple(None if value is _ABSENT else value for value in values),
        tuple(value is not _ABSENT for value in values),
        "; ".join(sources),
        ", ".join(kinds),
    )


def _kind(source: str) -> str:
    return SHORT[next((kind for kind, words in KINDS.items() if any(word in source for word in words)), TEXTS)]


def shown(value: Any, there: bool) -> str:
    """A value in words."""
    if not there:
        return NONE
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return ", ".join(map(spoken, value)) if isinstance(value, tuple | list) else spoken(str(value))


def sheet(lines: Sequence[Line], heads: str) -> Any:
    """The lines as a table; ``heads``: of the columns, as HTML, one for the title and one a scenario."""
    body = "".join(row for name, of in groupby(lines, lambda line: line.group) for row in _rows(name, list(of)))
    more = '<th scope="col">Source</th><th scope="col">Known</th>'
    table = f"<table><thead><tr>{heads}{more}</tr></thead><tbody>{body}</tbody></table>"
    region = 'class="scroll sheet" tabindex="0" role="region" aria-label="Every number that differs"'
    return markup(f"<div {region}>{table}</div>")


def _rows(name: str, lines: Sequence[Line]) -> Iterator[str]:
    yield f'<tr class="unit"><th colspan="{3 + len(lines[0].values)}" scope="rowgroup">{escape(name)}</th></tr>'
    for line in lines:
        values = "".join(
            f'<td class="number wrap">{escape(shown(value, there))}</td>'
            for value, there in zip(line.values, line.there, strict=True)
        )
        unit = f'<span class="sub">{escape(line.unit)}</span>' if line.unit else ""
        title = f'<th scope="row" title="{escape(line.path, quote=True)}">{escape(line.title)}{unit}</th>'
        yield f'<tr>{title}{values}<td class="source">{escape(line.source)}</td><td>{escape(line.kind)}</td></tr>'


def sheet_csv(lines: Sequence[Line], names: Sequence[str]) -> bytes:
    """The same for other programs; nothing where a scenario has no such value."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["group", "title", "path", "unit", *names, "source", "known"])
    for line in lines:
        cells = [value if there else "" for value, there in zip(line.values, line.there, strict=True)]
        writer.writerow([line.group, line.title, line.path, line.unit, *cells, line.source, line.kind])
    return text.getvalue().encode()

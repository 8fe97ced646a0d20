"""Draws `docs/month.svg`: what happens in a month, in the order in which the code has it.

python docs/draw_month.py

Steps and their sentences are read from `VbpModel.step`, what a patient does from `live_one_month`; none is typed here.
"""

import ast
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "vbp_agents"
PICTURE = DOCS / "month.svg"

WIDTH, MARGIN = 900, 24
CARD_WIDTH, CARD_HEIGHT, GAP = 500, 74, 26
PATIENT_X, ROW = 560, 30
CHARACTERS = 66
"""Of a sentence in a line of a card."""
LIVE = "live"
"""The step in which every patient lives a month."""
STYLE = """
  text { font: 14px system-ui, "Segoe UI", Roboto, sans-serif; fill: #1d1f23 }
  .name { font-weight: 650; font-size: 16px }
  .small { font-size: 13px; fill: #5b6068 }
  .ground { fill: #fbfbfa }
  .card { fill: #ffffff; stroke: #c4c5c1 }
  .live { stroke: #00639c; stroke-width: 2 }
  .way { stroke: #5b6068; stroke-width: 1.5; fill: none; marker-end: url(#tip) }
  .open { stroke: #00639c; stroke-width: 1.5; fill: none; stroke-dasharray: 4 4 }
  .tip { fill: #5b6068 }
  .dot { fill: #00639c }
  .rare { fill: none; stroke: #00639c; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceef0 } .small { fill: #a4abb4 } .ground { fill: #131518 }
    .card { fill: #1b1e22; stroke: #4a5159 } .live { stroke: #6cbcf0 } .way { stroke: #a4abb4 }
    .open { stroke: #6cbcf0 } .tip { fill: #a4abb4 } .dot { fill: #6cbcf0 } .rare { stroke: #6cbcf0 }
  }
"""


def function(file: str, name: str) -> ast.FunctionDef:
    """A function of the package, as it is written."""
    tree = ast.parse((PACKAGE / file).read_text("utf-8"))
    return next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name)


def steps() -> list[tuple[str, str]]:
    """The steps of everybody's month, in order: the name of each and its first sentence."""
    calls = [node.func for node in ast.walk(function("model.py", "step")) if isinstance(node, ast.Call)]
    own = [call for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "self"]
    names = [call.attr for call in sorted(own, key=lambda call: call.lineno)]
    return [(name, (ast.get_docstring(function("model.py", name)) or "").splitlines()[0]) for name in names]


def acts() -> list[tuple[str, bool]]:
    """What a patient does in a month, in order, and whether only now and then."""
    return [
        (ast.unparse(node.value.func).replace("_", " "), isinstance(statement, ast.If))
        for statement in function("people/care.py", "live_one_month").body
        for node in (statement.body if isinstance(statement, ast.If) else [statement])
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]


def picture() -> str:
    """The whole picture."""
    month, patient = steps(), acts()
    tops = [MARGIN + number * (CARD_HEIGHT + GAP) for number in range(len(month))]
    height = max(tops[-1] + CARD_HEIGHT, MARGIN + 86 + ROW * len(patient)) + MARGIN
    told = ". ".join(f"{number}: {name}" for number, (name, _) in enumerate(month, 1))
    told = f"A month. {told}. A patient: {', '.join(name for name, _ in patient)}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(told)}</title>',
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        *(line for number, top in enumerate(tops) for line in _card(number, *month[number], top)),
        *(_way(top) for top in tops[:-1]),
        *_patient(patient, tops[[name for name, _ in month].index(LIVE)]),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _card(number: int, name: str, sentence: str, top: int) -> Iterator[str]:
    kind = "card live" if name == LIVE else "card"
    yield f'<rect class="{kind}" x="{MARGIN}" y="{top}" width="{CARD_WIDTH}" height="{CARD_HEIGHT}" rx="6"/>'
    yield f'<text class="name" x="{MARGIN + 16}" y="{top + 26}">{number + 1}  {escape(name.capitalize())}</text>'
    for row, line in enumerate(textwrap.wrap(sentence, CHARACTERS)):
        yield f'<text class="small" x="{MARGIN + 16}" y="{top + 45 + 17 * row}">{escape(line)}</text>'


def _way(top: int) -> str:
    x, begin = MARGIN + CARD_WIDTH // 2, top + CARD_HEIGHT
    return f'<path class="way" d="M{x} {begin + 3} V{begin + GAP - 4}"/>'


def _patient(patient: list[tuple[str, bool]], live_top: int) -> Iterator[str]:
    width, height = WIDTH - MARGIN - PATIENT_X, 86 + ROW * len(patient)
    yield f'<path class="open" d="M{MARGIN + CARD_WIDTH} {live_top + CARD_HEIGHT // 2} H{PATIENT_X}"/>'
    yield f'<rect class="card live" x="{PATIENT_X}" y="{MARGIN}" width="{width}" height="{height}" rx="6"/>'
    yield f'<text class="name" x="{PATIENT_X + 20}" y="{MARGIN + 28}">One patient&#8217;s month</text>'
    for row, (name, rare) in enumerate(patient):
        y = MARGIN + 58 + ROW * row
        yield f'<circle class="{"rare" if rare else "dot"}" cx="{PATIENT_X + 27}" cy="{y - 5}" r="4.5"/>'
        yield f'<text x="{PATIENT_X + 44}" y="{y}">{escape(name)}</text>'
    y = MARGIN + 62 + ROW * len(patient)
    yield f'<circle class="rare" cx="{PATIENT_X + 27}" cy="{y - 5}" r="4.5"/>'
    yield f'<text class="small" x="{PATIENT_X + 44}" y="{y}">only when it is time</text>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")

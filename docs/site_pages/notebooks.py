"""Notebooks as pages: their text, their code and what it gave, as they are stored. Nothing runs here."""

import json
from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx


def as_markdown(notebook: dict[str, Any]) -> str:
    """A notebook's cells, one after another."""
    return "\n\n".join(part for cell in notebook["cells"] for part in _cell(cell))


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    text = "".join(cell["source"])
    if cell["cell_type"] != "code":
        yield text
        return
    yield _fenced("python", text)
    for output in cell["outputs"]:
        yield from _output(output, cell["metadata"].get("alt", "What this code draws"))


def _output(output: dict[str, Any], alt: str) -> Iterator[str]:
    data = output.get("data", {})
    if "image/png" in data:
        picture = "".join(data["image/png"]).replace("\n", "")
        yield _fenced("{raw} html", f'<img class="drawn" alt="{alt}" src="data:image/png;base64,{picture}">')
    elif "text/html" in data:
        yield _fenced("{raw} html", f'<div class="printed">{"".join(data["text/html"])}</div>')
    elif text := "".join(data.get("text/plain", output.get("text", ""))):
        yield _fenced("text", text)


def _fenced(kind: str, text: str) -> str:
    return f"````{kind}\n{text.rstrip()}\n````"


def _read(app: Sphinx, page: str, source: list[str]) -> None:
    if str(app.env.doc2path(page)).endswith(".ipynb"):
        source[0] = as_markdown(json.loads(source[0]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx. Before the other extensions see a page, it is Markdown."""
    app.connect("source-read", _read, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Links to what is no page: code, scenarios and folders of the repository become pages of the site that show them."""

import ast
import re
from collections.abc import Iterator
from html import escape
from os.path import relpath
from pathlib import Path, PurePosixPath
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx.application import Sphinx

LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(?=\))")
"""What a Markdown link leads to within the repository, without a place on the page."""
SHOWN_IN_FOLDERS = (".py", ".yaml", ".yml", ".md")


def _targets(app: Sphinx, page: str, text: str) -> Iterator[tuple[str, Path]]:
    """Links of a page to files that are neither pages nor pictures, and to folders."""
    folder = Path(app.srcdir, page).parent
    for link in LINK.findall(text):
        path = (folder / link).resolve()
        if path.is_dir() or (path.is_file() and path.suffix not in (".md", ".ipynb", ".png", ".svg")):
            yield link, path


def _address(app: Sphinx, path: Path) -> str:
    return f"code/{path.relative_to(Path(app.srcdir).resolve()).as_posix()}"


def _lead_to_pages(app: Sphinx, page: str, source: list[str]) -> None:
    """Write links to code anew, as links to the pages that show it."""
    for link, path in set(_targets(app, page, source[0])):
        there = relpath(f"{_address(app, path)}.html", PurePosixPath(page).parent)
        source[0] = source[0].replace(f"]({link})", f"](source:{PurePosixPath(there)})")


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    paths = {
        path
        for page in app.env.found_docs
        for _, path in _targets(app, page, Path(app.env.doc2path(page)).read_text("utf-8"))
    }
    for folder in [path for path in paths if path.is_dir()]:
        paths.update(_listed(folder))
    for path in sorted(paths):
        title = path.relative_to(Path(app.srcdir).resolve()).as_posix()
        body = _folder(path) if path.is_dir() else _file(path)
        yield _address(app, path), {"title": title, "body": f"<h1>{escape(title)}</h1>{body}"}, "page.html"


def _listed(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in SHOWN_IN_FOLDERS)


def _folder(folder: Path) -> str:
    rows = (
        f'<tr><td><a href="{folder.name}/{path.name}.html">{escape(path.name)}</a></td>'
        f"<td>{escape(_first_line(path))}</td></tr>"
        for path in _listed(folder)
    )
    return f'<table class="docutils">{"".join(rows)}</table>'


def _first_line(path: Path) -> str:
    """What a module says of itself, or a scenario's title."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    return next((line.removeprefix("title: ") for line in text.splitlines() if line.startswith("title: ")), "")


def _file(path: Path) -> str:
    try:
        lexer = get_lexer_for_filename(path.name)
    except ClassNotFound:
        lexer = TextLexer()
    return highlight(path.read_text("utf-8"), lexer, HtmlFormatter(cssclass="highlight"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _lead_to_pages, priority=900)
    app.connect("html-collect-pages", _pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

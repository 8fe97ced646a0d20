"""What the documentation shows, and how to follow it."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^( *)```(\w+)(?: (\S+))?\n(.*?)^ *```$", re.M | re.S)
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / name / "README.md" for name in ("experiments", "benchmarks")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
"""Every page that is written in Markdown."""


@dataclass(frozen=True)
class Fence:
    """A block that stands between fences: its language, the file that it is (or ""), and its text."""

    language: str
    file: str
    text: str


def fences(page: Path, language: str = "") -> list[Fence]:
    """The blocks of a page, or those in one language."""
    found = (
        Fence(kind, file or "", re.sub(rf"^{indent}", "", text, flags=re.M))
        for indent, kind, file, text in FENCE.findall(page.read_text("utf-8"))
    )
    return [fence for fence in found if language in ("", fence.language)]


class Reader:
    """Somebody who does what a page says, in a folder, with the package that stands in ``package``."""

    def __init__(self, folder: Path, package: Path = ROOT) -> None:
        self.folder, self.package = folder, package
        self.printed: list[str] = []

    def follow(self, page: Path) -> None:
        """Save each file, change the package, type each command, and look for what should be printed."""
        for fence in fences(page):
            if fence.language == "diff":
                self.change(self.package / fence.file, fence.text)
            elif fence.language == "sh":
                for line in fence.text.splitlines():
                    self.type(line)
            elif fence.language == "text":
                for line in fence.text.splitlines():
                    assert re.search(_pattern(line), _plain(self.printed[-1])), (line, self.printed[-1])
            elif fence.file:
                self.save(fence)
            elif fence.language == "python":
                self.save(Fence("python", "cell.py", fence.text))
                self.type("python cell.py")

    def save(self, fence: Fence) -> None:
        """Save a file where the page says."""
        path = self.folder / fence.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fence.text, encoding="utf-8")

    def type(self, line: str) -> None:
        """A command, which must succeed."""
        command, *words = shlex.split(line)
        begin = {"vbp": [sys.executable, "-m", "vbp_agents"], "python": [sys.executable]}[command]
        done = subprocess.run(
            [*begin, *words],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.package), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        self.printed.append(done.stdout)

    def change(self, file: Path, hunk: str) -> None:
        """Change the one place that looks like the lines of a diff that are there before."""
        lines = hunk.splitlines(keepends=True)
        before, after = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        text = file.read_text("utf-8")
        assert text.count(before) == 1, (file, before)
        file.write_text(text.replace(before, after), encoding="utf-8")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _pattern(line: str) -> str:
    return ".*".join(re.escape(_plain(part)) for part in line.split("…"))


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Where a page's links within the repository lead: the file or folder, and the place in it or ""."""
    prose = re.sub(r"^ *```.*?^ *```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\((?!\w+:)([^)\s]+)\)", prose):
        file, _, place = link.partition("#")
        yield (page.parent / file).resolve() if file else page, place


def places(page: Path) -> set[str]:
    """The anchors of a page: its headings, as they are turned into links."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

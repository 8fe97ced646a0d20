"""Draws every view of the page into `docs/pages`, as a browser shows it: wide and on a tablet, light and dark.

python docs/write_pages.py [--only VIEW] [--wide]

It needs the extras `app` and `browser`, and Chromium. What a view computes is finished before it is drawn, so that the
numbers on a picture are those of the command line. A small sweep is computed first, for the view that shows sweeps.
`docs/page.png` is the first screen of the first view, for the README. `docs/api.md` is written too: no number in these
is typed.
"""

import argparse
import io
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

FOLDER = Path(__file__).with_name("pages")
FIRST_SCREEN, FIRST = Path(__file__).with_name("page.png"), ("watch", "wide", False)
SIZES = {"wide": (1280, 800), "tablet": (800, 1100)}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DONE = "!document.querySelector('[data-status=running], [data-status=waiting]')"
"""What is so once a view has computed what it shows."""
SWEEP = "discount"
"""The folder of the sweep that is shown."""
STUDY: dict[str, Any] = {
    "title": "How much discount is too much?",
    "description": "Capitation at three discounts, over how fast practices learn, which nobody has measured.",
    "scenarios": ["capitation"],
    "levers": {"capitation:contracts.0.terms.discount": [0.0, 0.03, 0.06]},
    "uncertainties": {"behavior.speed": [0.06, 0.12, 0.2]},
    "outcomes": ["cost_per_capita", "qalys_per_1000"],
    "design": {"kind": "grid"},
    "replicates": 5,
    "patients": 5_000,
    "years": 2,
}
OPENED = {"sweeps": f"sweeps?sweep={SWEEP}"}
"""Views that are drawn with something in them, and the link to that."""
PATIENCE = 600_000
"""Milliseconds for a view to be finished."""


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def swept() -> Iterator[Path]:
    """A folder with a sweep in it, for as long as the block lasts."""
    import vbp_agents as vbp

    with tempfile.TemporaryDirectory() as folder:
        vbp.sweep(vbp.Study(**STUDY), out=Path(folder) / SWEEP, workers=0)
        yield Path(folder)


@contextmanager
def served(results: Path) -> Iterator[str]:
    """The address of a server of its own, which ends afterwards; ``results``: the folder of its sweeps."""
    own = ["--no-browser", "--port", str(free_port()), "--results", str(results)]
    command = [sys.executable, "-m", "vbp_agents", "app", *own]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        try:
            address = next(match[0] for line in lines if (match := re.search(r"http://\S+", line)))
            while not _answers(address):
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/readyz", timeout=1)
    except OSError:
        return False
    return True


def draw(browser: Any, address: str, view: str, size: str, dark: bool) -> Path:
    """One picture: the first screen of a view, and below it as far as the view goes."""
    width, height = SIZES[size]
    scheme = "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/{OPENED.get(view, view)}")
    page.wait_for_selector(".vbp h1", timeout=PATIENCE)
    page.wait_for_timeout(2_000)
    page.wait_for_function(DONE, timeout=PATIENCE, polling=500)
    page.wait_for_timeout(500)
    picture = FOLDER / f"{view}-{size}-{scheme}.png"
    picture.write_bytes(small(page.screenshot(full_page=True)))
    if (view, size, dark) == FIRST:
        FIRST_SCREEN.write_bytes(small(page.screenshot()))
    context.close()
    return picture


def small(png: bytes) -> bytes:
    """The picture with 256 colors, a third of the bytes."""
    written = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(written, "png", optimize=True)
    return written.getvalue()


def main() -> None:
    """Draw them all."""
    from playwright.sync_api import sync_playwright
    from write_api import PAGE
    from write_api import page as api

    from vbp_agents.app.views import views

    parser = argparse.ArgumentParser(description="Draw every view of the page.")
    parser.add_argument("--only", help="one view, by its path")
    parser.add_argument("--wide", action="store_true", help="the wide size in light alone")
    asked = parser.parse_args()
    PAGE.write_text(api(), encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    paths = [view.path for view in views() if not view.hidden and asked.only in (None, view.path)]
    looks = [("wide", False)] if asked.wide else [(size, dark) for size in SIZES for dark in (False, True)]
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with swept() as results, served(results) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        for path in paths:
            for size, dark in looks:
                sys.stdout.write(f"{draw(browser, address, path, size, dark)}\n")
        browser.close()


if __name__ == "__main__":
    main()

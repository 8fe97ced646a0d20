"""The site of the documentation, opened from its folder: nothing is fetched, nothing is cut off, and search finds."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("index", "docs/model", "docs/how-to/count", "docs/notebooks/first_comparison", "code/vbp_agents/book.py")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built anew; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = ["-m", "sphinx", "-W", "--keep-going", "-q", "-d", folder / "pages", "-c", "docs", ".", folder / "site"]
    subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, check=True)
    return folder / "site"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a browser that is told to stay offline."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def wrong(page: Any) -> list[str]:
    """What went wrong on a page: complaints in the console, and requests that are not to the folder."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:")) else said.append(request.url))
    page.on("requestfailed", lambda request: said.append(request.url))
    return said


@pytest.mark.parametrize("width", [1280, 800])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_the_folder(site: Path, page: Any, wrong: list[str], name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"file://{site}/{name}.html")
    assert page.locator("article h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = "[...document.images].filter(image => !image.complete || !image.naturalWidth).map(image => image.src)"
    assert page.evaluate(broken) == []
    assert wrong == []


def test_equations_are_drawn_by_the_browser(site: Path, page: Any) -> None:
    page.goto(f"file://{site}/docs/model.html")
    assert page.locator(".equation math").count() > 8
    assert page.get_by_text("$$").count() == 0


def test_search_finds(site: Path, page: Any, wrong: list[str]) -> None:
    page.goto(f"file://{site}/search.html?q=altruism")
    page.get_by_text("Search finished").wait_for()
    page.get_by_role("link", name="The model", exact=True).last.click()
    assert page.url.startswith(f"file://{site}/docs/model.html")
    assert wrong == []

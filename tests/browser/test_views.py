"""Every view opens without a fault, in light and dark, wide and on a tablet, and can be used by everybody."""

from typing import Any

import pytest

from browser.conftest import TABLET, WIDE, Open

pytestmark = pytest.mark.browser
PATHS = ["watch?people=5000&years=1", "compare?years=1&people=500", "contract", "learn"]
PATHS += ["learn?lesson=luck_or_effect", "about", "trial-map", "sweeps"]
SEVERE = ("serious", "critical")


LOOKS = [(path, size, dark) for path in PATHS for size, dark in ((WIDE, False), (TABLET, True))]
LOOKS += [("contract", WIDE, True), ("contract", TABLET, False)]


@pytest.mark.parametrize(("path", "size", "dark"), LOOKS)
def test_a_view_opens_without_a_fault_fits_its_page_and_can_be_read_by_everybody(
    path: str, size: tuple[int, int], dark: bool, opened: Open
) -> None:
    """Everybody: axe finds no serious fault, of contrast, names, labels or order."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = opened(path, size, dark)
    page.wait_for_timeout(500)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("document.getElementById('app').classList.contains('theme--dark')") is dark
    violations: list[dict[str, Any]] = axe.run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations if v["impact"] in SEVERE] == []


def test_the_navigation_leads_to_each_view_and_back(opened: Open) -> None:
    page = opened("about")
    page.get_by_role("link", name="Contract", exact=True).click()
    page.get_by_role("heading", name="What it pays", exact=True).wait_for()
    assert page.get_by_role("link", name="Contract", exact=True).get_attribute("aria-current") == "page"
    page.go_back()
    page.get_by_role("heading", name="What the model is, and what it is not").wait_for()


def test_the_reader_chooses_light_or_dark_and_it_stays(opened: Open) -> None:
    page = opened("about")
    page.get_by_role("button", name="Light or dark: automatic").click()
    page.get_by_role("button", name="Light", exact=True).click()
    page.get_by_role("button", name="Dark", exact=True).wait_for()
    assert page.evaluate("document.getElementById('app').classList.contains('theme--dark')")
    page.reload()
    page.get_by_role("button", name="Dark", exact=True).wait_for()
    assert page.evaluate("document.getElementById('app').classList.contains('theme--dark')")


def test_an_element_of_one_kind_never_becomes_another(opened: Open) -> None:
    """About has no sentence above it, so that all that follows moves by a place when the view changes."""
    page = opened("about")
    kinds = "['#vbp-main', '.vbp-footer'].map(s => document.querySelector(s).tagName)"
    assert page.evaluate(kinds) == ["MAIN", "FOOTER"]
    page.get_by_role("link", name="Contract", exact=True).click()
    page.get_by_role("heading", name="What it pays", exact=True).wait_for()
    assert page.evaluate(kinds) == ["MAIN", "FOOTER"]
    assert page.evaluate("document.querySelector('.vbp-ask').tagName") == "SECTION"

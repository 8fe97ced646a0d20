"""The lesson: a prediction is stored before anything runs, then observed and predicted stand side by side."""

import pytest

from browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_lesson_is_walked_through(opened: Open) -> None:
    """Three replicates of each case are enough to be told why; the rest is cancelled, and what is done stays."""
    page = opened("learn")
    page.get_by_role("button", name="Begin").first.click()
    page.get_by_role("heading", name="Luck or effect? Why small ACOs earn bonuses").wait_for()
    run = page.get_by_role("button", name="Run", exact=True)
    assert run.is_disabled()
    for slider in page.get_by_role("slider").all():
        slider.focus()
        page.keyboard.press("End")
    page.get_by_role("button", name="Store my prediction").click()
    page.wait_for_function("[...document.querySelectorAll('button')].some(b => b.textContent === 'Run' && !b.disabled)")
    run.click()
    page.get_by_role("heading", name="5. Why").wait_for(timeout=400_000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("what is finished stays").wait_for(timeout=60_000)
    table = page.locator("section", has=page.get_by_role("heading", name="4. Observed beside predicted"))
    assert table.get_by_role("cell", name="100", exact=True).count() == 3
    assert table.get_by_role("cell", name="14.8", exact=True).count() == 1
    page.reload()
    page.get_by_role("button", name="Stored").wait_for()

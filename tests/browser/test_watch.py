"""The view Watch: two worlds are lived while one looks; bands narrow; a practice and a person are asked why."""

from pathlib import Path
from typing import Any

import pytest

from browser.conftest import Open, Page
from browser.test_map import drawn, vue

pytestmark = pytest.mark.browser
LINK = "watch?from=fee_for_service&to=capitation&people=5000&years=2"
MINUTES = 180_000
"""Milliseconds that a machine with other work may take for what takes seconds."""


def there(opened: Open, link: str = LINK, **looks: Any) -> Page:
    """The view, once all months of the first replicate are on the map."""
    page = opened(link, **looks)
    page.set_default_timeout(MINUTES)
    page.wait_for_selector(".map canvas")
    page.wait_for_function("document.querySelector('.map').__vue__.ready === 24", timeout=MINUTES)
    return page


def status(page: Page) -> str:
    """How far the run is."""
    return str(page.get_by_role("status").first.inner_text())


def test_two_worlds_are_lived_and_played_back_without_a_fault(opened: Open) -> None:
    page = there(opened)
    assert drawn(page) > 20
    page.get_by_role("button", name="Back to the start").click()
    page.get_by_role("heading", name="Before the first month").wait_for()
    page.get_by_role("button", name="One month on").click()
    page.get_by_role("heading", name="Year 1, month 1").wait_for()
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("document.querySelector('.map').__vue__.month >= 5")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("slider", name="Month").fill("24")
    page.get_by_role("heading", name="Year 2, month 12").wait_for()


def test_one_draw_of_luck_becomes_an_interval_that_narrows(opened: Open) -> None:
    page = there(opened)
    said = page.locator("figure.chart", has=page.get_by_role("heading", name="Cost of care", exact=True)).locator("p")
    assert "One draw of luck" in said.inner_text() or "95% interval" in said.inner_text()
    page.get_by_text("10 replicates of 5,000 people").wait_for()
    page.wait_for_function("document.body.innerText.includes('10 replicates, 95% intervals')")
    assert "95% interval" in said.inner_text()
    assert "10 replicates" in said.inner_text()
    page.get_by_role("button", name="The difference").click()
    page.get_by_text("$ a person and year, difference").wait_for()


def test_a_changed_term_redraws_the_years_and_the_newest_wins(opened: Open) -> None:
    page = there(opened)
    before = vue(page, "spec.run")
    page.get_by_role("button", name="Change the numbers").click()
    for speed in ("0.2", "0.3"):
        field = page.get_by_role("spinbutton", name="Speed")
        field.fill(speed)
        field.press("Enter")
    page.wait_for_function("location.search.includes('behavior.speed=0.3')")
    page.wait_for_function("b => document.querySelector('.map').__vue__.spec.run !== b", arg=before)
    page.wait_for_function("document.querySelector('.map').__vue__.ready === 24")


def test_the_worlds_are_switched_in_place(opened: Open) -> None:
    page = there(opened)
    page.get_by_role("slider", name="Month").fill("17")
    page.get_by_role("heading", name="Year 2, month 5").wait_for()
    before = vue(page, "spec.run")
    page.get_by_role("group", name="World").get_by_role("button", name="Fee for service").click()
    page.wait_for_function("b => document.querySelector('.map').__vue__.spec.run !== b", arg=before)
    page.get_by_role("heading", name="Under Fee for service").wait_for()
    assert vue(page, "month") == 17


def test_a_link_reopens_the_world_the_month_and_who_is_asked_why(opened: Open) -> None:
    page = there(opened)
    page.get_by_role("group", name="World").get_by_role("button", name="Fee for service").click()
    page.wait_for_function("location.search.includes('world=from')")
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("/practice=\\d+/.test(location.search)")
    page.get_by_role("slider", name="Month").fill("17")
    page.wait_for_function("location.search.includes('month=17')")
    link = page.evaluate("location.href.split('/').pop()")
    assert len(link) < 200
    chosen = page.get_by_role("region", name="Why").get_by_role("heading", level=2).inner_text()
    again = there(opened, link)
    again.get_by_role("heading", name="Year 2, month 5").wait_for()
    again.get_by_role("heading", name="Under Fee for service").wait_for()
    again.get_by_role("region", name="Why").get_by_role("heading", name=chosen).wait_for()
    assert vue(again, "month") == 17
    assert vue(again, "picked.kind") == "practice"


def test_back_leads_to_the_month_before(opened: Open) -> None:
    page = there(opened)
    for month in ("5", "9"):
        page.get_by_role("slider", name="Month").fill(month)
        page.wait_for_function(f"location.search.includes('month={month}')")
    page.go_back()
    page.get_by_role("heading", name="Year 1, month 5").wait_for()
    page.get_by_role("button", name="One month on").click()
    page.wait_for_function("location.search.includes('month=6')")
    assert vue(page, "month") == 6


def test_a_practice_is_chosen_by_keyboard_and_says_why(opened: Open) -> None:
    page = there(opened)
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    why = page.get_by_role("region", name="Why")
    why.get_by_text("In month 24 under").wait_for()
    assert "what contracts pay moves practice" in why.inner_text()
    assert why.locator("tbody tr").count() >= 3
    assert why.locator("figure.chart path").count() >= 2
    page.wait_for_function("document.querySelector('.map').__vue__.lines.length > 0")


def test_a_person_is_clicked_and_its_months_stand_side_by_side(opened: Open) -> None:
    page = there(opened)
    box = page.locator(".map canvas").bounding_box()
    assert box is not None
    x, y = vue(page, "to[0]"), vue(page, "to[1]")
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["width"])
    why = page.get_by_role("region", name="Why")
    why.get_by_text("lived 24 months").first.wait_for()
    heads = why.locator("thead th").all_inner_texts()
    assert heads[0] == "Month"
    assert len(heads) == 3
    assert why.locator("tbody tr").count() > 3


def test_what_happened_leads_to_who_can_say_why(opened: Open) -> None:
    page = there(opened)
    events = page.get_by_role("region", name="Events of the month")
    events.get_by_role("button", name="Why?").first.click()
    page.get_by_role("region", name="Why").get_by_role("heading", level=2).wait_for()


def test_practices_and_people_are_colored_by_what_is_declared(opened: Open) -> None:
    page = there(opened)
    page.get_by_label("Practices by").select_option("more coordination")
    page.wait_for_function("document.querySelector('.map').__vue__.spec.rings === 'lever'")
    page.get_by_label("People by").select_option("health")
    page.wait_for_function("document.querySelector('.map').__vue__.spec.levels === 'health, poor to good'")
    assert vue(page, "ready") == 24


def test_cancel_keeps_what_is_there(opened: Open) -> None:
    page = there(
        opened, "watch?from=fee_for_service&to=capitation&people=20000&years=2&seed=7"
    )  # long enough to cancel
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("what is finished stays").wait_for()
    assert vue(page, "ready") == 24


def test_the_film_is_saved_as_a_video_to_its_end(opened: Open) -> None:
    page = there(opened)
    page.get_by_label("Speed").select_option("fast")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save video").click()
        page.get_by_role("button", name="Recording …").wait_for()
    assert saving.value.suggested_filename == "region.webm"
    video = Path(saving.value.path()).read_bytes()
    assert video[:4] == b"\x1aE\xdf\xa3", "the first bytes of every WebM"
    assert len(video) > 50_000
    assert vue(page, "month") == 24
    page.get_by_role("button", name="Save video").wait_for()


def test_books_and_dollars_are_of_the_last_year(opened: Open) -> None:
    page = there(opened)
    page.get_by_role("heading", name="Book beside Truth").wait_for()
    for title in ("What the payer sees", "What is so"):
        assert page.get_by_text(title, exact=True).is_visible()
    dollars = page.locator(".dollars .flow")
    assert {"payers", "patients", "hospital stays", "hospital system"} <= set(
        dollars.locator("> span").all_inner_texts()
    )
    assert all(text.count("$") == 2 for text in dollars.all_inner_texts())


def test_two_visitors_watch_two_questions(opened: Open) -> None:
    first = there(opened)
    other = there(opened, "watch?from=fee_for_service&to=mssp_enhanced&people=5000&years=2")
    assert vue(first, "spec.run") != vue(other, "spec.run")
    assert first.locator(".map-tools").is_visible()


def test_what_was_lived_is_there_at_once_after_a_reload(opened: Open) -> None:
    page = there(opened, f"{LINK}&seed=11")
    page.get_by_text("replicates of 5,000 people").wait_for()
    page.reload()
    page.get_by_text("10 replicates of 5,000 people").wait_for(timeout=30_000)
    assert status(page).startswith("10 replicates")


def test_with_reduced_motion_the_worlds_are_switched_at_once(opened: Open) -> None:
    page = there(opened, still=True)
    page.get_by_role("group", name="World").get_by_role("button", name="Fee for service").click()
    page.get_by_role("heading", name="Under Fee for service").wait_for()
    page.wait_for_timeout(100)
    assert page.evaluate("(m => m.from.every((v, i) => v === m.to[i]))(document.querySelector('.map').__vue__)")


def test_a_link_reopens_a_person_and_its_months(opened: Open) -> None:
    """By the number that `vbp explain` takes, whichever place on the map that person has."""
    page = there(opened)
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("/person=\\d+/.test(location.search)")
    why = page.get_by_role("region", name="Why")
    why.get_by_role("columnheader", name="Month").wait_for()
    link, row, months = page.evaluate("location.href.split('/').pop()"), vue(page, "picked.id"), why.inner_text()
    again = there(opened, link)
    other = again.get_by_role("region", name="Why")
    other.get_by_role("columnheader", name="Month").wait_for()
    again.wait_for_function(f"document.querySelector('.map').__vue__.picked?.id === {row}")
    assert vue(again, "picked.kind") == "person"
    assert other.inner_text() == months

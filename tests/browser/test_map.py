"""The map plays a film in the browser, and says what is chosen on it; with made-up numbers."""

from typing import Any

import pytest

from browser.conftest import Open, Page

pytestmark = pytest.mark.browser


def vue(page: Page, expression: str) -> Any:
    """A value of the map's component."""
    return page.evaluate(f"document.querySelector('.map').__vue__.{expression}")


COLORS = """() => {
  const canvas = document.querySelector('.map canvas')
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
  const colors = new Set()
  for (let i = 0; i < data.length; i += 4) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
  return colors.size
}"""


def drawn(page: Page) -> int:
    """Colors that the canvas shows."""
    return int(page.evaluate(COLORS))


def test_people_are_drawn_and_the_film_is_stepped_played_and_rewound(opened: Open) -> None:
    page = opened("trial-map")
    page.wait_for_timeout(500)
    assert drawn(page) > 20
    page.get_by_text("year 2, month 12").wait_for()
    page.get_by_role("button", name="Back to the start").click()
    page.get_by_text("before the first month").wait_for()
    page.get_by_role("button", name="One month on").click()
    page.get_by_text("Month 1.").wait_for()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.map').__vue__.month >= 5")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("slider", name="Month").fill("24")
    page.get_by_text("year 2, month 12").wait_for()
    page.get_by_role("button", name="Back to the start").click()
    page.get_by_text("before the first month").wait_for()


def test_a_practice_and_a_person_are_chosen_by_keyboard(opened: Open) -> None:
    page = opened("trial-map")
    page.locator(".map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("'kind': 'practice', 'id': 0").wait_for()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("'kind': 'person'").wait_for()


def test_a_practice_is_chosen_by_a_click_and_its_referrals_are_lines(opened: Open) -> None:
    page = opened("trial-map")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="By place").click()
    page.wait_for_timeout(500)
    box = page.locator(".map canvas").bounding_box()
    assert box is not None
    side, left = min(box["width"], box["height"]), (box["width"] - box["height"]) / 2
    hospital = vue(page, "spec.practices.find(p => p.kind === 'hospital')")
    page.mouse.click(box["x"] + left + hospital["px"] * side, box["y"] + hospital["py"] * side)
    page.get_by_text(f"'id': {hospital['id']}").wait_for()
    assert len(vue(page, "lines")) == 8


def test_with_reduced_motion_people_are_at_once_where_they_go(opened: Open) -> None:
    page = opened("trial-map", still=True)
    page.wait_for_timeout(500)
    page.get_by_role("button", name="One month back").click()
    page.wait_for_timeout(60)
    assert page.evaluate("(m => m.from.every((v, i) => v === m.to[i]))(document.querySelector('.map').__vue__)")

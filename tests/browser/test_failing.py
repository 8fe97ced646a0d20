"""What fails is a message in the view, and the page goes on: a rule that raises, and numbers that nobody has."""

from collections.abc import Iterator
from typing import Any

import pytest

from browser.conftest import Open, Opened, serving, without_faults

pytestmark = pytest.mark.browser
RAISES = """
import sys
from vbp_agents.regimes.capitation import Capitation
from vbp_agents.command_line.cli import main

def pay(self, book):
    raise ZeroDivisionError("my <b>rule</b>")

Capitation.pay = pay
sys.exit(main())
"""
SAID = "ZeroDivisionError: my <b>rule</b>"
SMALL = "people=5000&years=1"
LONG = 180_000


@pytest.fixture(scope="module")
def address_of_failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server is on which capitation's rule raises."""
    with serving(tmp_path_factory.mktemp("failing"), program=("-c", RAISES)) as url:
        yield url


@pytest.fixture
def failing(browser: Any, address_of_failing: str) -> Iterator[Opened]:
    """Opens its pages; none of them had a fault of its own."""
    with without_faults(browser, address_of_failing) as pages:
        yield pages


@pytest.mark.parametrize("view", ["watch", "compare", "contract"])
def test_a_rule_that_raises_is_a_message_and_another_scenario_works(view: str, failing: Open) -> None:
    page = failing(f"{view}?from=fee_for_service&to=capitation&{SMALL}")
    page.set_default_timeout(LONG)
    page.get_by_role("alert").filter(has_text=SAID).wait_for()
    page.get_by_role("button", name="Global capitation").first.press("Enter")
    page.keyboard.type("pay for performance")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('to=pay_for_performance')")
    page.get_by_role("alert").filter(has_text=SAID).wait_for(state="detached")
    ready = {
        "watch": "document.querySelector('.map')?.__vue__.ready === 12",
        "compare": "/95% interval/.test(document.querySelector('main').innerText)",
        "contract": "document.querySelectorAll('figure.chart').length > 3",
    }
    page.wait_for_function(ready[view])


@pytest.mark.parametrize("who", ["practice=99999", "person=4999999"])
def test_somebody_who_is_not_there_is_said(who: str, opened: Open) -> None:
    page = opened(f"watch?from=fee_for_service&to=capitation&{SMALL}&{who}")
    page.set_default_timeout(LONG)
    said = {"practice=99999": "There is no practice 99,999 on this map.", "person=4999999": "there was no patient"}
    page.get_by_role("region", name="Why").get_by_text(said[who]).first.wait_for()
    assert page.get_by_role("region", name="Why").locator(".problem").count() == 0


def test_a_chart_of_nothing_but_zero_has_an_axis_that_can_be_read(opened: Open) -> None:
    """Nobody is refused under fees: the axis begins at 0, and no two of its numbers are alike."""
    page = opened(f"watch?from=fee_for_service&to=fee_for_service&{SMALL}")
    page.set_default_timeout(LONG)
    page.wait_for_function("document.querySelector('.map')?.__vue__.ready === 12")
    figure = page.locator("figure.chart", has=page.get_by_role("heading", name="Refused or dropped", exact=True))
    for shown in ("Both worlds", "The difference"):
        page.get_by_role("button", name=shown, exact=True).click()
        page.locator(f"button[aria-pressed=true]:text-is('{shown}')").wait_for()
        figure.locator("svg[role=img] text[text-anchor=end]").first.wait_for()
        numbers = figure.locator("svg[role=img] text[text-anchor=end]").all_text_contents()
        assert numbers[0] == "0"
        assert len(set(numbers)) == len(numbers) >= 3


def test_a_menu_that_escape_closes_gives_the_focus_back(opened: Open) -> None:
    page = opened("contract")
    menu = page.locator("figure.chart").first.locator("details")
    menu.locator("summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY' && !document.activeElement.parentElement.open")


@pytest.mark.parametrize("view", ["contract?from=fee_for_service&to=mssp_enhanced&to2=bundled", "about", "learn"])
@pytest.mark.parametrize("size", [(640, 400), (600, 900)])
def test_on_a_phone_or_at_twice_the_size_nothing_is_cut_off(view: str, size: tuple[int, int], opened: Open) -> None:
    """A window of 1,280 pixels in which everything is twice as large has 640."""
    page = opened(view, size)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    last = page.get_by_role("link", name="About", exact=True)
    box = last.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= size[0]


def test_where_nobody_signs_it_is_said_and_why(opened: Open) -> None:
    """Shared savings asks 5,000 people a holder: of 5,000 in all, nobody has them."""
    page = opened(f"watch?from=fee_for_service&to=mssp_enhanced&{SMALL}")
    page.set_default_timeout(LONG)
    said = "No contract of MSSP ENHANCED, two-sided was in force in year 1, so that all were paid fees: nobody had"
    page.get_by_text(said).wait_for()
    page = opened(f"watch?from=fee_for_service&to=capitation&{SMALL}")
    page.get_by_text("replicates of 5,000 people").wait_for(timeout=LONG)
    assert page.get_by_text("was in force").count() == 0

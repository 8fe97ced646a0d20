"""A region with five contract holders of unlike sizes, a third of primary care outside, brought to the page."""

import pytest
from five_holders import REGION

from browser.conftest import Open
from browser.test_compare import brought
from browser.test_map import drawn, vue
from browser.test_watch import MINUTES

pytestmark = pytest.mark.browser
FIVE = f"""\
{REGION}contracts:
  - {{payer: medicare, holders: [hospital_led], regime: capitation}}
"""


def test_its_map_has_every_holder_and_who_is_in_none(opened: Open) -> None:
    page = opened("watch?from=fee_for_service&to=capitation&people=3000&years=1")
    page.set_default_timeout(MINUTES)
    page.wait_for_selector(".map canvas")
    brought(page, "five.yaml", FIVE)
    page.get_by_role("group", name="World").get_by_role("button", name="Five ACOs").click()
    page.wait_for_function("document.querySelector('.map').__vue__.spec.groups.length >= 6", timeout=MINUTES)
    page.wait_for_function("document.querySelector('.map').__vue__.ready === 12", timeout=MINUTES)
    titles = {str(group["title"]) for group in vue(page, "spec.groups")}
    assert len(titles) >= 6
    assert drawn(page) > 20

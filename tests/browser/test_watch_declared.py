"""What is declared in the package is on the page: a coloring, a headline row, a lever, an event; nothing in `app/`."""

from typing import Any

import pytest

from browser.conftest import serving, without_faults

pytestmark = pytest.mark.browser
DECLARED = """
import sys
from vbp_agents.metrics import headline
from vbp_agents.people import events
from vbp_agents.study import places
from vbp_agents.study.simulation import Simulation

headline.HEADLINE += (headline.HeadlineRow("readmission_share", "Back in hospital", "% of discharges", 100),)
places.COLORINGS += (places.Coloring("age", "years of age, few to many", "age"),)
events.EVENTS = (*events.EVENTS[:-1], events.EVENTS[-1]._replace(title="left for good"))
declared_before = Simulation.practices
Simulation.practices = lambda self: {**declared_before(self), "daring": declared_before(self)["altruism"]}

from vbp_agents.command_line.cli import main
sys.exit(main())
"""


def test_what_is_declared_is_found(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("declared")
    with serving(folder, program=("-c", DECLARED)) as address, without_faults(browser, address) as pages:
        page = pages("watch?people=5000&years=1")
        page.set_default_timeout(180_000)
        page.wait_for_function(
            "(document.querySelector('.map') || {}).__vue__ && document.querySelector('.map').__vue__.ready === 12"
        )
        page.get_by_label("People by").select_option("years of age")
        page.wait_for_function("document.querySelector('.map').__vue__.spec.levels === 'years of age, few to many'")
        page.get_by_label("Practices by").select_option("daring")
        page.get_by_role("button", name="left for good").wait_for()
        page.get_by_role("button", name="The headline's other measures over time").click()
        page.get_by_role("heading", name="Back in hospital", exact=True).wait_for()

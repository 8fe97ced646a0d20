"""What a session keeps of Watch in its link; it needs the page's packages, and no browser."""

import pytest

from vbp_agents.app.links import of_views
from vbp_agents.app.watching.shown import NOBODY_CHOSEN
from vbp_agents.errors import WrongInput

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("wrong", ["month=-1", "month=soon", "person=1e3", "practice=9999999999", "world=mars"])
def test_what_a_link_cannot_show_is_said(wrong: str) -> None:
    from vbp_agents.app.session import Session

    session = Session()
    session.open("from=fee_for_service&to=capitation&month=3")
    session.open(f"from=fee_for_service&to=bundled&{wrong}")
    assert wrong.split("=")[1] in session.problem.value
    assert session.of_views.value == {"month": "3"}, "what was there stays"
    with pytest.raises(WrongInput):
        of_views(wrong)


def test_what_is_kept_goes_into_the_link_and_nothing_out_of_it() -> None:
    from vbp_agents.app.session import Session

    session = Session()
    session.keep(month="3", practice="56")
    assert session.query.value == "from=fee_for_service&to=mssp_enhanced&month=3&practice=56"
    session.keep(**NOBODY_CHOSEN)
    assert session.query.value == "from=fee_for_service&to=mssp_enhanced&month=3"

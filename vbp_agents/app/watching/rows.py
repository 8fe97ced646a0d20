"""Which metrics Watch draws, and what levers are called; both are declared in the package, new ones need no change."""

from vbp_agents.actors.reasons import ASPECTS
from vbp_agents.metrics import headline
from vbp_agents.metrics.headline import HeadlineRow
from vbp_agents.presentation.written import spoken

_MARGIN = "margin of the last twelve months"


def charted() -> tuple[HeadlineRow, ...]:
    """What is drawn at first."""
    return headline.WATCHED


def others() -> tuple[HeadlineRow, ...]:
    """The rest of the headline, drawn on demand."""
    shown = {row.metric for row in headline.WATCHED}
    return tuple(row for row in headline.HEADLINE if row.metric not in shown)


def followed() -> tuple[str, ...]:
    """The metrics that are followed month by month."""
    return tuple(row.metric for row in (*charted(), *others()))


def lever_title(name: str) -> str:
    """What it is to move a lever up, as reasons say it: `steering_inside` is more referrals inside."""
    aspect = next((a for a in ASPECTS if name in (a.lever, f"{a.lever}_{a.what}")), None)
    return _MARGIN if name == "margin" else aspect.more if aspect else spoken(name)

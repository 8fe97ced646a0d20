"""Which metrics Watch draws: declared beside the metrics, so that a new one is there without a change here."""

from vbp_agents.metrics import headline
from vbp_agents.metrics.headline import HeadlineRow


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

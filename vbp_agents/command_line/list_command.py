"""`vbp list`: what there is to choose from, one line and a source each."""

from collections.abc import Callable, Iterator

from vbp_agents.command_line.user_files import UserFiles
from vbp_agents.errors import WrongInput, did_you_mean
from vbp_agents.presentation.terminal import line_width, tell
from vbp_agents.presentation.written import paragraph

_Rows = list[tuple[str, str, str]]
"""Name, what it is, and where that is from ("" where it is the model's own)."""


def list_choices(kind: str | None, files: UserFiles) -> None:
    """All kinds of things, or those of one kind. Raises WrongInput where there is no such kind."""
    if kind is not None and kind not in LISTS_BY_KIND:
        known = list(LISTS_BY_KIND)
        raise WrongInput(f"there is no kind {kind!r} to list; there are {', '.join(known)}{did_you_mean(kind, known)}")
    files.load()
    tell("\n".join(_listing(line_width(), [kind] if kind else IN_ALL)))


def _listing(columns: int, kinds: list[str]) -> Iterator[str]:
    """What is said of these kinds, in lines of so many ``columns``."""
    for kind in kinds:
        title, rows = LISTS_BY_KIND[kind]
        yield from _section(title, rows(), columns)


def _section(title: str, rows: _Rows, columns: int) -> Iterator[str]:
    width = max(len(name) for name, _, _ in rows)
    yield paragraph("", f"{title}:", columns)
    for name, about, source in rows:
        yield paragraph(f"  {name:<{width}}  ", f"{about} [{source}]" if source else about, columns)
    yield ""


def _presets() -> _Rows:
    from vbp_agents.terms.scenario_file import presets, read_scenario

    scenarios = [read_scenario(path) for path in presets().values()]
    return [(scenario.name, scenario.title, scenario.source) for scenario in scenarios]


def _regimes() -> _Rows:
    from vbp_agents.regimes import regimes

    return [(name, regime.title, regime.source) for name, regime in regimes().items()]


def _behaviors() -> _Rows:
    from vbp_agents.behaviors import behavior_names, find

    behaviors = {name: find(name) for name in behavior_names()}
    return [(name, (kind.__doc__ or "").splitlines()[0].rstrip("."), kind.source) for name, kind in behaviors.items()]


def _metrics() -> _Rows:
    from vbp_agents.metrics import METRICS

    return [(name, metric.about, metric.source) for name, metric in METRICS.items()]


def _measures() -> _Rows:
    from vbp_agents.networks.care_network import NETWORK_MEASURES

    return [(name, f"{measure.about}, {measure.unit}", measure.source) for name, measure in NETWORK_MEASURES.items()]


def _events() -> _Rows:
    from vbp_agents.people.events import EVENTS

    return [(event.name, event.title, "") for event in EVENTS]


def _levers() -> _Rows:
    from vbp_agents.conduct import ABOUT_LEVERS

    return [(name, about, "") for name, about in ABOUT_LEVERS.items()]


def _kinds() -> _Rows:
    return [(kind, title.partition(" (")[0], "") for kind, (title, _) in LISTS_BY_KIND.items()]


LISTS_BY_KIND: dict[str, tuple[str, Callable[[], _Rows]]] = {
    "presets": ("Presets (vbp compare NAME ...)", _presets),
    "regimes": ("Regimes (also scenarios: the default region with every eligible contract under one)", _regimes),
    "behaviors": ("Behaviors (vbp compare --behavior NAME)", _behaviors),
    "metrics": ("Metrics", _metrics),
    "measures": ("Measures of the care network (vbp network NAME)", _measures),
    "events": ("Events of a person's month: who was, or did (a simulation's months count them)", _events),
    "levers": ("Levers (behavior.levers of a scenario: one that is not listed stays at baseline)", _levers),
    "kinds": ("Kinds of things to list (vbp list KIND)", _kinds),
}
IN_ALL = ["presets", "regimes", "behaviors", "metrics", "measures"]
"""What is listed without a kind."""

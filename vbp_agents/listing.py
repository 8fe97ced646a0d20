"""What there is to choose from: presets, regimes, behaviors and metrics, one line and a source each."""

from collections.abc import Iterator


def listing() -> Iterator[str]:
    """The lines of `vbp list`."""
    yield from _section("Presets (vbp compare NAME ...)", _presets())
    yield from _section(
        "Regimes (also scenarios: the default region with every eligible contract under one)", _regimes()
    )
    yield from _section("Behaviors (vbp compare --behavior NAME)", _behaviors())
    yield from _section("Metrics", _metrics())
    yield from _section("Measures of the care network (vbp network NAME)", _measures())


def _section(title: str, rows: list[tuple[str, str, str]]) -> Iterator[str]:
    width = max(len(name) for name, _, _ in rows)
    yield f"{title}:"
    for name, about, source in rows:
        yield f"  {name:<{width}}  {about} [{source}]"
    yield ""


def _presets() -> list[tuple[str, str, str]]:
    from vbp_agents.scenario_file import presets, read_scenario

    found = [read_scenario(path) for path in presets().values()]
    return [(scenario.name, scenario.title, scenario.source) for scenario in found]


def _regimes() -> list[tuple[str, str, str]]:
    from vbp_agents.regimes import regimes

    return [(name, regime.title, regime.source) for name, regime in regimes().items()]


def _behaviors() -> list[tuple[str, str, str]]:
    from vbp_agents.behaviors import behavior_names, find

    found = {name: find(name) for name in behavior_names()}
    return [(name, (kind.__doc__ or "").splitlines()[0].rstrip("."), kind.source) for name, kind in found.items()]


def _metrics() -> list[tuple[str, str, str]]:
    from vbp_agents.metrics import METRICS

    return [(name, metric.about, metric.source) for name, metric in METRICS.items()]


def _measures() -> list[tuple[str, str, str]]:
    from vbp_agents.care_network import MEASURES

    return [(name, f"{measure.about}, {measure.unit}", measure.source) for name, measure in MEASURES.items()]

"""What there is to choose from: presets, regimes, behaviors and metrics, one line and a source each."""

from collections.abc import Iterator

from vbp_agents.presentation.written import paragraph


def listing(columns: int) -> Iterator[str]:
    """What `vbp list` says, in lines of so many ``columns``."""
    sections = {
        "Presets (vbp compare NAME ...)": _presets(),
        "Regimes (also scenarios: the default region with every eligible contract under one)": _regimes(),
        "Behaviors (vbp compare --behavior NAME)": _behaviors(),
        "Metrics": _metrics(),
        "Measures of the care network (vbp network NAME)": _measures(),
    }
    for title, rows in sections.items():
        yield from _section(title, rows, columns)


def _section(title: str, rows: list[tuple[str, str, str]], columns: int) -> Iterator[str]:
    width = max(len(name) for name, _, _ in rows)
    yield paragraph("", f"{title}:", columns)
    for name, about, source in rows:
        yield paragraph(f"  {name:<{width}}  ", f"{about} [{source}]", columns)
    yield ""


def _presets() -> list[tuple[str, str, str]]:
    from vbp_agents.terms.scenario_file import presets, read_scenario

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
    from vbp_agents.networks.care_network import MEASURES

    return [(name, f"{measure.about}, {measure.unit}", measure.source) for name, measure in MEASURES.items()]

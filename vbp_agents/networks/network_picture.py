"""The picture of a care network: the practices of one area where they are, tied by the patients they share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.presentation.drawing import drawing, picture_bytes
from vbp_agents.presentation.page import GRAY, WIDTH, Page

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from networkx import Graph

COLORS = {"physician_led": "#0072B2", "hospital_led": "#D55E00", "independents": "#009E73", "none": "#8C8C8C"}
"""By ACO; told apart by color-blind readers (Okabe and Ito 2008)."""
MORE, FEWER = "#000000", "#CC79A7"
"""Of ties: colors that no ACO has."""
_STRONGEST = 3
"""Ties drawn of each practice: all of them would be a black square."""
MOST_CHANGED = 60
PANELS, ABOVE, BELOW = 5.6, 0.5, 0.75
"""Inches of the panels, of their titles and of their legends."""
_Ties = Mapping[tuple[int, int], int]


def network_picture(numbers: Mapping[str, Any], graphs: "Sequence[Graph]", sentence: str) -> bytes:
    """A PNG of the first replicate: the scenario's network, and what differs from the baseline's.

    ``graphs``: the practices of the area under the baseline, then under the scenario (where it is another).
    The same bytes for the same graphs, whatever matplotlib's settings.
    """
    scenario, baseline = (str(numbers["scenarios"][i]).replace("_", " ") for i in (-1, 0))
    years = f"{numbers['years']} year{'s' if numbers['years'] > 1 else ''}"
    heading = f"Who shares patients in area {numbers['areas'][0]} after {years} of {scenario}"
    page = Page(heading, [sentence], _footnotes(numbers, graphs[-1]))
    bottom, top = page.below + BELOW, ABOVE + page.above
    height = bottom + PANELS + top
    with drawing():
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH, height), dpi=150)
        figure.subplots_adjust(left=0.02, right=0.98, bottom=bottom / height, top=1 - top / height, wspace=0.04)
        axes = figure.subplots(1, len(graphs), squeeze=False)[0]
        _network(axes[0], graphs[-1])
        if len(graphs) > 1:
            _change(axes[1], graphs[0], graphs[1], f"What differs from {baseline}, in this one replicate")
        _legend(axes[0])
        page.write(figure)
    return picture_bytes(figure)


def _network(axes: "Axes", graph: "Graph") -> None:
    shared = _shared(graph)
    drawn = strongest(graph)
    most = max((shared[tie] for tie in drawn), default=1)
    for tie in drawn:
        _tie(axes, graph, tie, "#555555", 0.3 + 2.7 * shared[tie] / most, "-", 0.55)
    _nodes(axes, graph)
    _frame(axes, f"Each practice's {_STRONGEST} strongest ties", f"by {most:,} patients shared at most")


def _change(axes: "Axes", before: "Graph", after: "Graph", title: str) -> None:
    """Ties by how many more or fewer patients are shared."""
    changes = changed(_shared(before), _shared(after))
    both = before.copy()
    both.add_nodes_from(after.nodes(data=True))
    most = max((abs(change) for change in changes.values()), default=1)
    for tie, change in changes.items():
        color, style = (MORE, "-") if change > 0 else (FEWER, (0, (3, 1.5)))
        _tie(axes, both, tie, color, 0.4 + 2.6 * abs(change) / most, style, 0.85)
    _nodes(axes, both)
    text = f"the {len(changes)} ties that differ most, by {most:,} patients at most" if changes else "no tie differs"
    _frame(axes, title, f"{text}; its luck included, no estimate")
    axes.plot([], [], color=MORE, linewidth=2, label="more patients shared")
    axes.plot([], [], color=FEWER, linewidth=2, linestyle=(0, (3, 1.5)), label="fewer patients shared")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=2, fontsize=9, frameon=False)


def strongest(graph: "Graph") -> list[tuple[int, int]]:
    """Each practice's strongest ties, each tie once; equal ties by number."""
    strong = set()
    for practice in graph:
        ties = sorted((-data["shared"], other) for other, data in graph[practice].items())
        strong |= {(min(practice, other), max(practice, other)) for _, other in ties[:_STRONGEST]}
    return sorted(strong)


def changed(before: _Ties, after: _Ties) -> dict[tuple[int, int], int]:
    """The ties that differ most, by how much, the least of them first; none that does not differ."""
    changes = {tie: after.get(tie, 0) - before.get(tie, 0) for tie in sorted({*before, *after})}
    order = sorted((tie for tie, change in changes.items() if change), key=lambda tie: (abs(changes[tie]), tie))
    return {tie: changes[tie] for tie in order[-MOST_CHANGED:]}


def _shared(graph: "Graph") -> dict[tuple[int, int], int]:
    return {(min(a, b), max(a, b)): shared for a, b, shared in graph.edges(data="shared")}


def _tie(
    axes: "Axes", graph: "Graph", tie: tuple[int, int], color: str, width: float, style: Any, alpha: float
) -> None:
    (x0, y0), (x1, y1) = (graph.nodes[practice]["place"] for practice in tie)
    axes.plot([x0, x1], [y0, y1], color=color, linewidth=width, linestyle=style, alpha=alpha, zorder=1)


def _nodes(axes: "Axes", graph: "Graph") -> None:
    """Practices, the large ones below the small; round where they give primary care."""
    most = max((patients for _, patients in graph.nodes(data="patients")), default=1)
    for primary, marker in ((False, "s"), (True, "o")):
        about = [data for _, data in graph.nodes(data=True) if data["primary"] == primary]
        about.sort(key=lambda data: -data["patients"])
        axes.scatter(
            *_places(about),
            s=[12 + 320 * data["patients"] / most for data in about],
            c=[COLORS[data["kind"]] for data in about],
            marker=marker,
            edgecolors="white",
            linewidths=0.7,
            zorder=2,
        )


def _places(about: Iterable[Mapping[str, Any]]) -> tuple[list[float], list[float]]:
    places = [data["place"] for data in about]
    return [x for x, _ in places], [y for _, y in places]


def _frame(axes: "Axes", title: str, below: str) -> None:
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold", pad=20)
    axes.text(0, 1.012, below, transform=axes.transAxes, fontsize=9.5, color=GRAY)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color("#DDDDDD")


def _legend(axes: "Axes") -> None:
    for aco, color in COLORS.items():
        label = "in no ACO" if aco == "none" else f"{aco.replace('_', '-')} ACO"
        axes.scatter([], [], color=color, s=60, label=label)
    for marker, label in (("o", "primary care"), ("s", "specialists")):
        axes.scatter([], [], color="white", edgecolors=GRAY, marker=marker, s=60, label=label)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncols=3, fontsize=9, frameon=False)


def _footnotes(numbers: Mapping[str, Any], graph: "Graph") -> list[str]:
    most = max((patients for _, patients in graph.nodes(data="patients")), default=0)
    several = numbers["replicates"] > 1
    drawn = f"the first of {numbers['replicates']} replicates (the sentence is about all)" if several else "the one run"
    size = f"{numbers['patients']:,} patients in the region, seed {numbers['seed']}"
    return [
        f"Practices where they are (size of the marks: patients seen in the last year, {most:,} at most); "
        "lines: patients whom both saw, the thicker the more.",
        f"Drawn: {drawn}, no mean and no interval. {size}.",
    ]

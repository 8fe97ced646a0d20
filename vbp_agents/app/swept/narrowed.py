"""Points by the values of what is varied: each value where there are few, thirds of the points where there are many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vbp_agents.app.swept.points import PointValues
from vbp_agents.sweep_reports.described import value_words
from vbp_agents.sweep_reports.frames import written
from vbp_agents.sweeps.document import WHOLE_DESIGNS
from vbp_agents.sweeps.study import Study

MOST_VALUES = 12
"""PointValues of a path that each can be chosen."""
THIRDS = ("lowest", "middle", "highest")
LEAST_POINTS = 6
"""Points that there must be for thirds of them."""


@dataclass(frozen=True)
class _Part:
    """Some of the points: what they have in common, in words, and their numbers."""

    title: str
    points: frozenset[int]


def parts_of_path(path: str, values: Mapping[int, PointValues]) -> list[_Part]:
    """The parts of the points by what a path is at them; none where all are alike, or too few differ."""
    distinct = sorted({row[path] for row in values.values()}, key=lambda value: (isinstance(value, str), value))
    if 1 < len(distinct) <= MOST_VALUES:
        return [
            _Part(value_words(value), frozenset(n for n, row in values.items() if row[path] == value))
            for value in distinct
        ]
    if len(values) < LEAST_POINTS or len(distinct) <= MOST_VALUES or any(isinstance(value, str) for value in distinct):
        return []
    ordered = sorted(values, key=lambda point: (values[point][path], point))
    ends = [round(third * len(ordered) / 3) for third in range(4)]
    return [_third(name, ordered[ends[n] : ends[n + 1]], path, values) for n, name in enumerate(THIRDS)]


def _third(name: str, points: Sequence[int], path: str, values: Mapping[int, PointValues]) -> _Part:
    low, high = values[points[0]][path], values[points[-1]][path]
    return _Part(f"{name} third, {written(float(f'{low:.3g}'))} to {written(float(f'{high:.3g}'))}", frozenset(points))


def can_be_narrowed(study: Study) -> bool:
    """Whether some points alone can be looked at: designs for indices need every point."""
    return study.document.design.kind not in WHOLE_DESIGNS

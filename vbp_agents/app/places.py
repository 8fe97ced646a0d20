"""Where practices stand on the map by panel: discs packed side by side, grouped by ACO, a pool in the middle."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from vbp_agents.book import FloatArray

RATIO = 0.62
"""Height over width of the map."""
MAP_MARGIN = 0.045
"""Of the map, in widths of it: hospitals and specialists stand there."""
LABELS = 0.03
"""Of the map, in widths of it, above and below the practices: the groups' names stand there."""
ROOM = 1.12
"""Seats that a disc has for each of its people, so that who comes finds one."""
GAP, APART = 0.004, 0.014
"""Between discs of a group and of two groups, in widths of the map."""
_CELLS = 130
"""Places across the map where a disc's middle may be."""
SHRINK = 0.96
"""Discs that find no room together are made smaller by this, and try again."""


@dataclass(frozen=True)
class Disc:
    """A practice on the map, in widths of it. ``place``: its home by place, both in [0, 1].

    ``kind``: primary, hospital, specialist or pool; ``group``: whose it is.
    """

    id: int
    title: str
    kind: str
    group: str
    people: int
    place: tuple[float, float] = (0.5, 0.5)
    x: float = 0.0
    y: float = 0.0
    r: float = 0.0

    def looks(self, outside: str) -> dict[str, Any]:
        """As the map takes it; ``outside``: the group that is in no ACO."""
        kind = {"id": self.id, "title": self.title, "kind": self.kind, "outside": self.group == outside}
        return {**kind, "px": self.place[0], "py": self.place[1], "x": self.x, "y": self.y, "r": self.r}


@dataclass(frozen=True)
class _GroupPlace:
    """A group's name, and where it is written."""

    title: str
    x: float
    y: float


def arranged(discs: Sequence[Disc], outside: str) -> tuple[list[Disc], list[_GroupPlace], float]:
    """The discs with their places by panel, in the order given, the groups' names, and how far dots are apart.

    ``outside``: the group that is in no ACO, placed last. Two seats of a sunflower are so many widths of the map apart.
    """
    return _arranged(tuple(discs), outside)


@lru_cache(maxsize=8)
def _arranged(discs: tuple[Disc, ...], outside: str) -> tuple[list[Disc], list[_GroupPlace], float]:
    """The same people's practices stand where they stood under another scenario."""
    inner = [disc for disc in discs if disc.kind in ("primary", "pool")]
    names = list(dict.fromkeys(disc.group for disc in inner if disc.kind == "primary"))
    names.sort(key=lambda name: name == outside)
    anchors = _anchors(names)
    size = np.array([math.sqrt(ROOM * disc.people + 4) for disc in inner])
    scale = math.sqrt(0.6 * RATIO / (math.pi * float(np.sum(size**2))))
    while (places := _without_overlap(inner, scale * size, anchors)) is None:
        scale *= SHRINK
    placed = [replace(d, x=x, y=y, r=scale * r) for d, (x, y), r in zip(inner, places, size, strict=True)]
    around = _around([disc for disc in discs if disc.kind in ("hospital", "specialist")])
    by_id = {disc.id: disc for disc in [*placed, *around]}
    return [by_id[disc.id] for disc in discs], [_named(name, anchors[name]) for name in names], scale


def _anchors(names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """What each group gathers around: places on an ellipse, the first at the upper left; the middle is the pool's."""
    turn = 2 * math.pi / max(len(names), 1)
    angles = [math.pi + turn / 2 + number * turn for number in range(len(names))]
    around = {n: (0.5 + 0.27 * math.cos(a), RATIO / 2 + 0.16 * math.sin(a)) for n, a in zip(names, angles, strict=True)}
    return around | {"": (0.5, RATIO / 2)}


def _named(name: str, anchor: tuple[float, float]) -> _GroupPlace:
    """A group's name, above or below it."""
    edge = MAP_MARGIN + LABELS / 2
    return _GroupPlace(name, anchor[0], edge if anchor[1] <= RATIO / 2 + 1e-9 else RATIO - edge)


def _without_overlap(
    discs: Sequence[Disc], radii: FloatArray, anchors: dict[str, tuple[float, float]]
) -> list[tuple[float, float]] | None:
    """Each disc, the largest first and the pool before all, as near to its group's anchor as there is room."""
    step = 1 / _CELLS
    xs, ys = (grid.ravel() for grid in np.meshgrid(np.arange(0, 1, step), np.arange(0, RATIO, step)))
    top = MAP_MARGIN + LABELS
    places: dict[int, tuple[float, float]] = {}
    of_group = {name: np.full(len(xs), np.inf) for name in anchors}  # distances to the nearest edge of its discs
    for number in sorted(range(len(discs)), key=lambda i: (discs[i].kind != "pool", -radii[i])):
        radius, group = radii[number], discs[number].group
        inside = (np.minimum(xs, 1 - xs) > MAP_MARGIN + radius) & (np.minimum(ys, RATIO - ys) > top + radius)
        others = np.min([distance for name, distance in of_group.items() if name != group], axis=0)
        free = inside & (of_group[group] >= radius + GAP) & (others >= radius + APART)
        if not free.any():
            return None
        x, y = anchors[group]
        at = int(np.argmin(np.where(free, (xs - x) ** 2 + (1.4 * (ys - y)) ** 2, np.inf)))
        places[number] = (float(xs[at]), float(ys[at]))
        of_group[group] = np.minimum(of_group[group], np.hypot(xs - xs[at], ys - ys[at]) - radius)
    return [places[number] for number in range(len(discs))]


def _around(discs: Sequence[Disc]) -> list[Disc]:
    """Hospitals and specialists along the map's edge, evenly spread."""
    inset = MAP_MARGIN / 2
    wide, high = 1 - 2 * inset, RATIO - 2 * inset
    placed = []
    for number, disc in enumerate(discs):
        along = (number + 0.5) / max(len(discs), 1) * 2 * (wide + high)
        x, y = _on_edge(along, wide, high)
        placed.append(replace(disc, x=inset + x, y=inset + y, r=MAP_MARGIN * (0.3 if disc.kind == "hospital" else 0.2)))
    return placed


def _on_edge(along: float, wide: float, high: float) -> tuple[float, float]:
    """A point of a rectangle's edge, so far along it from its upper left corner."""
    for x, y, dx, dy, length in ((0, 0, 1, 0, wide), (wide, 0, 0, 1, high), (wide, high, -1, 0, wide)):
        if along <= length:
            return x + dx * along, y + dy * along
        along -= length
    return 0.0, high - along


def homes(x: FloatArray, y: FloatArray, width: float) -> "np.ndarray[tuple[int, int], np.dtype[np.uint16]]":
    """Homes in 65,536ths of the region's width, (people, 2)."""
    return np.clip(np.stack([x, y], axis=1) / width * 65_535, 0, 65_535).astype(np.uint16)

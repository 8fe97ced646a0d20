"""Boxes in the space of factors that hold the cases of interest: leaves of a tree, and whether luck finds as good."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vbp_agents.analysis.packages import MissingPackage
from vbp_agents.arithmetic import FloatArray

DEPTH = 3
"""Splits on the way to a box: people read no more conditions (Bryant and Lempert 2010)."""
LEAST_LEAF, LEAST_SHARE = 5, 0.05
"""Points that a box holds: at least so many, and so large a share of all."""
SHUFFLES = 99
_SEED = 1


@dataclass(frozen=True)
class Box:
    """Bounds by factor, (factors, 2), infinite where there is none. ``inside``: how many points, ``held``: of interest.

    ``coverage``: which share of all points of interest it holds; ``density``: which share of its points is of interest.
    """

    bounds: FloatArray
    inside: int
    held: int
    coverage: float
    density: float

    @property
    def quality(self) -> float:
        """Coverage times density: 1 for a box that holds all points of interest and no other."""
        return self.coverage * self.density


def boxes(points: FloatArray, interesting: NDArray[np.bool_]) -> list[Box]:
    """Leaves of a tree in which most points are of interest, the best first. ``points``: (points, factors).

    Source: Breiman L, Friedman JH, Olshen RA, Stone CJ. Classification and Regression Trees. Wadsworth 1984.
    """
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        raise MissingPackage("scikit-learn") from None
    least = max(LEAST_LEAF, int(np.ceil(LEAST_SHARE * len(points))))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=least, random_state=_SEED).fit(points, interesting)
    leaves = np.asarray(tree.apply(points))
    limits = _limits(tree.tree_, points.shape[1])
    leading = []
    for leaf in np.unique(leaves):
        inside = leaves == leaf
        held = int((inside & interesting).sum())
        if 2 * held > inside.sum():
            total = int(interesting.sum())
            leading.append(Box(limits[int(leaf)], int(inside.sum()), held, held / total, held / int(inside.sum())))
    return sorted(leading, key=lambda box: (-box.quality, box.bounds.tolist()))


def luck_of_boxes(points: FloatArray, interesting: NDArray[np.bool_], best: float) -> float:
    """In which share of shuffles of who is of interest a box as good as ``best`` is found: it and one more count.

    Source: Phipson B, Smyth GK. Stat Appl Genet Mol Biol 2010;9:39.
    """
    draw = np.random.default_rng(_SEED)
    as_good = 1
    for _ in range(SHUFFLES):
        shuffled = boxes(points, draw.permutation(interesting))
        as_good += bool(shuffled) and shuffled[0].quality >= best
    return as_good / (SHUFFLES + 1)


def _limits(tree: Any, factors: int) -> dict[int, FloatArray]:
    """By node, the bounds of what comes there."""
    children_left, children_right = tree.children_left, tree.children_right
    feature, threshold = tree.feature, tree.threshold
    whole = np.tile([-np.inf, np.inf], (factors, 1))
    bounds_of_node, open_nodes = {0: whole}, [0]
    while open_nodes:
        node = open_nodes.pop()
        left, right = int(children_left[node]), int(children_right[node])
        if left == right:
            continue
        for child, side in ((left, 1), (right, 0)):
            bounds = bounds_of_node[node].copy()
            bounds[feature[node], side] = threshold[node]
            bounds_of_node[child] = bounds
            open_nodes.append(child)
    return bounds_of_node

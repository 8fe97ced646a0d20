"""Published figures without an interval that belong together: which way they go from one to the other, and ours."""

from collections.abc import Mapping, Sequence
from typing import Any

SERIES = (
    ("K14_surplus_0", "K14_surplus_100"),
    ("Mlearn_rate_0", "Mlearn_rate_2"),
    ("Mlearn_earning_0", "Mlearn_earning_2"),
    ("Mexit2_winners", "Mexit2_losers"),
    ("luck_middle", "luck_small"),
    ("K11_middle", "K11_small"),
    ("E22_hospital_3", "E22_physician_3"),
)
"""From which row to which."""
SAME_WAY, OTHER_WAY = "the same way", "the other way"


def steps(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """By how much the published figure and our means change from row to row, and whether they go the same way."""
    known = {row["id"]: row for row in rows}
    return [_step(known[first], known[second]) for first, second in SERIES]


def _step(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    published = second["target"] - first["target"]
    ours = {}
    for name in first["ours"]:
        means = first["ours"][name]["mean"], second["ours"][name]["mean"]
        change = None if None in means else means[1] - means[0]
        ours[name] = {"change": change, "way": _way(published, change)}
    return {"from": first["id"], "to": second["id"], "published": published, "ours": ours}


def _way(published: float, change: float | None) -> str:
    """Nothing is said where we have no figure, or none that changes."""
    if not change:
        return ""
    return SAME_WAY if change * published > 0 else OTHER_WAY

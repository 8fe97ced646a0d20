"""A comparison that takes seconds, and what is compared of it."""

from typing import Any

import vbp_agents as vbp

SMALL: dict[str, Any] = {"patients": 300, "years": 2, "seed": 5, "threads": 2}


def costs(comparison: vbp.Comparison) -> list[float]:
    """Mean cost of care of each scenario."""
    table = comparison.table()
    return [float(mean) for mean in table[table.metric == "cost_per_capita"]["mean"]]

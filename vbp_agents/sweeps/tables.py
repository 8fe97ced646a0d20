"""The two tables of a sweep: which runs there are and where in the design, and what each came to.

Sorted by run, so that they are the same bytes whatever was computed where, when, and in which batches.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vbp_agents.sweeps.plan import Plan
from vbp_agents.sweeps.store import Store
from vbp_agents.sweeps.work import DONE, Outcome

if TYPE_CHECKING:
    from pandas import DataFrame

EXPERIMENTS, OUTCOMES = "experiments", "outcomes"
_KEYS = ("run", "point", "scenario", "replicate", "seed", "status")


def experiments(plan: Plan, replicates: int, by_run: Mapping[str, Outcome]) -> "DataFrame":
    """A row a run, point and scenario, sorted: `_KEYS`, then every varied path with its value at the point.

    A run that serves several points, such as a baseline that no lever moves, has a row for each. Left out is what has
    not been computed.
    """
    from pandas import DataFrame

    rows: list[tuple[Any, ...]] = []
    for number in range(1, replicates + 1):
        for spot in plan.spots:
            seed = plan.seed(spot.point, number)
            run = plan.id(spot.content, seed)
            if run in by_run:
                rows.append((run, spot.point, spot.scenario, number, seed, by_run[run].status))
    rows.sort()
    frame = DataFrame(rows, columns=list(_KEYS))
    points = [int(row[1]) - 1 for row in rows]
    for each in plan.study.varied:
        frame[each.written] = _column([plan.points[point][each.written] for point in points])
    return frame


def outcomes(names: Sequence[str], runs: Sequence[str], by_run: Mapping[str, Outcome]) -> "DataFrame":
    """A row a run and outcome, sorted by run: ``run``, ``outcome``, ``value``, NaN where it has none.

    Runs without values, which the experiments say, have no rows.
    """
    from pandas import DataFrame

    rows = [(run, name, by_run[run].values[name]) for run in runs if by_run[run].status == DONE for name in names]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    values = [float("nan") if value is None else float(value) for value in columns[2]]
    return DataFrame({"run": list(columns[0]), "outcome": list(columns[1]), "value": values})


def both_tables(plan: Plan, store: Store, replicates: int) -> "tuple[DataFrame, DataFrame]":
    """Both tables of what is there."""
    names = plan.study.outcomes
    by_run = store.kept(names)
    first = experiments(plan, replicates, by_run)
    return first, outcomes(names, sorted(set(first["run"])), by_run)


def parquet(frame: "DataFrame") -> bytes:
    """A table as a file that is the same bytes each time."""
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def _column(values: list[Any]) -> list[Any]:
    """Numbers and texts as they are; what a file cannot hold in one column as text."""
    kinds = {type(value) for value in values}
    if kinds <= {int, float}:
        return [float(value) for value in values] if float in kinds else values
    if len(kinds) == 1 and kinds <= {bool, str}:
        return values
    return [value if isinstance(value, str) else json.dumps(value) for value in values]

"""How many rows are hit, by what they are for, and how many of the hits the null model has too."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents.evidence.rows import ROLES
from vbp_agents.evidence.verdict import INSIDE, NULL_MODEL, VERDICTS


def nothing_tested(verdicts: Mapping[str, str]) -> dict[str, bool | None]:
    """By behavior, whether a row is hit by it and by the null model alike; None where the null model was not run.

    A row that both hit tells nothing of what the behavior adds.
    """
    if NULL_MODEL not in verdicts:
        return dict.fromkeys(verdicts, None)
    null = verdicts[NULL_MODEL] == INSIDE
    return {name: null and verdict == INSIDE for name, verdict in verdicts.items()}


def scores_by_role(rows: Sequence[Mapping[str, Any]], behaviors: Sequence[str]) -> dict[str, dict[str, dict[str, int]]]:
    """By behavior and role, how many of the rows that are counted have each verdict, and how many hits test nothing.

    ``rows``: of the document. Not counted are rows that stand beside another one (`part_of`).
    """
    return {name: {role: _of_role(rows, name, role) for role in ROLES} for name in behaviors}


def _of_role(rows: Sequence[Mapping[str, Any]], behavior: str, role: str) -> dict[str, int]:
    ours = [row["ours"][behavior] for row in rows if row["role"] == role and not row["part_of"]]
    counts = {verdict: sum(figure["verdict"] == verdict for figure in ours) for verdict in VERDICTS}
    return counts | {"tests nothing": sum(bool(figure["tests_nothing"]) for figure in ours)}

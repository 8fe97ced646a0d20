"""The evidence report as other programs read it: what was published, ours, and whether one lies in the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents import __version__
from vbp_agents.evidence.measures import percent_key
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows, split_hash
from vbp_agents.evidence.scores import nothing_tested, scores_by_role
from vbp_agents.evidence.series import steps
from vbp_agents.evidence.signs import SIGNS, Sign
from vbp_agents.evidence.verdict import VERDICTS, against, verdict
from vbp_agents.metrics.intervals import Interval, interval

SCHEMA = 1
_Values = Mapping[str, Sequence[Mapping[str, float | None]]]
"""By behavior, what each replicate measured: row id (or `percent_key`) to number, None where it has none."""


def document(values: _Values, signs: _Values, hashes: Mapping[str, str], **facts: int) -> dict[str, Any]:
    """The report as other programs read it.

    ``signs``: by behavior, what each replicate differed by in what theory has a sign for. ``hashes``: of each behavior;
    ``facts``: how much was simulated.
    """
    rows = [_row(row, values) for row in evidence_rows()]
    summary = {name: {v: sum(r["ours"][name]["verdict"] == v for r in rows) for v in VERDICTS} for name in values}
    return {
        "schema": SCHEMA,
        "version": __version__,
        **facts,
        "split": split_hash(),
        "behaviors": dict(hashes),
        "summary": summary,
        "scores": scores_by_role(rows, list(values)),
        "rows": rows,
        "steps": steps(rows),
        "signs": [_sign(sign, signs) for sign in SIGNS if any(signs.values())],
    }


def _row(row: EvidenceRow, values: _Values) -> dict[str, Any]:
    ours = {name: _ours(row, name, runs) for name, runs in values.items()}
    for name, nothing in nothing_tested({name: figure["verdict"] for name, figure in ours.items()}).items():
        ours[name]["tests_nothing"] = nothing
    return row.model_dump(mode="json") | {"percent": row.percent, "ours": ours}


def _ours(row: EvidenceRow, behavior: str, runs: Sequence[Mapping[str, float | None]]) -> dict[str, Any]:
    """Our figure as it is published and, where the study's base is known, in percent, in which it is then judged."""
    middle = interval([run[row.id] for run in runs])
    percent: Interval | None = interval([run[percent_key(row.id)] for run in runs]) if row.in_percent else None
    judged = {
        "percent": percent._asdict() if percent else None,
        "verdict": verdict(row, percent or middle, behavior),
        "against": against(row, middle),
    }
    return middle._asdict() | judged


def _sign(sign: Sign, values: _Values) -> dict[str, Any]:
    ours = {}
    for name, runs in values.items():
        difference = interval([run[sign.id] for run in runs])
        ours[name] = difference._asdict() | {"verdict": sign.verdict(difference)}
    return {"what": sign.what, "from": sign.first, "to": sign.second, "theory": sign.sign, "ours": ours}

"""The evidence report as other programs read it: what was published, ours, and whether one lies in the other."""

from collections.abc import Mapping, Sequence
from typing import Any

from vbp_agents import __version__
from vbp_agents.evidence.rows import EvidenceRow, evidence_rows, split_hash
from vbp_agents.evidence.series import steps
from vbp_agents.evidence.signs import SIGNS, Sign
from vbp_agents.evidence.verdict import VERDICTS, against, verdict
from vbp_agents.metrics.intervals import interval

SCHEMA = 1
_Values = Mapping[str, Sequence[Mapping[str, float | None]]]
"""By behavior, what each replicate measured: row id to number, None where it has none."""


def document(values: _Values, signs: _Values, hashes: Mapping[str, str], **facts: int) -> dict[str, Any]:
    """The report as other programs read it.

    ``signs``: by behavior, what each replicate differed by in what theory has a sign for. ``hashes``: of each behavior;
    ``facts``: how much was simulated.
    """
    found = [_row(row, values) for row in evidence_rows()]
    summary = {name: {v: sum(r["ours"][name]["verdict"] == v for r in found) for v in VERDICTS} for name in values}
    return {
        "schema": SCHEMA,
        "version": __version__,
        **facts,
        "split": split_hash(),
        "behaviors": dict(hashes),
        "summary": summary,
        "rows": found,
        "steps": steps(found),
        "signs": [_sign(sign, signs) for sign in SIGNS if any(signs.values())],
    }


def _row(row: EvidenceRow, values: _Values) -> dict[str, Any]:
    ours = {}
    for name, runs in values.items():
        middle = interval([run[row.id] for run in runs])
        ours[name] = middle._asdict() | {"verdict": verdict(row, middle), "against": against(row, middle)}
    return row.model_dump(mode="json") | {"ours": ours}


def _sign(sign: Sign, values: _Values) -> dict[str, Any]:
    ours = {}
    for name, runs in values.items():
        difference = interval([run[sign.id] for run in runs])
        ours[name] = difference._asdict() | {"verdict": sign.verdict(difference)}
    return {"what": sign.what, "from": sign.first, "to": sign.second, "theory": sign.sign, "ours": ours}

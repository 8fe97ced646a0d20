"""Rows of the evidence made by hand."""

from typing import Any

from vbp_agents.evidence.rows import EvidenceRow


def a_row(**fields: Any) -> EvidenceRow:
    """A row made by hand."""
    words = {"title": "A row", "unit": "$", "evidence": [], "source": "made up", "seen": "derived", "how": "by hand"}
    return EvidenceRow.model_validate({"id": "a", "role": "predicted"} | words | fields)

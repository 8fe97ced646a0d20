"""The rows of the evidence, as `rows.yaml` has them: what was published, its role, and how the model measures it."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from vbp_agents.declaration import Parameters
from vbp_agents.terms.document import read_document

EvidenceRole = Literal["calibrated", "informed", "predicted", "illustrated"]
ROLES: tuple[EvidenceRole, ...] = get_args(EvidenceRole)
_FILE = Path(__file__).with_name("rows.yaml")
FROZEN = ("id", "role", "target", "low", "high", "sign", "unit", "measure", "given")
"""What must not change once fitting has begun: which row has which role, its figure, and how it is measured."""


class EvidenceRow(Parameters):
    """One published figure or direction.

    ``low`` and ``high``: its 95% interval, or the range that ``source`` names; ``sign``: only the direction is
    published. ``measure``: `file.function` in `measures`, called with ``given``; "" where the model has none.
    ``constrains``: paths of the numbers that a calibrated row was used to choose, an item of a list each by itself.
    """

    id: str
    title: str
    role: EvidenceRole
    target: float | None = None
    low: float | None = None
    high: float | None = None
    sign: Literal[-1, 1] | None = None
    unit: str
    evidence: list[str]
    source: str
    seen: Literal["read", "abstract", "memory", "derived", "specification"]
    how: str
    measure: str = ""
    given: dict[str, str | int | float | bool] = Field(default_factory=dict)
    constrains: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_kind_of_target(self) -> Self:
        """An interval has both ends around its target, or there is a direction; what is illustrated has neither."""
        if (self.low is None) != (self.high is None):
            raise ValueError(f"{self.id}: low and high go together")
        if self.low is not None and self.high is not None:
            if self.sign is not None or self.target is None or not self.low <= self.target <= self.high:
                raise ValueError(f"{self.id}: the interval must hold the target, and no sign stands beside it")
        elif self.role == "illustrated" and self.sign is not None:
            raise ValueError(f"{self.id}: no source of an illustrated row is good enough to test")
        if self.constrains and self.role != "calibrated":
            raise ValueError(f"{self.id}: only calibrated rows constrain parameters")
        return self


@cache
def evidence_rows() -> tuple[EvidenceRow, ...]:
    """Every row, in the file's order."""
    file = read_document(_FILE).child("rows")
    found = [node.plain() for node in file.value] if file and isinstance(file.value, list) else []
    return tuple(EvidenceRow.model_validate(row) for row in found)


def split_hash() -> str:
    """What identifies the frozen split: sha256 of the rows' roles, figures and measurements."""
    frozen = [{name: row.model_dump(mode="json")[name] for name in FROZEN} for row in evidence_rows()]
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

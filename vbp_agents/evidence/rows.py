"""The rows of the evidence, as `rows.yaml` has them: what was published, its role, and how the model measures it."""

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from vbp_agents.declaration import Parameters
from vbp_agents.terms.document import read_document

EvidenceRole = Literal["calibrated", "informed", "predicted", "illustrated"]
ROLES: tuple[EvidenceRole, ...] = get_args(EvidenceRole)
_FILE = Path(__file__).with_name("rows.yaml")
FROZEN = ("id", "role", "target", "low", "high", "sign", "unit", "measure", "given", "base", "in_percent", "part_of")
"""What must not change once fitting has begun: which row has which role, its figure, and how it is measured."""
Ends = tuple[float, float]
"""The two ends of what is published."""


class EvidenceRow(Parameters):
    """One published figure or direction.

    ``low`` and ``high``: its 95% interval, or the range that ``source`` names; ``sign``: only the direction is
    published. ``measure``: `file.function` in `measures`, called with ``given``; "" where the model has none.
    ``base``: what the study's own percent is a share of, in the row's dollars, with ``base_source``; ``in_percent``:
    what measures our figure in percent of ours. ``part_of``: the row beside which this one is shown and not counted.
    ``cannot_move``: why our figure lies inside whatever anybody does. ``constrains``: paths of the numbers that a
    calibrated row was used to choose, an item of a list each by itself.
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
    base: float | None = None
    base_source: str = ""
    in_percent: str = ""
    part_of: str = ""
    cannot_move: str = ""
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
        if (self.base is None) != (not self.in_percent) or (self.base is not None and not self.base_source):
            raise ValueError(f"{self.id}: a base, its source and what measures our percent go together")
        return self

    def of_base(self, dollars: float | None) -> float | None:
        """A published figure as it is judged: in percent of the study's base where that is known."""
        return dollars if dollars is None or self.base is None else 100 * dollars / self.base

    @property
    def percent(self) -> dict[str, float | None] | None:
        """Target, low and high in percent of the study's base; None where that is unknown."""
        if self.base is None:
            return None
        return {name: self.of_base(getattr(self, name)) for name in ("target", "low", "high")}

    @property
    def ends(self) -> Ends | None:
        """What our figure must lie within: the published interval, or one side of zero; None where nothing is."""
        if self.sign is not None:
            return (0.0, math.inf) if self.sign > 0 else (-math.inf, 0.0)
        low, high = self.of_base(self.low), self.of_base(self.high)
        return None if low is None or high is None else (low, high)


@cache
def evidence_rows() -> tuple[EvidenceRow, ...]:
    """Every row, in the file's order."""
    file = read_document(_FILE).child("rows")
    entries = [node.plain() for node in file.value] if file and isinstance(file.value, list) else []
    return tuple(EvidenceRow.model_validate(row) for row in entries)


def split_hash() -> str:
    """What identifies the frozen split: sha256 of the rows' roles, figures and measurements."""
    frozen = [{name: row.model_dump(mode="json")[name] for name in FROZEN} for row in evidence_rows()]
    return hashlib.sha256(json.dumps(frozen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

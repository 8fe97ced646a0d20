"""One declaration of a number: default, unit, range and source.

The same declaration feeds the check of a scenario file, the table printed by ``vbp list`` and the bounds of a sweep.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMPTION = "assumption"
LAST_MONTH = 1200


def param(
    default: Any,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    source: str = ASSUMPTION,
    *,
    about: str = "",
) -> Any:
    """Declare one parameter of a regime, a behavior or the world.

    ``unit`` is what one unit of the number is ("share", "dollars per member-month"); ``low`` and ``high`` bound it
    (both included, each item of a list); ``source`` says where the default comes from, "assumption" where nowhere.
    """
    many = isinstance(default, Sequence) and not isinstance(default, str)
    return Field(
        default,
        description=about or None,
        json_schema_extra={"unit": unit, "low": low, "high": high, "source": source},
        ge=None if many else low,
        le=None if many else high,
    )


def month(default: Any = ..., *, alias: str | None = None) -> Any:
    """Declare a month of the run, from 1."""
    return Field(
        default,
        alias=alias,
        ge=1,
        le=LAST_MONTH,
        json_schema_extra={"unit": "month of the run, 13 is the second January", "low": 1, "high": LAST_MONTH},
    )


class Parameters(BaseModel):
    """A frozen set of named parameters. Unknown names are errors; a number written as text is one too."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

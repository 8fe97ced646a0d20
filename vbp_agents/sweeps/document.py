"""A study as it is written: what may stand in the file, and what each part means."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from vbp_agents.declaration import Parameters, as_tuple
from vbp_agents.errors import WrongInput
from vbp_agents.problems import problems_of, refuse
from vbp_agents.study.checks import SIZES, Bounds, checked_size

DesignKind = Literal["grid", "list", "latin_hypercube", "sobol", "morris"]
DRAWN = {"latin_hypercube": "points", "sobol": "points", "morris": "trajectories"}
"""The kinds that draw points, and what says how many."""
WHOLE_DESIGNS = ("sobol", "morris")
"""Kinds whose indices need every point that they draw."""
_MOST_POINTS = 1_000_000
ASSUMPTIONS = "assumptions"
"""Among uncertainties: everything that is marked as an assumption."""


def size(name: str, default: int) -> Any:
    """One of the numbers of any run."""
    return bounded(SIZES[name], default)


def bounded(bounds: Bounds, default: Any = ...) -> Any:
    """A whole number within bounds."""
    about: dict[str, Any] = {"unit": bounds.about.rstrip(".").lower(), "low": bounds.low, "high": bounds.high}
    return Field(default, ge=bounds.low, le=bounds.high, json_schema_extra=about)


class Range(Parameters):
    """From where to where a number is varied: evenly in itself or in its logarithm, at every value or at some steps."""

    low: float | None = Field(default=None, alias="from")
    high: float | None = Field(default=None, alias="to")
    steps: int | None = bounded(Bounds("Values.", 2, 10_000), None)
    scale: Literal["linear", "log"] = "linear"


class Design(Parameters):
    """Which points of all that could be: ``kind``, and how many ``points`` or ``trajectories`` a kind that draws takes.

    grid: every value with every other. list: the first value of each, the second of each ... latin_hypercube: so many
    points. sobol: so many base points (a power of two), each as often as there are paths, and twice more (Saltelli).
    morris: so many trajectories, each a point more than there are paths.

    ``luck: own`` gives each point people and luck of its own, so that a share of points is not that of one draw;
    where it is not written, replicate n has the same people and luck at every point.
    """

    kind: DesignKind
    points: int | None = bounded(Bounds("Points.", 1, _MOST_POINTS), None)
    trajectories: int | None = bounded(Bounds("Trajectories.", 2, _MOST_POINTS), None)
    seed: int = size("seed", 1)
    luck: Literal["own"] | None = None

    @model_validator(mode="after")
    def _how_many(self) -> Self:
        wanted = DRAWN.get(self.kind)
        for name in ("points", "trajectories"):
            given = getattr(self, name)
            if given is None and name == wanted:
                refuse([((), f"a {self.kind} design needs `{name}: N`")])
            if given is not None and name != wanted:
                text = f"how many follows from the values of a {self.kind}" if wanted is None else f"write `{wanted}:`"
                refuse([((name,), f"a {self.kind} design has none: {text}")])
        if self.kind == "sobol" and self.points and self.points & (self.points - 1):
            above = 1 << self.points.bit_length()
            text = f"{self.points} is no power of two, which Sobol' sequences are balanced at; write {above // 2}"
            refuse([(("points",), f"{text} or {above}")])
        return self


class Until(Parameters):
    """The difference of a ``scenario`` from the baseline in an ``outcome``, and how narrow its interval must become."""

    outcome: str
    scenario: str
    half_width: float = Field(gt=0)


class Stopping(Parameters):
    """Replicates are added up to one count of ``check`` after the other, until the rule holds, or there are ``most``.

    It holds once half the 95% interval of the paired difference is at most ``until.half_width`` at every point.
    Counts are fixed, so that a sweep that was stopped and resumed ends with the same replicates.
    """

    until: Until
    check: Annotated[tuple[int, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    most: int = size("replicates", 100)

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.check[0] < 2:
            refuse([(("check", 0), f"{self.check[0]} replicate has no interval; begin with 2 or more")])
        if any(later <= earlier for earlier, later in zip(self.check, self.check[1:], strict=False)):
            refuse([(("check",), "write the counts in ascending order, each once")])
        if self.most < self.check[-1]:
            refuse([(("most",), f"{self.most} is below the last count of `check`, {self.check[-1]}")])
        return self

    @property
    def counts(self) -> tuple[int, ...]:
        """The counts at which the rule is asked, the last one being the end in any case."""
        return self.check if self.check[-1] == self.most else (*self.check, self.most)


class Document(Parameters):
    """All that a study's file may say. Levers and uncertainties: see `varied`; ``where``: see `conditions`."""

    title: str = ""
    description: str = ""
    scenarios: Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    baseline: str = "fee_for_service"
    levers: dict[str, Any] = Field(default_factory=dict)
    uncertainties: Any = Field(default_factory=dict)
    outcomes: Annotated[tuple[str, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    design: Design
    replicates: Any = 10
    patients: int = size("patients", 20_000)
    years: int = size("years", 5)
    seed: int = size("seed", 1)
    where: Annotated[tuple[str, ...], BeforeValidator(as_tuple)] = ()
    time_limit: float | None = Field(default=None, gt=0)

    @field_validator("uncertainties")
    @classmethod
    def _word_or_paths(cls, given: Any) -> Any:
        """The word alone is the word in a mapping, beside which other ranges may stand."""
        if given == ASSUMPTIONS:
            return {ASSUMPTIONS: None}
        if not isinstance(given, Mapping):
            refuse([((), f"must be a mapping of paths, or the word {ASSUMPTIONS}")])
        return dict(given)

    @field_validator("replicates")
    @classmethod
    def _count_or_rule(cls, given: Any) -> "int | Stopping":
        if isinstance(given, Stopping):
            return given
        try:
            return Stopping.model_validate(given) if isinstance(given, dict) else checked_size("replicates", given)
        except ValidationError as error:
            refuse(problems_of(error, Stopping))
            raise
        except WrongInput as error:
            refuse([((), error.problems[0][1])])
            raise

    @property
    def counts(self) -> tuple[int, ...]:
        """Replicates at which it may be over; the last one is the end."""
        return self.replicates.counts if isinstance(self.replicates, Stopping) else (self.replicates,)

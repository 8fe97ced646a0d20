"""One declaration of a number: default, unit, range and source.

The same declaration feeds the check of a scenario file, `vbp sources`, `Scenario.numbers` and the bounds of a sweep.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from vbp_agents.errors import WrongInput
from vbp_agents.problems import path_of, problems_of, wrong_input

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)

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
    title: str = "",
    items: Sequence[str] = (),
    names: Sequence[str] = (),
) -> Any:
    """Declare one parameter of a regime, a behavior or the world.

    ``unit`` is what one unit of the number is ("share", "dollars per member-month"); ``low`` and ``high`` bound it
    (both included, each item of a list); ``source`` says where the default comes from, "assumption" where nowhere.
    ``title``: what a reader calls it, by default the parameter's name in words. ``items``: what each item of a list
    is for; paths name an item so (`care.rate.primary`), or by its number from 0 where nothing is declared.
    ``names``: its own name and those it had before, which files may still use.
    Raises ValueError where there are not as many items as the default has.
    """
    many = isinstance(default, Sequence) and not isinstance(default, str)
    if items and not (many and len(items) == len(default)):
        raise ValueError(f"{len(items)} items are named and the default is {default!r}; name each item of a list")
    return Field(
        default,
        title=title or None,
        description=about or None,
        json_schema_extra={"unit": unit, "low": low, "high": high, "source": source, "items": list(items)},
        validation_alias=AliasChoices(*names) if names else None,
        ge=None if many else low,
        le=None if many else high,
    )


def by_year(years: int) -> tuple[str, ...]:
    """Names of a list's items where each is for a year of the contract, from the first one on."""
    return tuple(f"year_{year}" for year in range(1, years + 1))


def month(default: Any = ..., *, alias: str | None = None) -> Any:
    """Declare a month of the run, from 1."""
    return Field(
        default,
        alias=alias,
        ge=1,
        le=LAST_MONTH,
        json_schema_extra={"unit": "month of the run, 13 is the second January", "low": 1, "high": LAST_MONTH},
    )


class _Called(ModelMetaclass):
    """Refuses in words what Python code calls wrongly. Reading from JSON and unpickling make no call, and no detour."""

    def __call__(self, *unnamed: Any, **given: Any) -> Any:
        kind: Any = self
        if unnamed:
            known = ", ".join(list(kind.model_fields)[:3])
            raise WrongInput(f"{self.__name__}: {unnamed[0]!r:.60} has no name; write name=value ({known} ...)")
        try:
            return super().__call__(**given)
        except ValidationError as error:
            wrong = kind._wrong(error, given)
        raise wrong


class Parameters(BaseModel, metaclass=_Called):
    """A frozen set of named parameters. Unknown names are errors; a number written as text is one too.

    Made in Python from wrong values it raises WrongInput, with every path and message in ``problems``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def _wrong(cls, error: ValidationError, given: Mapping[str, Any]) -> WrongInput:
        """What is said of all that is wrong with what was ``given``."""
        return wrong_input(cls.__name__, ((path_of(steps), said) for steps, said in problems_of(error, cls, "")))

    def __setattr__(self, name: str, value: Any) -> None:
        """Raises WrongInput: what others hold stays what it is."""
        try:
            super().__setattr__(name, value)
        except ValidationError:
            what = "with_values({...})" if hasattr(self, "with_values") else "with_changes(...)"
            raise WrongInput(f"{type(self).__name__}.{name} cannot be set; make another one with {what}") from None

    def with_changes(self, **changes: Any) -> Self:
        """The same parameters but for these, all checked anew. Raises WrongInput.

        For parameters that stand alone, such as a regime's. Those of a scenario depend on each other: change them
        with `Scenario.with_values`.
        """
        made: Self = type(self)(**{**self.model_dump(by_alias=False), **changes})
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Pydantic's, but what is updated is checked (`with_changes`): a misspelt name changes nothing unseen."""
        return self.with_changes(**update) if update else super().model_copy(deep=deep)


def as_plain(value: Any) -> Any:
    """Numbers, texts, lists and mappings alone: parameters become mappings, tuples and arrays of NumPy lists.

    What is none of these stays what it is.
    """
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if hasattr(value, "tolist"):  # a number or an array of NumPy, which need not be imported for it
        return as_plain(value.tolist())
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    return [as_plain(item) for item in value] if isinstance(value, list | tuple) else value


def as_tuple(value: object) -> object:
    """A list becomes a tuple."""
    return tuple(value) if isinstance(value, list) else value

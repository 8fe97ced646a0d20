"""Records: a class of annotated fields that is also the layout of one row of a NumPy structured array."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from vbp_agents.declaration import Parameters

u1 = Annotated[int, "u1"]
u2 = Annotated[int, "u2"]
u4 = Annotated[int, "u4"]
i2 = Annotated[int, "i2"]
i4 = Annotated[int, "i4"]
i8 = Annotated[int, "i8"]
f4 = Annotated[float, "f4"]
f8 = Annotated[float, "f8"]
u1x16 = Annotated[NDArray[np.uint8], "16u1"]
u2x16 = Annotated[NDArray[np.uint16], "16u2"]


class Record:
    """One row of a structured array. Subclasses list their fields; ``patient.age += 1`` writes into the array."""


When = Literal["monthly", "december", "settlement"]
"""When a number grows: with every month, once a year (but for who died in it), or with a settled year's money."""


@dataclass(frozen=True)
class Count:
    """What a field of a record counts. ``scale``: how many of the field's integers are one ``unit``.

    ``name``: what tables call it; ``in_book``: whether payers see it under this name.
    """

    unit: str
    about: str
    scale: float
    name: str
    when: When
    in_book: bool


def counted(
    unit: str, about: str, *, scale: float = 1, title: str = "", when: When = "monthly", in_book: bool = False
) -> Any:
    """Declare a count once: the field is its storage, and tables, the Book and the Truth have it from here.

    ``title``: its name in tables, where that is another than the field's; the others as in `Count`.
    """
    return Count(unit, about, scale, title, when, in_book)


_counts: "dict[type[Record], Mapping[str, Count]]" = {}


def counts_of(record: type[Record]) -> Mapping[str, Count]:
    """What each field of a record counts, by field, in the order written."""
    if record not in _counts:
        declared = {name: vars(record)[name] for name in dtype_of(record).names or ()}
        _counts[record] = {name: replace(count, name=count.name or name) for name, count in declared.items()}
    return _counts[record]


def in_units(record: type[Record], rows: Any) -> dict[str, NDArray[Any]]:
    """The counts of rows of a record in their units, by their names in tables; whole ones stay integers."""
    return {
        count.name: rows[field] / count.scale if count.scale != 1 else rows[field]
        for field, count in counts_of(record).items()
    }


class Rows(np.ndarray[Any, np.dtype[Any]]):
    """A structured array whose fields are attributes: `array.age` is a column, and `array[3].age` a field of a row.

    As NumPy's recarray, which takes twice as long to find a column, and which every other attribute waits for.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name].view(np.ndarray)
        except (IndexError, ValueError):
            raise AttributeError(f"these rows have no field {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in (self.dtype.names or ()):
            self[name] = value
        else:
            super().__setattr__(name, value)


_layouts: "dict[type[Record], np.dtype[Any]]" = {}


def dtype_of(record: type[Record]) -> np.dtype[Any]:
    """The NumPy layout of a record, fields in the order written and aligned."""
    if record not in _layouts:
        hints = get_type_hints(record, include_extras=True)
        fields = np.dtype([(name, get_args(hint)[1]) for name, hint in hints.items()], align=True)
        _layouts[record] = np.dtype((np.record, fields))
    return _layouts[record]


def empty(record: type[Record], shape: int | tuple[int, ...]) -> Any:
    """An array of records, all zero."""
    return np.zeros(shape, dtype_of(record)).view(Rows)


def record_of(parameters: Parameters) -> Any:
    """The numbers of a parameter set as one record, so that compiled code reads ``care.test_rate`` like everyone else.

    Passed in, never a global: Numba would freeze globals at compilation.
    """
    numbers: dict[str, NDArray[np.float64]] = {
        name: np.asarray(value, np.float64)
        for name, value in parameters.model_dump().items()
        if isinstance(value, int | float | list)
    }
    fields = np.dtype([(name, "f8", number.shape) for name, number in numbers.items()])
    row = np.zeros(1, np.dtype((np.record, fields)))
    for name, number in numbers.items():
        row[name][0] = number
    return row[0]


def counts(rows: Any) -> NDArray[np.int64]:
    """The numbers of rows whose fields are all 64-bit integers, or of a plain array of these, as they lie in memory."""
    return np.ndarray.view(rows, np.ndarray).view(np.int64)

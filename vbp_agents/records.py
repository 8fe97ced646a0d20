"""Records: a class of annotated fields that is also the layout of one row of a NumPy structured array."""

from typing import Annotated, Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from vbp_agents.param import Parameters

u1 = Annotated[int, "u1"]
u2 = Annotated[int, "u2"]
u4 = Annotated[int, "u4"]
i2 = Annotated[int, "i2"]
i4 = Annotated[int, "i4"]
i8 = Annotated[int, "i8"]
f4 = Annotated[float, "f4"]
f8 = Annotated[float, "f8"]
f4x7 = Annotated[NDArray[np.float32], "7f4"]
u1x16 = Annotated[NDArray[np.uint8], "16u1"]
u2x16 = Annotated[NDArray[np.uint16], "16u2"]


class Record:
    """One row of a structured array. Subclasses list their fields; ``patient.age += 1`` writes into the array."""


_layouts: "dict[type[Record], np.dtype[Any]]" = {}


def dtype_of(record: type[Record]) -> np.dtype[Any]:
    """The NumPy layout of a record, fields in the order written and aligned."""
    if record not in _layouts:
        hints = get_type_hints(record, include_extras=True)
        _layouts[record] = np.dtype([(name, get_args(hint)[1]) for name, hint in hints.items()], align=True)
    return _layouts[record]


def empty(record: type[Record], shape: int | tuple[int, ...]) -> Any:
    """An array of records, all zero. Attribute access gives columns (`array.age`) and rows (`array[3].age`)."""
    return np.zeros(shape, dtype_of(record)).view(np.recarray)


def record_of(parameters: Parameters) -> Any:
    """The numbers of a parameter set as one record, so that compiled code reads ``care.test_rate`` like everyone else.

    Passed in, never a global: Numba would freeze globals at compilation.
    """
    numbers: dict[str, NDArray[np.float64]] = {
        name: np.asarray(value, np.float64)
        for name, value in parameters.model_dump().items()
        if isinstance(value, int | float | list)
    }
    row = np.zeros(1, [(name, "f8", number.shape) for name, number in numbers.items()]).view(np.recarray)
    for name, number in numbers.items():
        row[name][0] = number
    return row[0]


def summed(accounts: list[Any]) -> Any:
    """The sum of accounts of 64-bit integers kept by several threads: exact, in any order."""
    total = accounts[0].copy()
    flat = total.view(np.int64)
    for other in accounts[1:]:
        flat += other.view(np.int64)
    return total

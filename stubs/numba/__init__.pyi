"""The slice of Numba that this project uses: compilation keeps a function's type."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import config as config

Function = TypeVar("Function", bound=Callable[..., Any])

__version__: str

def njit(function: Function, *, nogil: bool = ..., cache: bool = ..., _nrt: bool = ...) -> Function: ...

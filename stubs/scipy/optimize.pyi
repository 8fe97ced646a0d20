"""The slice of SciPy's optimization that the experiments use."""

from collections.abc import Callable
from typing import Any

class OptimizeResult:
    x: Any
    fun: Any

def brentq(f: Callable[[float], float], a: float, b: float, *, xtol: float = ..., rtol: float = ...) -> float: ...
def minimize(
    fun: Callable[[Any], float], x0: Any, *, method: str = ..., options: dict[str, Any] = ...
) -> OptimizeResult: ...

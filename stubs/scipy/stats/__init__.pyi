"""The slice of SciPy's statistics that the experiments use."""

from typing import Any

from scipy.stats import qmc as qmc

def rankdata(a: Any, *, axis: int | None = ...) -> Any: ...

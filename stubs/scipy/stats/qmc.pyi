"""The slice of SciPy's quasi-random numbers that the experiments use."""

from typing import Any

class LatinHypercube:
    def __init__(self, d: int, *, rng: Any = ...) -> None: ...
    def random(self, n: int = ...) -> Any: ...

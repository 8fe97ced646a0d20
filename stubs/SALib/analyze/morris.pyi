from collections.abc import Mapping
from typing import Any

def analyze(
    problem: Mapping[str, Any], points: Any, values: Any, /, *, num_levels: int, num_resamples: int, seed: int
) -> Mapping[str, Any]: ...

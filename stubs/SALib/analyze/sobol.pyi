from collections.abc import Mapping
from typing import Any

def analyze(
    problem: Mapping[str, Any], values: Any, /, *, calc_second_order: bool, num_resamples: int, seed: int
) -> Mapping[str, Any]: ...

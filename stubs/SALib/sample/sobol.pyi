from collections.abc import Mapping
from typing import Any

def sample(problem: Mapping[str, Any], points: int, /, *, calc_second_order: bool, seed: int) -> Any: ...

from collections.abc import Mapping
from typing import Any

def sample(problem: Mapping[str, Any], trajectories: int, /, *, num_levels: int, seed: int) -> Any: ...

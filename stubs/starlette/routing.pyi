"""An application below a path."""

from typing import Any

class Mount:
    def __init__(self, path: str, *, app: Any) -> None: ...

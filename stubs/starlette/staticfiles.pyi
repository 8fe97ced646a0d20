"""Files of a folder."""

from pathlib import Path

class StaticFiles:
    def __init__(self, *, directory: Path) -> None: ...

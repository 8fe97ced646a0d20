"""An application of routes."""

from typing import Any

class Starlette:
    def __init__(self, *, routes: list[Any], lifespan: Any) -> None: ...
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

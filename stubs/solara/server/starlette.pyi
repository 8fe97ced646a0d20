"""Solara's application."""

from typing import Any

app: Any
lifespan: Any

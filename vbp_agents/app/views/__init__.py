"""The page's views, a file each: a module in this folder that says `VIEW` is one, and stands in the navigation."""

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class View:
    """``path`` in the link, ``title`` in the navigation, ``about`` on hover; ``order`` from left to right.

    ``component`` draws it; ``asks``: below the sentence; ``hidden``: not in the navigation.
    """

    path: str
    title: str
    about: str
    order: int
    component: Any
    asks: bool = True
    hidden: bool = False


@cache
def views() -> tuple[View, ...]:
    """All views, in order."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return tuple(sorted((module.VIEW for module in modules), key=lambda view: view.order))
